import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { RunnerDeps } from '../../../../src/app/runner/deps.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { bootOf } from '../../../../src/domain/journal/bot-head.ts';
import type { Envelope, Order, Report } from '../../../../src/domain/letters/protocol.ts';
import { refLength } from '../../../../src/domain/orders/order-size.ts';
import { digestOfHashes } from '../../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../../src/domain/plan/wish.ts';
import { sha256 } from '../../../../src/domain/sha256.ts';
import { createRig, host, outcomeOf, type Rig, rigBefore } from '../rig.ts';

const reportsOf = (rig: Rig): readonly Report[] => rig.letters.map(({ body }) => JSON.parse(body) as Report);

async function send(rig: Rig, name: string, letters: readonly unknown[], wrap: Partial<RunnerDeps> = {}) {
  const runner = rig.runner(name, wrap);
  await runner.start();
  for (const letter of letters) await runner.receive(letter);
  await runner.idle();
  await runner.stop();
}

const refusals = (rig: Rig, name: string): readonly string[] =>
  rig.entries(name).flatMap((entry) => (entry.type === 'refused' ? [entry.code] : []));

type Line = { readonly [name: string]: never } & {
  readonly gap: object;
  readonly phases: readonly {
    readonly stages: readonly { readonly name: string; readonly hosts: readonly string[] }[];
  }[];
  readonly stages: { readonly [stage: string]: { readonly checks: readonly object[] } };
};

/** A line of a plan, changed. */
function otherwise(line: string | null, how: (was: Line) => object): string {
  const was = JSON.parse(line ?? '') as Line;
  return JSON.stringify({ ...was, ...how(was) });
}

const withChecks = ({ slice }: Order, how: object): string =>
  otherwise(slice, ({ stages }) => ({
    stages: Object.fromEntries(
      Object.entries(stages).map(([name, stage]) => [
        name,
        { ...stage, checks: stage.checks.map((check) => ({ ...check, ...how })) },
      ]),
    ),
  }));

/** The same order under a plan of these lines, with hashes and digest as they are then. */
function planned(order: Order, lines: { readonly header?: string; readonly slice?: string }): Order {
  const { header = order.header ?? '', slice = order.slice ?? '' } = lines;
  const lineHashes = [sha256(header), sha256(slice)];
  return { ...order, header, slice, lineHashes, digest: digestOfHashes(lineHashes) };
}

