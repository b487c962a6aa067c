import type { Order } from '../../../src/domain/letters/protocol.ts';
import { readWork } from '../../../src/domain/orders/order-work.ts';
import { type PlanHeader, type PlanSlice, writePlan } from '../../../src/domain/plan/plan.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import { type HostName, isRefusal } from '../../../src/domain/values.ts';
import { planned } from '../../plans/support.ts';

const HOST = 'sqlw01' as HostName;
const OWN = { farm: 'prod', host: HOST };
const plan = planned();

type Loose = { header: { [name: string]: unknown }; slices: { host: string; stages: { [name: string]: Work } }[] };
type Work = { steps: Item[]; checks: Item[] };
type Item = { id: string; kind: string; host: string; params: { [name: string]: unknown } };

/** An order of a plan that was changed before it was hashed, so that all its hashes fit. */
async function orderOf(change: (plan: Loose, own: { [stage: string]: Work }) => void = () => {}, stage = 'workers') {
  const { header, slices } = structuredClone(await plan);
  const loose = { header, slices } as unknown as Loose;
  change(loose, loose.slices.find(({ host }) => host === HOST)?.stages ?? {});
  const { lines, lineHashes, digest } = writePlan(header as PlanHeader, slices as PlanSlice[]);
  const at = slices.findIndex(({ host }) => host === HOST || host === ('sqlw09' as HostName));
  const order = {
    kind: 'apply',
    rotation: 'prod-17',
    stage,
    digest,
    header: lines[0],
    slice: lines[at + 1],
    lineHashes,
  };
  return order as unknown as Order;
}
const codeOf = (order: Order, own = OWN): string => {
  const work = readWork(order, own);
  return isRefusal(work) ? work.code : 'accepted';
};
const first = (work: Work | undefined, of: 'steps' | 'checks' = 'steps'): Item => {
  const item = work?.[of][0];
  if (item === undefined) throw new Error('nothing in it');
  return item;
};

test('an order of an approved plan is read with its stage and phase', async () => {
  const order = await orderOf();
  const { header, slices, digest } = await plan;
  const stage = slices.find(({ host }) => host === HOST)?.stages.workers;
  const phase = header.phases.find(({ name }) => name === 'cutover');
  const work = { digest, header, phase, stage: 'workers', steps: stage?.steps, checks: stage?.checks };
  expect(readWork(order, OWN)).toEqual(work);
  // Read once, however often it is asked for.
  expect(readWork(order, OWN)).toEqual(work);
  expect(readWork(order, OWN)).toBe(readWork(order, OWN));
});

test.each(['digest', 'header', 'slice', 'stage'])('an order without its %s is incomplete', async (what) => {
  expect(readWork({ ...(await orderOf()), [what]: null }, OWN)).toMatchObject({
    code: 'OrderIncomplete',
    data: { kind: 'apply' },
  });
});

test('an order whose lines or hashes are not those of its digest is refused', async () => {
  const order = await orderOf();
  const [head = '', ...rest] = order.lineHashes;
  const other = sha256('other');
  const wrong: readonly Partial<Order>[] = [
    { header: `${order.header} ` },
    { slice: `${order.slice} ` },
    { digest: other },
    { lineHashes: [head, ...rest.toReversed()] },
    { lineHashes: [head, ...rest, other] },
    { lineHashes: [other, ...rest] },
    { lineHashes: [] },
    // The header is no machine's line.
    { slice: order.header },
  ];
  const digest = (one: Partial<Order>) => (one.digest ?? order.digest) as string;
  for (const one of wrong)
    expect(readWork({ ...order, ...one }, OWN)).toMatchObject({ code: 'DigestDiffers', data: { digest: digest(one) } });
});

