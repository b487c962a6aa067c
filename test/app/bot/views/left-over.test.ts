import { say } from '../../../../cards/wording/index.ts';
import type { Leftover } from '../../../../src/domain/machine/host-facts.ts';
import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import { type Instant, shortThumbprint } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';
import { closedCard } from '../closed-card.ts';

/** Everything was put back, because the master could not be switched. */
const wentBack = (): Sim =>
  approve(
    new Sim(farmOf(3), ({ kind, host, stage }) =>
      kind === 'apply' && host === 'sqlm01' && stage === 'master' ? 'put-back' : 'ok',
    ),
  );

/** Everything was put back, but nobody heard that the new certificate was removed from sqlw03. */
function saidOf(change: (rotation: RotationState) => Partial<RotationState>): string {
  const sim = wentBack();
  const ended = sim.rotation();
  const steps = Object.entries(ended.steps.sqlw03 ?? {}).map(([id, step]) => [
    id,
    step.state === 'undone' ? { ...step, state: 'done' as const } : step,
  ]);
  const held = { ...ended, steps: { ...ended.steps, sqlw03: Object.fromEntries(steps) } };
  const made = ended.made.new?.certificate.thumbprint ?? '';
  const evidence = closedCard(sim.farm, { ...held, ...change(held) }, sim.now)?.evidence ?? [];
  const left = evidence.filter(({ what }) => what.id === 'proof.left-over').map(({ what }) => say(what, 'en'));
  return left.join(' | ').replace(shortThumbprint(made), 'NEW');
}

const leave = ({ closed }: RotationState): Partial<RotationState> =>
  closed === null ? {} : { closed: { ...closed, data: { ...closed.data, left: ['sqlw03'] } } };

/** The last look at sqlw03 shows it there, as that of a runner does which remembers that it trusted it. */
function seen({ proofs, made }: RotationState): Partial<RotationState> {
  const thumbprint = made.new?.certificate.thumbprint;
  const look = proofs.sqlw03;
  if (thumbprint === undefined || look === undefined) return {};
  const left: Leftover = {
    ...{ thumbprint, stores: ['Root'], keys: [], users: [], subject: 'CN=sqlm01' },
    ...{ notAfter: '2027-12-01T00:00:00.000Z' as Instant, mark: null, lastUsed: null },
  };
  return { proofs: { ...proofs, sqlw03: { ...look, leftovers: [left] } } };
}

test('a certificate that a look proved to be unused is named, to be removed by hand', () => {
  expect(saidOf(seen)).toBe('Still on sqlw03: the new certificate NEW. Nothing uses it; remove it by hand.');
});

test('a runner that was set up anew does not show what it trusted, so nobody claims that it is still there', () => {
  const unseen =
    'Perhaps still on sqlw03: the new certificate NEW. Nothing uses it, but the last look does not show whether it is there; remove by hand what is.';
  expect(saidOf(() => ({}))).toBe(unseen);
  const nothing = ({ proofs }: RotationState) => {
    const look = proofs.sqlw03;
    return look === undefined ? {} : { proofs: { ...proofs, sqlw03: { ...look, leftovers: [] } } };
  };
  expect(saidOf(nothing)).toBe(unseen);
});

test('of a machine that was left as it was nobody claims that it still holds the certificate, or that nothing uses it', () => {
  const unknown =
    'Perhaps still on sqlw03: the new certificate NEW. Whether anything uses it there is not known: once sqlw03 answers, /ssis certs sqlw03 tells.';
  const unseen = ({ proofs: { sqlw03: _, ...proofs } }: RotationState) => ({ proofs });
  expect(saidOf((rotation) => ({ ...unseen(rotation), ...leave(rotation) }))).toBe(unknown);
  expect(saidOf(unseen)).toBe(unknown);
});

test('a machine that the certificate never came to is not counted among those that it was removed from', () => {
  const sim = wentBack();
  const ended = sim.rotation();
  const countOf = (rotation: RotationState) =>
    closedCard(sim.farm, rotation, sim.now)?.evidence.find(({ what }) => what.id === 'proof.removed')?.what.data.count;
  // Its tool failed, and then there was nothing to take back.
  const failed = Object.entries(ended.steps.sqlw03 ?? {}).map(([id, step]) => [id, { ...step, backAt: null }]);
  expect(countOf(ended)).toBe(4);
  expect(countOf({ ...ended, steps: { ...ended.steps, sqlw03: Object.fromEntries(failed) } })).toBe(3);
});
