import { appendFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openJournal } from '../../../adapters/files/journal.ts';
import { type JournalDisk, openJournalDisk, openNamedDisk } from '../../../adapters/files/journal-disk.ts';
import { createKeyring } from '../../../adapters/files/keyring.ts';
import { readJournal } from '../../../adapters/files/read-journal.ts';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { foldBot } from '../../../src/domain/fold/bot-fold.ts';
import { foldRunner, initialRunnerState } from '../../../src/domain/fold/runner-fold.ts';
import { verifyEnvelope } from '../../../src/domain/letters/envelope.ts';
import { parseJournalLine } from '../../../src/domain/letters/letters.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import { initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import { isRefusal } from '../../../src/domain/values.ts';
import type { Journal, Recorded } from '../../../src/ports/journal.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

type Entry = { readonly add: number };
const signer = createMemorySigner();
let folder: string;
let file: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  count += 1;
  file = join(folder, `${count}.jsonl`);
});

const said: { code: string }[] = [];
const open = (extra: object = {}): Promise<Journal<readonly number[], Entry>> =>
  openJournal<readonly number[], Entry>({
    file,
    stream: 'test',
    signer,
    initial: [],
    fold: (state: readonly number[], { line }: Recorded<Entry>) => [...state, line.entry.add],
    clock: { now: () => Date.parse('2026-11-21T10:00:00Z') },
    said: (notice) => said.push(notice),
    ...extra,
  });
const add = (journal: Journal<readonly number[], Entry>, ...numbers: number[]): Promise<number> =>
  journal.append((state) => ({ entries: numbers.map((number) => ({ add: number })), answer: state.length }));
const lines = async (): Promise<string[]> => (await readFile(file, 'utf8')).split('\n');

test('what is written into a file that no longer has its name is not taken, until it has it again', async () => {
  const journal = await open();
  await add(journal, 1);
  await rename(file, `${file}.away`);
  await expect(add(journal, 2)).rejects.toMatchObject({ code: 'JournalNotWritable', data: { file, reason: 'ENOENT' } });
  expect(journal.state()).toEqual([1]);
  await rename(`${file}.away`, file);
  await add(journal, 3);
  await journal.close();
  const again = await open();
  expect(again.state()).toEqual([1, 3]);
  await again.close();
});

test('what is written beside a copy that was put in its place is not taken, since the next start would find the copy', async () => {
  const journal = await open();
  await add(journal, 1);
  const copy = await readFile(file);
  await rm(file);
  await writeFile(file, copy);
  await expect(add(journal, 2)).rejects.toMatchObject({ code: 'JournalNotWritable', data: { file, reason: 'ESTALE' } });
  expect(journal.state()).toEqual([1]);
  await journal.close();
});

test('a file that has another number since, as some file systems give it, but holds all that was written, is still its own', async () => {
  const disk = await openNamedDisk(file);
  await disk.write(Buffer.from('one line\n'), 0);
  const bytes = await readFile(file);
  await rm(file);
  await writeFile(file, bytes);
  await expect(disk.sync()).resolves.toBeUndefined();
  await disk.close();
});

test('appended entries are there after the journal is reopened', async () => {
  const first = await open();
  expect(first.head()).toEqual({ seq: 0, hash: '0'.repeat(64) });
  await add(first, 1, 2);
  await add(first, 3);
  const head = first.head();
  await first.close();
  const second = await open();
  expect(second.state()).toEqual([1, 2, 3]);
  expect(second.head()).toEqual(head);
  expect(second.read(2)).toEqual(first.read(2));
  await second.close();
});

test('each line is a signed envelope, chained to the bytes of the previous line', async () => {
  const journal = await open();
  await add(journal, 1, 2);
  await journal.close();
  const [one = '', two = '', rest] = await lines();
  expect(rest).toBe('');
  const verified = verifyEnvelope(JSON.parse(two), 'entry', [signer.publicKey]);
  expect(!isRefusal(verified) && parseJournalLine(verified.body)).toEqual({
    stream: 'test',
    seq: 2,
    prev: sha256(one),
    at: '2026-11-21T10:00:00.000Z',
    entry: { add: 2 },
  });
});

test('concurrent appends are decided one after the other, each on the fold of those before it', async () => {
  const journal = await open();
  const sizes = await Promise.all(Array.from({ length: 50 }, (_, n) => add(journal, n)));
  expect(sizes).toEqual(Array.from({ length: 50 }, (_, n) => n));
  expect(journal.state()).toHaveLength(50);
  await journal.close();
});

