import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MINUTE_MS = 60_000;

let rig: BotRig;
afterEach(() => rig.stop());

async function start(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
}

/** Sets the clock of one machine, of the bot's, or of all. */
function setClock(who: string, ms: number): void {
  if (who === 'all') rig.clock.step(ms);
  else if (who === 'bot') rig.setBotsClock(ms);
  else rig.skewMs[who] = (rig.skewMs[who] ?? 0) + ms;
}

const isBegun = (): boolean =>
  rig.rotation().orders.some(({ kind, status }) => kind === 'apply' && status === 'accepted');
const isArmed = (): boolean => rig.rotation().orders.some(({ armedAt }) => armedAt !== null);
const hasSwitched = (): boolean =>
  rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null);
const isConfirmed = (): boolean =>
  rig
    .rotation()
    .orders.some(({ kind, stage, status }) => kind === 'apply' && stage === 'master' && status === 'finished');

const CASES = [
  ['bot', 10],
  ['bot', -4],
  ['sqlm01', -10],
  ['sqlw01', 10],
] as const;

describe.each([
  ['while a rotation prepares', isBegun],
  ['while workers are armed', isArmed],
  ['once the master has switched', hasSwitched],
  ['once the master is confirmed', isConfirmed],
])('A clock that is changed for good %s', (_, isThen) => {
  test.each(CASES)('does not end the rotation (%s, by %i minutes)', async (who, minutes) => {
    await start();
    await rig.approved();
    await rig.until(isThen);
    setClock(who, minutes * MINUTE_MS);
    await rig.closed('prod-1', 200 * MINUTE_MS);
    expect(rig.rotation().closed?.outcome).toBe('proved');
    expect(rig.rotation().turned).toBeNull();
  });
});

describe('After a clock was changed for good,', () => {
  test.each(CASES)('a rotation that fails is still put back (%s, by %i minutes)', async (who, minutes) => {
    await start();
    rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await rig.approved();
    await rig.until(isArmed);
    setClock(who, minutes * MINUTE_MS);
    await rig.closed('prod-1', 200 * MINUTE_MS);
    expect(rig.rotation().closed?.outcome).toBe('put-back');
    expect(rig.rotation().turned?.host).toBe('sqlm01');
  });

  test.each(CASES)(
    'a stop while workers are armed still ends the rotation (%s, by %i minutes)',
    async (who, minutes) => {
      await start();
      await rig.approved();
      await rig.until(isArmed);
      setClock(who, minutes * MINUTE_MS);
      await rig.type('mei', '/ssis stop prod-1');
      await rig.closed('prod-1', 200 * MINUTE_MS);
      expect(rig.rotation().closed?.outcome).toBe('stopped');
    },
  );
});

test('an order that comes too early, before anything was changed, ends the rotation as put back, and its card shows both times', async () => {
  await start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  setClock('sqlm01', -10 * MINUTE_MS);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.closed();
  const { outcome, data } = rig.rotation().closed ?? {};
  expect({ outcome, code: data?.code }).toEqual({ outcome: 'put-back', code: 'OrderTooEarly' });
  expect(rig.rotation().steps).toEqual({});
  const ended = () => rig.chat.cards().find(({ kind }) => kind === 'closed');
  await rig.until(() => ended() !== undefined);
  const view = ended();
  const words = view === undefined ? '' : JSON.stringify(renderAdaptiveCard(view, 'other', 'en', 'UTC'));
  const { issued = '', now = '' } = (data?.found ?? {}) as { readonly issued?: string; readonly now?: string };
  expect(Date.parse(issued) - Date.parse(now)).toBe(10 * MINUTE_MS);
  for (const at of [issued, now]) expect(words).toContain(`TIME(${at.slice(0, 19)}Z)`);
});
