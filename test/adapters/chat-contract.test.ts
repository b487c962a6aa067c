import { createMemoryChat } from '../../adapters/memory/chat.ts';
import { formCard, sentenceCard } from '../../cards/adaptive/form.ts';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { say } from '../../cards/wording/index.ts';
import { chatContract } from '../contract/chat.ts';
import * as slack from './slack/rig.ts';
import * as teams from './teams/support.ts';
import * as web from './web/visitor.ts';

chatContract('the chat in memory', async () => {
  const chat = createMemoryChat({ platform: 'memory', channels: ['sql-ops'] });
  const person = { platform: 'memory', account: 'mei' };
  return {
    chat,
    channel: 'sql-ops',
    account: 'mei',
    stood: () => chat.messages.length,
    told: () => chat.whispers.length,
    type: (text) => chat.send({ type: 'command', person, channel: 'sql-ops', text }),
    remove: chat.forget,
    goAway: () => {
      chat.faults.away = true;
    },
    close: chat.stop,
  };
});

chatContract('Slack', async () => {
  const rig = await slack.startRig({ started: false });
  const messages = () => rig.slack.channels.get(slack.CHANNEL)?.messages ?? [];
  return {
    chat: rig.chat,
    channel: slack.CHANNEL,
    account: 'U0MEI',
    stood: () => messages().filter(({ thread_ts }) => thread_ts === null).length,
    told: () => rig.slack.channels.get('D0MEI')?.messages.length ?? 0,
    type: async (words) => {
      await rig.deliver(rig.payloads.command('U0MEI', words));
      await rig.settled();
    },
    remove: (message) => {
      const at = messages().findIndex(({ ts }) => ts === message);
      messages().splice(at, 1);
    },
    goAway: rig.slack.close,
    close: rig.close,
  };
});

chatContract('Teams', async () => {
  const rig = await teams.startKnown();
  const { mei } = teams.PEOPLE;
  return {
    chat: rig.chat(),
    channel: teams.GROUP,
    account: mei.aadObjectId,
    stood: () => rig.stood(teams.GROUP).length,
    told: () => rig.stood(`a:${mei.aadObjectId}`).length,
    type: (words) => rig.type('mei', words),
    remove: rig.service.remove,
    goAway: rig.service.close,
    close: rig.close,
  };
});

chatContract(
  'the web console',
  async () => {
    const visit = await web.start({
      wording: { renderAdaptiveCard, renderForm: formCard, renderSentence: sentenceCard, say },
    });
    const messages = async () => {
      const page = visit.page('web-mei');
      const { messages: all } = (await page.next('state')) as { messages: { readonly only: boolean }[] };
      page.close();
      return all;
    };
    return {
      chat: visit.chat,
      channel: 'sql-ops',
      account: 'web-mei',
      stood: async () => (await messages()).filter(({ only }) => !only).length,
      told: async () => (await messages()).filter(({ only }) => only).length,
      type: (text) => visit.send('/api/say', { as: 'web-mei', text }),
      close: web.closeAll,
    };
  },
  false,
);
