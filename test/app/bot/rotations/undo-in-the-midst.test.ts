import { fallbackText } from '../../../../cards/fallback-text.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MASTER = 'sqlm01';
const WORKERS = ['sqlw01', 'sqlw02'];

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

/** A person at a machine puts the rotation back there, as soon as the master has written such an entry. */
async function undoneAt(isThere: (entry: RunnerEntry) => boolean, host = MASTER): Promise<void> {
  const lines = rig.runnerDisks.get(MASTER)?.lines ?? [];
  const push = lines.push.bind(lines);
  const asked: Promise<unknown>[] = [];
  lines.push = (...more) => {
    if (more.some(({ line }) => isThere(line.entry))) {
      lines.push = push;
      asked.push(Promise.resolve(rig.undoHere(host)));
    }
    return push(...more);
  };
  await rig.approved();
  await rig.until(() => asked.length > 0);
  await Promise.all(asked);
}

const text = (): string => {
  const view = rig.chat.cards().findLast(({ kind }) => kind === 'closed');
  if (view === undefined) throw new Error('no card tells of an end');
  return fallbackText(view, 'en', 'UTC');
};

test.each<[string, (entry: RunnerEntry) => boolean]>([
  ['before it restarts', (entry) => entry.type === 'started' && entry.step.includes('/master/bind-port')],
  ['while it restarts', (entry) => entry.type === 'started' && entry.step.includes('/master/restart-service')],
])(
  'an undo by hand at a master that is switching, %s, is named as such, not as a stop that somebody asked for',
  async (_, at) => {
    await undoneAt(at);
    await rig.closed();
    const failed = rig.runnerDisks.get(MASTER)?.lines.filter(({ line: { entry } }) => entry.type === 'failed');
    expect(failed?.map(({ line: { entry } }) => entry)).toMatchObject([{ code: 'PutBackByHand' }]);
    expect(rig.rotation().turned).toMatchObject({ host: MASTER, code: 'PutBackByHand' });
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { code: 'PutBackByHand' } });
    await rig.pass(60_000);
    expect(text()).toContain('somebody did so on sqlm01');
    const pins = WORKERS.map((name) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint);
    expect(pins).toEqual(WORKERS.map(() => rig.world.old.thumbprint));
  },
);

test('an undo by hand at a worker that holds its order is named as such, not as an unknown state', async () => {
  const [host = ''] = WORKERS;
  await undoneAt((entry) => entry.type === 'started' && entry.step.includes('/master/restart-service'), host);
  await rig.closed();
  expect(rig.rotation().turned).toMatchObject({ host, code: 'PutBackByHand' });
  expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { code: 'PutBackByHand' } });
  await rig.pass(60_000);
  expect(text()).toContain(`somebody did so on ${host}`);
});
