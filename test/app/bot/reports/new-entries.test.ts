import { isAnotherJournal, newEntries } from '../../../../src/app/bot/reports/new-entries.ts';
import type { OpenReport } from '../../../../src/app/bot/reports/open-report.ts';
import { ENTRY_LIMITS } from '../../../../src/domain/fold/entry-limits.ts';
import { NEW_HOST } from '../../../../src/domain/journal/host-head.ts';
import { parseJournalLine } from '../../../../src/domain/letters/letters.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import { sha256 } from '../../../../src/domain/sha256.ts';
import { isRefusal, refuse } from '../../../../src/domain/values.ts';

const refusal = (code: string) => ({ type: 'refused', n: null, rotation: null, code, data: {} });
const enveloped = (body: string): Envelope => ({ type: 'entry', key: 'k', body, sig: 's' }) as Envelope;
const hashOf = (envelope: Envelope | undefined) => sha256(JSON.stringify(envelope));
const lineOf = (seq: number, prev: string, entry: object) =>
  enveloped(JSON.stringify({ stream: 'sqlw01', seq, prev, at: '2026-11-24T12:00:00.000Z', entry }));

/** Lines of a journal, each chained to the one before: a word stands for a refusal with that code. */
function journal(...entries: readonly (string | object)[]): readonly Envelope[] {
  let prev = '0'.repeat(64);
  return entries.map((entry, at) => {
    const line = lineOf(at + 1, prev, typeof entry === 'string' ? refusal(entry) : entry);
    prev = hashOf(line);
    return line;
  });
}

const reporting = (lines: readonly Envelope[], from = 1, to = lines.length, unsigned = ''): OpenReport => ({
  report: { from, entries: lines.slice(from - 1, to) } as never,
  unsigned: (envelope) => (unsigned !== '' && envelope.body.includes(unsigned) ? refuse('NotSigned') : null),
  line: ({ body }) => parseJournalLine(body),
});

/** What is known of that journal up to its line of that number. */
const knownTo = (lines: readonly Envelope[], seq: number) => ({
  ...{ ...NEW_HOST, seq },
  ...(seq === 0 ? {} : { first: hashOf(lines[0]), hash: hashOf(lines[seq - 1]) }),
});

describe('Of a report, the bot takes', () => {
  const lines = journal('A', 'B', 'C', 'D');
  const codes = (found: ReturnType<typeof newEntries>) =>
    isRefusal(found) ? found.code : found.map(({ entry }) => (entry as { code?: string }).code).join('');

  test.each([
    ['everything if nothing is known', 0, 1, 4, 'ABCD'],
    ['what comes after what is known', 2, 1, 4, 'CD'],
    ['what goes on exactly from there', 2, 3, 4, 'CD'],
    ['nothing if a line before it is missing', 1, 3, 4, ''],
    ['nothing if all is known', 4, 1, 4, ''],
    ['nothing if it ends before what is known', 3, 1, 2, ''],
  ])('%s', (_, known, from, to, wanted) => {
    expect(codes(newEntries(reporting(lines, from, to), knownTo(lines, known)))).toBe(wanted);
  });

  test('each line with its envelope as it came', () => {
    const found = newEntries(reporting(lines), NEW_HOST);
    expect(isRefusal(found) ? found : found.map(({ envelope }) => envelope)).toEqual(lines);
  });

  /** So much longer than an entry of its kind may be. */
  const tooLong = (by: number) =>
    journal('A').map((one) => ({ ...one, body: one.body.padEnd(ENTRY_LIMITS.refused + by) }));
  const [first = enveloped('')] = lines;
  test.each<readonly [string, readonly Envelope[], string]>([
    ['is not signed by its machine', lines, 'NotSigned'],
    ['is no line of a journal', [first, enveloped('{}')], 'LineNotUnderstood'],
    ['is of another version', journal('A', { type: 'new' }), 'EntryNotUnderstood'],
    ['is longer than any of its kind', tooLong(1), 'RunnerEntryTooLong'],
    ['leaves a number out', [first, lineOf(3, hashOf(first), refusal('C'))], 'RunnerJournalGap'],
    ['has the number of the one before', [first, lineOf(1, hashOf(first), refusal('C'))], 'RunnerJournalGap'],
    ['is not chained to the one before', [first, lineOf(2, '1'.repeat(64), refusal('C'))], 'RunnerJournalBroken'],
  ])('nothing at all if one line %s', (_, told, code) => {
    expect(codes(newEntries(reporting(told, 1, told.length, code === 'NotSigned' ? '"C"' : ''), NEW_HOST))).toBe(code);
  });

  test('nothing that is not chained to what is known', () => {
    const other = journal('A', 'X', 'C', 'D');
    expect(codes(newEntries(reporting(other, 3), knownTo(lines, 2)))).toBe('RunnerJournalBroken');
  });

  test('a line of the greatest length', () => {
    expect(newEntries(reporting(tooLong(0)), NEW_HOST)).toHaveLength(1);
  });
});

describe('A journal is another than before', () => {
  const lines = journal('A', 'B', 'C', 'D');
  const known = knownTo(lines, 3);
  const another = (told: readonly Envelope[], from: number, to = told.length, isTimely = true, head = known) =>
    isAnotherJournal(reporting(told, from, to), head, isTimely);

  test.each([
    ['begins with another line', journal('X', 'B'), 1, true],
    ['has another line where the last known one is', journal('A', 'B', 'X'), 3, true],
    ['goes on from another line', journal('A', 'B', 'X', 'D'), 4, true],
    ['is the same', lines, 1, false],
    ['is the same as far as it is told', lines, 2, false],
    ['goes on from the last known line', lines, 4, false],
    ['leaves out what comes next', journal('A', 'B', 'X', 'Y', 'Z'), 5, false],
    ['goes on with what is no line', [...lines.slice(0, 3), enveloped('hello')], 4, false],
    ['goes on with what is no line, after another one', [...journal('A', 'B', 'X'), enveloped('hello')], 3, true],
  ] as const)('or not, if it %s', (_, told, from, wanted) => {
    expect(another(told, from)).toBe(wanted);
  });

  test('in a hello only if that is shorter than what is known, and nothing has overtaken it', () => {
    expect([3, 4, 5].map((from) => another([], from))).toEqual([true, false, false]);
    expect(another([], 3, 0, false)).toBe(false);
  });

  test('never if nothing is known of it yet', () => {
    expect(another(lines, 1, 4, true, NEW_HOST)).toBe(false);
    expect(another([], 1, 0, true, NEW_HOST)).toBe(false);
  });
});
