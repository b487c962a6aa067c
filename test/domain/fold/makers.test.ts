import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import { newMaster } from '../../../src/domain/rotation/rotation.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';
import { farmOf, ID, NEW, Sim } from '../sim.ts';

const [MASTER, WORKER] = ['sqlm01', 'sqlw01'] as HostName[] as [HostName, HostName];
const OTHER = 'D'.repeat(40) as Thumbprint;

/** Approved and run to its end, or only up to the switch when a worker does not answer its trust order. */
function run(isHeldUp: boolean): Sim {
  const sim = new Sim(farmOf(), ({ host, kind, stage }) =>
    isHeldUp && kind === 'apply' && stage === 'trust' && host === 'sqlw02' ? 'stuck' : 'ok',
  );
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

/** A step of a host as the plan has it, by its kind. */
function stepOf(sim: Sim, host: HostName, kind: string): string {
  const slice = sim.rotation().plan?.slices.find((one) => one.host === host);
  const steps = Object.values(slice?.stages ?? {}).flatMap((stage) => stage.steps);
  return steps.find((one) => one.kind === kind)?.id ?? `no ${kind}`;
}

/** It says that it made this, under an order of its own and the plan as it was approved. */
function claim(sim: Sim, host: HostName, step: string): void {
  const n = sim.rotation().orders.find((order) => order.host === host && order.kind === 'apply')?.n ?? 0;
  const digest = sim.rotation().plan?.digest ?? '';
  const made = { thumbprint: OTHER, der: 'AA==' };
  const done: RunnerEntry = { ...{ type: 'done', n, rotation: ID, digest, step }, facts: {}, made, changed: true };
  sim.speak(host, done);
}

describe.each([
  ['before the master switches', true],
  ['after all is closed', false],
])('The new certificate of a master, %s,', (_when, isHeldUp) => {
  test.each([
    ['a step that no plan has', 'nonsense'],
    ['a step that makes nothing', 'trust-certificate'],
    ['a step of the master', 'create-certificate'],
  ])('is not what a worker claims to have made by %s', (_what, kind) => {
    const sim = run(isHeldUp);
    expect(newMaster(sim.rotation())).toBe(NEW);
    const step = kind === 'create-certificate' ? stepOf(sim, MASTER, kind) : stepOf(sim, WORKER, kind);
    claim(sim, WORKER, step);
    expect(newMaster(sim.rotation())).toBe(NEW);
    expect(Object.keys(sim.rotation().made)).toEqual(['new']);
    expect(sim.rotation().made.new?.host).toBe(MASTER);
  });
});

test('What a master has made stays once its rotation is closed, whatever its runner says later', () => {
  const sim = run(false);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  claim(sim, MASTER, stepOf(sim, MASTER, 'create-certificate'));
  expect(newMaster(sim.rotation())).toBe(NEW);
});
