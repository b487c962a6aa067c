import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const DAY = 86_400_000;
const OTHER = 'CD'.repeat(20);

let rig: BotRig;
afterEach(() => rig.stop());

/** As it was first posted: what is over is changed in place. */
const told = (id: string): readonly NoticeView[] =>
  rig.chat.messages
    .flatMap(({ views }) => views.slice(0, 1))
    .filter((view): view is NoticeView => view.kind === 'notice' && view.messages[0]?.id === id);
/** As it stands now. */
const stands = (): readonly NoticeView[] =>
  rig.chat.cards().filter((view): view is NoticeView => view.kind === 'notice');

async function aDayLater(): Promise<void> {
  rig.clock.set(rig.clock.now() + DAY);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
}

/** What somebody has written into the settings of a worker by hand. */
function pin(host: string, thumbprint: string): void {
  const settings = rig.world.machines.get(host)?.settings.worker;
  if (settings === undefined) throw new Error(host);
  Object.assign(settings, { MasterHttpsCertThumbprint: thumbprint });
}

test('a worker that the daily look finds out of line is reported once, even across a restart, until it is in line again', async () => {
  rig = await createBotRig();
  await rig.start();
  await aDayLater();
  expect(told('told.out-of-line')).toEqual([]);
  pin('sqlw02', OTHER);
  await aDayLater();
  expect(told('told.out-of-line')).toMatchObject([
    {
      messages: [{ data: { farm: 'prod', host: 'sqlw02', pinned: OTHER, presented: rig.world.old.thumbprint } }],
      actions: [{ verb: 'ask', data: { request: 'reconnect sqlw02', farm: 'prod', reason: '' } }],
    },
  ]);
  await rig.stopBot();
  await rig.startBot();
  await aDayLater();
  expect(told('told.out-of-line')).toHaveLength(1);
  pin('sqlw02', rig.world.old.thumbprint);
  await aDayLater();
  await aDayLater();
  expect([told('told.out-of-line').length, told('told.in-line').length]).toEqual([1, 1]);
  expect(stands().filter(({ actions }) => actions.length > 0)).toEqual([]);
  expect(stands()).toContainEqual(
    expect.objectContaining({ messages: [{ id: 'told.offer-moot', data: { host: 'sqlw02' } }] }),
  );
  // The same again is news again.
  pin('sqlw02', OTHER);
  await aDayLater();
  expect([told('told.out-of-line').length, told('told.in-line').length]).toEqual([2, 1]);
});

test('of several workers those are reconnected that need it, and plan, row and end name the one that was connected', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  pin('sqlw01', String(rig.rotation().plan?.header.old?.thumbprint));
  await rig.type('mei', '/ssis reconnect sqlw01 sqlw02 because They are back');
  await rig.planned('prod-2');
  expect(rig.rotation('prod-2').plan?.slices.map(({ host, stages }) => [host, Object.keys(stages)])).toEqual([
    ['sqlm01', []],
    ['sqlw01', ['reconnect']],
    ['sqlw02', []],
  ]);
  const already = { data: { hosts: ['sqlw02'] } };
  const card = () => rig.chat.cards().at(-1);
  await rig.until(() => card()?.kind === 'reconnect');
  expect(card()).toMatchObject({
    workers: [{ host: 'sqlw01' }],
    warnings: expect.arrayContaining([{ id: 'warning.connected-already', ...already }]),
  });
  await rig.vote('ana', 'approve', 'prod-2');
  await rig.vote('tom', 'approve', 'prod-2');
  await rig.until(() => card()?.kind === 'running');
  expect(card()).toMatchObject({
    rows: expect.arrayContaining([
      expect.objectContaining({ host: 'sqlw02', what: { id: 'row.connected-already', data: {} } }),
    ]),
  });
  await rig.closed('prod-2');
  await rig.until(() => card()?.kind === 'closed');
  expect(card()).toMatchObject({
    outcome: 'proved',
    hosts: ['sqlw01'],
    evidence: expect.arrayContaining([{ state: 'good', what: { id: 'proof.connected-already', ...already } }]),
  });
  const restarted = rig.rotation('prod-2').orders.flatMap(({ kind, host }) => (kind === 'look' ? [] : [host]));
  expect(new Set(restarted)).toEqual(new Set(['sqlw01']));
});