test('the state holds recorded entries only, not those still being written', async () => {
  const journal = await open();
  const first = add(journal, 1);
  expect(journal.state()).toEqual([]);
  await first;
  expect(journal.state()).toEqual([1]);
  await journal.close();
});

test('a decision that throws or records nothing does not affect the others', async () => {
  const journal = await open();
  const answers = await Promise.allSettled([
    add(journal, 1),
    journal.append(() => {
      throw new Error('no');
    }),
    add(journal),
    add(journal, 2),
  ]);
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
    0,
    'Error: no',
    1,
    1,
  ]);
  expect(journal.state()).toEqual([1, 2]);
  await journal.close();
});

test('old lines that are no longer in memory are read from the file', async () => {
  const journal = await open();
  await add(journal, ...Array.from({ length: 700 }, (_, n) => n));
  for (const from of [1, 2, 300, 699, 700, 701]) {
    const read = journal.read(from);
    expect(read.map(({ line }) => line.entry.add)).toEqual(journal.state().slice(from - 1));
    expect(read.map(({ line }) => line.seq)).toEqual(read.map((_, index) => from + index));
    for (const to of [0, from, from + 1, 400, 700])
      expect(journal.read(from, to)).toEqual(read.filter(({ line }) => line.seq <= to));
  }
  await journal.close();
});

test('wherever a write was torn, the lines before it stay and the rest is kept aside', async () => {
  const whole = await open();
  await add(whole, 1);
  await add(whole, 2);
  await whole.close();
  const bytes = await readFile(file);
  const firstEnd = bytes.indexOf(10) + 1;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (cut) => {
      await writeFile(file, bytes.subarray(0, cut));
      await rm(`${file}.torn`, { force: true });
      said.length = 0;
      const journal = await open();
      expect(journal.state()).toEqual(cut < firstEnd ? [] : [1]);
      await add(journal, 9);
      await journal.close();
      const torn = cut !== firstEnd;
      expect(said.map(({ code }) => code)).toEqual(torn ? ['JournalTornLine'] : []);
      expect(
        await stat(`${file}.torn`).then(
          () => true,
          () => false,
        ),
      ).toBe(torn);
      const again = await open();
      expect(again.state()).toEqual(cut < firstEnd ? [9] : [1, 9]);
      await again.close();
    }),
    { numRuns: 40 },
  );
});

/** As after a power cut: the length was written, these bytes were not. */
const blank = (text: string, from: number, to: number): string =>
  text.slice(0, from) + '\0'.repeat(to - from) + text.slice(to);

test.each<[string, (lines: string[]) => string, readonly number[]]>([
  ['a last line', ([a, b, c = '']) => `${a}\n${b}\n${blank(c, 3, 40)}\n`, [1, 2]],
  ['the newline of the last line too', ([a, b, c = '']) => `${a}\n${b}\n${blank(`${c}\n`, 3, c.length + 1)}`, [1, 2]],
  ['an only line', ([a = '']) => `${blank(a, 0, a.length - 1)}\n`, []],
  ['two lines of one write', ([a, b = '', c = '']) => `${a}\n${blank(b, 9, 10)}\n${blank(c, 0, 9)}\n{`, [1]],
])('%s of which blocks never reached the disk was told to nobody: it is kept aside', async (_what, change, left) => {
  const journal = await open();
  await add(journal, 1, 2, 3);
  await journal.close();
  await writeFile(file, change(await lines()));
  said.length = 0;
  const again = await open();
  expect(again.state()).toEqual(left);
  expect(said.map(({ code }) => code)).toEqual(['JournalTornLine']);
  await add(again, 9);
  await again.close();
  expect(await readFile(`${file}.torn`, 'utf8')).toContain('\0');
  const third = await open();
  expect(third.state()).toEqual([...left, 9]);
  await third.close();
});

test('a journal of which nothing is left but zeros is broken, to whoever reads it too: more than one line may be lost', async () => {
  const journal = await open();
  await add(journal, 1, 2, 3);
  await journal.close();
  const { size } = await stat(file);
  await writeFile(file, Buffer.alloc(size));
  const broken = { code: 'JournalBroken', data: { file, line: 1, why: 'only-zeros' } };
  await expect(open()).rejects.toMatchObject(broken);
  const keyring = createKeyring(signer.publicKey);
  await expect(readJournal<Entry>({ file, stream: 'test', keyring })).rejects.toMatchObject(broken);
  expect((await stat(file)).size).toBe(size);
});

