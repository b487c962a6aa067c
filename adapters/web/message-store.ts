import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { CardView, NoticeView, Reader } from '../../src/domain/views/view.ts';

/** A message in the channel. `only`: the account that alone sees it; null: everybody. */
export interface StoredMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly changed: number | null;
  /** Account of the person who typed it; null: the bot. */
  readonly from: string | null;
  readonly only: string | null;
  readonly body:
    | { readonly type: 'text'; readonly text: string }
    /** `reader` null: drawn for the person who looks. */
    | { readonly type: 'card'; readonly view: CardView; readonly reader: Reader | null };
  /** What was said below a card, oldest first. */
  readonly notes?: readonly { readonly at: number; readonly view: NoticeView }[];
}

export interface MessageStore {
  messages(): readonly StoredMessage[];
  add(message: Omit<StoredMessage, 'id' | 'changed'>): Promise<StoredMessage>;
  /** Changes a card in place. Throws `MessageNotFound`. */
  change(id: string, at: number, view: CardView): Promise<StoredMessage>;
  /** Adds a note below a card. Throws `MessageNotFound`. */
  note(id: string, at: number, view: NoticeView): Promise<StoredMessage>;
  close(): Promise<void>;
}

const KEPT = 500;

/** Our own file, but its last line may be incomplete after a crash: unreadable lines are skipped and counted. */
const lineSchema = z.object({
  id: z.string().regex(/^m[1-9]\d*$/u),
  at: z.number(),
  changed: z.number().nullable(),
  from: z.string().nullable(),
  only: z.string().nullable(),
  body: z.union([
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({
      type: z.literal('card'),
      view: z.looseObject({ kind: z.string() }),
      reader: z.enum(['approver', 'requester', 'other']).nullable(),
    }),
  ]),
  notes: z.array(z.object({ at: z.number(), view: z.looseObject({ kind: z.literal('notice') }) })).optional(),
});

/**
 * The channel as JSON lines in `folder`: each line is a whole message, and a later line with the same id replaces it.
 * The file is rewritten when it is opened, so the hundreds of updates of a finished rotation do not pile up.
 */
export async function openMessageStore(
  folder: string,
  move: typeof rename = rename,
): Promise<{ readonly store: MessageStore; readonly unreadable: number }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'messages.jsonl');
  const { byId, unreadable } = readLines(await readFile(file, 'utf8').catch(noneYet(file)));
  await writeFile(`${file}.new`, [...byId.values()].map(toLine).join(''));
  await replace(`${file}.new`, file, move);
  return { store: createStore(await open(file, 'a'), byId), unreadable };
}

/** A file that exists but cannot be read is not overwritten. */
const noneYet =
  (file: string) =>
  (error: NodeJS.ErrnoException): string => {
    if (error.code === 'ENOENT') return '';
    throw new CertopsError('FileNotReadable', { file, reason: error.code ?? 'UNKNOWN' });
  };

const HELD = ['EPERM', 'EACCES', 'EBUSY'];

/** Windows refuses while a virus scanner has the file open. */
async function replace(from: string, to: string, move: typeof rename): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      return await move(from, to);
    } catch (error) {
      if (left === 0 || !HELD.includes(errorCode(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function createStore(handle: FileHandle, byId: Map<string, StoredMessage>): MessageStore {
  let last = Math.max(0, ...[...byId.keys()].map((id) => Number(id.slice(1))));
  let writing: Promise<unknown> = Promise.resolve();

  /**
   * Writes are in order, each of what the one before has left, and a message exists only once it is written: if the
   * disk refused it, it was never said.
   */
  const keep = (next: () => StoredMessage): Promise<StoredMessage> => {
    const written = writing.then(async () => {
      const message = next();
      await handle.appendFile(toLine(message));
      byId.set(message.id, message);
      trim(byId);
      return message;
    });
    writing = written.catch(() => undefined);
    return written;
  };

  const cardOf = (id: string) => {
    const message = byId.get(id);
    if (message?.body.type !== 'card') throw new CertopsError('MessageNotFound', { message: id });
    return { message, body: message.body };
  };

  return {
    messages: () => [...byId.values()],
    add: (message) => {
      last += 1;
      const id = `m${last}`;
      return keep(() => ({ ...message, id, changed: null }));
    },
    change: (id, at, view) =>
      keep(() => {
        const { message, body } = cardOf(id);
        return { ...message, changed: at, body: { ...body, view } };
      }),
    note: (id, at, view) =>
      keep(() => {
        const { message } = cardOf(id);
        return { ...message, notes: [...(message.notes ?? []), { at, view }] };
      }),
    close: async () => {
      await writing;
      await handle.close();
    },
  };
}

function readLines(text: string): { byId: Map<string, StoredMessage>; unreadable: number } {
  const byId = new Map<string, StoredMessage>();
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const message = parseLine(line);
    if (message === null) unreadable += 1;
    else byId.set(message.id, message);
  }
  trim(byId);
  return { byId, unreadable };
}

function parseLine(line: string): StoredMessage | null {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    // Drawing checks the shape of a view: one that cannot be drawn is shown as such (channel.ts).
    return parsed.success ? (parsed.data as unknown as StoredMessage) : null;
  } catch {
    return null;
  }
}

/** The oldest go first. A Map keeps the order of the first `set`, so a changed card keeps its place. */
function trim(byId: Map<string, StoredMessage>): void {
  for (const id of byId.keys()) {
    if (byId.size <= KEPT) return;
    byId.delete(id);
  }
}

const toLine = (message: StoredMessage): string => `${JSON.stringify(message)}\n`;
