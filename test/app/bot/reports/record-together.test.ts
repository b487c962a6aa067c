import { createRecordTogether, type Decide } from '../../../../src/app/bot/record-together.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import { type FarmState, initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import type { HostName } from '../../../../src/domain/values.ts';

const host = (name: string): HostName => name as HostName;
const said = (name: string): BotEntry => ({ type: 'forgotten', host: host(name), boot: 'b', seq: 1 });
const says =
  (name: string, answer: string): Decide<string> =>
  () => ({ entries: [said(name)], answer });

/** A disk that is busy until it is told to go on; what each write held. */
function createSlowDisk() {
  const writes: (readonly string[])[] = [];
  let goOn: ((error?: Error) => void) | null = null;
  const record = (decide: Decide<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const { entries } = decide(initialFarmState as FarmState);
      writes.push(entries.map((entry) => ('host' in entry ? entry.host : '')));
      goOn = (error) => (error === undefined ? resolve() : reject(error));
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    writes,
    record,
    async written(error?: Error): Promise<void> {
      goOn?.(error);
      await turn();
    },
  };
}

test('what runners say while the disk is busy is recorded in one write, and each gets its own answer', async () => {
  const disk = createSlowDisk();
  const hear = createRecordTogether(disk.record);
  const answers = ['w1', 'w2', 'w3'].map((name) => hear(host(name), says(name, `to ${name}`)));
  await disk.written();
  await disk.written();
  expect(disk.writes).toEqual([['w1'], ['w2', 'w3']]);
  expect(await Promise.all(answers)).toEqual(['to w1', 'to w2', 'to w3']);
});

test('what a machine says next is decided on the basis of what it said before', async () => {
  const disk = createSlowDisk();
  const hear = createRecordTogether(disk.record);
  const all = ['w1', 'w2', 'w2', 'w3'].map((name, at) => hear(host(name), says(name, `${at}`)));
  await disk.written();
  await disk.written();
  await disk.written();
  expect(disk.writes).toEqual([['w1'], ['w2', 'w3'], ['w2']]);
  expect(await Promise.all(all)).toEqual(['0', '1', '2', '3']);
});

test('an entry that cannot be decided fails alone', async () => {
  const disk = createSlowDisk();
  const hear = createRecordTogether(disk.record);
  const first = hear(host('w1'), says('w1', 'first'));
  const broken = hear(host('w2'), () => {
    throw new Error('odd');
  });
  const other = hear(host('w3'), says('w3', 'other'));
  const failed = expect(broken).rejects.toThrow('odd');
  await disk.written();
  await disk.written();
  await failed;
  expect(await Promise.all([first, other])).toEqual(['first', 'other']);
});

test('a disk that refuses fails everything in that write, and the next write is tried', async () => {
  const disk = createSlowDisk();
  const hear = createRecordTogether(disk.record);
  const first = hear(host('w1'), says('w1', 'first'));
  const failed = ['w2', 'w3'].map((name) => expect(hear(host(name), says(name, name))).rejects.toThrow('full'));
  await disk.written();
  await disk.written(new Error('full'));
  await Promise.all(failed);
  const later = hear(host('w2'), says('w2', 'later'));
  await disk.written();
  expect(await Promise.all([first, later])).toEqual(['first', 'later']);
});