test('whoever only reads a journal leaves out a last line of which blocks never reached the disk', async () => {
  const journal = await open();
  await add(journal, 1, 2);
  await journal.close();
  const [a = '', b = ''] = await lines();
  await writeFile(file, `${a}\n${blank(b, 3, 40)}\n`);
  const keyring = createKeyring(signer.publicKey);
  const read = await readJournal<Entry>({ file, stream: 'test', keyring });
  expect(read.map(({ line }) => line.entry.add)).toEqual([1]);
});

test.each<[string, (lines: string[]) => string[], number, string]>([
  ['a changed line', ([a = '', b = '', c = '']) => [a, b.replace('add', 'bad'), c], 2, 'EnvelopeBadSignature'],
  ['a line that is not JSON', ([a = '', , c = '']) => [a, 'x', c], 2, 'not-json'],
  ['an empty line', ([a = '', b = '', c = '']) => [a, '', b, c], 2, 'not-json'],
  ['zeros before a whole line', ([a = '', b = '', c = '']) => [a, blank(b, 3, 40), c], 2, 'not-json'],
  ['a line taken out', ([a = '', , c = '']) => [a, c], 2, 'wrong-sequence'],
  ['a first line taken out', ([, b = '', c = '']) => [b, c], 1, 'wrong-sequence'],
  ['a line twice', ([a = '', b = '', c = '']) => [a, b, b, c], 3, 'wrong-sequence'],
  ['another first line of ours', ([, b = '', c = '']) => [other('test', 1, ''), b, c], 2, 'wrong-chain'],
  ['a line of another stream', ([a = '', , c = '']) => [a, other('else', 2, a), c], 2, 'wrong-stream'],
  ['a letter of ours', ([a = '', , c = '']) => [a, sealed('report', '{}'), c], 2, 'EnvelopeWrongType'],
  ['a signed text that is not a line', ([a = '', , c = '']) => [a, sealed('entry', '{}'), c], 2, 'LineNotUnderstood'],
  ['a space before a line', ([a = '', b = '', c = '']) => [` ${a}`, b, c], 2, 'wrong-chain'],
])('%s is a broken journal, and the line is named', async (_what, change, line, why) => {
  const journal = await open();
  await add(journal, 1, 2, 3);
  await journal.close();
  const before = await lines();
  await writeFile(
    file,
    change(before.slice(0, 3))
      .map((text) => `${text}\n`)
      .join(''),
  );
  const text = await readFile(file, 'utf8');
  await expect(open()).rejects.toMatchObject({ code: 'JournalBroken', data: { file, line, why } });
  expect(await readFile(file, 'utf8')).toBe(text);
});

function other(stream: string, seq: number, before: string): string {
  const body = { stream, seq, prev: before === '' ? '0'.repeat(64) : sha256(before), at: '2026-11-21T10:00:00.000Z' };
  return sealed('entry', JSON.stringify({ ...body, entry: { add: 7 } }));
}

function sealed(type: Envelope['type'], body: string): string {
  return JSON.stringify(signer.sign(type, body));
}

test('a journal signed by another key is broken, unless that key is known as a former one', async () => {
  const mine = await open();
  await add(mine, 1);
  await mine.close();
  const next = createMemorySigner();
  await expect(open({ signer: next })).rejects.toMatchObject({
    code: 'JournalBroken',
    data: { line: 1, why: 'EnvelopeUnknownKey' },
  });
  const formerKeys = [{ publicKey: signer.publicKey, last: mine.head() }];
  const journal = await open({ signer: next, formerKeys });
  await add(journal, 2);
  await journal.close();
  const again = await open({ signer: next, formerKeys });
  expect(again.state()).toEqual([1, 2]);
  await again.close();
});

test('a key whose exchange was broken off before a new key replaced it goes on signing', async () => {
  const mine = await open();
  await add(mine, 1);
  const formerKeys = [{ publicKey: signer.publicKey, last: mine.head() }];
  await add(mine, 2);
  await mine.close();
  const again = await open({ formerKeys });
  expect(again.state()).toEqual([1, 2]);
  await again.close();
});

