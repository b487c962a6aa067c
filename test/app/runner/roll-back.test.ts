import type { Plan } from '../../../src/domain/plan/plan.ts';
import { workerRef } from '../../../src/domain/plan/scope.ts';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { type Change, forged, OTHER, ofKind, put, refusal } from './forge.ts';
import { leftBehind, STAGE } from './reconnect-rig.ts';
import { createRig, type Rig, rigBefore, SERVICE_SID } from './rig.ts';
import { host, make } from './world.ts';

const ORDER = { rotation: 'prod-17' };

/** A farm that was rotated, and a plan to go back: its runners' journals know what was used before. */
async function rotated(): Promise<{ rig: Rig; plan: Plan; old: Thumbprint }> {
  const { rig, plan: first } = await rigBefore('nothing: all is applied');
  const old = first.header.old?.thumbprint as Thumbprint;
  rig.ask({ ...plainWish('rotate-master'), of: 'prod-16', use: old });
  return { rig, plan: await rig.plan(), old };
}

const orderOf = (plan: Plan) =>
  plan.header.phases.flatMap(({ stages }) =>
    stages.flatMap(({ name, hosts }) => hosts.map((one) => [one, name] as const)),
  );

test('every runner goes back by its own journal alone, with nothing allowed in its configuration', async () => {
  const { rig, plan, old } = await rotated();
  for (const [name, stage] of orderOf(plan)) {
    const wanted = stage === 'trust' ? 'unchanged' : 'applied';
    expect([name, stage, await rig.run(plan, name, 'apply', stage, ORDER)]).toEqual([name, stage, wanted]);
  }
  const looks = await rig.looks();
  expect(looks.sqlm01?.master?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([old]);
  for (const name of ['sqlw01', 'sqlw02']) expect(looks[name]?.worker?.masterThumbprint).toBe(old);
});

test('a key that the service can no longer read is given back to it, by the journal of its own runner', async () => {
  const { rig, old } = await rotated();
  const held = rig.machines.get('sqlm01')?.stores.Root.get(old);
  if (held === undefined) throw new Error('the old one is gone');
  held.readers = held.readers.filter((sid) => sid !== SERVICE_SID);
  const plan = await rig.plan();
  expect(await rig.run(plan, 'sqlm01', 'apply', 'grant', ORDER)).toBe('applied');
  expect(held.readers).toContain(SERVICE_SID);
});

const named =
  (to: Thumbprint): Change =>
  (header) => {
    Object.assign((header.existing as unknown as { new: object }).new, { thumbprint: to });
  };

test('a certificate that its own journal does not know is trusted by no runner, whatever the plan says', async () => {
  const { rig, plan } = await rotated();
  const made = make(profileOf(host('sqlm01')), rig.clock.now());
  const refs = { refs: { new: { ...made, host: host('sqlm01') } } };
  const wrong = forged(plan, 'sqlw01', 'trust', { header: named(made.thumbprint) });
  expect(await refusal(rig, wrong, 'sqlw01', 'trust', refs)).toBe('refused CertificateNotAllowed');
});

test('a previous certificate is accepted only under a plan that says it goes back', async () => {
  const { rig, plan } = await rotated();
  const plain = forged(plan, 'sqlw01', 'workers', {
    header: (header) => Object.assign(header.wish as object, { of: null }),
  });
  expect(await refusal(rig, plain, 'sqlw01', 'workers')).toBe('refused CertificateNotAllowed');
});

test('a thumbprint that a step names by itself is judged the same way', async () => {
  const { rig, plan } = await rotated();
  const wrong = forged(plan, 'sqlw01', 'workers', { step: ofKind('write-setting', put('thumbprint', OTHER)) });
  expect(await refusal(rig, wrong, 'sqlw01', 'workers')).toBe('refused CertificateNotAllowed');
});

test('the bytes of another certificate are refused', async () => {
  const { rig, plan, old } = await rotated();
  const made = make(profileOf(host('sqlm01')), rig.clock.now());
  const refs = { refs: { new: { thumbprint: old, der: made.der, host: host('sqlm01') } } };
  expect(await refusal(rig, plan, 'sqlw01', 'workers', refs)).toBe('refused CertificateDiffers');
});

describe('under a rotation of workers', () => {
  /** The same machines; a plan for workers that somebody made up, in which one of them takes what was used before. */
  async function ofWorkers(ref: string, thumbprint: (old: Thumbprint) => Thumbprint) {
    const { rig, plan, old } = await rotated();
    const taken = { thumbprint: thumbprint(old), host: 'sqlw01', store: 'My' };
    const made = forged(plan, 'sqlw01', 'workers', {
      header: (header) => {
        Object.assign(header, { kind: 'rotate-worker', existing: { [ref]: taken } });
        Object.assign(header.wish as object, { kind: 'rotate-worker', use: null });
      },
      step: (step) => {
        if (step.kind !== 'write-setting') return;
        const params = { role: 'worker', key: 'WorkerHttpsCertThumbprint', thumbprint: { ref } };
        Object.assign(step, { params, expected: { value: 'AB'.repeat(20) } });
      },
    });
    const der = rig.old.der;
    return { rig, plan: made, refs: { refs: { [ref]: { thumbprint: taken.thumbprint, der, host: host('sqlw01') } } } };
  }

  test.each([
    ['under the name of another worker', workerRef(host('sqlw02')), (old: Thumbprint) => old, 'ExistingNotServed'],
    ["under the name of the master's", 'new', (old: Thumbprint) => old, 'ExistingNotServed'],
    ['with other bytes', workerRef(host('sqlw01')), () => OTHER, 'CertificateDiffers'],
  ] as const)('a previous certificate %s is refused', async (_, ref, thumbprint, code) => {
    const { rig, plan, refs } = await ofWorkers(ref, thumbprint);
    expect(await refusal(rig, plan, 'sqlw01', 'workers', refs)).toBe(`refused ${code}`);
  });

  test('a previous certificate is refused in a plan that does not go back, even if it is allowed here', async () => {
    const { rig, plan, refs } = await ofWorkers(workerRef(host('sqlw01')), (old) => old);
    rig.allowed.set('sqlw01', [rig.old.thumbprint]);
    const plain = forged(plan, 'sqlw01', 'workers', {
      header: (header) => Object.assign(header.wish as object, { of: null }),
    });
    expect(await refusal(rig, plain, 'sqlw01', 'workers', refs)).toBe('refused ExistingNotServed');
  });
});

test('going back to a certificate that the machine’s journal does not know is refused before anybody is asked', async () => {
  const rig = await createRig();
  const made = make(profileOf(host('sqlm01')), rig.clock.now());
  const facts = { ...rig.machines.get('sqlm01')?.stores.Root.get(rig.old.thumbprint)?.facts };
  rig.machines.get('sqlm01')?.stores.Root.set(made.thumbprint, {
    ...made,
    facts: { ...facts, thumbprint: made.thumbprint } as never,
    readers: [],
  });
  rig.ask({ ...plainWish('rotate-master'), of: 'prod-16', use: made.thumbprint });
  await expect(rig.plan()).rejects.toThrow('ExistingNotAllowed');
});

describe('A certificate that a proved rotation has called compromised', () => {
  /** All is applied under such a request. */
  async function replaced(wish: Partial<Wish> = { compromised: true }) {
    const { rig, plan } = await rigBefore('nothing: all is applied', {
      wish: { ...plainWish('rotate-master'), ...wish },
    });
    const old = plan.header.old?.thumbprint as Thumbprint;
    const ref = { thumbprint: old, der: rig.old.der, host: host('sqlm01') };
    rig.ask({ ...plainWish('rotate-master'), use: null });
    const next = await rig.plan();
    /** What nobody asked for, under a signature of the bot's: trust it again, by the word that it was there before. */
    const back = (name: string, stage: string) => {
      const existing = { new: { thumbprint: old, host: 'sqlm01', store: 'Root' } };
      const wrong = forged(next, name, stage, {
        header: (header) => {
          Object.assign(header, { existing, profiles: {} });
          Object.assign(header.wish as object, { of: 'prod-16', use: old });
          const phases = header.phases as { armed?: true }[];
          for (const phase of phases) delete phase.armed;
        },
      });
      return { plan: wrong, how: { ...ORDER, refs: { new: ref } } };
    };
    return { rig, plan, old, back };
  }

  test.each([
    ['sqlw01', 'trust'],
    ['sqlw01', 'workers'],
    ['sqlm01', 'master'],
  ])('is accepted by no runner again: %s %s', async (name, stage) => {
    const { rig, back } = await replaced();
    const { plan, how } = back(name, stage);
    expect(await refusal(rig, plan, name, stage, how)).toBe('refused CertificateDoneAwayWith');
  });

  test('is put back if the rotation itself goes back before all is confirmed', async () => {
    const { rig, plan } = await rigBefore('workers', { wish: { ...plainWish('rotate-master'), compromised: true } });
    const runner = rig.runner('sqlw01');
    await runner.start();
    const order = rig.order(plan, 'sqlw01', 'apply', 'workers');
    await runner.receive(rig.seal(order));
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    await runner.receive(rig.seal(rig.order(plan, 'sqlw01', 'undo', 'workers')));
    await runner.idle();
    await runner.stop();
    expect(rig.machines.get('sqlw01')?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.old.thumbprint);
    expect(rig.journalOf('sqlw01').state().distrusted).toEqual([]);
  });

  describe('and that a worker still pins', () => {
    const compromised = { ...plainWish('rotate-master'), compromised: true };
    const ROLES = { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'] } as const;
    const distrusted = (rig: Rig) => rig.journalOf('sqlw02').state().distrusted;

    test('is not accepted by it again once it has been reconnected', async () => {
      const { rig, plan, how } = await leftBehind('sqlw02', ROLES, { wish: compromised, missed: ['workers'] });
      expect(distrusted(rig)).toEqual([]);
      expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, how)).toBe('applied');
      expect(distrusted(rig)).toEqual([rig.old.thumbprint]);
    });

    test('can be gone back to if that reconnect is put back', async () => {
      const { rig, plan, how } = await leftBehind('sqlw02', ROLES, { wish: compromised, missed: ['workers'] });
      expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, how)).toBe('applied');
      expect(await rig.run(plan, 'sqlw02', 'undo', STAGE, how)).toBe('put-back');
      expect(distrusted(rig)).toEqual([]);
    });

    test('is like any other if nobody called it compromised', async () => {
      const { rig, plan, how } = await leftBehind('sqlw02', ROLES, { missed: ['workers'] });
      expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, how)).toBe('applied');
      expect(distrusted(rig)).toEqual([]);
    });
  });

  describe('and that is back on a worker after all was applied there', () => {
    const distrusted = (rig: Rig) => rig.journalOf('sqlw01').state().distrusted;
    const pin = (rig: Rig) => rig.machines.get('sqlw01')?.settings.worker?.MasterHttpsCertThumbprint;

    test('can be gone back to if an order has put it back', async () => {
      const { rig, plan, old } = await replaced();
      expect(distrusted(rig)).toEqual([old]);
      expect(await rig.run(plan, 'sqlm01', 'undo', 'master')).toBe('put-back');
      expect(await rig.run(plan, 'sqlw01', 'undo', 'workers')).toBe('put-back');
      expect([pin(rig), distrusted(rig)]).toEqual([old, []]);
    });

    test('can be gone back to if a person has put it back', async () => {
      const { rig, plan, old } = await replaced();
      expect(await rig.run(plan, 'sqlm01', 'undo', 'master')).toBe('put-back');
      const runner = rig.runner('sqlw01');
      await runner.start();
      await runner.undoHere('prod-17');
      await runner.stop();
      expect([pin(rig), distrusted(rig)]).toEqual([old, []]);
    });
  });

  test('may come back if an administrator allows it by name', async () => {
    const { rig, old, back } = await replaced();
    rig.allowed.set('sqlw01', [old]);
    const { plan, how } = back('sqlw01', 'trust');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust', how)).toBe('unchanged');
  });

  test('can be gone back to if nobody called it compromised', async () => {
    const { rig, back } = await replaced({});
    const { plan, how } = back('sqlw01', 'trust');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust', how)).toBe('unchanged');
  });
});
