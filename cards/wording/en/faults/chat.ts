import { proxyWords } from '../proxy.ts';
import type { Faults } from './fault.ts';
import { named } from './fault.ts';

/** What a chat platform refuses. */
export const chatFaults = {
  ChatBusy: { says: 'the chat asks to be left alone for a while.', todo: 'Wait: it is tried again by itself.' },
  ChatAway: {
    says: (d) => `the chat cannot be reached${named(d, 'reason')}.`,
    todo: (d) => proxyWords(d) ?? 'Wait: it is tried again by itself.',
  },
  ChatRefused: {
    says: (d) => `the chat refused${named(d, 'needed', 'reason')}.`,
    todo: 'Run certops validate: it names what is missing.',
  },
  ChannelNotFound: {
    says: (d) => `the channel cannot be reached${named(d, 'channel')}.`,
    todo: 'Invite the bot to it, or correct its id in the farm file.',
  },
  ChannelShared: {
    says: (d) => `the channel is shared with another company${named(d, 'channel')}.`,
    todo: 'Name another channel in the farm file.',
  },
  MessageNotFound: { says: 'the message is not there any more.', todo: 'Show the rotation again.' },
} satisfies Faults;
