import { createMemorySigner } from '../../adapters/memory/signer.ts';
import { verifyEnvelope } from '../../src/domain/letters/envelope.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { isRefusal } from '../../src/domain/values.ts';
import type { Journal, Recorded, Signer } from '../../src/ports/journal.ts';

type Numbers = readonly number[];
export interface Add {
  readonly add: number;
}

/** A place where a journal may lie; the journal can be opened again after it was closed. */
interface JournalUnderTest {
  open(options: {
    readonly stream: string;
    readonly signer: Signer;
    readonly initial: Numbers;
    readonly fold: (state: Numbers, recorded: Recorded<Add>) => Numbers;
    readonly clock: { now(): number };
  }): Promise<Journal<Numbers, Add>>;
  /** Makes the disk refuse writes, or accept them again. */
  full(is: boolean): void;
}

/** What every journal promises, wherever its lines are kept. */
export function describeJournal(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`journal ${name}`, () => {
    const signer = createMemorySigner();
    let place: JournalUnderTest;
    let journal: Journal<Numbers, Add>;
    const open = () =>
      place.open({
        stream: 'test',
        signer,
        initial: [],
        fold: (state, { line }) => [...state, line.entry.add],
        clock: { now: () => Date.parse('2026-11-21T10:00:00.000Z') },
      });
    const add = (...numbers: readonly number[]): Promise<number> =>
      journal.append((state) => ({ entries: numbers.map((number) => ({ add: number })), answer: state.length }));

    beforeEach(async () => {
      place = await make();
      journal = await open();
    });
    afterEach(() => journal.close());

    test('an empty one has seq 0 and a head of zeros', () => {
      expect(journal.head()).toEqual({ seq: 0, hash: '0'.repeat(64) });
    });

    test('a hundred appends at once are decided one after the other', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => add(number)));
      expect(answers).toEqual(Array.from({ length: 100 }, (_, number) => number));
      expect(journal.head().seq).toBe(100);
    });

    test('each line is signed, numbered and chained to the one before', async () => {
      await add(1, 2);
      await add(3);
      let prev = '0'.repeat(64);
      for (const [index, { line, envelope }] of journal.read().entries()) {
        expect(isRefusal(verifyEnvelope(envelope, 'entry', [signer.publicKey]))).toBe(false);
        expect(line).toMatchObject({ stream: 'test', seq: index + 1, prev, at: '2026-11-21T10:00:00.000Z' });
        prev = sha256(JSON.stringify(envelope));
      }
      expect(journal.head()).toEqual({ seq: 3, hash: prev });
      expect(journal.read(3).map(({ line }) => line.entry)).toEqual([{ add: 3 }]);
      expect(journal.read(2, 2).map(({ line }) => line.entry)).toEqual([{ add: 2 }]);
      expect(journal.read(4, 4)).toEqual([]);
    });

    test('what was appended is there after it is reopened', async () => {
      await add(1, 2);
      const head = journal.head();
      await journal.close();
      journal = await open();
      expect(journal.state()).toEqual([1, 2]);
      expect(journal.head()).toEqual(head);
    });

    test('a decision that throws writes nothing and blocks nobody', async () => {
      await expect(
        journal.append(() => {
          throw new RangeError('no');
        }),
      ).rejects.toThrow('no');
      await add(1);
      expect(journal.state()).toEqual([1]);
    });

    test('a disk that refuses leaves everything as it was, and is tried again', async () => {
      await add(1);
      place.full(true);
      await expect(add(2, 3)).rejects.toMatchObject({ code: 'JournalNotWritable' });
      expect(journal.state()).toEqual([1]);
      expect(journal.head().seq).toBe(1);
      place.full(false);
      await add(4);
      expect(journal.state()).toEqual([1, 4]);
    });

    test('whether it could be written is tried without leaving anything behind', async () => {
      await add(1);
      const head = journal.head();
      await journal.tryWrite();
      place.full(true);
      await expect(journal.tryWrite()).rejects.toMatchObject({ code: 'JournalNotWritable' });
      place.full(false);
      await Promise.all([add(2), journal.tryWrite(), add(3)]);
      expect(journal.read().map(({ line }) => line.entry)).toEqual([1, 2, 3].map((one) => ({ add: one })));
      expect(journal.read(1, 1).map(({ envelope }) => sha256(JSON.stringify(envelope)))).toEqual([head.hash]);
      await journal.tryWrite();
      await journal.close();
      await expect(journal.tryWrite()).rejects.toMatchObject({ code: 'JournalClosed' });
      journal = await open();
      expect(journal.state()).toEqual([1, 2, 3]);
    });

    test('nothing is appended after it was closed', async () => {
      await journal.close();
      await expect(add(1)).rejects.toMatchObject({ code: 'JournalClosed' });
    });
  });
}
