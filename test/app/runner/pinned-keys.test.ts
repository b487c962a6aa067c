import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { keyIdOf } from '../../../src/domain/letters/envelope.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import { createRig, type Rig, rigBefore } from './rig.ts';

const lookOf = async (rig: Rig, name: string) => {
  await rig.run(null, name, 'look', null);
  const last = rig.entries(name).at(-1);
  return last?.type === 'finished' ? last.look : null;
};

test('a look reports the keys that its runner pins, by their ids, and which one is its own', async () => {
  const rig = await createRig();
  const next = createMemorySigner();
  const own = rig.signerOf('sqlm01');
  const [worker = ''] = rig.farm.hosts.find(({ name }) => String(name) === 'sqlw01')?.keys ?? [];
  rig.pinned.set('sqlm01', { sqlm01: [own.publicKey], sqlw01: [worker, next.publicKey] });
  expect((await lookOf(rig, 'sqlm01'))?.pins).toEqual({
    own: own.keyId,
    master: 'sqlm01',
    runners: [
      { host: 'sqlm01', keys: [own.keyId] },
      { host: 'sqlw01', keys: [keyIdOf(worker), next.keyId] },
    ],
  });
});

/** Each refusal of the last gate for a key that is not pinned is one that the planner names beforehand. */
describe('A plan that the last gate would refuse after approval is not made', () => {
  test('if the key of the maker is not pinned', async () => {
    const { rig, plan } = await rigBefore('trust');
    rig.pinned.set('sqlw01', { sqlw01: [rig.signerOf('sqlw01').publicKey] });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust')).toBe('refused MakerNotPinned');
    await expect(rig.plan()).rejects.toThrow('RunnerKeyNotPinned');
  });

  test('if another key is pinned for the maker', async () => {
    const { rig, plan } = await rigBefore('trust');
    rig.pinned.set('sqlw01', { sqlm01: [createMemorySigner().publicKey] });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust')).toBe('refused MakerSignatureWrong');
    await expect(rig.plan()).rejects.toThrow('RunnerKeyNotPinned');
  });

  test('if the master does not pin the keys of its workers', async () => {
    const rig = await createRig({ wish: plainWish('rotate-worker') });
    const plan = await rig.plan();
    await rig.run(plan, 'sqlw01', 'apply', 'worker-create', { refs: {} });
    await rig.run(plan, 'sqlw02', 'apply', 'worker-create', { refs: {} });
    rig.pinned.set('sqlm01', { sqlm01: [rig.signerOf('sqlm01').publicKey] });
    expect(await rig.run(plan, 'sqlm01', 'apply', 'master-trust', { refs: rig.refs() })).toBe('refused MakerNotPinned');
    await expect(rig.plan()).rejects.toThrow(/RunnerKeyNotPinned.*sqlw01.*sqlw02/u);
  });
});
