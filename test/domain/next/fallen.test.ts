import { fallenHosts, fellIn, isOwnStage, partLeft } from '../../../src/domain/next/fallen.ts';
import type { OrderState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo } from '../at-work.ts';
import { farmOf } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const STOLEN = ['sqlw01', 'sqlw02', 'sqlw03'] as HostName[];
const MASTER = 'sqlm01' as HostName;
const contained = new WorkerSim(farmOf(4));
Object.assign(contained.wish, { workers: STOLEN, compromised: true, when: { by: 'now' } });
const rotationOf = atWork(contained);
const careful = new WorkerSim(farmOf(4));
Object.assign(careful.wish, { workers: STOLEN });
const overlapping = atWork(careful);
const trusts = (...workers: readonly string[]) => workers.map((one) => `sqlm01/master-trust/trust-certificate/${one}`);

test.each<readonly [stage: string, is: keyof typeof IS, fell: string | null]>([
  ['worker-create', 'back', 'worker-create'],
  ['worker-create', 'unknown', 'worker-create'],
  ['worker-create', 'refused', 'worker-create'],
  ['worker-trust', 'silent', 'worker-trust'],
  ['worker-create', 'applied', null],
  ['worker-create', 'sent', null],
  ['worker-switch', 'back', null],
  ['master-trust', 'back', null],
])('a worker whose certificate is replaced at once, and whose %s is %s, fell in %s', (stage, is, fell) => {
  const orders = [orderTo('sqlw02', stage, IS[is])];
  expect(fellIn(rotationOf(orders), 'sqlw02' as HostName)).toBe(fell);
  expect(fallenHosts(rotationOf(orders))).toEqual(fell === null ? [] : ['sqlw02']);
  expect(fellIn(rotationOf(orders), 'sqlw03' as HostName)).toBeNull();
  // Where nobody is cut off yet, a failure stops all.
  expect(fellIn(overlapping(orders), 'sqlw02' as HostName)).toBeNull();
  expect(fallenHosts(overlapping(orders))).toEqual([]);
});

describe('A master', () => {
  const trust = (only: OrderState['only']) => orderTo(MASTER, 'master-trust', { ...IS.applied, only });

  test('is told to trust those alone that have a certificate', () => {
    const orders = [orderTo('sqlw02', 'worker-create', IS.back)];
    expect(partLeft(rotationOf(orders), MASTER, 'master-trust')).toEqual(trusts('sqlw01', 'sqlw03'));
    expect(partLeft(rotationOf(orders), MASTER, 'contain')).toBeUndefined();
    expect(partLeft(rotationOf([]), MASTER, 'master-trust')).toBeUndefined();
  });

  test('that was told of others alone leaves a worker fallen that has come back since', () => {
    expect(fallenHosts(rotationOf([trust(trusts('sqlw01', 'sqlw03'))]))).toEqual(['sqlw02']);
    expect(fallenHosts(rotationOf([trust(null)]))).toEqual([]);
    expect(fallenHosts(rotationOf([trust(trusts('sqlw01')), trust(trusts(...STOLEN))]))).toEqual([]);
    expect(fallenHosts(overlapping([trust(trusts('sqlw01'))]))).toEqual([]);
  });
});

test('a worker’s own stages are alone with it only where all are cut off already', () => {
  const own = (rotation: ReturnType<typeof rotationOf>) =>
    ['worker-create', 'worker-trust', 'master-trust', 'worker-switch'].map((stage) => isOwnStage(rotation.plan, stage));
  expect(own(rotationOf([]))).toEqual([true, true, false, false]);
  expect(own(overlapping([]))).toEqual([false, false, false, false]);
});
