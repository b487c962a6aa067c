import { leftBehind, planReconnect, STAGE } from './reconnect-rig.ts';

const WORKER = 'sqlw02';

/** A worker that pins what its master presents, and lacks only its trust. */
async function pinnedBefore(hidden = '') {
  const { rig, how } = await leftBehind(WORKER);
  const made = how.refs.present?.thumbprint ?? '';
  const machine = rig.machines.get(WORKER);
  if (machine?.settings.worker === undefined) throw new Error('no worker');
  machine.settings.worker.MasterHttpsCertThumbprint = `${hidden}${made}`;
  return { rig, how, made, machine, plan: await planReconnect(rig, WORKER) };
}

describe('A reconnect of a worker that already pinned its master', () => {
  test('is put back if its restart fails, and leaves the trust that the pin rests on', async () => {
    const { rig, how, made, machine, plan } = await pinnedBefore();
    machine.faults.set('service.restart', { kind: 'fail', times: 1 });
    expect(await rig.run(plan, WORKER, 'apply', STAGE, how)).toBe('put-back');
    expect(machine.stores.Root.has(made)).toBe(true);
    expect(machine.settings.worker?.MasterHttpsCertThumbprint).toBe(made);
  });

  test('is put back even if a hidden character was cleaned from the pin, for the pin names the same as before', async () => {
    const { rig, how, made, machine, plan } = await pinnedBefore('\u200e');
    machine.faults.set('service.restart', { kind: 'fail', times: 1 });
    expect(await rig.run(plan, WORKER, 'apply', STAGE, how)).toBe('put-back');
    expect(machine.stores.Root.has(made)).toBe(true);
    expect(machine.settings.worker?.MasterHttpsCertThumbprint).toBe(made);
  });

  test('is put back by an order, too', async () => {
    const { rig, how, plan } = await pinnedBefore();
    expect(await rig.run(plan, WORKER, 'apply', STAGE, how)).toBe('applied');
    expect(await rig.run(plan, WORKER, 'undo', STAGE, how)).toBe('put-back');
  });
});

test('A reconnect that wrote the pin itself is not back as long as that pin stands, and keeps its trust', async () => {
  const { rig, plan, how } = await leftBehind(WORKER);
  expect(await rig.run(plan, WORKER, 'apply', STAGE, how)).toBe('applied');
  const machine = rig.machines.get(WORKER);
  machine?.faults.set('setting.write', { kind: 'fail', times: 99 });
  expect(await rig.run(plan, WORKER, 'undo', STAGE, how)).toBe('unknown');
  expect(machine?.stores.Root.has(how.refs.present?.thumbprint ?? '')).toBe(true);
  const codes = rig.entries(WORKER).flatMap((entry) => (entry.type === 'failed' ? [entry.code] : []));
  expect(codes).toContain('CertificateInUse');
});
