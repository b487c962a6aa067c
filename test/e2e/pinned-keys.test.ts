import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { parseRunnerConfig, writeRunnerConfig } from '../../src/config/runner-config.ts';
import { runnerKeys } from '../../src/roots/runner/here/keys.ts';
import { expectOwn } from './own-ends.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  jest.restoreAllMocks();
  await rig.stop();
  await opened.end();
});

const configOf = (name: string): string => path.join(rig.folder, name, 'runner.json');

const BOT_KEY = `ed25519:${'A'.repeat(43)}`;

/** As `certops runner init` leaves it on the machine that is set up first. */
function initialised(name: string): void {
  const [key = ''] = rig.farm.hosts.find((host) => String(host.name) === name)?.keys ?? [];
  writeFileSync(
    configOf(name),
    writeRunnerConfig(
      parseRunnerConfig(
        JSON.stringify({
          ...{ farm: 'prod', host: name, botKeys: [BOT_KEY], hostKeys: { [name]: [key] }, masterHost: MASTER },
          overrides: { root: path.join(rig.folder, name) },
        }),
      ),
    ),
  );
}

test("a worker whose key the master's runner does not pin is refused before approval, and rotated once it does", async () => {
  opened = await openLab();
  const { lab } = opened;
  let isWritten = false;
  rig = await startE2e(lab, {
    pinned: (name, all) => {
      if (name !== MASTER) return all;
      return isWritten ? parseRunnerConfig(readFileSync(configOf(name), 'utf8')).hostKeys : { [name]: all[name] ?? [] };
    },
  });
  initialised(MASTER);
  const before = worldOf(lab);
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  const asked = await rig.planned();
  expect(asked.plan).toBeNull();
  const peers = rig.farm.hosts.flatMap(({ name, keys, roles }) =>
    roles.includes('worker') ? keys.map((key) => `${name}=${key}`) : [],
  );
  expect(asked.closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'RunnerKeyNotPinned', host: MASTER, hosts: [MASTER], makers: ['sqlw01', 'sqlw02'], peers },
  });
  expect(worldOf(lab)).toEqual(before);
  for (const { name } of lab.hosts)
    expect(rig.journalOf(name).filter(({ type }) => type === 'started' || type === 'refused')).toEqual([]);

  // This is what the card says to type there, while the runner runs.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runnerKeys({ folder: path.join(rig.folder, MASTER), peer: peers });
  jest.mocked(process.stdout.write).mockRestore();
  isWritten = true;
  await rig.stopRunner(MASTER);
  await rig.startRunner(MASTER);
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.until(() => rig.rotation().id === 'prod-2' && rig.rotation().plan !== null);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null, 150_000);
  expect([rig.rotation().id, rig.rotation().closed?.outcome]).toEqual(['prod-2', 'proved']);
  await expectOwn(lab, rig, before, ['sqlw01', 'sqlw02']);
});
