import { plainWish } from '../../src/domain/plan/wish.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { draftRotateMaster } from '../../src/plans/rotate-master.ts';
import { draftRotateWorker } from '../../src/plans/rotate-worker.ts';
import { type Looks, type Loose, request, survey } from './support.ts';

const FARM = { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'], sqlw03: ['worker'] } as const;
const surveyed = () => survey({ hosts: FARM as never });

const isOff = (looks: Loose<Looks>, host: string): void => {
  Object.assign(looks[host]?.worker?.service ?? {}, { state: 'stopped', pid: 0 });
  isShutOut(looks, host);
};
const isShutOut = (looks: Loose<Looks>, host: string): void => {
  const log = { state: 'refused', line: '403', at: null };
  Object.assign(looks[host]?.worker?.connection ?? {}, { log, tcp: false });
};

const KINDS = [
  ['the master', 'workers', (farm: unknown, looks: unknown) => draftRotateMaster(request(farm, looks))],
  [
    'the workers',
    'worker-switch',
    (farm: unknown, looks: unknown) => draftRotateWorker({ ...request(farm, looks), wish: plainWish('rotate-worker') }),
  ],
] as const;

describe.each(KINDS)('Who goes first in a rotation of %s', (_, name, draft) => {
  const order = (farm: unknown, looks: unknown): readonly [readonly string[], number] => {
    const drafted = draft(farm, looks);
    if (isRefusal(drafted)) throw new Error(drafted.code);
    const stage = drafted.header.phases.flatMap(({ stages }) => stages).find((one) => one.name === name);
    return [stage?.hosts ?? [], stage?.canary ?? 0];
  };

  test('is the first worker of the farm file when all are connected', async () => {
    const { farm, looks } = await surveyed();
    expect(order(farm, looks)).toEqual([['sqlw01', 'sqlw02', 'sqlw03'], 1]);
  });

  test('is only the connected worker when the others are not, even with a canary of 2', async () => {
    const { farm, looks } = await surveyed();
    isShutOut(looks, 'sqlw01');
    isShutOut(looks, 'sqlw03');
    farm.gap.canary = 2;
    expect(order(farm, looks)).toEqual([['sqlw02', 'sqlw01', 'sqlw03'], 1]);
  });

  test('is still one worker, the first of the farm file, when none is connected', async () => {
    const { farm, looks } = await surveyed();
    for (const host of ['sqlw01', 'sqlw02', 'sqlw03']) isShutOut(looks, host);
    expect(order(farm, looks)).toEqual([['sqlw01', 'sqlw02', 'sqlw03'], 1]);
  });
});

describe('Who goes first when the master is rotated', () => {
  const order = (farm: unknown, looks: unknown) => {
    const drafted = draftRotateMaster(request(farm, looks));
    if (isRefusal(drafted)) throw new Error(drafted.code);
    const { hosts, canary } = drafted.header.phases[1]?.stages.at(-1) ?? { hosts: [], canary: -1 };
    return [hosts, canary];
  };

  test('is never a worker whose service is off, as writing its file proves nothing', async () => {
    const { farm, looks } = await surveyed();
    isOff(looks, 'sqlw01');
    isShutOut(looks, 'sqlw02');
    expect(order(farm, looks)).toEqual([['sqlw03', 'sqlw02', 'sqlw01'], 1]);
  });

  test('is nobody when the services of all workers are off', async () => {
    const { farm, looks } = await surveyed();
    for (const host of ['sqlw01', 'sqlw02', 'sqlw03']) isOff(looks, host);
    expect(order(farm, looks)).toEqual([['sqlw01', 'sqlw02', 'sqlw03'], 0]);
  });
});
