import type { Json } from '../../domain/values.ts';
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
        readonly actions: readonly { readonly verb: string; readonly data: { readonly [name: string]: Json } }[];
      };
}

/** The chat as a browser has it, for each person of the script. */
export interface ChatRoom {
  /** Everybody who can be played. */
  readonly people: readonly string[];
  /** What this person sees, oldest first. */
  messages(who: string): readonly SeenMessage[];
  say(who: string, text: string): Promise<void>;
  click(
    who: string,
    button: { verb: string; data: { readonly [name: string]: Json }; inputs: { [id: string]: string } },
  ): Promise<void>;
  /** Resolves at the next change of what anybody sees; false when there was none for so long. */
  changed(ms: number): Promise<boolean>;
  breakHost(host: string, fault: string): Promise<void>;
  clearFaults(): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** For the person who runs the script. */
  print(sentence: string): void;
}

/**
 * An answer to one person comes at once, a card when machines were looked at, a rotation takes as long as they take.
 */
const NOTICE_MS = 10_000;
const CARD_MS = 30_000;
const ROTATION_MS = 300_000;

/** Thrown when the chat does not do what the script expects. */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
}

/** Plays a script line by line. Throws ScriptFailure, with the line, what was expected and what there was. */
export async function playScript(lines: readonly ScriptLine[], room: ChatRoom): Promise<void> {
  const play: Play = { room, who: room.people[0] ?? '', before: new Set() };
  for (const line of lines) await playLine(line, play);
}

interface Play {
  readonly room: ChatRoom;
  /** Who acted last: answers go to them. */
  who: string;
  /** What they saw before they did. */
  before: ReadonlySet<string>;
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
      return room.breakHost(line.host, line.fault);
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
  play.before = new Set(play.room.messages(who).map(({ id }) => id));
}

async function click(line: ScriptLine & { do: 'click' }, { room }: Play): Promise<void> {
  const { who, verb, input } = line;
  const found = await until(room, CARD_MS, () => findButton(room, who, verb));
  if (found === null) throw new ScriptFailure(`line ${line.line}: no card has a button for ${verb}`);
  const { button, own } = found;
  room.print(`${who} clicks ${verb}${own ? '' : ', which only a card of somebody else has'}`);
  const inputs = button.field === null || input === null ? {} : { [button.field]: input };
  await room.click(who, { verb, data: button.data, inputs });
}

/**
 * The button on the newest message that has it. Somebody whose own card has no such button presses one made from
 * another's: what a page shows must not be what keeps people from voting. A card that is on its way to their page is
 * waited for.
 */
function findButton(room: ChatRoom, who: string, verb: string): { button: CardButton; own: boolean } | null {
  const others = room.people.filter((person) => person !== who);
  for (const person of [who, ...others]) {
    for (const message of [...room.messages(person)].reverse()) {
      const button = buttonsOf(message).find((one) => one.verb === verb);
      if (button === undefined) continue;
      const comes = !message.only && !room.messages(who).some(({ id }) => id === message.id);
      return comes ? null : { button, own: person === who };
    }
  }
  return null;
}

function buttonsOf({ body }: SeenMessage): readonly CardButton[] {
  if (body.type === 'card') return cardButtons(body.card);
  if (body.type === 'notice') return body.actions.map(({ verb, data }) => ({ verb, data, field: null }));
  return [];
}

const FINAL = ['closed', 'needs-person'];

async function expectState({ line, state }: ScriptLine & { do: 'expect' }, { room, who }: Play): Promise<void> {
  const wanted: readonly string[] = CARD_STATES[state];
  const newest = (): SeenMessage | undefined =>
    [...room.messages(who)].reverse().find(({ body }) => body.type === 'card' && body.kind !== 'reminder');
  const found = await until(room, ROTATION_MS, () => {
    const message = newest();
    if (message?.body.type !== 'card') return null;
    const there = wanted.includes(stateOf(message.body.card));
    return there || (FINAL.includes(message.body.kind) && !there) ? { there, card: message.body.card } : null;
  });
  if (found?.there === true) return;
  const message = newest();
  const seen =
    message?.body.type === 'card' ? `${cardState(message.body.card)}: ${cardSummary(message.body.card)}` : 'no card';
  throw new ScriptFailure(`line ${line}: expected ${wanted.join(' or ')}, found ${seen}`);
}

/** In front of how long it took, or how far it is. */
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

/** Asks again after each change; null when nothing came of it within the time. */
async function until<T>(room: ChatRoom, ms: number, look: () => T | null): Promise<T | null> {
  for (;;) {
    const found = look();
    if (found !== null) return found;
    if (!(await room.changed(ms))) return look();
  }
}
