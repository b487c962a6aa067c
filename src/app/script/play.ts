import type { Data, Json } from '../../domain/values.ts';
import { type CardButton, cardButtons, cardState, cardSummary } from './card-text.ts';
import { CARD_STATES, type ScriptLine } from './parse-script.ts';

/** A message as one person sees it. */
export interface SeenMessage {
  readonly id: string;
  readonly only: boolean;
  readonly bot: boolean;
  readonly body:
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'card'; readonly kind: string; readonly card: Json }
    | {
        readonly type: 'notice';
        readonly codes: readonly string[];
        readonly lines: readonly string[];
        readonly actions: readonly { readonly verb: string; readonly data: Data }[];
      };
}

/** The chat as a browser shows it, for each person of the script. */
export interface ChatRoom {
  /** Everybody who can be played. */
  readonly people: readonly string[];
  /** The full name of one of them. */
  called(who: string): string;
  /** What this person sees, oldest first. */
  messages(who: string): readonly SeenMessage[];
  say(who: string, text: string): Promise<void>;
  click(who: string, button: { verb: string; data: Data; inputs: { [id: string]: string } }): Promise<void>;
  /** Resolves at the next change of what anybody sees, or to false if there was none within this time. */
  changed(ms: number): Promise<boolean>;
  breakHost(host: string, fault: string): Promise<void>;
  clearFaults(): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Milliseconds, for time limits only. */
  steady(): number;
  /** For the person who runs the script. */
  print(sentence: string): void;
}

/**
 * An answer to one person comes at once, a card after machines were looked at, and a rotation takes as long as they
 * need.
 */
const NOTICE_MS = 10_000;
const CARD_MS = 30_000;
const ROTATION_MS = 600_000;

/** Thrown when the chat does not do what the script expects. */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
}

/** Plays a script line by line. Throws ScriptFailure with the line, what was expected and what was found. */
export async function playScript(lines: readonly ScriptLine[], room: ChatRoom): Promise<void> {
  const play: Play = { room, who: room.people[0] ?? '', before: new Set(), ended: new Map() };
  for (const line of lines) await playLine(line, play);
}

interface Play {
  readonly room: ChatRoom;
  /** Who acted last: answers go to them. */
  who: string;
  /** What they saw before that. */
  before: ReadonlySet<string>;
  /** The end that each card showed then, by message. */
  ended: ReadonlyMap<string, string>;
}

async function playLine(line: ScriptLine, play: Play): Promise<void> {
  const { room } = play;
  switch (line.do) {
    case 'say':
      act(line.who, line, play);
      return room.say(line.who, line.text);
    case 'click':
      act(line.who, line, play);
      return click(line, play);
    case 'break':
      room.print(`break ${line.host}: ${line.fault}`);
      return room.breakHost(line.host, line.fault).catch((error: unknown) => {
        const said = error instanceof Error ? error.message : String(error);
        const way = 'certops lab faults lists what can be broken';
        throw new ScriptFailure(`line ${line.line}: the lab says: ${said}. ${way}.`);
      });
    case 'clear':
      return room.clearFaults();
    case 'wait':
      return room.sleep(line.ms);
    case 'expect':
      return expectState(line, play);
    case 'expect-refused':
      return expectNotice(line, play, `a refusal ${line.code}`, ({ codes }) => codes.includes(`refused.${line.code}`));
    case 'expect-notice':
      return expectNotice(line, play, `a notice with ${JSON.stringify(line.text)}`, ({ lines }) =>
        lines.join(' ').includes(line.text),
      );
  }
}

function act(who: string, { line }: ScriptLine, play: Play): void {
  if (!play.room.people.includes(who))
    throw new ScriptFailure(`line ${line}: nobody is called ${who}; there are ${play.room.people.join(', ')}`);
  play.who = who;
  const messages = play.room.messages(who);
  play.before = new Set(messages.map(({ id }) => id));
  const ended = messages.filter(isCard).filter((one) => isEnd(one) || isDry(one));
  play.ended = new Map(ended.map(({ id, body }) => [id, cardState(body.card)]));
}

async function click(line: ScriptLine & { do: 'click' }, { room }: Play): Promise<void> {
  const { who, verb, input } = line;
  const found = await until(room, CARD_MS, () => findButton(room, who, verb));
  if (found === null) throw new ScriptFailure(`line ${line.line}: no card has a button for ${verb}${others(room)}`);
  const { button, own } = found;
  room.print(`${room.called(who)} clicks ${verb}${own ? '' : ', which only a card of somebody else has'}`);
  const inputs = button.field === null || input === null ? {} : { [button.field]: input };
  await room.click(who, { verb, data: button.data, inputs });
}

/** What could be clicked instead: what a button says is not the word for it. */
function others({ people, messages }: ChatRoom): string {
  const verbs = new Set(people.flatMap((person) => messages(person).flatMap(buttonsOf)).map(({ verb }) => verb));
  return verbs.size === 0 ? '' : `; there are ${[...verbs].sort().join(', ')}`;
}

/**
 * The button on the newest message that has it. A person whose own card has no such button presses one made from
 * another's: what a page shows must not be what keeps people from voting. While a card that others have is still on its
 * way to their page, nothing is pressed: it may be the newest.
 */
