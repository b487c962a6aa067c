import { say } from '../../../../cards/wording/index.ts';
import type { Message, Thumbprint } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A farm whose master has a new certificate, and a request to remove the old one that waits for votes. */
async function asked(when = ''): Promise<Thumbprint> {
  rig = await createBotRig({ farm: { retire: { graceMs: 1_000 } } });
  await rig.start();
  const old = rig.world.machines.get('sqlw01')?.settings.worker?.MasterHttpsCertThumbprint as Thumbprint;
  await rig.approved();
  await rig.closed();
  await rig.pass(MINUTE);
  await rig.type('mei', `/ssis retire${when} because Grace is over`);
  await rig.planned('prod-2');
  return old;
}

const holders = (thumbprint: Thumbprint): readonly string[] =>
  [...rig.world.machines].flatMap(([host, { stores }]) => (stores.Root.has(thumbprint) ? [host] : []));

async function approve(): Promise<void> {
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
}

test('a certificate that one machine uses again since the plan was made is removed from none', async () => {
  const old = await asked();
  const before = holders(old);
  const { worker } = rig.world.machines.get('sqlw02')?.settings ?? {};
  Object.assign(worker ?? {}, { MasterHttpsCertThumbprint: old });
  await approve();
  await rig.closed('prod-2', 2 * MINUTE);
  expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'refused', data: { code: 'StillInUse' } });
  expect(holders(old)).toEqual(before);
});

test('a certificate that nobody uses is removed right after the last vote, and nobody is told of a wait', async () => {
  const old = await asked();
  await approve();
  const waiting = () => rig.chat.cards().flatMap((view) => (view.kind === 'retire' ? [view.when.waits] : []));
  await rig.until(() => waiting().some((waits) => waits != null));
  expect(waiting().find((waits) => waits != null)).toMatchObject({ looks: ['start'] });
  await rig.closed('prod-2', 2 * MINUTE);
  expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
  expect(holders(old)).toEqual([]);
  const shown = await rig.type('mei', '/ssis show prod-1');
  const next = shown.type === 'card' && shown.view.kind === 'closed' ? shown.view.next : null;
  expect(next?.map(({ id }) => id)).toEqual([]);
  const told = rig.chat.notes.flatMap(({ notice }) => notice.messages.map(({ id }) => id));
  expect(told).not.toContain('note.waits');
});

test('a removal that failed on a machine is told with its code, and with what to do there before it is asked for again', async () => {
  await asked();
  rig.world.machines.get('sqlm01')?.faults.set('key.remove', { kind: 'fail', times: 50 });
  await approve();
  await rig.closed('prod-2', 2 * MINUTE);
  expect(rig.rotation('prod-2').closed?.outcome).toBe('left-behind');
  const shown = await rig.type('mei', '/ssis show prod-2');
  if (shown.type !== 'card' || shown.view.kind !== 'closed') throw new Error(shown.type);
  const { evidence, next } = shown.view;
  for (const language of ['en', 'zh-CN'] as const) {
    const tell = (one: Message): string => say(one, language);
    expect(evidence.map(({ what }) => tell(what)).join('\n')).toMatch(/sqlm01.*ToolFailed/u);
    const [again, remedy, ...others] = next.map(tell);
    expect(again).toMatch(/^sqlm01.*(?:what follows|以下)/u);
    expect(remedy).toBe(say({ id: 'why.host.todo', data: { host: 'sqlm01', code: 'ToolFailed' } }, language));
    expect(others).toEqual([]);
  }
});

test('a removal that was asked for at a time stays open for votes only as long as it can still begin', async () => {
  await asked(' at 3 hours');
  const { wish } = rig.rotation('prod-2');
  const latest = wish.when.by === 'time' ? Date.parse(wish.when.at) + HOUR : Number.NaN;
  await rig.pass(MINUTE);
  const card = rig.chat.cards().find(({ kind }) => kind === 'retire');
  expect(card).toMatchObject({ id: 'prod-2', openUntil: new Date(latest).toISOString() });
});
