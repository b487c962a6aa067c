import type { Pen } from '../../pen.ts';
import type { Lines } from '../line.ts';

type Strange = { host: string; code: string; at: string };

/** Reports from a machine that should never occur. */
export const strangeWords = {
  'strange-order': (d: Strange, pen: Pen) =>
    `${pen.bold(`${d.host} refused an order that was never sent from here`)} (${d.code}), at ${pen.time(d.at)}. Somebody else writes into its queue: see who can reach Redis.`,
  'bot-key-not-pinned': (d: Strange & { key: string }, pen: Pen) =>
    `${pen.bold(`${d.host} does not go by the key of this bot`)} (${d.code}), seen at ${pen.time(d.at)}: it refuses all that is ordered from here. If the bot has no other key than before, find out who changed its runner.json. If it has, compare the key below with what certops keys prints at the bot, type this on ${d.host}, elevated, and restart its runner: node runner.mjs keys --bot-key ${d.key}`,
  'letters-of-other-farm': (d: { host: string; farm: string; other: string; key: string; at: string }, pen: Pen) =>
    `${pen.bold(`${d.host} of ${d.farm} finds letters of farm ${d.other} in its queue`)}, under a key that it does not know (${d.key}), noticed at ${pen.time(d.at)}. If a bot of ${d.other} shares this Redis and has a machine called ${d.host} too, each of the two runners takes letters of the other, and work comes late or lapses: give one of the two farms a Redis of its own. Else somebody writes into that queue: see who can reach Redis.`,
  'order-not-remembered': (d: { host: string; id: string | null; at: string }, pen: Pen) =>
    `${pen.bold(`${d.host} took ${d.id === null ? 'an order of no rotation, such as a look,' : `an order of ${d.id}`} that is not in the bot's journal`)}, noticed at ${pen.time(d.at)}; other machines may have, too. Either the bot's folder was removed or restored from an older copy, and votes and denials since then are missing here; or a second bot runs on a copy of it (certops validate tells whether); or somebody else signs with its key. What was open here is ended: see on each machine how it stands (node runner.mjs status), then ask anew, and approve nothing older. Read the event log of that host, and exchange the key if nobody touched the folder.`,
  'journal-lost': (d: { host: string; at: string }, pen: Pen) =>
    `${pen.bold(`The journal of ${d.host}'s runner is no longer the same one`)}, noticed at ${pen.time(d.at)}. If something was under way there, how far that is is not known. It was set up anew, somebody removed or restored that file, a power failure took its end, or a copy of that machine or of its folder runs, too: certops validate tells whether two runners of that name are connected.`,
  'too-much-said': (d: Strange, pen: Pen) =>
    `${pen.bold(`The runner of ${d.host} says more than it can have to say`)} (${d.code}), at ${pen.time(d.at)}. No more of it is taken until the next hour (until midnight UTC, once its share of a day is used up), and it counts as silent meanwhile. If it only catches up on years of records, that passes by itself; else look at that machine: somebody may have its key.`,
  'much-said': (d: Strange, pen: Pen) =>
    `${pen.bold(`The runner of ${d.host} fills the bot's journal`)} (${d.code}), at ${pen.time(d.at)}: since midnight UTC it has sent more than any day of looks and rotations makes. All of it is kept so far; after eight times as much, nothing more is taken that day. If it only catches up on years of records, that passes by itself; else look at that machine: its runner is broken, somebody writes into its queue, or somebody has its key. Stop its runner, and exchange the key if you find no other reason.`,
  'number-too-high': (d: Strange, pen: Pen) =>
    `${pen.bold(`The runner of ${d.host} counts far more orders than it was given`)} (${d.code}), at ${pen.time(d.at)}. With each order its number is believed to be a hundred thousand higher at most. If the bot's folder was lost, that passes by itself; else look at that machine, for somebody may have its key: exchange it then.`,
  'two-speak': (d: Strange, pen: Pen) =>
    `${pen.bold(`Two speak with the key of the runner of ${d.host}`)} (${d.code}), at ${pen.time(d.at)}: what they say cannot come from one. See whether a copy of its folder runs elsewhere. If none does, somebody else has its key: exchange it, and look at that machine.`,
  'not-signed-here': (d: Strange, pen: Pen) =>
    `${pen.bold(`The runner of ${d.host} tells of orders that this bot has not signed`)} (${d.code}), at ${pen.time(d.at)}. Nothing has changed here by that. Where the bot was set up anew with another key, they are from before that; else look at that machine, for somebody may have its runner's key: exchange it then.`,
  'not-understood': (d: Strange, pen: Pen) =>
    `${pen.bold(`What the runner of ${d.host} says is not understood here`)} (${d.code}), at ${pen.time(d.at)}. Most likely it is of a later version than this bot: nothing that it does is seen until the bot is of that version too. Update the bot first, then runners; no rotation comes through before.`,
  'order-not-understood': (d: Strange, pen: Pen) =>
    `${pen.bold(`${d.host} does not understand an order under the bot's key`)} (${d.code}), at ${pen.time(d.at)}. If its runner is of an earlier version than the bot, update it. If both are of one version, somebody else signs with the bot's key: exchange it.`,
} satisfies Lines;
