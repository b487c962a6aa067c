import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';

const placeSchema = z.object({
  /** Without `;messageid=`. */
  conversation: z.string(),
  serviceUrl: z.string(),
  kind: z.enum(['channel', 'group', 'personal']),
  /** The team whose roster counts in a channel. */
  team: z.string().nullable(),
  /** In a personal chat: its person's Entra object id. */
  account: z.string().nullable(),
  greeted: z.boolean(),
});

/** A conversation that the bot has been in, and how to reach it. */
export type Place = Readonly<z.infer<typeof placeSchema>>;

const copySchema = z.object({
  key: z.string(),
  /** With `;messageid=` if the card is in a thread. */
  conversation: z.string(),
  message: z.string(),
});

/** A card with this key, and where it is. */
export type Copy = Readonly<z.infer<typeof copySchema>>;

const fileSchema = z.object({
  v: z.literal(1),
  /** Whose places these are: the bot's Microsoft App ID. Older files do not say. */
  app: z.string().optional(),
  places: z.array(placeSchema),
  copies: z.array(copySchema),
});

/** Teams names a thread by its channel and its first message. */
export const channelOf = (conversation: string): string => conversation.replace(/;messageid=.*$/u, '');

/** Whether it is a channel, by its id; channels of old teams end in `@thread.skype`. */
export const isOfTeam = (channel: string): boolean => /@thread\.(?:tacv2|skype)$/u.test(channel);

export interface References {
  place(conversation: string): Place | null;
  places(): readonly Place[];
  /** Resolves once it is on disk. */
  remember(place: Place): Promise<void>;
  forget(conversation: string): Promise<void>;
  /** Newest last. */
  copies(key: string): readonly Copy[];
  keep(copy: Copy): Promise<void>;
  drop(copy: Copy): Promise<void>;
}

const MOST_COPIES = 10;
const MOST_KEYS = 200;
const MOST_PLACES = 20_000;

/**
 * Where the bot can speak unasked, in `references.json`. `readable` false: the file did not parse; it is set aside, and
 * places are learnt again as people write. Throws CertopsError `FileNotReadable` if the file exists but cannot be read:
 * the first write would replace it.
 */
export async function openReferences(
  folder: string,
  app: string,
  move: typeof rename = rename,
): Promise<{ references: References; readable: boolean }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'references.json');
  const text = await readKept(file);
  const known = fileSchema.safeParse(text === null ? { v: 1, places: [], copies: [] } : parseJson(text));
  if (!known.success) await patiently(() => move(file, `${file}.unreadable`)).catch(() => undefined);
  const { app: of = app, places, copies } = known.success ? known.data : { places: [], copies: [] };
  // A personal chat belongs to one bot; a channel can be used by any bot that is added there.
  const own = places.filter(({ kind }) => kind !== 'personal' || of === app);
  return { references: createReferences({ file, app, move }, own, copies), readable: known.success };
}

interface Kept {
  readonly file: string;
  readonly app: string;
  readonly move: typeof rename;
}

function createReferences({ file, app, move }: Kept, known: readonly Place[], kept: readonly Copy[]): References {
  const places = new Map(known.map((place) => [place.conversation, place]));
  let copies = [...kept];
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;

  /** Atomically: written to a new file, then renamed. Changes that come during a write share one further write. */
  function save(): Promise<void> {
    waiting ??= writing
      .catch(() => undefined)
      .then(async () => {
        waiting = null;
        const all = { v: 1, app, places: [...places.values()], copies };
        await writeFile(`${file}.new`, `${JSON.stringify(all, null, 1)}\n`);
        await patiently(() => move(`${file}.new`, file));
      });
    writing = waiting;
    return writing;
  }

  return {
    place: (conversation) => places.get(conversation) ?? null,
    places: () => [...places.values()],
    remember: async (place) => {
      const old = places.get(place.conversation);
      if (old !== undefined && JSON.stringify(old) === JSON.stringify(place)) return;
      if (old === undefined && places.size >= MOST_PLACES) places.delete(leastMissed(places));
      places.set(place.conversation, place);
      await save();
    },
    forget: async (conversation) => {
      if (places.delete(conversation)) await save();
    },
    copies: (key) => copies.filter((copy) => copy.key === key),
    keep: async (copy) => {
      if (copies.some((one) => same(one, copy))) return;
      copies = limited([...copies, copy], copy.key);
      await save();
    },
    drop: async (copy) => {
      const left = copies.filter((one) => !same(one, copy));
      if (left.length === copies.length) return;
      copies = left;
      await save();
    },
  };
}

/** A personal chat can be opened again. */
const leastMissed = (places: ReadonlyMap<string, Place>): string =>
  [...places.values()].find(({ kind }) => kind === 'personal')?.conversation ?? places.keys().next().value ?? '';

const same = (a: Copy, b: Copy): boolean =>
  a.key === b.key && a.conversation === b.conversation && a.message === b.message;

/** Anybody may ask to see a card again: only the newest copies are kept up to date. */
function limited(copies: readonly Copy[], key: string): Copy[] {
  const ofKey = copies.filter((copy) => copy.key === key);
  const tooMany = ofKey.slice(0, Math.max(0, ofKey.length - MOST_COPIES));
  const keys = [...new Set(copies.map((copy) => copy.key))];
  const old = new Set(keys.slice(0, Math.max(0, keys.length - MOST_KEYS)));
  return copies.filter((copy) => !tooMany.includes(copy) && !old.has(copy.key));
}

/** null: there is no file. */
async function readKept(file: string): Promise<string | null> {
  try {
    return await patiently(() => readFile(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new CertopsError('FileNotReadable', { file, reason: errorCode(error) || 'UNKNOWN' });
  }
}

const HELD = ['EPERM', 'EACCES', 'EBUSY', 'UNKNOWN'];

/** Windows refuses while a virus scanner has the file open. */
async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left -= 1) {
    try {
      return await run();
    } catch (error) {
      if (left === 0 || !HELD.includes(errorCode(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