describe('a letter', () => {
  const TAMPERED: readonly (readonly [string, string, (letter: Envelope, rig: Rig, order: Order) => unknown])[] = [
    ['that is no envelope', 'EnvelopeMalformed', () => ({ hello: 1 })],
    ['that is a number', 'EnvelopeMalformed', () => 7],
    [
      'with a changed body',
      'EnvelopeBadSignature',
      (letter) => ({ ...letter, body: letter.body.replace('"n":', '"n": ') }),
    ],
    ['signed by a stranger', 'EnvelopeUnknownKey', (_, rig, order) => rig.seal(order, createMemorySigner())],
    ['of another type', 'EnvelopeWrongType', (_, rig, order) => rig.bot.sign('report', JSON.stringify(order))],
    ['that is no order', 'OrderNotUnderstood', (_, rig) => rig.bot.sign('order', '{"v":1}')],
    ['for another farm', 'OtherFarm', (_, rig, order) => rig.seal({ ...order, farm: 'test' })],
    ['for another host', 'OtherHost', (_, rig, order) => rig.seal({ ...order, host: host('sqlw02') })],
    [
      'that came too late',
      'OrderExpired',
      (_, rig, order) => rig.seal({ ...order, startBy: '2026-11-24T11:57:59.000Z' }),
    ],
    ['from the future', 'OrderTooEarly', (_, rig, order) => rig.seal({ ...order, issued: '2026-11-24T12:05:01.000Z' })],
    [
      'of an unknown kind',
      'OrderNotUnderstood',
      (_, rig, order) => rig.seal({ ...order, kind: 'wait' as Order['kind'] }),
    ],
    ['without its plan', 'OrderIncomplete', (_, rig, order) => rig.seal({ ...order, slice: null })],
    ['without the header of its plan', 'OrderIncomplete', (_, rig, order) => rig.seal({ ...order, header: null })],
    ['without a digest', 'OrderIncomplete', (_, rig, order) => rig.seal({ ...order, digest: null })],
    ['without a stage', 'OrderIncomplete', (_, rig, order) => rig.seal({ ...order, stage: null })],
    [
      'with another header than the approved one',
      'DigestDiffers',
      (_, rig, order) =>
        rig.seal({ ...order, header: otherwise(order.header, ({ gap }) => ({ gap: { ...gap, limitMs: 9 } })) }),
    ],
    [
      'for a stage that its plan gives to others',
      'StageNotInPlan',
      (_, rig, order) =>
        rig.seal(
          planned(order, {
            header: otherwise(order.header, ({ phases }) => ({
              phases: phases.map((phase) => ({
                ...phase,
                stages: phase.stages.map((stage) =>
                  stage.name === 'create' ? { ...stage, hosts: ['sqlw01'] } : stage,
                ),
              })),
            })),
          }),
        ),
    ],
    [
      'with a line that is none',
      'PlanNotUnderstood',
      (_, rig, order) => rig.seal(planned(order, { slice: '{"v":1}' })),
    ],
    [
      'with the line of another host',
      'OtherHost',
      (_, rig, order) => rig.seal(planned(order, { slice: otherwise(order.slice, () => ({ host: 'sqlw01' })) })),
    ],
    [
      'with a check of an unknown kind',
      'KindUnknown',
      (_, rig, order) => rig.seal(planned(order, { slice: withChecks(order, { kind: 'believes' }) })),
    ],
    [
      'with a check of another host',
      'StepForOtherHost',
      (_, rig, order) => rig.seal(planned(order, { slice: withChecks(order, { host: 'sqlw01' }) })),
    ],
    ['with another digest', 'DigestDiffers', (_, rig, order) => rig.seal({ ...order, digest: 'ab'.repeat(32) })],
    [
      'with a line that is not in the plan',
      'DigestDiffers',
      (_, rig, order) => rig.seal({ ...order, slice: `${order.slice} ` }),
    ],
    [
      'for another rotation than its plan',
      'OtherRotation',
      (_, rig, order) => rig.seal({ ...order, rotation: 'prod-18' }),
    ],
    ['for a stage that is not its own', 'StageNotInPlan', (_, rig, order) => rig.seal({ ...order, stage: 'workers' })],
    ...['constructor', '__proto__'].map((id): (typeof TAMPERED)[number] => [
      `with a step that is called ${id}`,
      'PlanNotUnderstood',
      (_, rig, order) =>
        rig.seal(planned(order, { slice: order.slice?.replace('sqlm01/create/create-certificate', id) ?? '' })),
    ]),
    [
      'for a stage that is an inherited name',
      'StageNotInPlan',
      (_, rig, order) => rig.seal({ ...order, stage: 'toString' }),
    ],
  ];

  test.each(TAMPERED)('%s is refused (%s), journaled, and changes nothing', async (_, code, tamper) => {
    const rig = await createRig();
    const plan = await rig.plan();
    const order = rig.order(plan, 'sqlm01', 'apply', 'create');
    await send(rig, 'sqlm01', [tamper(rig.seal(order), rig, order)]);
    expect(refusals(rig, 'sqlm01')).toEqual([code]);
    expect(rig.machines.get('sqlm01')?.performed).toEqual([]);
  });

  test('of another version is reported in the log with the field that was not understood', async () => {
    const rig = await createRig();
    const told: object[] = [];
    const log = { info() {}, warn: (data: object, sentence: string) => void told.push({ ...data, sentence }) };
    const runner = rig.runner('sqlm01', { log });
    const order = rig.order(null, 'sqlm01', 'look', null);
    await runner.start();
    await runner.receive(rig.bot.sign('order', JSON.stringify({ ...order, v: 2 })));
    await runner.stop();
    const sentence = expect.stringContaining('may be of two versions');
    expect(told).toMatchObject([{ code: 'OrderNotUnderstood', path: 'v', sentence }]);
  });

  test.each([
    ['with a field that it does not know', { later: true }],
    ['of a kind that it does not know', { kind: 'wait' }],
    ['of a later protocol', { v: 2 }],
  ])('%s is refused under its number, for its bot waits for an answer', async (_, how) => {
    const rig = await createRig();
    const order = rig.order(null, 'sqlm01', 'look', null);
    await send(rig, 'sqlm01', [rig.seal({ ...order, ...how } as Order)]);
    const { n, rotation } = order;
    expect(rig.entries('sqlm01')).toMatchObject([{ type: 'refused', code: 'OrderNotUnderstood', n, rotation }]);
  });

  test.each([
    ['for another farm', { farm: 'test' }],
    ['for another machine', { host: host('sqlw01') }],
    ['with a number far above all before it', { n: 2_000_000 }],
    ['without a number', { n: 'one' }],
  ])('that is not understood and %s is refused under no number', async (_, how) => {
    const rig = await createRig();
    const order = { ...rig.order(null, 'sqlm01', 'look', null), later: true, ...how };
    await send(rig, 'sqlm01', [rig.bot.sign('order', JSON.stringify(order))]);
    expect(rig.entries('sqlm01')).toMatchObject([{ type: 'refused', code: 'OrderNotUnderstood', n: null }]);
  });

  test('that is not understood, under a number that was taken before, says nothing of that order', async () => {
    const rig = await createRig();
    const order = rig.order(null, 'sqlm01', 'look', null);
    await send(rig, 'sqlm01', [rig.seal(order), rig.bot.sign('order', JSON.stringify({ ...order, later: true }))]);
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'refused')).toMatchObject([{ n: null }]);
    expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe('looked');
  });

  test.each([
    ['look', 'that came too late', 'OrderExpired', { startBy: '2026-11-24T11:57:59.000Z' }],
    ['look', 'from the future', 'OrderTooEarly', { issued: '2026-11-24T12:05:01.000Z' }],
    ['stop', 'that came too late', 'OrderExpired', { startBy: '2026-11-24T11:57:59.000Z' }],
    ['stop', 'from the future', 'OrderTooEarly', { issued: '2026-11-24T12:05:01.000Z' }],
  ] as const)('that is a %s %s is refused (%s), although it would change nothing', async (kind, _, code, dates) => {
    const rig = await createRig();
    await send(rig, 'sqlm01', [rig.seal(rig.order(null, 'sqlm01', kind, null, dates))]);
    expect(rig.entries('sqlm01')).toMatchObject([{ type: 'refused', code }]);
  });

  test('that is refused again and again does not fill the journal: one entry per minute and code', async () => {
    const rig = await createRig();
    await send(rig, 'sqlm01', Array(20).fill({ hello: 1 }));
    expect(refusals(rig, 'sqlm01')).toEqual(['EnvelopeMalformed']);
  });

  test('that is not for this runner does not fill its log, whoever floods its queue: one line per minute and code', async () => {
    const rig = await createRig();
    const lines: string[] = [];
    const log = {
      info: (_: object, line: string) => lines.push(line),
      warn: (_: object, line: string) => lines.push(line),
    };
    const runner = rig.runner('sqlm01', { log });
    const signal = { v: 1, farm: 'prod', host: 'sqlm01', rotation: 'prod-17', n: 1, digest: '0'.repeat(64), say: 'go' };
    const late = rig.bot.sign('signal', JSON.stringify({ ...signal, issued: '2026-11-24T11:00:00.000Z' }));
    const stranger = createMemorySigner().sign('ack', '{}');
    for (let n = 0; n < 20; n += 1) for (const letter of [{ hello: n }, stranger, late]) await runner.receive(letter);
    expect(lines).toEqual(['an order was refused', 'an acknowledgement was not understood', 'a signal came too late']);
  });

  test('whose number was refused under another rotation is judged by itself, for its bot may have lost its journal', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const late = rig.order(plan, 'sqlm01', 'apply', 'create', { startBy: '2026-11-24T11:00:00.000Z' });
    const anew = { ...rig.order(null, 'sqlm01', 'look', null), n: late.n, rotation: 'prod-18' };
    await send(rig, 'sqlm01', [rig.seal(late), rig.seal(anew)]);
    expect(refusals(rig, 'sqlm01')).toEqual(['OrderExpired']);
    expect(outcomeOf(rig.entries('sqlm01').slice(1), anew.n)).toBe('looked');
  });

  test('that is a daily look under a number that was refused before is judged by itself, for all looks have one name', async () => {
    const rig = await createRig();
    const early = rig.order(null, 'sqlm01', 'look', null, { rotation: 'scan', issued: '2026-11-24T12:05:01.000Z' });
    await send(rig, 'sqlm01', [rig.seal(early)]);
    rig.clock.set(Date.parse('2026-11-24T12:05:00.000Z'));
    await send(rig, 'sqlm01', [rig.seal({ ...early, startBy: '2026-11-24T12:06:00.000Z' })]);
    expect(refusals(rig, 'sqlm01')).toEqual(['OrderTooEarly']);
    expect(outcomeOf(rig.entries('sqlm01').slice(1), early.n)).toBe('looked');
  });

  test('whose order is refused is answered for each number, so that the bot hears of each', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const late = (): Envelope =>
      rig.seal(rig.order(plan, 'sqlm01', 'apply', 'create', { startBy: '2026-11-24T11:00:00.000Z' }));
    await send(rig, 'sqlm01', [late(), late()]);
    expect(rig.entries('sqlm01').map(({ n }) => n)).toEqual([1, 2]);
  });
});

