import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { advanceWave } from '../../../src/domain/next/waves.ts';
import { followStages } from '../../../src/domain/plan/plan-phases.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import { atWork, IS, orderTo, second } from '../at-work.ts';
import { farmOf } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const NOW = 30;
const sim = new WorkerSim(farmOf(4));
const plain = atWork(sim);
const waiting = new WorkerSim(farmOf(4));
waiting.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running: seen([]) });
const withWaits = atWork(waiting);

const LIMIT = sim.farm.gap.limitMs;
const switches = (how: readonly (keyof typeof IS | null)[]): readonly OrderState[] =>
  how.flatMap((one, at) => (one === null ? [] : [orderTo(`sqlw0${at + 1}`, 'worker-switch', IS[one])]));
const DONE = { status: 'finished', outcome: 'applied', finishedAt: second(NOW) } as const;
const RUNS = { status: 'finished', outcome: 'put-back', code: 'PackagesRun', finishedAt: second(10) } as const;
/** The wait for packages of one worker. */
const wait = (worker: string, is: Partial<OrderState> = {}): OrderState => {
  const check = `sqlm01/drain/packages-end/sqlw0${worker}`;
  return orderTo('sqlm01', 'drain', { only: [check], failedStep: check, issued: second(NOW), ...is });
};

/** `w02`: told to switch; `?w02`: its packages are asked about; `!w02`: a person is. */
function told(rotation: Planned, { concurrency = 2, canary = 1 } = {}): { does: string; done: boolean } {
  const [stage] = followStages(rotation.plan);
  if (stage === undefined) throw new Error('no wave');
  const moment = { ...sim.moment(), now: Date.parse(second(NOW)), since: 0 };
  const { actions, attention, done } = advanceWave(rotation, moment, { ...stage, concurrency, canary });
  const does = actions.map((one) => {
    if (one.do !== 'order') return one.do;
    if (one.stage === 'drain') return `?${one.only?.join().slice(-3)}`;
    expect(one).toEqual({ do: 'order', host: one.host, kind: 'apply', stage: stage.name, timeLimitMs: LIMIT });
    return one.host.slice(3);
  });
  return { does: [...does, ...attention.map(({ step }) => `!${step?.slice(-3)}`)].join(' '), done };
}

const LEFT = { choice: 'leave-behind', at: second(5), orders: 0 } as const;

test.each<readonly [what: string, how: readonly (keyof typeof IS | null)[], does: string, done: boolean]>([
  ['begins with the canary', [], 'w01', false],
  ['waits for the canary', ['sent'], '', false],
  ['goes on with as many as there are places', ['applied'], 'w02 w03', false],
  ['fills the places that are free', ['applied', 'sent'], 'w03', false],
  ['tells nobody while all places are taken', ['applied', 'sent', 'sent'], '', false],
  ['ends when all have ended well or failed', ['applied', 'refused', 'applied', 'applied'], '', true],
  ['does not end while one is unknown', ['applied', 'unknown', 'applied', 'applied'], '', false],
  ['does not end while one is silent', ['applied', 'silent', 'applied', 'applied'], '', false],
])('A wave %s', (_what, how, does, done) => {
  expect(told(plain(switches(how)))).toEqual({ does, done });
});

test('a canary that was left behind keeps nobody waiting', () => {
  expect(told(plain([], { resolved: { sqlw01: LEFT } }))).toEqual({ does: 'w02 w03', done: false });
  const rest = switches([null, 'applied', 'applied', 'applied']);
  expect(told(plain(rest, { resolved: { sqlw01: LEFT } }))).toEqual({ does: '', done: true });
});

test('all canaries are waited for', () => {
  expect(told(plain(switches(['applied', 'sent'])), { canary: 2 }).does).toBe('');
  expect(told(plain(switches(['applied', 'applied'])), { canary: 2 }).does).toBe('w03 w04');
});

test('more at work than have a place, as when one was silent, tell nobody else', () => {
  expect(told(plain(switches(['applied', 'sent', 'sent'])), { concurrency: 1 }).does).toBe('');
});

describe('Where packages are waited for', () => {
  const off = (rest: readonly OrderState[]) => withWaits([...switches(['applied']), ...rest]);

  test.each<readonly [what: string, waits: readonly OrderState[], does: string]>([
    ['each worker is asked about before it is told, as many as have a place', [], '?w02 ?w03'],
    ['it is told once none runs there', [wait('2', DONE)], 'w02 ?w03'],
    ['or once none was running when it was looked', [wait('2', { ...DONE, outcome: 'unchanged' })], 'w02 ?w03'],
    [
      'it is told while the answer is fresh',
      [wait('2', { ...DONE, issued: second(0), finishedAt: second(20) })],
      'w02 ?w03',
    ],
    [
      'an older answer is asked for again',
      [wait('2', { ...DONE, issued: second(0), finishedAt: second(19.999) })],
      '?w02 ?w03',
    ],
    [
      'an answer dated to come counts from when it was asked for',
      [wait('2', { ...DONE, finishedAt: second(500) })],
      'w02 ?w03',
    ],
    ['a wait takes a place for ten seconds', [wait('2', { issued: second(20) })], '?w03'],
    ['and no longer', [wait('2', { issued: second(19.999) })], '?w03 ?w04'],
    ['a wait dated to come takes none', [wait('2', { issued: second(91) })], '?w03 ?w04'],
    ['a wait that ended takes none', [wait('2', RUNS)], '?w03 ?w04'],
    ['two that wait take both places', [wait('2'), wait('3')], ''],
    ['a person is asked when nobody can go on', [wait('2', RUNS), wait('3', RUNS), wait('4', RUNS)], '!w02 !w03 !w04'],
    [
      'nobody is asked while another is waited for',
      [wait('2', RUNS), wait('3', RUNS), wait('4', { issued: second(0) })],
      '',
    ],
  ])('%s', (_what, waits, does) => {
    expect(told(off(waits)).does).toBe(does);
  });

  test('nobody is asked while another switches', () => {
    const orders = [...switches(['applied', null, null, 'sent']), wait('2', RUNS), wait('3', RUNS)];
    expect(told(withWaits(orders)).does).toBe('');
  });

  test('only the canary is asked about until it is proved', () => {
    expect(told(withWaits([])).does).toBe('?w01');
    expect(told(withWaits([wait('1', DONE)])).does).toBe('w01');
  });
});
