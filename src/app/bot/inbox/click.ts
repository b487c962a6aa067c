import type { ResolveChoice } from '../../../domain/journal/resolve.ts';
import { wrongReason } from '../../../domain/request/grammar.ts';
import { isMachineName } from '../../../domain/request/leave-words.ts';
import { readRequest } from '../../../domain/request/request-line.ts';
import type { RequestLine } from '../../../domain/request/taken.ts';
import { isWrong, type Wrong } from '../../../domain/request/wrong-words.ts';
import { type HostName, isRefusal, type Json, type Refusal, refuse } from '../../../domain/values.ts';
import type { Answer } from '../../../ports/chat.ts';
import { showReminder, snooze } from '../reminders/snooze.ts';
import { button, notice, refusal, say } from '../views/notices.ts';
import { showRotation } from './answers.ts';
import { resolve, stop, stoppedLine, vote } from './decide.ts';
import { withEnding } from './ended.ts';
import { review } from './review.ts';
import { deskFor, find, form, type Inbox, isTaken } from './route.ts';
import { type Click, checked, PLAINEST, requested, text } from './sent-form.ts';

const CHOICES = {
  look: 'look-again',
  leave: 'leave-behind',
  'go-on': 'go-on',
  'leave-out': 'leave-out',
  'put-back': 'put-all-back',
} as const satisfies { readonly [verb: string]: ResolveChoice };

/** One click: exactly one action, a known verb, known ids; anything else is refused to the person alone. */
export async function click(inbox: Inbox, intent: Click): Promise<Answer> {
  switch (intent.verb) {
    case 'ask':
      return askAgain(inbox, intent);
    case 'request':
      return requested(inbox, intent);
    case 'check-request':
      return checked(inbox, intent);
    case 'reminder':
    case 'snooze':
      return onReminder(inbox, intent);
    // A button that a chat could not read.
    case '':
      return refusal(refuse('unknown-action', { verb: '' }));
    default:
      return onRotation(inbox, intent);
  }
}

/** The form, filled in with what the button asks for again; it is judged when it is sent. */
function askAgain(inbox: Inbox, intent: Click): Answer {
  const member = deskFor(inbox, intent, text(intent.data.farm) || null);
  if (isRefusal(member) && member.code !== 'which-farm') return refusal(member);
  const asked = requestOf(intent);
  if (isWrong(asked)) return told(asked);
  return form(inbox, intent, member, { ...asked, reason: text(intent.data.reason) });
}

async function onReminder(inbox: Inbox, intent: Click): Promise<Answer> {
  const member = deskFor(inbox, intent, text(intent.data.farm) || null);
  if (isRefusal(member)) return refusal(member);
  if (intent.verb === 'reminder') return showReminder(member.desk);
  // On the card it sits beside the reason of a request, and input ids must be unique there.
  const reason = (intent.inputs.why ?? intent.inputs.reason ?? '').trim();
  const wrong = wrongReason(reason);
  if (wrong !== null) return told(wrong);
  return snooze(member.desk, member.person, { days: intent.inputs.days ?? '', reason });
}

async function onRotation(inbox: Inbox, intent: Click): Promise<Answer> {
  const { verb } = intent;
  const { platform } = intent.person;
  const id = text(intent.data.rotation);
  const found = find(inbox, intent, id);
  if (isRefusal(found)) return refusal(found);
  const { desk, person, rotation } = found;
  const digest = text(intent.data.digest);
  const reason = (intent.inputs.reason ?? '').trim();
  const wrong = verb === 'deny' || verb === 'review' ? wrongReason(reason) : null;
  if (wrong !== null) return told(wrong);
  switch (verb) {
    case 'show':
      return showRotation(desk, rotation, person, inbox.queueUp());
    case 'approve': {
      const voted = await vote(desk, person, { id, vote: verb, digest, reason: '', platform });
      if (isRefusal(voted)) return refusedVote(withEnding(desk, voted), platform);
      const { missing, names, starts, from, liftBy } = voted;
      const queueUp = await isTaken(inbox, desk, rotation.id);
      return notice([say('approved', { id, missing, names, starts, from, liftBy, queueUp })]);
    }
    case 'deny': {
      const voted = await vote(desk, person, { id, vote: verb, digest, reason, platform });
      return isRefusal(voted) ? refusedVote(withEnding(desk, voted), platform) : notice([say('denied', { id })]);
    }
    case 'review':
      return review(desk, person, { id, platform, note: reason });
    case 'withdraw':
    case 'stop': {
      const stopped = await stop(desk, person, id, verb);
      if (isRefusal(stopped)) return refusal(withEnding(desk, stopped), [showButton(id)]);
      return notice([stoppedLine(id, stopped)]);
    }
    case 'look':
    case 'leave':
    case 'go-on':
    case 'leave-out':
    case 'put-back': {
      const choice = CHOICES[verb];
      const hosts = LEAVES.includes(choice) ? hostsIn(intent.data.hosts) : null;
      const resolved = await resolve(desk, person, id, { choice, hosts, digest });
      if (isRefusal(resolved)) return refusal(withEnding(desk, resolved), [showButton(id)]);
      return notice([say(`resolve.${resolved.said}`, { id, needed: resolved.needed })]);
    }
    default:
      return refusal(refuse('unknown-action', { verb: verb.slice(0, 40) }));
  }
}

const told = ({ code, data }: Wrong): Answer => notice([say(`wrong.${code}`, data)]);

const LEAVES: readonly ResolveChoice[] = ['leave-behind', 'leave-out'];

/**
 * Those of the machines in question that the button names, separated by blanks; null if it names none and means all.
 */
function hostsIn(named: Json | undefined): readonly HostName[] | null {
  if (named === undefined) return null;
  const names = text(named).split(/\s+/u).filter(isMachineName);
  return [...new Set(names)] as readonly string[] as readonly HostName[];
}

/** What the button asks for; cards of an older version knew only one kind. */
const requestOf = ({ data }: Click): RequestLine | Wrong => readRequest(text(data.request) || PLAINEST);

/** A refused vote says who may vote. The web page, where names are not checked, can offer to act as one of them. */
function refusedVote(refused: Refusal, platform: string): Answer {
  const { id, others, otherIds } = refused.data;
  const first = Array.isArray(otherIds) && typeof otherIds[0] === 'string' ? otherIds[0] : null;
  const name = Array.isArray(others) && typeof others[0] === 'string' ? others[0] : '';
  const isShown = ['own-request', 'stale-plan', 'closed'].includes(refused.code) && typeof id === 'string';
  return refusal(refused, [
    ...(first === null || platform !== 'web' ? [] : [button('act-as', 'act-as', { person: first }, { name })]),
    ...(isShown ? [showButton(id)] : []),
  ]);
}

const showButton = (id: string) => button('show', 'show', { rotation: id }, { id });