test('a rotation for a master’s compromised key cannot give trust in part', async () => {
  const { rig, plan } = await rigBefore('trust', { wish: { ...plainWish('rotate-master'), compromised: true } });
  const stages = plan.slices.find((slice) => slice.host === 'sqlw01')?.stages;
  const only = (stages?.trust?.steps ?? []).map(({ id }) => id);
  expect(only).not.toEqual([]);
  expect(await rig.run(plan, 'sqlw01', 'apply', 'trust', { only })).toBe('refused PartNotAllowed');
});

test('an undo of no step at all is refused: its end would read as if all were put back', async () => {
  const { rig, plan } = await rigBefore('rehearse');
  expect(await rig.run(plan, 'sqlw01', 'undo', 'trust', { only: [] })).toBe('refused PartNotAllowed');
});

test('an order is not judged by anything that is remembered of its machine', async () => {
  const { rig, plan } = await rigBefore('create');
  const order = rig.order(plan, 'sqlm01', 'apply', 'create');
  const asked: string[] = [];
  const told = new Proxy(rig.windowsHost('sqlm01'), {
    get(world, name, self) {
      const ask = Reflect.get(world, name, self);
      return typeof ask !== 'function' ? ask : (...how: unknown[]) => [asked.push(String(name)), ask(...how)][1];
    },
  });
  const runner = rig.runner('sqlm01', { host: told });
  await runner.start();
  asked.length = 0;
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(asked[0]).toBe('forget');
  expect(asked.length).toBeGreaterThan(1);
});

