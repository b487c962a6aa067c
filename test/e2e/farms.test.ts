import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { createMemorySigner } from '../../adapters/memory/signer.ts';
import type { OpenedRedis } from '../../infra/redis/opened-redis.ts';
import { createPostOffice } from '../../jobs/letters.ts';
import type { Signer } from '../../src/ports/journal.ts';
import { whenUp } from '../contract/post-office.ts';
import { openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';

const CERTOPS = path.resolve('dist/certops.mjs');

/** The hosts of each farm, with the keys of their runners. */
const FARMS: { readonly [farm: string]: ReadonlyMap<string, Signer> } = Object.fromEntries(
  ['prod', 'test', 'lab'].map((farm) => [
    farm,
    new Map(['m01', 'w01', 'w02', 'w03'].map((host) => [`${farm}-${host}`, createMemorySigner()])),
  ]),
);

const farmText = (farm: string, hosts: ReadonlyMap<string, Signer>): string => `
farm: ${farm}
rehearsal: true
endpoint: ${farm}-m01:8391
hosts:
${[...hosts].map(([name, { publicKey }]) => `  ${name}: { roles: [${name.endsWith('m01') ? 'master' : 'worker'}], keys: ["${publicKey}"] }`).join('\n')}
people:
  mei: { name: Mei Lin, accounts: { web: mei } }
  ana: { name: Ana Ruiz, accounts: { web: ana } }
approval: { approvers: [ana], quorum: 1 }
channels:
  - { platform: web, id: sql-ops, name: sql-ops }
`;

const hello = (farm: string, host: string): string =>
  JSON.stringify({
    ...{ v: 1, farm, host, boot: 'b', version: '0.0.0', clock: new Date().toISOString() },
    ...{ lastN: 0, from: 1, entries: [], notes: [] },
  });

describe('three farms with two bots on one Redis', () => {
  let folder: string;
  let redis: OpenedRedis;
  const children: ChildProcess[] = [];
  const fileOf = (farm: string): string => path.join(folder, `${farm}.yaml`);

  beforeAll(async () => {
    ensureBuilt();
    folder = mkdtempSync(path.join(os.tmpdir(), 'certops-farms-'));
    redis = await openTestRedis('memory');
    for (const [farm, hosts] of Object.entries(FARMS)) writeFileSync(fileOf(farm), farmText(farm, hosts));
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const certops = (state: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const own = { REDIS_URL: redis.url, CERTOPS_STATE: path.join(folder, state), CERTOPS_PORT: '0', NO_COLOR: '1' };
    return spawn(process.execPath, [CERTOPS, ...args], { env: { PATH: process.env.PATH, ...own, ...more } });
  };

  async function ended(child: ReturnType<typeof certops>): Promise<{ code: unknown; said: string }> {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    return { code: await new Promise((resolve) => child.on('close', resolve)), said };
  }

  async function startBot(state: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    await ended(certops(state, ['keys', 'new']));
    const child = certops(state, ['bot', '--console', ...args], more);
    children.push(child);
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('close', (code) => reject(new Error(`the bot ended with ${code}: ${said}`)));
    });
    return JSON.parse(line) as { readonly farms: readonly string[]; readonly door: string };
  }

  const runnersOf = async (door: string): Promise<unknown> =>
    ((await (await fetch(`${door}/readyz`)).json()) as { parts: { runners: unknown } }).parts.runners;

  test('each letter, sent once, reaches the bot of its farm, and each farm has its own schedule', async () => {
    const list = [fileOf('prod'), fileOf('test')].join(path.delimiter);
    const [both, alone] = await Promise.all([
      startBot('one', [], { CERTOPS_FARM: list }),
      startBot('other', ['--farm', fileOf('lab')]),
    ]);
    expect([both.farms, alone.farms]).toEqual([['prod', 'test'], ['lab']]);
    for (const farm of both.farms) expect(existsSync(path.join(folder, 'one', `${farm}.journal`))).toBe(true);

    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    await whenUp(office);
    for (const [farm, hosts] of Object.entries(FARMS))
      for (const [host, signer] of hosts) await office.toBot(signer.sign('report', hello(farm, host)));
    const heard = async (): Promise<unknown> => [await runnersOf(both.door), await runnersOf(alone.door)];
    const all = [
      { ok: true, heard: 8, of: 8 },
      { ok: true, heard: 4, of: 4 },
    ];
    const end = Date.now() + 20_000;
    while (JSON.stringify(await heard()) !== JSON.stringify(all) && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await heard()).toEqual(all);
    await office.close();

    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    // It is written alongside the start, which does not wait for Redis.
    for (const farm of Object.keys(FARMS))
      for (const job of [`reminders.${farm}`, `reminders-caught-up.${farm}`])
        while ((await admin.zscore(`{certops}:schedule:${farm}:repeat`, job)) === null)
          await new Promise((resolve) => setTimeout(resolve, 50));
    admin.disconnect();
  }, 90_000);

  test('farms that one bot cannot serve together are refused at the start, naming both files', async () => {
    writeFileSync(fileOf('twin'), farmText('test', FARMS.lab ?? new Map()));
    const { code, said } = await ended(certops('one', ['bot', '--farm', fileOf('test'), '--farm', fileOf('twin')]));
    expect(code).toBe(2);
    expect(said).toContain('(FarmTwice)');
    for (const farm of ['test', 'twin']) expect(said).toContain(fileOf(farm));
  });
});
