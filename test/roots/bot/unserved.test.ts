import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createKey, loadSigner } from '../../../adapters/files/keys.ts';
import type { Farm, FarmHost } from '../../../src/domain/farm/farm.ts';
import type { BotEntry } from '../../../src/domain/journal/entries.ts';
import type { OrderKind } from '../../../src/domain/letters/protocol.ts';
import { parseHostName } from '../../../src/domain/values.ts';
import { openFarmJournals } from '../../../src/roots/bot/farm-journals.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';
import { lookAtJournals } from '../../../src/roots/validate/journals.ts';
import { looked } from '../../../src/roots/validate/line.ts';

let folder: string;
let warnings: object[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-unserved-'));
  await createKey(path.join(folder, 'key.pem'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const host = (name: string) => parseHostName(name) ?? (name as never);
/** No other part of a farm is needed here. */
const farmOf = (name: string, ...hosts: readonly string[]): Farm =>
  ({ name, hosts: hosts.map((one): Partial<FarmHost> => ({ name: host(one) })) }) as unknown as Farm;

/** What the bot does with its farms' journals as it starts; then it ends. */
async function start(farms: readonly Farm[], entries: readonly BotEntry[] = []): Promise<void> {
  const all: (() => Promise<void>)[] = [];
  const ends = { add: (end: () => Promise<void>) => void all.unshift(end), end: async () => {} };
  const log = { info() {}, warn: (data: object) => void warnings.push(data) };
  const signer = await loadSigner(path.join(folder, 'key.pem'));
  try {
    const files = farms.map(({ name }) => `${name}.yaml`);
    const opened = { files, folder, signer, ends: { ...ends, signal: new AbortController().signal }, log };
    const [first] = await openFarmJournals(farms, opened);
    await first?.journal.append(() => ({ entries, answer: null }));
  } finally {
    for (const end of all) await end();
  }
}

/** What an operator reads; empty if the bot starts. The check before a start says the same, and writes nothing. */
async function refused(...farms: readonly Farm[]): Promise<string> {
  const files = () => readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]);
  const before = files();
  const told = await looked(() => lookAtJournals(farms, { folder, key: path.join(folder, 'key.pem') }));
  expect(files()).toEqual(before);
  const said = await startRefused(farms);
  expect(told).toEqual(said === '' ? [] : [{ mark: 'no', sentence: said }]);
  return said;
}

const startRefused = (farms: readonly Farm[]): Promise<string> =>
  start(farms).then(
    () => '',
    ({ code, data }: { code: string; data: { readonly [name: string]: string } }) =>
      `${SAYINGS[code]?.say(data)} (${code})`,
  );

const requested: BotEntry = {
  type: 'requested',
  id: 'prod-1',
  kind: 'rotate-master',
  dry: false,
  by: { id: 'mei', name: 'Mei Lin' },
  reason: 'Yearly',
  origin: { platform: 'web', channel: 'sql-ops' },
};
const ordered = (name: string, kind: OrderKind): BotEntry => ({
  type: 'ordered',
  id: 'prod-1',
  host: host(name),
  n: 1,
  kind,
  stage: kind === 'look' ? null : 'workers',
  startBy: '2026-11-24T12:00:00.000Z',
  timeLimitMs: 60_000,
  order: { type: 'order', key: '', body: '', sig: '' },
});
const planned = (...hosts: readonly string[]): BotEntry => ({
  type: 'planned',
  id: 'prod-1',
  lines: [{}, ...hosts.map((name) => ({ host: name }))].map((line) => JSON.stringify(line)),
  digest: '0'.repeat(64),
  replaces: null,
});
const closed: BotEntry = { type: 'closed', id: 'prod-1', outcome: 'proved', data: {} };
const BEGUN = [requested, ordered('sqlm01', 'apply'), ordered('sqlw01', 'apply')];
const ASKED = [requested, ordered('sqlm01', 'look'), ordered('sqlw01', 'look')];
const PROD = farmOf('prod', 'sqlm01', 'sqlw01');

describe('A bot whose farm file was changed', () => {
  test('does not start while a rotation has begun on a machine that the file no longer names', async () => {
    await start([PROD], BEGUN);
    const said = await refused(farmOf('prod', 'sqlm01', 'sqlw09'));
    expect(said).toMatch(/^prod-1 has begun, and the file of farm prod .*sqlw01.*\(MachineNotInFarm\)$/u);
    expect(await refused(PROD)).toBe('');
  });

  test('does not start without a machine in the plan of a begun rotation, even if it was told to change nothing yet', async () => {
    await start([PROD], [...ASKED, planned('sqlm01', 'sqlw01'), ordered('sqlm01', 'apply')]);
    expect(await refused(farmOf('prod', 'sqlm01'))).toMatch(
      /^prod-1 has begun, and the file .*sqlw01.*\(MachineNotInFarm\)$/u,
    );
    expect(await refused(PROD)).toBe('');
  });

  test.each([
    ['it only waits', ASKED],
    ['it is planned, and waits for votes', [...ASKED, planned('sqlm01', 'sqlw01')]],
    ['it is over', [...BEGUN, closed]],
  ])('starts without a machine where %s', async (_when, entries) => {
    await start([PROD], entries);
    expect(await refused(farmOf('prod', 'sqlm01'))).toBe('');
  });

  test('does not start under another name while a rotation has begun under the previous one', async () => {
    await start([PROD], BEGUN);
    const said = await refused(farmOf('production', 'sqlm01', 'sqlw01'));
    expect(said).toMatch(/^prod-1 has begun on machines of farm prod, .*prod\.journal elsewhere.*\(FarmNotServed\)$/u);
    expect(await refused(farmOf('test', 'sqlm02'), PROD)).toBe('');
  });

  test('says in its log what waits under a name that no farm has any more, and starts', async () => {
    await start([PROD], ASKED);
    expect(await refused(farmOf('production', 'sqlm01', 'sqlw01'))).toBe('');
    expect(warnings).toMatchObject([{ farm: 'prod', rotation: 'prod-1' }]);
  });

  test('says nothing about what is over there', async () => {
    await start([PROD], [...BEGUN, closed]);
    expect(await refused(farmOf('production', 'sqlm01', 'sqlw01'))).toBe('');
    expect(warnings).toEqual([]);
  });

  test('is told nothing about journals before it has a key', async () => {
    const key = path.join(folder, 'other.pem');
    expect(await lookAtJournals([PROD], { folder, key })).toEqual([]);
  });

  test('starts beside an unreadable journal of another farm, and says so', async () => {
    await start([PROD], ASKED);
    rmSync(path.join(folder, 'key.pem'));
    await createKey(path.join(folder, 'key.pem'));
    expect(await refused(farmOf('production', 'sqlm01'))).toBe('');
    expect(warnings).toMatchObject([{ farm: 'prod', code: 'JournalBroken' }]);
  });

  test('names the one whose journal is broken, and how the others are served meanwhile', async () => {
    const others = [farmOf('test', 'sqlm02'), farmOf('dev', 'sqlm03')];
    await start([PROD], ASKED);
    const file = path.join(folder, 'prod.journal');
    writeFileSync(file, readFileSync(file, 'utf8').replace('Yearly', 'Weekly'));
    const said = await startRefused([PROD, ...others]);
    expect(said).toMatch(/^Line \d+ of .*prod\.journal is not as it was written .* \(JournalBroken\)$/u);
    expect(said).toContain(
      'Until then the bot can serve its other farms alone. With its other options as they are: certops bot --farm test.yaml --farm dev.yaml',
    );
    expect(await startRefused([PROD])).not.toContain('certops bot');
    expect(await startRefused(others)).toBe('');
    expect(warnings).toMatchObject([{ farm: 'prod', code: 'JournalBroken' }]);
  });

  test('names no others where all journals are signed with another key', async () => {
    await start([PROD], ASKED);
    rmSync(path.join(folder, 'key.pem'));
    await createKey(path.join(folder, 'key.pem'));
    expect(await startRefused([PROD, farmOf('test', 'sqlm02')])).toMatch(/^(?!.*certops bot).*\(JournalBroken\)$/u);
  });
});