describe('an order whose number is far above all before it', () => {
  test('is refused, and leaves room for the numbers to come', async () => {
    const rig = await createRig();
    const { n, ...look } = rig.order(null, 'sqlm01', 'look', null);
    await send(rig, 'sqlm01', [
      rig.seal({ ...look, n: Number.MAX_SAFE_INTEGER }),
      rig.seal({ ...look, n: n + 1_000_001 }),
      rig.seal({ ...look, n: n + 1_000 }),
    ]);
    expect(refusals(rig, 'sqlm01')).toContain('OrderNumberTooHigh');
    expect(outcomeOf(rig.entries('sqlm01'), n + 1_000)).toBe('looked');
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'accepted')).toHaveLength(1);
  });
});

describe('an order whose time passes while its machine is looked at', () => {
  test('is refused, for a hello has told the bot meanwhile that it will not be begun', async () => {
    const { rig, plan } = await rigBefore('create');
    const order = rig.order(plan, 'sqlm01', 'apply', 'create');
    let asked = 0;
    const paused = async () => {
      asked += 1;
      // The first time it is about to start.
      if (asked > 1) await rig.clock.sleep(181_000);
      return false;
    };
    await send(rig, 'sqlm01', [rig.seal(order)], { paused });
    expect(rig.entries('sqlm01').filter((entry) => entry.n === order.n)).toMatchObject([{ code: 'OrderExpired' }]);
  });
});

describe("a certificate that travels with its maker's word", () => {
  test('is about as long as plans assume, and not longer', async () => {
    const { rig, plan } = await rigBefore('master');
    const found = JSON.stringify({ new: rig.refs().new }).length;
    const reckoned = refLength(plan.header.profiles.new);
    expect(found).toBeLessThan(reckoned);
    expect(found).toBeGreaterThan(0.8 * reckoned);
  });
});

