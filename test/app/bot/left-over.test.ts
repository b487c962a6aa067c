import { say } from '../../../cards/wording/index.ts';
import type { RotationState } from '../../../src/domain/rotation/rotation.ts';
import { shortThumbprint } from '../../../src/domain/values.ts';
import { farmOf, Sim } from '../../domain/sim.ts';
import { closedCard } from './closed-card.ts';

/** Everything was put back, but nobody heard that the new certificate was removed from sqlw03. */
function saidOf(change: (rotation: RotationState) => Partial<RotationState>): string {
  const sim = new Sim(farmOf(3), ({ kind, host, stage }) =>
    kind === 'apply' && host === 'sqlm01' && stage === 'master' ? 'put-back' : 'ok',
  );
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
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

test('a certificate that a look proved to be unused is named, to be removed by hand', () => {
  expect(saidOf(() => ({}))).toBe('Still on sqlw03: the new certificate NEW. Nothing uses it; remove it by hand.');
});

test('of a machine that was left as it was nobody claims that it still holds the certificate, or that nothing uses it', () => {
  const unknown =
    'Perhaps still on sqlw03: the new certificate NEW. Whether anything uses it there is not known: once sqlw03 answers, /ssis certs sqlw03 tells.';
  const unseen = ({ proofs: { sqlw03: _, ...proofs } }: RotationState) => ({ proofs });
  expect(saidOf((rotation) => ({ ...unseen(rotation), ...leave(rotation) }))).toBe(unknown);
  expect(saidOf(unseen)).toBe(unknown);
});
