import type { Envelope, JournalLine, Report } from '../../../src/domain/letters/protocol.ts';
import type { Json } from '../../../src/domain/values.ts';
import { type BotRig, createBotRig, saidOf } from './rig.ts';

const MASTER = 'sqlm01';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  makeLater();
  await rig.start();
});
afterEach(() => rig.stop());

/** The master's runner writes into each entry what this bot has never heard of, as one of a later version may. */
function makeLater(): void {
  const signer = rig.world.signerOf(MASTER);
  const { toBot } = rig.post.office;
  const later = ({ body }: Envelope): Envelope => {
    const line = JSON.parse(body) as JournalLine<{ readonly [name: string]: Json }>;
    return signer.sign('entry', JSON.stringify({ ...line, entry: { ...line.entry, ofLater: true } }));
  };
  Object.assign(rig.post.office, {
    toBot: (letter: Envelope): Promise<void> => {
      const report = JSON.parse(letter.body) as Report;
      if (report.host !== MASTER) return toBot(letter);
      return toBot(signer.sign('report', JSON.stringify({ ...report, entries: report.entries.map(later) })));
    },
  });
}

const told = (): readonly string[] =>
  rig.chat
    .cards()
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .flatMap(({ id, data }) => (id === 'not-understood' ? [`${data.host} ${data.code}`] : []));

test('a runner of a later version: a request ends by what is so, and the channel hears once', async () => {
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({
    outcome: 'refused',
    data: { host: MASTER, code: 'EntryNotUnderstood' },
  });
  await rig.pass(600_000);
  expect(told()).toEqual([`${MASTER} EntryNotUnderstood`]);
});

test('a runner of a later version: the next request is refused at once, and runners names it', async () => {
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.closed();
  const again = await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  expect(again).toMatchObject({
    notice: { messages: [{ id: 'refused.runner-not-ready', data: { code: 'not-understood' } }] },
  });
  const asked = await rig.type('mei', '/ssis runners');
  expect(saidOf(asked)).toContain('runners.runner');
  expect(JSON.stringify(asked)).toContain('"codes":["not-understood"]');
});
