import { resolvePerson } from '../../../domain/approval/people.ts';
import { isCertopsError } from '../../../domain/errors.ts';
import { type Command, parseCommand } from '../../../domain/request/grammar.ts';
import type { Wrong } from '../../../domain/request/wrong-words.ts';
import { isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { NoticeAction } from '../../../domain/views/view.ts';
import type { Answer, ChatIntent, Reply } from '../../../ports/chat.ts';
import { localeOf } from '../chats/locale.ts';
import type { Member } from '../desk.ts';
import { askSample, showReminder } from '../reminders/snooze.ts';
import { button, notice, refusal, say, typed } from '../views/notices.ts';
import { help, showRotation, status, summary, whoami } from './answers.ts';
import { answerCerts } from './certs-meant.ts';
import { click } from './click.ts';
import { concernsChannel } from './concerns-channel.ts';
import { stop, stoppedLine } from './decide.ts';
import { withEnding } from './ended.ts';
import { freeze, mayFreeze, unfreeze } from './freeze.ts';
import { offerLeave } from './leave.ts';
import { withNames } from './named-people.ts';
import { review } from './review.ts';
import { ask, deskFor, find, form, type Inbox, membersOf, withMeant, withoutFarms } from './route.ts';
import { runners } from './runners.ts';
import { withFarms } from './which-farm.ts';
import { withTimes } from './which-time.ts';

/** How many rotations are offered at once. */
const MOST_OPEN = 5;

/** One answer to whatever a person types or clicks, on any platform: private, unless it concerns the channel. */
export async function answer(inbox: Inbox, intent: ChatIntent): Promise<Reply> {
  const farms = inbox.desks.map(({ farm }) => farm);
  const locale = localeOf(farms, { ...intent.person, channel: intent.channel });
  const answered = await answerOf(inbox, intent);
  return { ...answered, locale, ...(concernsChannel(inbox, intent, answered) ? { aloud: true } : {}) };
}

async function answerOf(inbox: Inbox, intent: ChatIntent): Promise<Answer> {
  const unknown = nobody(inbox, intent);
  if (unknown !== null) return stranger(unknown, intent);
  try {
    if (intent.type === 'command') return await said(inbox, intent, intent.text);
    // The button below a misunderstood word types the right one.
    const { text } = intent.verb === 'type' ? intent.data : {};
    if (typeof text === 'string') return await said(inbox, intent, text);
    return await click(inbox, intent);
  } catch (error) {
    // The disk may refuse writes, for example: nothing was recorded, and the person is told so.
    if (!isCertopsError(error)) throw error;
    return refusal(refuse(error.code, error.data));
  }
}

/** Somebody whom no farm file names is told what to add to it when they ask who they are. */
function stranger(refused: Refusal, intent: ChatIntent): Answer {
  const asks = intent.type === 'command' && parseCommand(intent.text).word === 'whoami';
  if (!asks || refused.code !== 'unknown-person') return refusal(refused);
  return notice([say('whoami.unknown', { platform: intent.person.platform, account: intent.person.account })]);
}

/** Why no farm that the bot serves knows the account; null if one does. */
function nobody(inbox: Inbox, { person: { platform, account } }: ChatIntent): Refusal | null {
  const found = inbox.desks.map((desk) => resolvePerson(desk.farm, platform, account));
  const refused = found.filter((one) => isRefusal(one));
  return refused.length < found.length ? null : (refused[0] ?? refuse('unknown-person', { platform, account }));
}

async function said(inbox: Inbox, intent: ChatIntent, text: string): Promise<Answer> {
  const command = parseCommand(text);
  const answered = await run(inbox, intent, withNames(inbox, intent, command));
  return withTimes(withFarms(answered, text, command), text, command);
}

async function run(inbox: Inbox, intent: ChatIntent, command: Command): Promise<Answer> {
  switch (command.word) {
    case 'summary':
      return summary(membersOf(inbox, intent));
    case 'whoami':
      return whoami(membersOf(inbox, intent));
    case 'help':
      return help(command.about);
    case 'wrong': {
      const refused = notAllowed(inbox, intent, command);
      if (refused !== null) return refusal(refused);
      return notice(
        [say(`wrong.${command.code}`, withoutFarms(inbox, command.data))],
        command.code === 'which-id' ? openOnes(inbox, intent) : wayOn(command),
      );
    }
    case 'certs':
      return answerCerts(inbox, intent, command);
    case 'request': {
      const member = deskFor(inbox, intent, command.farm);
      const lacks = isRefusal(member) ? member.code === 'which-farm' : command.reason === '';
      // A form makes a real request, which a dry plan must not become.
      if (lacks && !command.dry && intent.type === 'command' && intent.canOpenForm === true)
        return form(inbox, intent, member, command);
      return isRefusal(member)
        ? refusal(withMeant(inbox, member, command.wish.kind))
        : ask(inbox, member, intent, command);
    }
    case 'show':
    case 'card':
    case 'resolve':
    case 'review':
    case 'stop': {
      const found = find(inbox, intent, command.id);
      if (isRefusal(found)) return refusal(found, found.code === 'unknown-id' ? openOnes(inbox, intent) : []);
      return ofRotation(inbox, found, intent, command);
    }
    default: {
      const member = deskFor(inbox, intent, command.farm);
      return isRefusal(member) ? refusal(member) : ofFarm(inbox, member, command);
    }
  }
}

type Rotating = Extract<Command, { readonly word: 'show' | 'card' | 'resolve' | 'review' | 'stop' }>;

async function ofRotation(
  inbox: Inbox,
  { desk, person, rotation }: Exclude<ReturnType<typeof find>, Refusal>,
  intent: ChatIntent,
  command: Rotating,
): Promise<Answer> {
  const { id } = command;
  if (command.word === 'review')
    return review(desk, person, { id, platform: intent.person.platform, note: command.note });
  if (command.word === 'resolve' && command.leave.length > 0)
    return offerLeave(desk, person, rotation, { names: command.leave, queueUp: inbox.queueUp() });
  if (command.word !== 'stop') return showRotation(desk, rotation, person, inbox.queueUp());
  const stopped = await stop(desk, person, id, 'stop', command.reason);
  if (isRefusal(stopped)) return refusal(withEnding(desk, stopped));
  return notice([stoppedLine(id, stopped)]);
}

type OfFarm = Exclude<
  Command,
  Rotating | { readonly word: 'summary' | 'whoami' | 'help' | 'wrong' | 'request' | 'certs' }
>;

async function ofFarm(inbox: Inbox, { desk, person }: Member, command: OfFarm): Promise<Answer> {
  switch (command.word) {
    case 'status':
      return status(desk, inbox.queueUp());
    case 'runners':
      return runners(desk, inbox.queueUp());
    case 'reminders':
      return command.test ? askSample(desk, person) : showReminder(desk);
    case 'freeze':
      return freeze(desk, person, command);
    case 'unfreeze':
      return unfreeze(desk, person, command.reason);
  }
}

/** The open rotations, each one press away, for somebody who has no id at hand or a wrong one. */
const openOnes = (inbox: Inbox, intent: ChatIntent): readonly NoticeAction[] =>
  membersOf(inbox, intent)
    .flatMap(({ desk }) => desk.state().unclosed.filter((id) => desk.state().rotations[id]?.dry === false))
    .slice(0, MOST_OPEN)
    .map((id) => button('show', 'show', { rotation: id }, { id }));

/** Who may not freeze is told so before being asked for the rest of the line. */
function notAllowed(inbox: Inbox, intent: ChatIntent, { code, data }: Wrong): Refusal | null {
  if (!code.startsWith('freeze-')) return null;
  const member = deskFor(inbox, intent, typeof data.farm === 'string' && data.farm !== '' ? data.farm : null);
  if (isRefusal(member)) return null;
  const allowed = mayFreeze(member.desk, member.person);
  return isRefusal(allowed) ? allowed : null;
}

/** Types the whole line again as it may have been meant: leaving out a part would ask for something else. */
const wayOn = ({ meant = '' }: Wrong): readonly NoticeAction[] => (meant === '' ? [] : typed(meant));