test.each<readonly [what: string, change: Parameters<typeof orderOf>[0], refusal: object]>([
  [
    'of another farm',
    ({ header }) => Object.assign(header, { farm: 'test' }),
    { code: 'OtherFarm', data: { found: 'test' } },
  ],
  [
    'of another rotation',
    ({ header }) => Object.assign(header, { id: 'prod-18' }),
    { code: 'OtherRotation', data: { found: 'prod-18', wanted: 'prod-17' } },
  ],
  ['with a header that is none', ({ header }) => Object.assign(header, { more: 1 }), { code: 'PlanNotUnderstood' }],
  ['with a line that is none', (_, own) => Object.assign(own, { more: {} }), { code: 'PlanNotUnderstood' }],
  [
    'of another machine',
    ({ slices }) => Object.assign(slices.find(({ host }) => host === HOST) ?? {}, { host: 'sqlw09' }),
    { code: 'OtherHost', data: { found: 'sqlw09' } },
  ],
  [
    'whose step is for another machine',
    (_, own) => Object.assign(first(own.trust), { host: 'sqlw02' }),
    { code: 'StepForOtherHost', data: { found: 'sqlw02', step: expect.any(String) } },
  ],
  [
    'whose check is for another machine',
    (_, own) => Object.assign(first(own.workers, 'checks'), { host: 'sqlw02' }),
    { code: 'StepForOtherHost' },
  ],
  [
    'with a step of an unknown kind',
    (_, own) => Object.assign(first(own.trust), { kind: 'run-script' }),
    { code: 'KindUnknown', data: { kind: 'run-script', step: expect.any(String) } },
  ],
  [
    'with a check in place of a step',
    (_, own) => Object.assign(first(own.trust), { kind: 'worker-connected' }),
    { code: 'KindUnknown' },
  ],
  [
    'with a step in place of a check',
    (_, own) => Object.assign(first(own.workers, 'checks'), { kind: 'restart-service' }),
    { code: 'KindUnknown' },
  ],
  [
    'with parameters that a step does not know',
    (_, own) => Object.assign(first(own.trust).params, { force: true }),
    { data: { step: expect.stringContaining('trust') } },
  ],
  [
    'with parameters that a check does not know',
    (_, own) => Object.assign(first(own.workers, 'checks').params, { force: true }),
    { data: { step: expect.any(String) } },
  ],
  [
    'with a step twice',
    (_, own) => own.trust?.steps.push(first(own.trust)),
    { code: 'StepTwice', data: { step: expect.stringContaining('trust') } },
  ],
  [
    'with one id in two stages',
    (_, own) => Object.assign(first(own.workers), { id: first(own.trust).id }),
    { code: 'StepTwice' },
  ],
  [
    'with a check that has a step’s id',
    (_, own) => Object.assign(first(own.workers, 'checks'), { id: first(own.workers).id }),
    { code: 'StepTwice' },
  ],
  [
    'whose stage is in no phase',
    ({ header }) => Object.assign(header, { phases: [] }),
    { code: 'StageNotInPlan', data: { stage: 'workers' } },
  ],
])('a plan %s is refused, although its hashes fit', async (_what, change, refusal) => {
  const found = readWork(await orderOf(change), OWN);
  expect(isRefusal(found)).toBe(true);
  expect(found).toMatchObject(refusal);
});

test('a stage is refused that the plan gives to other machines, or that this machine has no work in', async () => {
  expect(codeOf(await orderOf(() => {}, 'master'))).toBe('StageNotInPlan');
  expect(codeOf(await orderOf(() => {}, 'constructor'))).toBe('StageNotInPlan');
  const dropped = await orderOf((_, own) => {
    delete own.workers;
  });
  expect(codeOf(dropped)).toBe('StageNotInPlan');
  const others = await orderOf(({ header }) => {
    const stages = (header.phases as { stages: { name: string; hosts: string[] }[] }[]).flatMap((one) => one.stages);
    for (const one of stages) if (one.name === 'workers') one.hosts = ['sqlw02'];
    // It has a part in another stage of that phase.
    for (const one of stages) if (one.name === 'master') one.hosts.push(HOST);
  });
  expect(codeOf(others)).toBe('StageNotInPlan');
});

test('what was read for one machine is not taken for another', async () => {
  const order = await orderOf();
  expect(codeOf(order)).toBe('accepted');
  expect(codeOf(order, { ...OWN, host: 'sqlw02' as HostName })).toBe('OtherHost');
  expect(codeOf(order)).toBe('accepted');
  expect(codeOf(order, { ...OWN, farm: 'test' })).toBe('OtherFarm');
});
