import { jest } from '@jest/globals';
import { makeCertificate } from '../../infra/lab/certificate.ts';
import { makeKeyPool } from '../../infra/lab/keys.ts';
import { OWN_APP_ID } from '../../src/domain/plan/own-binding.ts';
import type { Thumbprint } from '../../src/domain/values.ts';
import { connectedOn, expectConnected, workersOn } from './ends.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** Two o'clock in the morning: the binding is gone, and workers have only the connections that they still hold. */
async function unbound(hasty = false) {
  opened = await openLab();
  const { lab } = opened;
  await lab.break(MASTER, 'binding-gone');
  expect(worldOf(lab)[MASTER]?.bindings).toEqual([]);
  rig = await startE2e(lab, { hasty });
  return { lab, before: worldOf(lab) };
}

const closedCard = async () => {
  while (rig.chat.cards().at(-1)?.kind !== 'closed') await new Promise((resolve) => setTimeout(resolve, 20));
  return rig.chat.cards().at(-1);
};

test('a port without a binding gets one, and every worker is proved on it', async () => {
  const { lab } = await unbound();
  await rig.type('mei', '/ssis rotate-master because The binding is gone');
  await rig.planned();
  await rig.until(() => JSON.stringify(rig.chat.cards()).includes('warning.nothing-bound'));
  await rig.vote('ana');
  await rig.vote('tom');
  expect((await rig.closed()).outcome).toBe('proved');
  const made = rig.thumbprint() ?? '';
  expect(worldOf(lab)[MASTER]?.bindings).toMatchObject([
    { key: '0.0.0.0:8391', thumbprint: made.toLowerCase(), store: 'Root', appId: OWN_APP_ID, flags: 0x2 },
  ]);
  expect(await connectedOn(lab)).toEqual(workersOn(lab, made));
  // A gap that nobody measured, because it began unseen, is not shown in seconds.
  expect(await closedCard()).toMatchObject({ kind: 'closed', outcome: 'proved', gaps: [] });
});

test('if a worker fails afterwards, the port has none again, and the card says so', async () => {
  const { lab, before } = await unbound(true);
  await rig.type('mei', '/ssis rotate-master because The binding is gone');
  await rig.planned();
  await lab.break('sqlw01', 'sc-start-fails');
  await rig.vote('ana');
  await rig.vote('tom');
  expect((await rig.closed()).outcome).toBe('put-back');
  expect(worldOf(lab)).toEqual(before);
  const card = JSON.stringify(await closedCard());
  expect(card).toContain('proof.unbound');
  expect(card).not.toContain('proof.presents');
});

test('if the certificate that the settings name is gone too, one request makes both', async () => {
  opened = await openLab();
  const { lab } = opened;
  const { state } = lab.machine(MASTER).host;
  const old = state.bindings[0]?.thumbprint.toLowerCase();
  await lab.break(MASTER, 'binding-gone');
  state.certificates = state.certificates.filter(({ thumbprint }) => thumbprint !== old);
  rig = await startE2e(lab);
  await rig.type('mei', '/ssis rotate-master because Binding and certificate are gone');
  await rig.planned();
  await rig.until(() => JSON.stringify(rig.chat.cards()).includes('warning.old-gone'));
  await rig.vote('ana');
  await rig.vote('tom');
  expect((await rig.closed()).outcome).toBe('proved');
  expect(await connectedOn(lab)).toEqual(workersOn(lab, rig.thumbprint() ?? ''));
});

/** Nothing is bound any more, and the certificate in the settings is in no store. */
async function loseAll(): Promise<void> {
  const { lab } = opened;
  const { state } = lab.machine(MASTER).host;
  const named = state.bindings[0]?.thumbprint.toLowerCase();
  await lab.break(MASTER, 'binding-gone');
  state.certificates = state.certificates.filter(({ thumbprint }) => thumbprint !== named);
}

async function approved(line: string): Promise<string> {
  const known = rig.state().order.length;
  await rig.type('mei', line);
  await rig.until(() => rig.state().order.length > known && (rig.rotation().plan ?? rig.rotation().closed) !== null);
  if (rig.rotation().plan === null) throw new Error(JSON.stringify(rig.rotation().closed));
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome ?? '';
}

test('if both are gone, an existing certificate can be used by name', async () => {
  const [key] = await makeKeyPool(1);
  if (key === undefined) throw new Error('no key');
  const span = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000 * 300) };
  const made = makeCertificate({ key, cn: 'Contoso', names: [MASTER], client: false, ...span });
  const taken = made.thumbprint.toUpperCase() as Thumbprint;
  opened = await openLab();
  const { lab } = opened;
  await lab.change(MASTER, { certificates: [{ ...made, store: 'Root', key, readable: false }] });
  await loseAll();
  rig = await startE2e(lab, { allowed: () => [taken] });
  expect(await approved(`/ssis rotate-master use ${taken} because Binding and certificate are gone`)).toBe('proved');
  expect(worldOf(lab)[MASTER]?.bindings).toMatchObject([
    { thumbprint: made.thumbprint, appId: OWN_APP_ID, flags: 0x2 },
  ]);
  await expectConnected(lab, rig, taken);
});

test('if both are gone, a rollback returns to the previous certificate', async () => {
  opened = await openLab();
  const { lab } = opened;
  rig = await startE2e(lab);
  const old = lab.machine(MASTER).host.state.bindings[0]?.thumbprint ?? '';
  expect(await approved('/ssis rotate-master because Yearly renewal')).toBe('proved');
  await loseAll();
  expect(await approved('/ssis rollback prod-1 because Binding and certificate are gone')).toBe('proved');
  expect(worldOf(lab)[MASTER]?.bindings).toMatchObject([{ thumbprint: old, appId: OWN_APP_ID, flags: 0x2 }]);
  await expectConnected(lab, rig, old.toUpperCase());
});