describe('the same order', () => {
  test('sent several times is carried out once', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const letter = rig.seal(rig.order(plan, 'sqlm01', 'apply', 'create'));
    await send(rig, 'sqlm01', [letter, letter, letter]);
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'accepted')).toHaveLength(1);
    expect(rig.machines.get('sqlm01')?.performed.filter(({ type }) => type === 'certificate.import')).toHaveLength(1);
  });

  test('that comes again has its acknowledged report sent once more, for the bot has lost it', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const order = rig.order(plan, 'sqlm01', 'apply', 'create');
    const runner = rig.runner('sqlm01');
    await runner.start();
    await runner.receive(rig.seal(order));
    await runner.idle();
    await rig.clock.sleep(1000);
    const upTo = rig.journalOf('sqlm01').head().seq;
    const ack = { v: 1, farm: 'prod', host: 'sqlm01', boot: bootOf('boot-0'), upTo };
    await runner.receive(rig.bot.sign('ack', JSON.stringify(ack)));
    const told = rig.letters.length;
    await rig.clock.sleep(30_000);
    expect(reportsOf(rig).slice(told)).toMatchObject([{ entries: [] }, { entries: [] }]);
    await runner.receive(rig.seal(order));
    await rig.clock.sleep(1000);
    const { from, entries = [] } = reportsOf(rig).at(-1) ?? {};
    await runner.stop();
    expect({ from, count: entries.length }).toEqual({ from: 1, count: upTo });
    expect(entries.at(-1)?.body).toContain('"type":"finished"');
  });

  test('that was refused is not begun when it comes again, even by a restarted runner', async () => {
    const { rig, plan } = await rigBefore('master');
    const settings = rig.machines.get('sqlm01')?.settings.master;
    const letter = rig.seal(rig.order(plan, 'sqlm01', 'apply', 'master'));
    if (settings !== undefined) settings.SSLCertThumbprint = 'CD'.repeat(20);
    await send(rig, 'sqlm01', [letter]);
    const before = rig.entries('sqlm01');
    expect(before.at(-1)).toMatchObject({ type: 'refused', code: 'FactsMoved' });

    if (settings !== undefined) settings.SSLCertThumbprint = rig.old.thumbprint;
    const told = rig.letters.length;
    await send(rig, 'sqlm01', [letter, letter]);
    expect(rig.entries('sqlm01')).toEqual(before);
    expect(settings?.SSLCertThumbprint).toBe(rig.old.thumbprint);
    // The bot that sends it once more has not heard of the refusal.
    expect(JSON.stringify(reportsOf(rig).slice(told))).toContain('FactsMoved');
  });

  test('with other content under its number is refused, and the bot cannot mistake that for its own', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const order = rig.order(plan, 'sqlm01', 'apply', 'create');
    await send(rig, 'sqlm01', [rig.seal(order), rig.seal({ ...order, timeLimitMs: 59_999 })]);
    expect(rig.entries('sqlm01').findLast(({ type }) => type === 'refused')).toMatchObject({
      code: 'OrderNumberUsed',
      n: null,
      rotation: null,
    });
    expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe('applied');
  });
});

/** The master's runner takes it, and dies before it begins anything. */
async function takenAndDead(rig: Rig, order: Order): Promise<void> {
  const journal = rig.journalOf('sqlm01');
  const dying = rig.runner('sqlm01', {
    clock: { ...rig.clock, sleep: () => new Promise(() => {}) },
    journal: {
      ...journal,
      append: (decide) =>
        decide(journal.state()).entries.some(({ type }) => type === 'started')
          ? new Promise(() => {})
          : journal.append(decide),
    },
  });
  await dying.start();
  await dying.receive(rig.seal(order));
}

