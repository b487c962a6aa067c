import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { cardLines } from '../../../../src/app/script/card-text.ts';
import type { ClosedView, NeedsPersonView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

const asking = (): NeedsPersonView => {
  const view = rig.chat.cards().findLast(({ kind }) => kind === 'needs-person');
  if (view?.kind !== 'needs-person') throw new Error('nobody is asked');
  return view;
};
const closed = (): ClosedView => {
  const view = rig.chat.cards().at(-1);
  if (view?.kind !== 'closed') throw new Error(`the newest card is ${view?.kind}`);
  return view;
};
const linesIn = (language: 'en' | 'zh-CN') =>
  cardLines(renderAdaptiveCard(closed(), 'other', language, 'UTC') as never);

/** A service that does not start on this machine, on the way forward or back, until people are asked about it. */
async function stuckOn(host: string, request: string): Promise<void> {
  const faults = rig.world.machines.get(host)?.faults;
  faults?.set('service.restart', { kind: 'fail', times: 50 });
  await rig.type('mei', `/ssis ${request} because Renewal`);
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.vote(who);
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  faults?.delete('service.restart');
}

async function putAllBack(id: string): Promise<void> {
  const press = (who: string, verb: string) => rig.click(who, verb, { rotation: id, digest: asking().digest });
  await press('mei', 'put-back');
  await rig.until(() => asking().asked !== null);
  for (const who of ['ana', 'tom']) await press(who, 'approve');
  await rig.closed(id);
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
}

describe('After people have decided to put all back, the card still names the machine, what failed there and the remedy:', () => {
  test.each([
    ['a worker', 'sqlw02', 'rotate-worker sqlw02'],
    ['a master', 'sqlm01', 'rotate-master'],
  ])('%s', async (_, host, request) => {
    await stuckOn(host, request);
    const { code, data } = asking().why[0]?.data ?? {};
    expect(asking().why).toMatchObject([{ data: { host } }]);
    await putAllBack('prod-1');
    expect(closed().outcome).toBe('put-back');
    expect(closed().why?.data).toMatchObject({ code: 'PutBackDecided', data: { late: { host, code, data } } });
    expect(linesIn('en')).toContainEqual(
      expect.stringMatching(new RegExp(`^It was decided on the card to put all back\\. ${host}: `, 'u')),
    );
    expect(linesIn('zh-CN')).toContainEqual(
      expect.stringMatching(new RegExp(`^已在卡片上决定全部还原。${host}：`, 'u')),
    );
    expect(linesIn('en').at(-1)).toContain(`${host}: `);
  });
});

test('where several machines failed before anybody was cut off, each is named with what failed there', async () => {
  for (const host of ['sqlw01', 'sqlw02'])
    rig.world.machines.get(host)?.faults.set('certificate.trust', { kind: 'fail', times: 50 });
  await rig.approved();
  await rig.closed();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  const { host, code, data } = closed().why?.data ?? {};
  const other = host === 'sqlw01' ? 'sqlw02' : 'sqlw01';
  expect(code).toBe('ToolFailed');
  expect(closed().next).toContainEqual({ id: 'next.failed-also', data: { host: other, code, data } });
});

test('a reconnect that changed nothing names the stopped service of its master, about which people have decided', async () => {
  await rig.approved();
  await rig.closed();
  const worker = rig.world.machines.get('sqlw02')?.settings.worker;
  const master = rig.world.machines.get('sqlm01')?.services.master;
  if (worker === undefined || master === undefined) throw new Error('no such role');
  Object.assign(worker, { MasterHttpsCertThumbprint: rig.world.old.thumbprint });
  await rig.type('mei', '/ssis reconnect sqlw02 because It is back');
  await rig.planned('prod-2');
  await rig.vote('ana', 'approve', 'prod-2');
  master.facts = { ...master.facts, state: 'stopped', pid: 0 };
  await rig.vote('tom', 'approve', 'prod-2');
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  await putAllBack('prod-2');
  expect(closed()).toMatchObject({ tookMs: null, why: { data: { host: 'sqlw02', code: 'NotPresentedNow' } } });
  const stopped = { host: 'sqlm01', found: 'stopped', wanted: 'running' };
  expect(closed().evidence).toMatchObject([{ state: 'bad', what: { id: 'proof.against', data: stopped } }]);
  const lines = linesIn('en');
  const at = lines.indexOf('Nothing has been changed on any machine.');
  expect(lines[at + 1]).toMatch(/sqlm01: .* is stopped, wanted running/u);
  expect(lines.at(-1)).toMatch(/^sqlw02: .*does not answer/u);
  expect(linesIn('zh-CN').at(-1)).toMatch(/^sqlw02：.*没有应答/u);
});
