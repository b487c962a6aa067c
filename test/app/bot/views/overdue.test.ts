import { say } from '../../../../cards/wording/index.ts';
import type { Desk } from '../../../../src/app/bot/desk.ts';
import { eventsNow } from '../../../../src/app/bot/notify/events.ts';
import { runningView } from '../../../../src/app/bot/views/running/running-view.ts';
import { notAnswering } from '../../../../src/app/bot/views/running/unheard.ts';
import { whyMessage } from '../../../../src/app/bot/views/why.ts';
import { next } from '../../../../src/domain/next/index.ts';
import type { OrderState } from '../../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';

const LANGUAGES = ['en', 'zh-CN'] as const;

/** A machine that begins this stage, forth and back, never ends it, and says hello all the while. */
function hanging(host: string, stage: string): Sim {
  const sim = new Sim(farmOf(2), (order) =>
    order.host === host && order.stage === stage && order.kind !== 'look' ? 'stuck' : 'ok',
  );
  approve(sim);
  sim.pass(10 * 60_000);
  return sim;
}

const openOrder = (sim: Sim, host: string): OrderState => {
  const order = sim.rotation().orders.find((one) => one.host === host && one.silentSince !== null);
  if (order === undefined) throw new Error('its order is answered');
  return order;
};

test.each([
  ['sqlw01', 'workers'],
  ['sqlm01', 'master'],
])('%s, which speaks and whose order makes no progress, is told so, and nowhere that it is silent', (host, stage) => {
  const sim = hanging(host, stage);
  const rotation = sim.rotation();
  const found = next(rotation, sim.moment());
  expect(openOrder(sim, host)).toMatchObject({ status: 'accepted', isOverdue: true });
  const asked = found.attention.filter((cause) => cause.host === host).map(({ code }) => code);
  expect([...new Set(asked)]).toEqual(['OrderOverdue']);
  const view = runningView(rotation, found, null, sim.now);
  expect(view?.rows.find((row) => row.host === host)?.what.id).toBe('row.overdue');
  expect(runningView(rotation, found, notAnswering(openOrder(sim, host)), sim.now)?.unheard).toBeUndefined();
  const desk = {
    farm: sim.moment().farm,
    moment: () => sim.moment(),
    state: () => ({ quiet: [], rotations: { [rotation.id]: rotation }, unclosed: [rotation.id], freeze: null }),
    unwritable: () => null,
  };
  expect(eventsNow(desk as unknown as Desk).map(({ event }) => event)).toEqual(['needs-person']);
});

test('a machine that makes no progress, and then is not heard any more either, is silent', () => {
  const sim = hanging('sqlw01', 'workers');
  sim.dead.add('sqlw01');
  sim.pass(60_000);
  expect(openOrder(sim, 'sqlw01').isOverdue).toBe(false);
  expect(next(sim.rotation(), sim.moment()).attention.map(({ code }) => code)).toContain('RunnerSilent');
});

test('what is said of a machine that makes no progress says that it answers, in both languages', () => {
  const sim = hanging('sqlw01', 'workers');
  const cause = next(sim.rotation(), sim.moment()).attention.find(({ code }) => code === 'OrderOverdue');
  if (cause === undefined) throw new Error('nobody is asked');
  const waiting = notAnswering(openOrder(sim, 'sqlw01'));
  for (const language of LANGUAGES) {
    for (const message of [waiting, whyMessage(cause)])
      expect(say(message, language)).toMatch(/runner answers|sqlw01 answers|有响应/u);
    expect(say(whyMessage(cause), language)).not.toMatch(/nothing heard|没有其 runner 的消息/u);
  }
  expect(cause.host).toBe('sqlw01' as HostName);
});
