import { fallbackText } from '../../../../cards/fallback-text.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const OTHER = 'CD'.repeat(20);

let rig: BotRig;
afterEach(() => rig.stop());

async function asked(line: string): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', `/ssis ${line} because Yearly renewal`);
  await rig.planned();
}

/** Somebody names another certificate by hand, after the plan was made. */
function edits(host: string, role: 'master' | 'worker', key: string): void {
  const settings = rig.world.machines.get(host)?.settings[role];
  if (settings === undefined) throw new Error(host);
  settings[key] = OTHER;
}

async function ended(): Promise<ClosedView> {
  await rig.closed();
  const card = () => rig.chat.cards().findLast(({ kind }) => kind === 'closed') as ClosedView | undefined;
  await rig.until(() => card() !== undefined && rig.chat.notes.some(({ notice }) => notice.messages.length > 1));
  return card() as ClosedView;
}

describe('If the first machine refuses what was approved, nothing has begun,', () => {
  test.each([
    ['rotate-master', 'sqlm01', 'master', 'SSLCertThumbprint', 'prod keeps its master certificate.'],
    ['rotate-worker sqlw01', 'sqlw01', 'worker', 'WorkerHttpsCertThumbprint', 'sqlw01 keeps its certificate.'],
  ] as const)('and nothing is said of machines that nobody looked at: %s', async (line, host, role, key, keeps) => {
    await asked(line);
    edits(host, role, key);
    for (const who of ['ana', 'tom']) await rig.vote(who);
    const card = await ended();
    expect(card).toMatchObject({ outcome: 'put-back', tookMs: null, presented: null, evidence: [], gaps: [] });
    expect(card.why).toMatchObject({ id: 'why.host', data: { host, code: 'OldNotInUse' } });
    expect(fallbackText(card, 'en', 'UTC')).toContain(keeps);
    // The machine uses another certificate than the plan names, and nobody here knows when that ends.
    expect([card.goodUntil, card.daysLeft]).toEqual([null, null]);
    expect(rig.chat.notes.at(-1)?.notice.messages.map(({ id }) => id)).toEqual(['note.refused', 'why.host']);
    expect(rig.world.machines.get(host)?.performed).toEqual([]);
  });

  test('unless it was silent after it was told to begin: then its card says how long it took', async () => {
    await asked('rotate-master');
    rig.silence('sqlm01', true);
    for (const who of ['ana', 'tom']) await rig.vote(who);
    await rig.until(() => rig.chat.cards().some(({ kind }) => kind === 'needs-person'));
    rig.silence('sqlm01', false);
    await rig.click('mei', 'put-back', { rotation: 'prod-1', digest: digestOf() });
    const digest = rig.rotation().resolve?.digest ?? '';
    for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest });
    const card = await ended();
    expect(card.tookMs).not.toBeNull();
  });
});

test('a request for the certificate that the master presents already is not offered again, for that cannot help', async () => {
  rig = await createBotRig();
  await rig.start();
  const inUse = rig.world.machines.get('sqlm01')?.bindings[0]?.thumbprint ?? '';
  await rig.type('mei', `/ssis rotate-master use ${inUse} because Yearly renewal`);
  await rig.closed();
  expect(rig.rotation().closed?.data).toMatchObject({ code: 'ExistingInUse' });
  expect((await rig.type('mei', '/ssis show prod-1')) as object).toMatchObject({ view: { askAgain: false } });
});

const digestOf = (): string => {
  const card = rig.chat.cards().findLast(({ kind }) => kind === 'needs-person');
  return card?.kind === 'needs-person' ? card.digest : '';
};