function findButton(room: ChatRoom, who: string, verb: string): { button: CardButton; own: boolean } | null {
  const others = room.people.filter((person) => person !== who);
  const own = new Set(room.messages(who).map(({ id }) => id));
  const comes = (message: SeenMessage): boolean => isCard(message) && !message.only && !own.has(message.id);
  if (others.some((person) => room.messages(person).some(comes))) return null;
  for (const person of [who, ...others]) {
    for (const message of [...room.messages(person)].reverse()) {
      const button = buttonsOf(message).find((one) => one.verb === verb);
      if (button !== undefined) return { button, own: person === who };
    }
  }
  return null;
}

function buttonsOf({ body }: SeenMessage): readonly CardButton[] {
  if (body.type === 'card') return cardButtons(body.card);
  if (body.type === 'notice') return body.actions.map(({ verb, data }) => ({ verb, data, field: null }));
  return [];
}

type CardMessage = SeenMessage & { readonly body: Extract<SeenMessage['body'], { type: 'card' }> };

const isCard = (message: SeenMessage): message is CardMessage => message.body.type === 'card';
const isEnd = (message: SeenMessage): message is CardMessage =>
  isCard(message) && ['closed', 'needs-person'].includes(message.body.kind);

async function expectState({ line, state }: ScriptLine & { do: 'expect' }, play: Play): Promise<void> {
  const wanted: readonly string[] = CARD_STATES[state];
  const found = await until(play.room, ROTATION_MS, () => {
    const message = newestCard(play, wanted);
    if (message === null || (isBefore(message, play) && awaitsCard(play))) return null;
    const there = wanted.includes(stateOf(message.body.card));
    return there || isEnd(message) ? { there, message } : null;
  });
  // What is printed is what the first of them sees: theirs may still be on its way.
  if (found !== null) await until(play.room, NOTICE_MS, () => (isSameForAll(found.message, play) ? true : null));
  if (found?.there === true) return;
  throw new ScriptFailure(`line ${line}: expected ${wanted.join(' or ')}, found ${seenBy(play, wanted)}`);
}

/**
 * Leaves out a copy that was shown to somebody before they acted, because it is out of date, and a dry plan unless one
 * is expected.
 */
const newestCard = ({ room, who, before }: Play, wanted: readonly string[]): CardMessage | null =>
  room
    .messages(who)
    .filter(isCard)
    .filter(({ id, only, body }) => body.kind !== 'reminder' && !(only && before.has(id)))
    .findLast((one) => wanted === CARD_STATES['plan-only'] || !isDry(one)) ?? null;
const isDry = ({ body }: CardMessage): boolean =>
  CARD_STATES['plan-only'].some((state) => state === stateOf(body.card));

const isSameForAll = (message: CardMessage, { room }: Play): boolean =>
  room.people
    .flatMap((person) => room.messages(person).filter(({ id }) => id === message.id))
    .every((one) => isCard(one) && cardState(one.body.card) === cardState(message.body.card));

/** It had ended like this before anybody asked, so it says nothing about what was asked. */
const isBefore = ({ id, body }: CardMessage, { ended }: Play): boolean => ended.get(id) === cardState(body.card);

/** No answer has come yet, or one that a plan follows. */
function awaitsCard({ room, who, before }: Play): boolean {
  const answers = room.messages(who).filter(({ id, only, bot }) => only && bot && !before.has(id));
  const looks = ({ body }: SeenMessage): boolean =>
    body.type === 'notice' && body.codes.some((code) => code === 'looking' || code === 'looking-dry');
  return answers.length === 0 || answers.some(looks);
}

function seenBy(play: Play, wanted: readonly string[]): string {
  const message = newestCard(play, wanted);
  if (message === null) return 'no card';
  if (isBefore(message, play) && awaitsCard(play)) return 'no card of what was asked last';
  return `${cardState(message.body.card)}: ${cardSummary(message.body.card)}`;
}

/** What comes before how long it took, or how far it is. */
const stateOf = (card: Json): string => cardState(card).split(' · ', 1)[0] ?? '';

type Notice = Extract<SeenMessage['body'], { type: 'notice' }>;

async function expectNotice(
  { line }: ScriptLine,
  { room, who, before }: Play,
  wanted: string,
  fits: (notice: Notice) => boolean,
): Promise<void> {
  const fresh = (): readonly Notice[] =>
    room.messages(who).flatMap(({ id, body }) => (body.type === 'notice' && !before.has(id) ? [body] : []));
  const found = await until(room, NOTICE_MS, () => fresh().find(fits) ?? null);
  if (found !== null) return;
  const seen = fresh().map(({ codes, lines }) => `${codes.join(', ')}: ${lines.join(' ')}`);
  throw new ScriptFailure(`line ${line}: expected ${wanted} for ${who}, found ${seen.join('; ') || 'none'}`);
}

/**
 * Looks again after each change; null if nothing came of it in time, however much else changes, as the farm's picture
 * does every few seconds.
 */
async function until<T>(room: ChatRoom, ms: number, look: () => T | null): Promise<T | null> {
  const end = room.steady() + ms;
  for (;;) {
    const found = look();
    if (found !== null) return found;
    const left = end - room.steady();
    if (left <= 0 || !(await room.changed(left))) return look();
  }
}
