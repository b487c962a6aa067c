import type { ExistingRef, Order } from '../../../../src/domain/letters/protocol.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { Json, Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { type Change, forged, OTHER, refusal } from '../forge.ts';
import { type Rig, rigBefore } from '../rig.ts';
import { host, make } from '../world.ts';

const asItIs: Change = () => {};

/** A certificate that no runner made, in an order that says so. */
async function brought(how: Change = asItIs): Promise<{ rig: Rig; plan: Plan; ref: ExistingRef }> {
  const { rig, plan } = await rigBefore('trust');
  const made = make(profileOf(host('sqlm01')), rig.clock.now());
  const existing = { new: { thumbprint: made.thumbprint, host: 'sqlm01', store: 'Root' } };
  const header: Change = (one) => {
    Object.assign(one, { profiles: {}, existing });
    how(one);
  };
  return { rig, plan: forged(plan, 'sqlw01', 'trust', { header }), ref: { ...made, host: host('sqlm01') } };
}

const refs = (ref: ExistingRef): Partial<Order> => ({ refs: { new: ref } });
const existingOf = (header: { [name: string]: Json }) =>
  (header.existing as unknown as { new: { [name: string]: Json } }).new;

describe('a certificate that no runner made', () => {
  test("is trusted if its thumbprint is in the plan and in this runner's own configuration", async () => {
    const { rig, plan, ref } = await brought();
    rig.allowed.set('sqlw01', [ref.thumbprint]);
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust', refs(ref))).toBe('applied');
    expect(rig.machines.get('sqlw01')?.stores.Root.has(ref.thumbprint)).toBe(true);
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust', refs(ref))).toBe('put-back');
    expect(rig.machines.get('sqlw01')?.stores.Root.has(ref.thumbprint)).toBe(false);
  });

  test('is not trusted because the configuration of another runner allows it', async () => {
    const { rig, plan, ref } = await brought();
    rig.allowed.set('sqlw02', [ref.thumbprint]);
    expect(await refusal(rig, plan, 'sqlw01', 'trust', refs(ref))).toBe('refused CertificateNotAllowed');
  });

  const FORGED: readonly (readonly [string, string, (ref: ExistingRef, rig: Rig) => ExistingRef, Change])[] = [
    ['whose bytes are another certificate', 'CertificateDiffers', (ref, rig) => ({ ...ref, der: rig.old.der }), asItIs],
    [
      'whose thumbprint is not the one of its bytes',
      'CertificateDiffers',
      (ref) => ({ ...ref, thumbprint: OTHER }),
      asItIs,
    ],
    ['whose bytes are no certificate', 'CertificateUnreadable', (ref) => ({ ...ref, der: 'AAAA' }), asItIs],
    [
      'other than the one in the plan',
      'CertificateDiffers',
      (ref) => ref,
      (header) => Object.assign(existingOf(header), { thumbprint: OTHER }),
    ],
    [
      'in a rotation of workers, which make their own',
      'ExistingNotServed',
      (ref) => ref,
      (header) => {
        Object.assign(header, { kind: 'rotate-worker' });
        Object.assign(header.wish as object, { kind: 'rotate-worker' });
      },
    ],
    [
      'of which the plan says too that it is to be made',
      'ProfileDiffers',
      (ref) => ref,
      (header) => Object.assign(header, { profiles: { new: profileOf(host('sqlm01')) } }),
    ],
    [
      'where the plan has one to be made',
      'MakerReportNotUnderstood',
      (ref) => ref,
      (header) => Object.assign(header, { profiles: { new: profileOf(host('sqlm01')) }, existing: {} }),
    ],
  ];

  test.each(FORGED)('%s is refused (%s), although this runner allows it', async (_, code, change, how) => {
    const { rig, plan, ref } = await brought(how);
    rig.allowed.set('sqlw01', [ref.thumbprint, OTHER as Thumbprint, rig.old.thumbprint]);
    expect(await refusal(rig, plan, 'sqlw01', 'trust', refs(change(ref, rig)))).toBe(`refused ${code}`);
  });
});

test('a look reports the certificates that its order names, and what this runner would take', async () => {
  const { rig, ref } = await brought();
  rig.allowed.set('sqlw01', [OTHER]);
  const certificates = [rig.old.thumbprint, ref.thumbprint];
  expect(await rig.run(null, 'sqlw01', 'look', null, { certificates })).toBe('looked');
  const last = rig.entries('sqlw01').at(-1);
  const look = last?.type === 'finished' ? last.look : null;
  expect(look?.allowed).toEqual([OTHER]);
  expect(look?.named).toEqual([
    { ...rig.old, places: [{ store: 'Root', privateKey: 'no', readers: [] }], issuers: [] },
    { thumbprint: ref.thumbprint, der: null, places: [], issuers: [] },
  ]);
});

test('a look that names none reports neither', async () => {
  const { rig } = await brought();
  await rig.run(null, 'sqlw01', 'look', null);
  const last = rig.entries('sqlw01').at(-1);
  const look = last?.type === 'finished' ? last.look : null;
  expect([look?.named, look?.allowed]).toEqual([undefined, undefined]);
});
