import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createWindowsHost } from '../../../adapters/windows/index.ts';
import { type Lab, startLab } from '../../../infra/lab/index.ts';
import { systemClock } from '../../../src/roots/system-clock.ts';
import { CUTOVER, createRig, host, PREPARE, type Rig } from './rig.ts';

let lab: Lab;
let folder: string;
let rig: Rig;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-lab-'));
  lab = await startLab({ folder, workers: 2 });
  await lab.connected();
  const windowsHost = (name: string) => {
    const info = lab.hosts.find((one) => one.name === name);
    if (info === undefined) throw new Error(`no such host: ${name}`);
    const { root, systemRoot, connect } = info;
    const stateFolder = path.join(root, 'ProgramData', 'certops', randomUUID());
    const { arch } = { arch: 'x64' };
    return createWindowsHost({
      name: host(name),
      version: '0.0.0',
      systemRoot,
      root,
      connect,
      overrides: {},
      stateFolder,
      arch,
      clock: systemClock,
    });
  };
  rig = await createRig({ world: { windowsHost, clock: systemClock } });
}, 60_000);

afterAll(async () => {
  await lab.close();
  await fs.rm(folder, { recursive: true, force: true });
});

test('a rotation over real tools, files and sockets goes forth and, undone, leaves nothing behind', async () => {
  const before = await rig.looks();
  const plan = await rig.plan();
  const old = plan.header.old.thumbprint;
  for (const [name, stage] of [...PREPARE, ...CUTOVER]) {
    const outcome = await rig.run(plan, name, 'apply', stage);
    expect([name, stage, outcome]).toEqual([name, stage, 'applied']);
  }
  const made = rig.refs().new?.thumbprint ?? '';
  const after = await rig.looks();
  expect(after.sqlm01?.master?.presented.map(({ thumbprint }) => thumbprint)).toEqual([made, made]);
  for (const name of ['sqlw01', 'sqlw02']) expect(after[name]?.worker?.connection.log?.state).toBe('connected');
  for (const [name, stage] of [...CUTOVER, ...[...PREPARE].reverse()]) {
    const outcome = await rig.run(plan, name, 'undo', stage);
    expect([name, stage, outcome]).toEqual([name, stage, 'put-back']);
  }
  const end = await rig.looks();
  expect(end.sqlm01?.master?.bindings).toEqual(before.sqlm01?.master?.bindings);
  expect(end.sqlm01?.root).toEqual(before.sqlm01?.root);
  expect(end.sqlm01?.master?.published).toBe(old);
  for (const name of ['sqlw01', 'sqlw02']) {
    expect(end[name]?.worker?.masterThumbprint).toBe(old);
    expect(end[name]?.root).toEqual(before[name]?.root);
    expect(end[name]?.worker?.connection.log?.state).toBe('connected');
  }
}, 120_000);