describe('facts that moved since the plan', () => {
  test('have the order refused, with what was found and what was planned', async () => {
    const { rig, plan } = await rigBefore('master');
    const settings = rig.machines.get('sqlm01')?.settings.master;
    if (settings !== undefined) settings.SSLCertThumbprint = 'CD'.repeat(20);
    expect(await rig.run(plan, 'sqlm01', 'apply', 'master')).toBe('refused FactsMoved');
    expect(rig.entries('sqlm01').at(-1)).toMatchObject({
      data: { step: 'sqlm01/master/write-setting', fact: 'value', found: 'CD'.repeat(20), wanted: rig.old.thumbprint },
    });
  });

  test('end an order that was accepted before they did, and nothing of it is begun', async () => {
    const { rig, plan } = await rigBefore('master');
    const machine = rig.machines.get('sqlm01');
    const order = rig.order(plan, 'sqlm01', 'apply', 'master');
    await takenAndDead(rig, order);
    const moved = (machine?.bindings ?? []).map((one) => ({ ...one, thumbprint: 'CD'.repeat(20) as never }));
    Object.assign(machine ?? {}, { bindings: moved });
    const earlier = machine?.performed.length;
    const again = rig.runner('sqlm01');
    await again.start();
    await again.idle();
    await again.stop();
    expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe('put-back');
    const failed = rig.entries('sqlm01').find(({ type, n }) => type === 'failed' && n === order.n);
    expect(failed).toMatchObject({ step: 'sqlm01/master/bind-port', code: 'FactsMoved' });
    expect(machine?.performed).toHaveLength(earlier ?? -1);
    expect(machine?.bindings).toEqual(moved);
  });

  test('do not have an undo refused; what this machine never began is left alone, and named', async () => {
    const { rig, plan } = await rigBefore('master');
    const settings = rig.machines.get('sqlm01')?.settings.master;
    if (settings !== undefined) settings.SSLCertThumbprint = 'CD'.repeat(20);
    expect(await rig.run(plan, 'sqlm01', 'undo', 'master')).toBe('unknown');
    expect(settings?.SSLCertThumbprint).toBe('CD'.repeat(20));
    expect(rig.entries('sqlm01')).toContainEqual(expect.objectContaining({ type: 'failed', code: 'FactsMoved' }));
  });
});

describe('a paused runner', () => {
  test('looks, refuses every change, and says in its hello that it is paused', async () => {
    const rig = await createRig();
    const plan = await rig.plan();
    const look = rig.order(null, 'sqlm01', 'look', null);
    const apply = rig.order(plan, 'sqlm01', 'apply', 'create');
    await send(rig, 'sqlm01', [rig.seal(look), rig.seal(apply)], { paused: async () => true });
    expect(outcomeOf(rig.entries('sqlm01'), look.n)).toBe('looked');
    expect(outcomeOf(rig.entries('sqlm01'), apply.n)).toBe('refused RunnerPaused');
    expect(reportsOf(rig).at(-1)?.notes).toContainEqual({ code: 'paused', data: {} });
  });

  test('begins nothing that it had accepted before it died', async () => {
    const { rig, plan } = await rigBefore('master');
    const order = rig.order(plan, 'sqlm01', 'apply', 'master');
    await takenAndDead(rig, order);
    const isPaused = true;
    const again = rig.runner('sqlm01', { paused: async () => isPaused });
    await again.start();
    await again.idle();
    await again.stop();
    expect(rig.entries('sqlm01').findLast(({ type }) => type === 'failed')).toMatchObject({ code: 'RunnerPaused' });
    expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe('put-back');
    expect(rig.machines.get('sqlm01')?.settings.master?.SSLCertThumbprint).toBe(rig.old.thumbprint);
    expect(rig.entries('sqlm01').filter(({ type, n }) => type === 'started' && n === order.n)).toEqual([]);
  });
});