describe('a former key', () => {
  const next = createMemorySigner();
  let formerKeys: readonly object[];
  beforeEach(async () => {
    const mine = await open();
    await add(mine, 1, 2);
    formerKeys = [{ publicKey: signer.publicKey, last: mine.head() }];
    await mine.close();
  });
  const broken = (line: number, why: string) =>
    expect(open({ signer: next, formerKeys })).rejects.toMatchObject({ code: 'JournalBroken', data: { line, why } });

  test('cannot add a line after the last one that it signed before the exchange', async () => {
    const stolen = await open();
    await add(stolen, 3);
    await stolen.close();
    await broken(3, 'former-key');
  });

  test('cannot add a line after those of the key that replaced it', async () => {
    const journal = await open({ signer: next, formerKeys });
    await add(journal, 3);
    await journal.close();
    const [, , third = ''] = await lines();
    await appendFile(file, `${other('test', 4, third)}\n`);
    await broken(4, 'former-key');
  });

  test('cannot rewrite earlier lines', async () => {
    await rm(file);
    const forged = await open();
    await add(forged, 7, 8);
    await forged.close();
    await broken(2, 'changed-before-exchange');
  });

  test('cannot leave out earlier lines', async () => {
    const [first = ''] = await lines();
    await writeFile(file, `${first}\n`);
    await broken(1, 'cut-before-exchange');
  });

  test('does not matter to a journal that began after the exchange', async () => {
    await rm(file);
    const journal = await open({ signer: next, formerKeys });
    await add(journal, 1, 2, 3);
    await journal.close();
    const again = await open({ signer: next, formerKeys });
    expect(again.state()).toEqual([1, 2, 3]);
    await again.close();
  });
});

/** A disk that fails when told to, halfway through a write. */
function failingDisk(fault: { at: 'write' | 'sync' | 'truncate' | null; code: string }) {
  return async (path: string): Promise<JournalDisk> => {
    const disk = await openJournalDisk(path);
    const fail = (): never => {
      throw Object.assign(new Error('no'), { code: fault.code });
    };
    return {
      ...disk,
      write: async (bytes, position) => {
        if (fault.at === null) return disk.write(bytes, position);
        await disk.write(bytes.subarray(0, fault.at === 'sync' ? bytes.length : bytes.length / 2), position);
        if (fault.at !== 'sync') fail();
      },
      sync: () => (fault.at === 'sync' ? fail() : disk.sync()),
      truncate: (length) => (fault.at === 'truncate' ? fail() : disk.truncate(length)),
    };
  };
}

test.each<['write' | 'sync' | 'truncate', string]>([
  ['write', 'ENOSPC'],
  ['sync', 'EIO'],
  ['truncate', 'ENOSPC'],
])('a disk that fails at %s leaves file and fold as they were, and later appends work', async (at, code) => {
  const fault: { at: typeof at | null; code: string } = { at: null, code };
  const journal = await open({ openDisk: failingDisk(fault) });
  await add(journal, 1);
  const before = journal.head();
  fault.at = at;
  const tries = await Promise.allSettled([add(journal, 2), add(journal, 3)]);
  expect(tries.map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
    { code: 'JournalNotWritable', data: { reason: code } },
    { code: 'JournalNotWritable', data: { reason: code } },
  ]);
  expect(journal.state()).toEqual([1]);
  expect(journal.head()).toEqual(before);
  expect(journal.read()).toHaveLength(1);
  fault.at = null;
  await add(journal, 4);
  await journal.close();
  const again = await open();
  expect(again.state()).toEqual([1, 4]);
  await again.close();
});

test('an entry over the limit is refused by itself, before it is written', async () => {
  const journal = await openJournal<number, string>({
    file,
    stream: 'test',
    signer,
    initial: 0,
    fold: (state) => state + 1,
    clock: { now: () => 0 },
  });
  const big = journal.append(() => ({ entries: ['x'.repeat(17 * 1024 * 1024)], answer: null }));
  const small = journal.append(() => ({ entries: ['x'], answer: null }));
  await expect(big).rejects.toMatchObject({ code: 'EntryTooLong' });
  await small;
  expect(journal.state()).toBe(1);
  await journal.close();
});

test('long lines are not kept in memory by their number, but read from the file', async () => {
  const read: number[] = [];
  const journal = await openJournal<number, string>({
    file,
    stream: 'test',
    signer,
    initial: 0,
    fold: (state) => state + 1,
    clock: { now: () => 0 },
    openDisk: async (path) => {
      const disk = await openJournalDisk(path);
      const readNow: JournalDisk['readNow'] = (at, length) => {
        read.push(length);
        return disk.readNow(at, length);
      };
      return { ...disk, readNow };
    },
  });
  const long = (nth: number): string => `${nth}${'x'.repeat(1024 * 1024)}`;
  for (let nth = 1; nth <= 40; nth += 1) await journal.append(() => ({ entries: [long(nth)], answer: null }));
  expect(journal.read(30).map(({ line }) => line.entry.slice(0, 2))).toEqual(
    Array.from({ length: 11 }, (_, at) => `${30 + at}`),
  );
  expect(read).toEqual([]);
  expect(journal.read(1).map(({ line }) => line.entry)).toEqual(Array.from({ length: 40 }, (_, at) => long(at + 1)));
  expect(read).toHaveLength(1);
  await journal.close();
});

