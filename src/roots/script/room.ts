import * as z from 'zod';
import type { ChatRoom, SeenMessage } from '../../app/script/play.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Json } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import { type ConsoleSession, openSession } from './console-session.ts';

const json = z.custom<Json>(() => true);
const message = z.object({
  id: z.string(),
  only: z.boolean(),
  from: z.object({ name: z.string(), bot: z.boolean() }),
  body: z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('card'), kind: z.string(), card: json }),
    z.object({
      type: z.literal('notice'),
      codes: z.array(z.string()).default([]),
      lines: z.array(z.string()),
      actions: z.array(z.object({ verb: z.string(), data: z.record(z.string(), json) })),
    }),
  ]),
});
const actor = z.object({ account: z.string(), person: z.string().nullable(), name: z.string() });
const view = z.object({ farm: z.string(), hosts: z.array(z.object({ state: z.string() })) });
const state = z.object({ actors: z.array(actor), messages: z.array(message), farms: z.array(view) });

type Actor = z.output<typeof actor>;

interface RoomOptions {
  readonly url: string;
  readonly clock: SteadyClock;
  readonly faults: { break(host: string, fault: string): Promise<unknown>; clear(): Promise<unknown> };
  readonly print: (sentence: string) => void;
  /** Called for each new or changed message, once for each person who sees it. */
  readonly onMessage: (message: SeenMessage & { readonly from: string }, seenBy: string) => void;
}

interface Room extends ChatRoom {
  /**
   * Resolves when the bot has looked at every machine once, or after 15 s: before that, it does not know its runners.
   */
  looked(): Promise<void>;
  close(): void;
}

const LOOK_MS = 15_000;

const isLooked = ({ hosts }: z.output<typeof view>): boolean => hosts.every((host) => host.state !== 'not-looked');

/** The console's chat, seen by all of its people at once, as if each had a page open. */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const { url, clock, faults, print } = options;
  const session = await openSession(url);
  const seen = new Map<string, Map<string, SeenMessage>>();
  const changes = createSignal(clock);

  /** By farm. */
  const looked = new Map<string, boolean>();
  const isAllLooked = (): boolean => looked.size > 0 && [...looked.values()].every(Boolean);
  const see = (one: z.output<typeof view>): void => void looked.set(one.farm, isLooked(one));

  const keep = (who: string, data: z.output<typeof message>): SeenMessage & { readonly from: string } => {
    const one = { ...data, bot: data.from.bot, from: data.from.name };
    seen.get(who)?.set(one.id, one);
    return one;
  };
  const hear = (who: string) => (event: string, data: Json) => {
    if (event === 'state') {
      const { messages, farms } = state.parse(data);
      for (const each of messages) keep(who, each);
      for (const farm of farms) see(farm);
    }
    if (event === 'message') options.onMessage(keep(who, message.parse(data)), called(who));
    if (event === 'console') see(view.parse(data));
    changes.happened();
  };
  const actors = await actorsOf(session);
  const accounts = new Map(actors.map((one) => [nameOf(one), one.account]));
  const names = new Map(actors.map((one) => [nameOf(one), one.name]));
  const called = (who: string): string => names.get(who) ?? who;
  for (const [who, account] of accounts) {
    seen.set(who, new Map());
    await session.listen(account, hear(who));
  }
  const accountOf = (who: string): string => {
    const account = accounts.get(who);
    if (account === undefined) throw new CertopsError('NobodyCalled', { who });
    return account;
  };
  return {
    people: [...accounts.keys()],
    called,
    messages: (who) => [...(seen.get(who)?.values() ?? [])],
    say: (who, text) => session.post('/api/say', { as: accountOf(who), text }),
    click: (who, { verb, data, inputs }) => session.post('/api/act', { as: accountOf(who), verb, data, inputs }),
    changed: changes.next,
    breakHost: async (host, fault) => void (await faults.break(host, fault)),
    clearFaults: async () => void (await faults.clear()),
    sleep: (ms) => clock.sleep(ms),
    steady: clock.steady,
    print,
    close: session.close,
    looked: async () => {
      for (const until = clock.now() + LOOK_MS; !isAllLooked() && clock.now() < until; ) await changes.next(LOOK_MS);
    },
  };
}

/** Every page lists everybody; somebody has to open the first one, so it is the stranger. */
async function actorsOf(session: ConsoleSession): Promise<readonly Actor[]> {
  let actors: readonly Actor[] = [];
  await session.listen('stranger', (event, data) => {
    if (event === 'state') actors = state.parse(data).actors;
  });
  return actors;
}

/** By the farm file's id; the stranger, who has none, by the first name. */
const nameOf = ({ person, name }: Actor): string => person ?? name.toLowerCase().split(' ', 1)[0] ?? name;

function createSignal(clock: SteadyClock): { happened(): void; next(ms: number): Promise<boolean> } {
  let waiting: (() => void)[] = [];
  return {
    happened: () => {
      for (const wake of waiting.splice(0)) wake();
    },
    next: (ms) => {
      const late = new AbortController();
      let wake: () => void = () => {};
      const woken = new Promise<boolean>((resolve) => {
        wake = () => resolve(true);
        waiting.push(wake);
      });
      const timeout = clock.sleep(ms, late.signal).then(
        () => false,
        () => false,
      );
      return Promise.race([woken, timeout]).finally(() => {
        late.abort();
        waiting = waiting.filter((one) => one !== wake);
      });
    },
  };
}