describe('a stop', () => {
  test('lets the change in hand finish, goes no further and puts back', async () => {
    const { rig, plan } = await rigBefore('master');
    const machine = rig.machines.get('sqlm01');
    const inner = rig.windowsHost('sqlm01');
    const stop = { letter: null as Envelope | null };
    const runner = rig.runner('sqlm01', {
      host: {
        ...inner,
        async perform(change, signal) {
          if (change.type === 'setting.write' && stop.letter !== null) {
            const { letter } = stop;
            stop.letter = null;
            await runner.receive(letter);
          }
          await inner.perform(change, signal);
        },
      },
    });
    const apply = rig.order(plan, 'sqlm01', 'apply', 'master');
    const asked = rig.order(plan, 'sqlm01', 'stop', 'master');
    stop.letter = rig.seal(asked);
    const earlier = machine?.performed.length ?? 0;
    await runner.start();
    await runner.receive(rig.seal(apply));
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries('sqlm01'), apply.n)).toBe('put-back');
    expect(outcomeOf(rig.entries('sqlm01'), asked.n)).toBe('put-back');
    expect(rig.entries('sqlm01')).toContainEqual(expect.objectContaining({ type: 'failed', code: 'StopAsked' }));
    const types = machine?.performed.slice(earlier).map(({ type }) => type);
    expect(types).toEqual(['sslcert.set', 'setting.write', 'sslcert.set', 'setting.write']);
    expect(machine?.bindings[0]?.thumbprint).toBe(rig.old.thumbprint);
  });

  test('ends the wait for a service that is still starting', async () => {
    const { rig, plan } = await rigBefore('master');
    const inner = rig.windowsHost('sqlm01');
    let restarts = 0;
    const runner = rig.runner('sqlm01', {
      host: {
        ...inner,
        async service(role) {
          const facts = await inner.service(role);
          return restarts === 1 ? { ...facts, state: 'start-pending' } : facts;
        },
        async perform(change, signal) {
          await inner.perform(change, signal);
          if (change.type === 'service.restart') restarts += 1;
        },
      },
    });
    const apply = rig.order(plan, 'sqlm01', 'apply', 'master', { timeLimitMs: 3_600_000 });
    await runner.start();
    await runner.receive(rig.seal(apply));
    await rig.clock.sleep(5_000);
    const at = rig.clock.now();
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'stop', 'master')));
    await runner.idle();
    await runner.stop();
    expect(rig.clock.now() - at).toBeLessThan(60_000);
    expect(outcomeOf(rig.entries('sqlm01'), apply.n)).toBe('put-back');
    expect(restarts).toBe(2);
  });

  test('ends the wait for a worker that does not come back', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.machines.get('sqlw01')?.stores.Root.delete(rig.refs().new?.thumbprint ?? '');
    const runner = rig.runner('sqlw01');
    const apply = rig.order(plan, 'sqlw01', 'apply', 'workers', { timeLimitMs: 3_600_000 });
    await runner.start();
    await runner.receive(rig.seal(apply));
    await runner.receive(rig.said(apply, 'go'));
    await rig.clock.sleep(5_000);
    const at = rig.clock.now();
    await runner.receive(rig.seal(rig.order(plan, 'sqlw01', 'stop', 'workers')));
    await runner.idle();
    await runner.stop();
    expect(rig.clock.now() - at).toBeLessThan(60_000);
    expect(outcomeOf(rig.entries('sqlw01'), apply.n)).toBe('put-back');
  });

  test('for a rotation with nothing under way here ends at once', async () => {
    const { rig, plan } = await rigBefore('trust');
    expect(await rig.run(plan, 'sqlm01', 'stop', 'create')).toBe('unchanged');
  });
});

test('an event log that cannot be written keeps no order from being carried out, and the runner’s own log says so', async () => {
  const rig = await createRig();
  const plan = await rig.plan();
  const warned: object[] = [];
  const event = () => Promise.reject(new CertopsError('EventNotWritten', { id: 100 }));
  await send(rig, 'sqlm01', [rig.seal(rig.order(plan, 'sqlm01', 'apply', 'create'))], {
    host: { ...rig.windowsHost('sqlm01'), event },
    log: { info() {}, warn: (data) => void warned.push(data) },
  });
  expect(outcomeOf(rig.entries('sqlm01'), 1)).toBe('applied');
  expect(warned).toContainEqual({ code: 'EventNotWritten', data: { id: 100 } });
});

test('what an order saw when it came is read again after the order before it has changed it', async () => {
  const { rig, plan } = await rigBefore('trust');
  expect(await rig.run(plan, 'sqlw01', 'apply', 'trust')).toBe('applied');
  const inner = rig.windowsHost('sqlw01');
  const undo = rig.order(plan, 'sqlw01', 'undo', 'trust');
  const apply = rig.order(plan, 'sqlw01', 'apply', 'trust');
  let isFirst = true;
  const runner = rig.runner('sqlw01', {
    host: {
      ...inner,
      async perform(change, signal) {
        if (isFirst) {
          isFirst = false;
          await runner.receive(rig.seal(apply));
        }
        await inner.perform(change, signal);
      },
    },
  });
  await runner.start();
  await runner.receive(rig.seal(undo));
  await runner.idle();
  await runner.stop();
  expect([undo, apply].map(({ n }) => outcomeOf(rig.entries('sqlw01'), n))).toEqual(['put-back', 'applied']);
  expect(rig.machines.get('sqlw01')?.stores.Root.has(rig.refs().new?.thumbprint ?? '')).toBe(true);
});
