import type { Rig } from '../rig.ts';
import { rigBefore } from '../rig.ts';

const MASTER = 'sqlm01';

/** Adds a binding like the first, on the IPv6 addresses. */
function bindSix(rig: Rig): void {
  const machine = rig.machines.get(MASTER);
  const [first] = machine?.bindings ?? [];
  if (machine !== undefined && first !== undefined) machine.bindings = [first, { ...first, key: '[::]:8391' }];
}

const silence = (rig: Rig): void => {
  Object.assign(rig.machines.get(MASTER) ?? {}, { silent: new Set(['::1:8391']) });
};

describe('a bound address that answers nobody', () => {
  test('when the plan is made, does not keep the switch from being proved, and is switched with the others', async () => {
    const spoil = (rig: Rig): void => {
      bindSix(rig);
      silence(rig);
    };
    const { rig, plan } = await rigBefore('master', { spoil });
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
    const machine = rig.machines.get(MASTER);
    const next = machine?.settings.master?.SSLCertThumbprint;
    expect(machine?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([next, next]);
  });

  test('from then on, is found before anything is changed, for neither the switch nor its undo could be proved', async () => {
    const { rig, plan } = await rigBefore('master', { spoil: bindSix });
    silence(rig);
    const performed = rig.machines.get(MASTER)?.performed.length;
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('refused AddressSilent');
    expect(rig.entries(MASTER).at(-1)).toMatchObject({
      data: { step: `${MASTER}/master/presents`, fact: 'TLS ::1:8391', found: 'ECONNREFUSED' },
    });
    expect(rig.machines.get(MASTER)?.performed.length).toBe(performed);
  });

  test.each([
    ['certificate', 'Root', 'no'],
    ['key', 'Root', 'yes'],
  ] as const)('because its %s was deleted by hand, is told with what is missing', async (missing, store, stays) => {
    const { rig, plan } = await rigBefore('master', { spoil: bindSix });
    silence(rig);
    const machine = rig.machines.get(MASTER);
    const thumbprint = machine?.bindings[0]?.thumbprint;
    const held = machine?.stores[store].get(thumbprint ?? '');
    if (thumbprint === undefined || held === undefined) throw new Error('nothing is bound');
    machine?.stores[store].delete(thumbprint);
    if (stays === 'yes')
      machine?.stores[store].set(thumbprint, { ...held, facts: { ...held.facts, privateKey: 'no' } });
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('refused AddressSilent');
    expect(rig.entries(MASTER).at(-1)).toMatchObject({ data: { fact: 'TLS ::1:8391', thumbprint, store, missing } });
  });

  test('since the stage was put back, is found too: what was begun then does not stand any more', async () => {
    const { rig, plan } = await rigBefore('master', { spoil: bindSix });
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
    expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('put-back');
    silence(rig);
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('refused AddressSilent');
  });

  test('for a moment only, is asked again, and nothing is refused', async () => {
    const { rig, plan } = await rigBefore('master', { spoil: bindSix });
    let times = 2;
    const has = (one: string): boolean => one === '::1:8391' && times-- > 0;
    Object.assign(rig.machines.get(MASTER) ?? {}, { silent: Object.assign(new Set(), { has }) });
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
    expect(times).toBeLessThanOrEqual(0);
  });
});