test('a line longer than one read is read whole', async () => {
  const long = { file, stream: 'test', signer, initial: 0, clock: { now: () => 0 } };
  const fold = (state: number, { line }: Recorded<string>): number => state + line.entry.length;
  const first = await openJournal<number, string>({ ...long, fold });
  await first.append(() => ({ entries: ['é'.repeat(2_000_000), 'x', 'é'.repeat(600_000)], answer: null }));
  await first.close();
  const second = await openJournal<number, string>({ ...long, fold });
  expect(second.state()).toBe(2_600_001);
  expect(second.head()).toEqual(first.head());
  await second.close();
  const read = await readJournal<string>({ file, stream: 'test', keyring: createKeyring(signer.publicKey) });
  expect(read.map(({ line }) => line.entry.length)).toEqual([2_000_000, 1, 600_000]);
});

test('nothing is appended to a closed journal', async () => {
  const journal = await open();
  await journal.close();
  await expect(add(journal, 1)).rejects.toMatchObject({ code: 'JournalClosed' });
});

test('a folder in the journal’s place is unreadable, and an empty file is an empty journal', async () => {
  await expect(open({ file: folder })).rejects.toMatchObject({ code: 'JournalNotReadable' });
  const keyring = createKeyring(signer.publicKey);
  const unread = readJournal({ file: folder, stream: 'test', keyring });
  await expect(unread).rejects.toMatchObject({ code: 'JournalNotReadable', data: { file: folder } });
  await expect(readJournal({ file, stream: 'test', keyring })).resolves.toEqual([]);
  await appendFile(file, '');
  await expect(readJournal({ file, stream: 'test', keyring })).resolves.toEqual([]);
  const empty = await open();
  expect(empty.state()).toEqual([]);
  await empty.close();
});

const OF_TOMORROW = { type: 'of-tomorrow', id: 'prod-1', n: 1, rotation: 'prod-1' };
/** Entries of a known type with an unknown field, without which they would mean something else. */
const WITH_MORE = {
  bot: { type: 'unfrozen', by: { id: 'mei', name: 'Mei' }, reason: '', until: 'noon', needs: ['unfrozen.until'] },
  runner: { type: 'armed', n: 1, rotation: 'prod-1', alone: false, needs: ['armed.alone'] },
};
/** What a newer bot has heard from its runner. */
const heardTomorrow = (entry: object = OF_TOMORROW) => {
  const line = { stream: 'runner', seq: 1, prev: '0'.repeat(64), at: '2026-11-24T12:00:00.000Z', entry };
  const entries = [signer.sign('entry', JSON.stringify(line))];
  return { type: 'heard', host: 'sqlw01', boot: 'b', skewMs: 0, entries };
};

test.each([
  ['bot', foldBot, initialFarmState, () => OF_TOMORROW],
  ['bot, of a runner', foldBot, initialFarmState, () => heardTomorrow()],
  ['runner', foldRunner, initialRunnerState, () => OF_TOMORROW],
  ['bot, with a field that must be understood', foldBot, initialFarmState, () => WITH_MORE.bot],
  ['bot, of a runner, with such a field', foldBot, initialFarmState, () => heardTomorrow(WITH_MORE.runner)],
  ['runner, with such a field', foldRunner, initialRunnerState, () => WITH_MORE.runner],
  ['bot, with a word on it that nobody knows', foldBot, initialFarmState, () => ({ ...WITH_MORE.bot, needs: true })],
])(
  'a line from a newer version stops the reader, since it may take back earlier lines: %s',
  async (_whose, fold, initial, entryOf) => {
    const newer = await open();
    const entry = entryOf();
    await newer.append(() => ({ entries: [entry as never], answer: null }));
    await newer.close();
    const refused = await open({ initial, fold }).catch((error: unknown) => error as { code: string; data: never });
    expect(refused).toMatchObject({ code: 'JournalBroken', data: { line: 1, why: 'EntryOfNewerVersion' } });
    expect('data' in refused && SAYINGS.JournalBroken?.say(refused.data)).toContain('start the newer version again');
  },
);

test('a field added by a newer version stops nobody if it need not be understood', async () => {
  const newer = await open();
  const { needs: _, ...entry } = WITH_MORE.bot;
  await newer.append(() => ({ entries: [entry as never, { ...entry, needs: [] } as never], answer: null }));
  await newer.close();
  const older = await open({ initial: initialFarmState, fold: foldBot });
  expect(older.head().seq).toBe(2);
  await older.close();
});
