import { jest } from '@jest/globals';
import type { Lab, LabOptions } from '../../infra/lab/index.ts';
import type { Thumbprint } from '../../src/domain/values.ts';
import type { ClosedView } from '../../src/domain/views/view.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { pidsOf, type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function start(of: Partial<LabOptions> = {}): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  before = worldOf(lab);
  rig = await startE2e(lab);
}

const ofId = (id: string) => rig.rotation(id);

/** Requested, planned, approved by two others, and ended. */
async function rotate(line: string, ask = () => rig.type('mei', `/ssis ${line} because It must be`)): Promise<string> {
  const count = rig.state().order.length;
  const said = await ask();
  if (rig.state().order.length === count) throw new Error(JSON.stringify(said));
  const id = rig.state().order.at(-1) ?? '';
  await rig.until(() => ofId(id).plan !== null || ofId(id).closed !== null);
  if (ofId(id).plan === null) throw new Error(`no plan: ${JSON.stringify(ofId(id).closed)}`);
  await rig.vote('ana', 'approve', id);
  await rig.vote('tom', 'approve', id);
  await rig.until(() => ofId(id).closed !== null);
  return ofId(id).closed?.outcome ?? '';
}

/** Everything in use is as it was; what the rotation made is still there, for its own way back. */
function expectAsBefore(): void {
  const after = worldOf(lab);
  for (const [name, was] of Object.entries(before)) {
    const is = after[name];
    expect([name, is?.bindings, is?.files, is?.services]).toEqual([name, was.bindings, was.files, was.services]);
    expect(is?.certificates).toEqual(expect.arrayContaining([...was.certificates]));
  }
}

const oldMaster = (): Thumbprint => {
  const bound = before[MASTER]?.bindings[0] as { thumbprint: string } | undefined;
  return (bound?.thumbprint ?? '').toUpperCase() as Thumbprint;
};

describe.each([{}, { onebox: true, workers: 1 }])('A rotation of the master that is rolled back (%j)', (of) => {
  test('is undone by a plan of its own, which returns all to the previous certificate and can be rolled back too', async () => {
    await start(of);
    expect(await rotate('rotate-master')).toBe('proved');
    expect(await rotate('rollback prod-1')).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, oldMaster()));
    expectAsBefore();
    expect(ofId('prod-2').wish).toMatchObject({ kind: 'rotate-master', of: 'prod-1', use: oldMaster() });
    expect(saidOf(await rig.type('mei', '/ssis rollback prod-1'))).toContain('refused.rollback-twice');
    // A rollback can be rolled back too, and its card offers that.
    const made = ofId('prod-1').made.new?.certificate.thumbprint;
    const card = () => rig.chat.cards().findLast((one) => one.kind === 'closed' && one.id === 'prod-2');
    await rig.until(() => card() !== undefined);
    const data = { farm: 'prod', request: (card() as ClosedView).rollBack ?? '' };
    expect(data.request).toBe('rollback prod-2');
    const press = () => rig.click('mei', 'request', data, { reason: 'It was no certificate after all' });
    expect(await rotate('by its button', press)).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made));
  });
});

describe.each([{}, { onebox: true, workers: 1 }])(
  "A rotation of workers' own certificates that is rolled back (%j)",
  (of) => {
    test('is undone: each worker returns to its previous certificate, and none is made', async () => {
      await start(of);
      expect(await rotate('rotate-worker all')).toBe('proved');
      const made = worldOf(lab);
      expect(await rotate('rollback prod-1')).toBe('proved');
      expect(await connectedOn(lab)).toEqual(workersOn(lab, oldMaster()));
      expectAsBefore();
      for (const [name, { certificates }] of Object.entries(worldOf(lab)))
        expect([name, certificates]).toEqual([name, made[name]?.certificates]);
    });
  },
);

test('A worker that cannot go back keeps what it has, and stops the wave', async () => {
  await start();
  expect(await rotate('rotate-worker all')).toBe('proved');
  const made = worldOf(lab);
  await lab.break('sqlw01', 'start-1069');
  expect(await rotate('rollback prod-1')).toBe('put-back');
  expect(worldOf(lab)).toEqual(made);
  expect(await connectedOn(lab)).toEqual(workersOn(lab, oldMaster()));
});

test('A master whose worker cannot go back stays on the new certificate, and all is as it was', async () => {
  await start();
  expect(await rotate('rotate-master')).toBe('proved');
  const made = worldOf(lab);
  await lab.break('sqlw02', 'start-1069');
  expect(await rotate('rollback prod-1')).toBe('put-back');
  expect(worldOf(lab)).toEqual(made);
});

/** The request is refused on the card before anybody could approve, and nothing changes on any machine. */
async function expectRefused(id: string, code: string): Promise<void> {
  const felt = [worldOf(lab), pidsOf(lab)];
  await rig.type('mei', `/ssis rollback ${id} because It must be`);
  const own = rig.state().order.at(-1) ?? '';
  await rig.until(() => ofId(own).closed !== null);
  expect(ofId(own).closed).toMatchObject({ outcome: 'refused', data: { code } });
  expect([worldOf(lab), pidsOf(lab)]).toEqual(felt);
}

/** What an administrator does to a certificate with the machine's own tools. */
function take(name: string, what: 'certificate' | 'key', thumbprint: string): void {
  const { state } = lab.machine(name).host;
  const is = (one: { thumbprint: string }) => one.thumbprint === thumbprint.toLowerCase();
  if (what === 'certificate') state.certificates = state.certificates.filter((one) => !is(one));
  else for (const one of state.certificates) if (is(one)) one.container = null;
}

test.each([
  ['certificate', 'RollbackGone'],
  ['key', 'ExistingWithoutKey'],
] as const)(
  'A rollback to a master certificate whose %s is gone is refused before anybody is asked (%s)',
  async (what, code) => {
    await start();
    expect(await rotate('rotate-master')).toBe('proved');
    take(MASTER, what, oldMaster());
    await expectRefused('prod-1', code);
  },
);

test('A worker whose previous certificate its master no longer trusts is refused before anybody is asked', async () => {
  await start();
  expect(await rotate('rotate-worker sqlw01')).toBe('proved');
  const old = ofId('prod-1').looks.sqlw01?.worker?.workerThumbprint ?? '';
  take(MASTER, 'certificate', old);
  await expectRefused('prod-1', 'RollbackNotTrusted');
});

test('What cannot be rolled back is refused at once, and nobody is asked', async () => {
  await start();
  const refused = async (id: string) => saidOf(await rig.type('mei', `/ssis rollback ${id} because It must be`));
  expect(await refused('prod-9')).toContain('refused.rollback-unknown');
  expect(await rotate('rotate-master')).toBe('proved');
  expect(await rotate('rotate-master')).toBe('proved');
  expect(await refused('prod-1')).toContain('refused.rollback-not-last');
  expect(await refused('test-1')).toContain('refused.unknown-farm');
  expect(rig.state().order).toHaveLength(2);
});
