import { isCertopsError } from '../../domain/errors.ts';
import type { Person } from '../../domain/farm.ts';
import { type Command, parseCommand } from '../../domain/grammar.ts';
import { resolvePerson } from '../../domain/people.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/values.ts';
import type { Answer, ChatIntent, Reply } from '../../ports/chat.ts';
import { concernsChannel } from './aloud.ts';
import { help, showRotation, status, summary, whoami } from './answers.ts';
import { answerCerts } from './certs-meant.ts';
import { click } from './click.ts';
import { stop } from './decide.ts';
import { withEnding } from './ended.ts';
import { freeze, unfreeze } from './freeze.ts';
import { button, notice, refusal, say } from './notices.ts';
import { review } from './review.ts';
import { ask, deskFor, find, form, type Inbox } from './route.ts';
import { runners } from './runners.ts';
import { askSample, showReminder } from './snooze.ts';
import { tongueOf } from './tongue.ts';

/** Everything a person types or clicks, on any platform: one answer, to this person alone. */
export async function answer(inbox: Inbox, intent: ChatIntent): Promise<Reply> {
  const person = who(inbox, intent);
  const farms = inbox.desks.map(({ farm }) => farm);
  const tongue = tongueOf(farms, { ...intent.person, channel: intent.channel });
  const answered = await answerOf(inbox, person, intent);
  return { ...answered, tongue, ...(concernsChannel(farms, intent, answered) ? { aloud: true } : {}) };
}

async function answerOf(inbox: Inbox, person: Person | Refusal, intent: ChatIntent): Promise<Answer> {
  if (isRefusal(person)) return stranger(person, intent);
  try {
    if (intent.type === 'command') return await run(inbox, person, intent, parseCommand(intent.text));
    // The button below a word that was not understood types the right one.
    const { text } = intent.verb === 'type' ? intent.data : {};
    if (typeof text === 'string') return await run(inbox, person, intent, parseCommand(text));
    return await click(inbox, person, intent);
  } catch (error) {
    // A disk that refuses: nothing was recorded, and the person hears so.
    if (!isCertopsError(error)) throw error;
    return refusal(refuse(error.code, error.data));
  }
}

/** Somebody whom no farm file names is told what to add, when they ask who they are. */
function stranger(refused: Refusal, intent: ChatIntent): Answer {
  const asks = intent.type === 'command' && parseCommand(intent.text).word === 'whoami';
  if (!asks || refused.code !== 'unknown-person') return refusal(refused);
  return notice([say('whoami.unknown', { platform: intent.person.platform, account: intent.person.account })]);
}

/** The same person in every farm that the bot serves; the first farm that knows the account names them. */
function who(inbox: Inbox, intent: ChatIntent): Person | Refusal {
  const found = inbox.desks.map((desk) => resolvePerson(desk.farm, intent.person.platform, intent.person.account));
  return found.find((one) => !isRefusal(one)) ?? found[0] ?? refuse('unknown-person', {});
}

async function run(inbox: Inbox, person: Person, intent: ChatIntent, command: Command): Promise<Answer> {
  switch (command.word) {
    case 'summary':
      return summary(inbox.desks, person);
    case 'whoami':
      return whoami(inbox.desks, person);
    case 'help':
      return help(command.about);
    case 'wrong':
      return notice([say(`wrong.${command.code}`, command.data)], wayOn(command));
    case 'status': {
      const desk = deskFor(inbox, intent, command.farm);
      return isRefusal(desk) ? refusal(desk) : status(desk, inbox.queueUp());
    }
    case 'certs':
      return answerCerts(inbox, intent, command);
    case 'runners': {
      const desk = deskFor(inbox, intent, command.farm);
      return isRefusal(desk) ? refusal(desk) : runners(desk);
    }
    case 'reminders': {
      const desk = deskFor(inbox, intent, command.farm);
      if (isRefusal(desk)) return refusal(desk);
      if (!command.test) return showReminder(desk);
      return askSample(desk, resolvePerson(desk.farm, intent.person.platform, intent.person.account));
    }
    case 'freeze':
    case 'unfreeze': {
      const desk = deskFor(inbox, intent, command.farm);
      if (isRefusal(desk)) return refusal(desk);
      const mine = resolvePerson(desk.farm, intent.person.platform, intent.person.account);
      return command.word === 'freeze' ? freeze(desk, mine, command) : unfreeze(desk, mine, command.reason);
    }
    case 'request': {
      const desk = deskFor(inbox, intent, command.farm);
      const lacks = isRefusal(desk) ? desk.code === 'which-farm' : command.reason === '';
      // A form asks for a rotation; a plan that asks nobody is not to become one.
      if (lacks && !command.dry && intent.type === 'command' && intent.canOpenForm === true)
        return form(inbox, desk, person, command);
      if (isRefusal(desk)) return refusal(desk);
      return ask(inbox, desk, person, intent, command);
    }
    case 'show':
    case 'card':
    case 'resolve': {
      const found = find(inbox, command.id);
      return found === null
        ? refusal(refuse('unknown-id', { id: command.id.slice(0, 80) }))
        : showRotation(found.desk, found.rotation, person, inbox.queueUp());
    }
    case 'review': {
      const found = find(inbox, command.id);
      if (found === null) return refusal(refuse('unknown-id', { id: command.id.slice(0, 80) }));
      const { platform, account } = intent.person;
      const mine = resolvePerson(found.desk.farm, platform, account);
      return review(found.desk, mine, { id: command.id, platform, note: command.note });
    }
    case 'stop': {
      const found = find(inbox, command.id);
      if (found === null) return refusal(refuse('unknown-id', { id: command.id.slice(0, 80) }));
      const stopped = await stop(
        found.desk,
        resolvePerson(found.desk.farm, intent.person.platform, intent.person.account),
        command.id,
        'stop',
      );
      if (isRefusal(stopped)) return refusal(withEnding(found.desk, stopped));
      return notice([say(stopped.withdrawn ? 'withdrawn' : 'stopping', { id: command.id })]);
    }
  }
}

const wayOn = (command: Extract<Command, { word: 'wrong' }>): Parameters<typeof notice>[1] =>
  typeof command.data.nearest === 'string' && command.data.nearest !== ''
    ? [button('type', 'type', { text: `/ssis ${command.data.nearest}` }, { text: String(command.data.nearest) })]
    : [];
