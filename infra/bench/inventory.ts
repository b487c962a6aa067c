import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openJournal } from '../../adapters/files/journal.ts';
import { checkBeside, signerOf } from '../../adapters/files/keys.ts';
import { createDesk, type Desk } from '../../src/app/bot/desk.ts';
import { recordDue } from '../../src/app/bot/reminders/remind.ts';
import { createTaker } from '../../src/app/bot/reports/take-report.ts';
import { foldBot } from '../../src/domain/fold/bot-fold.ts';
import { inventoryOf } from '../../src/domain/inventory/inventory.ts';
import type { BotEntry } from '../../src/domain/journal/entries.ts';
import type { Envelope } from '../../src/domain/letters/protocol.ts';
import { type FarmState, initialFarmState } from '../../src/domain/rotation/farm-state.ts';
import { farmOfMany, HELD, lookAt, type Runner, twoDaysOf } from './many-certificates.ts';
import { median, round } from './statistics.ts';
import { bounded, type Figure, told } from './table.ts';

const ROUNDS = 5;
const FARMS = 5;
const MACHINES = 200;

/**
 * (m) A day's looks at a thousand machines in five farms, each with ten certificates and an earlier look on record:
 * verified, stored with an fsync, folded and scanned for what is due; then the same scan with nothing new.
 */
export async function measureInventory(options: {
  readonly folder: string;
  readonly quick: boolean;
  readonly say: (sentence: string) => void;
}): Promise<readonly Figure[]> {
  options.say('a thousand reports with ten thousand certificates');
  const first: number[] = [];
  const again: number[] = [];
  const repeated: number[] = [];
  let certificates = 0;
  for (let count = 0; count < (options.quick ? 3 : ROUNDS); count += 1) {
    const farms = await Promise.all(
      Array.from({ length: FARMS }, (_, at) => openFarm(path.join(options.folder, `inventory-${count}-${at}`))),
    );
    const takeAll = (): Promise<unknown> => Promise.all(farms.map(({ take, today }) => Promise.all(today.map(take))));
    const scanAll = async (): Promise<number> =>
      (await Promise.all(farms.map(({ desk }) => scanned(desk)))).reduce((sum, one) => sum + one, 0);
    first.push(
      await timed(async () => {
        await takeAll();
        certificates = await scanAll();
      }),
    );
    again.push(await timed(scanAll));
    repeated.push(await timed(takeAll));
    for (const { close } of farms) await close();
  }
  if (certificates !== FARMS * MACHINES * HELD) throw new Error(`${certificates} certificates were found`);
  const detail = `${certificates} certificates, ${FARMS} farms of ${MACHINES} machines`;
  return [
    bounded('m', '1,000 reports verified, stored, scanned', round(median(first)), 'ms', 1000, detail),
    bounded('m', 'the same scan without news', round(median(again)), 'ms', 100, 'due reminders and the inventory'),
    told('m', 'the same reports a second time', round(median(repeated)), 'ms', 'verified, and known already'),
  ];
}

/** Works out what reminders and `certs` need from all that is known. Returns the number of certificates. */
async function scanned(desk: Desk): Promise<number> {
  await recordDue(desk);
  const hosts = desk.farm.hosts.map(({ name }) => name);
  const { certificates, left } = inventoryOf(hosts, desk.state().latest, Date.now());
  return certificates.length + left.length;
}

/** A farm that knows yesterday's looks, and today's letters, not yet taken. */
async function openFarm(folder: string) {
  const runners = Array.from({ length: MACHINES }, (_, at): Runner => ({ name: `sqlw${at}`, signer: newSigner() }));
  await mkdir(folder, { recursive: true });
  const signer = newSigner();
  const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} };
  const log = {
    info() {},
    warn: (data: object, sentence: string) => {
      throw new Error(`${sentence} ${JSON.stringify(data)}`);
    },
  };
  const journal = await openJournal<FarmState, BotEntry>({
    file: path.join(folder, 'journal.jsonl'),
    stream: 'bot/bench',
    signer,
    initial: initialFarmState,
    fold: foldBot,
    clock,
  });
  const office = {
    toHost: async () => {},
    toBot: async () => {},
    up: () => true,
    refusal: () => null,
    refusalOf: () => null,
  };
  const desk = createDesk({ farm: farmOfMany(runners), journal, version: '0.1.0', signer, office, clock, log });
  const takeReport = createTaker(desk, {
    signer,
    office,
    clock: { steady: () => performance.now() },
    log,
    check: checkBeside,
  });
  const take = async (letter: Envelope): Promise<void> => {
    const refused = await takeReport(letter);
    if (refused !== null) throw new Error(`a report was refused: ${refused.code}`);
  };
  const days = runners.map((runner, at) => twoDaysOf(runner, (now) => lookAt(runner.name, at, now)));
  await Promise.all(days.map(({ yesterday }) => take(yesterday)));
  return { desk, take, today: days.map(({ today }) => today), close: () => journal.close() };
}

/** A new key of the kind that the bot and its runners sign with. */
const newSigner = () => signerOf(generateKeyPairSync('ed25519').privateKey);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