test('an offer ends where it stands while somebody takes it, and is made again if nothing came of it', async () => {
  rig = await createBotRig();
  await rig.start();
  await aDayLater();
  pin('sqlw02', OTHER);
  await aDayLater();
  const offer = () => stands().map(({ messages, actions }) => [messages[0]?.id, actions[0]?.verb]);
  expect(offer()).toEqual([['told.out-of-line', 'ask']]);
  expect(saidOf(await rig.type('mei', '/ssis reconnect sqlw02 because It is back'))).toEqual(['looking']);
  await rig.until(() => rig.rotation('prod-1').closed !== null);
  expect(rig.rotation('prod-1').closed?.outcome).toBe('refused');
  await rig.pass(2_000);
  const word = rig.chat.messages.find(({ views }) => views[0]?.kind === 'notice');
  const ids = word?.views.map((view) => (view.kind === 'notice' ? view.messages[0]?.id : view.kind));
  expect(ids).toEqual(['told.out-of-line', 'told.offer-asked', 'told.out-of-line']);
});

test('many workers at once get one message, with one request for all of them', async () => {
  const workers = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'];
  rig = await createBotRig({
    hosts: { sqlm01: ['master'], ...Object.fromEntries(workers.map((name) => [name, ['worker' as const]])) },
  });
  await rig.start();
  for (const name of workers) pin(name, OTHER);
  await aDayLater();
  expect(told('told.out-of-line-many')).toMatchObject([
    { messages: [{ data: { hosts: workers } }], actions: [{ data: { request: `reconnect ${workers.join(' ')}` } }] },
  ]);
  // Their looks come home one by one: the first of them may have been told of before the others were known.
  const alone = told('told.out-of-line').length;
  expect(alone).toBeLessThan(4);
  pin('sqlw01', rig.world.old.thumbprint);
  await aDayLater();
  expect([told('told.out-of-line').length, told('told.out-of-line-many').length]).toEqual([alone, 1]);
});

/** A service that somebody stops by hand, and starts again. */
function serve(host: string, role: 'master' | 'worker', runs: boolean): void {
  const service = rig.world.machines.get(host)?.services[role];
  if (service === undefined) throw new Error(host);
  service.facts = { ...service.facts, state: runs ? 'running' : 'stopped', pid: runs ? 4711 : 0 };
}

describe('An offer for many workers', () => {
  const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'];
  /** What stands where many were told of at once, at first and now. */
  const offer = (id: string) => {
    const word = rig.chat.messages.find(
      ({ views: [first] }) => first?.kind === 'notice' && first.messages[0]?.id === id,
    );
    const now = word?.views.at(-1);
    return now?.kind === 'notice' ? now.messages[0]?.id : undefined;
  };

  beforeEach(async () => {
    const workers = WORKERS.map((name) => [name, ['worker' as const]]);
    rig = await createBotRig({ hosts: { sqlm01: ['master'], ...Object.fromEntries(workers) } });
    await rig.start();
  });

  test('still stands while no master runs, for nobody can tell then', async () => {
    for (const name of WORKERS) pin(name, OTHER);
    await aDayLater();
    expect(offer('told.out-of-line-many')).toBe('told.out-of-line-many');
    serve('sqlm01', 'master', false);
    await aDayLater();
    expect(offer('told.out-of-line-many')).toBe('told.out-of-line-many');
    serve('sqlm01', 'master', true);
    for (const name of WORKERS) pin(name, rig.world.old.thumbprint);
    await aDayLater();
    expect(offer('told.out-of-line-many')).toBe('told.offer-moot');
  });

  test('that have no connection stands until the last of them runs with one', async () => {
    const away = (is: boolean): void => {
      for (const name of WORKERS)
        Object.assign(rig.world.machines.get(name) ?? {}, { staysAway: is, refusedAtStart: is });
    };
    away(true);
    await aDayLater();
    await rig.pass(8 * 60_000);
    expect(offer('told.apart-many')).toBe('told.apart-many');
    away(false);
    serve('sqlw01', 'worker', false);
    await aDayLater();
    expect(offer('told.apart-many')).toBe('told.apart-many');
    serve('sqlw01', 'worker', true);
    await aDayLater();
    expect(offer('told.apart-many')).toBe('told.offer-moot');
  });
});

test('a reconnect to what no rotation here has made is refused before anybody is asked, and its card says what to do by hand', async () => {
  rig = await createBotRig();
  await rig.start();
  pin('sqlw02', OTHER);
  expect(saidOf(await rig.type('mei', '/ssis reconnect sqlw02 because It is back'))).toEqual(['looking']);
  await rig.until(() => rig.rotation('prod-1').closed !== null);
  expect(rig.rotation('prod-1').closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'MakerNotKnown', host: 'sqlw02' },
  });
  expect(rig.world.machines.get('sqlw02')?.performed).toEqual([]);
  const ended = () => rig.chat.cards().find(({ kind }) => kind === 'closed');
  await rig.until(() => ended() !== undefined);
  const view = ended();
  const shown = view === undefined ? '' : JSON.stringify(renderAdaptiveCard(view, 'other', 'en', 'UTC'));
  expect(shown).toContain('by hand on the worker: trust it in Root, write it to MasterHttpsCertThumbprint, restart');
});
