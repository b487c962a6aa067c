import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { Report } from '../../../../src/domain/letters/protocol.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import type { Signer } from '../../../../src/ports/journal.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const WORKER = 'sqlw02' as HostName;
const LINE = { id: 'runners.elsewhere', data: { farm: 'prod', other: 'test', hosts: [WORKER] } };

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
  rig.silence(WORKER, true);
  await rig.pass(60_000);
});
afterEach(() => rig.stop());

async function reports(signer: Signer, says: Partial<Report> = {}): Promise<void> {
  const report: Report = {
    ...{
      v: 1,
      farm: 'test',
      host: WORKER,
      boot: 'b',
      version: '0',
      clock: new Date(rig.world.clock.now()).toISOString(),
    },
    ...{ lastN: 0, from: 1, entries: [], notes: [] },
    ...says,
  };
  await rig.post.office.toBot(signer.sign('report', JSON.stringify(report)));
  await rig.pass(1_000);
}

const linesOf = async (text: string) => {
  const reply = await rig.type('mei', text);
  return reply.type === 'notice' ? reply.notice.messages.filter(({ id }) => id === LINE.id) : [];
};
const shown = async () => [
  await linesOf('/ssis runners'),
  await linesOf('/ssis status'),
  rig.feed()?.runners?.filter(({ id }) => id === LINE.id),
];

test('A runner whose own key shows that it reports for another farm is named, with that farm, while it does', async () => {
  expect(await shown()).toEqual([[], [], []]);
  await reports(rig.world.signerOf(WORKER));
  expect(await shown()).toEqual([[LINE], [LINE], [LINE]]);
  await rig.pass(60_000);
  expect(await shown()).toEqual([[], [], []]);
});

test('A request that it keeps from being planned is refused with that farm', async () => {
  const text = '/ssis rotate-master because Yearly renewal';
  expect(await linesOf(text)).toEqual([]);
  await reports(rig.world.signerOf(WORKER));
  const reply = await rig.type('mei', text);
  const said = reply.type === 'notice' ? reply.notice.messages : [];
  expect(said).toEqual([expect.objectContaining({ id: 'refused.no-runner' }), LINE]);
});

test('A request that another machine keeps from being planned is not', async () => {
  rig.silence('sqlw01', true);
  await rig.pass(60_000);
  await reports(rig.world.signerOf(WORKER));
  const reply = await rig.type('mei', '/ssis rotate-worker sqlw01 because Yearly renewal');
  const said = reply.type === 'notice' ? reply.notice.messages.map(({ id }) => id) : [];
  expect(said).toEqual(['refused.no-runner']);
});

test.each<[string, () => Signer, Partial<Report>, readonly string[]]>([
  ['under a key that the farm file does not name', createMemorySigner, {}, []],
  [
    'in the name of another machine, under its own key: that one is named',
    () => rig.world.signerOf(WORKER),
    { host: 'sqlw01' as HostName },
    [WORKER],
  ],
  ['for its own farm', () => rig.world.signerOf(WORKER), { farm: 'prod' }, []],
])('A report %s proves nothing else', async (_what, signer, says, hosts) => {
  await reports(signer(), says);
  expect((await linesOf('/ssis runners')).flatMap(({ data }) => data.hosts)).toEqual(hosts);
});
