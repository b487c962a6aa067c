import { hostOver } from '../../../adapters/windows/host.ts';
import { readService } from '../../../adapters/windows/services/facts.ts';
import { createPoll } from '../../../adapters/windows/services/poll.ts';
import { queryService } from '../../../adapters/windows/services/query.ts';
import { restartService } from '../../../adapters/windows/services/restart.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { fakeClock, fakeContext } from './fake-context.ts';
import { type Behaviour, FakeScm } from './fake-scm.ts';

const never = new AbortController().signal;

/** A service that has stopped or started before it is first asked about. */
const QUICK: Behaviour = { stopMs: 15, startMs: 15 };

function scm(behaviour: Behaviour = QUICK) {
  const clock = fakeClock();
  const fake = new FakeScm(clock.now, behaviour);
  return { clock, fake, context: fakeContext(fake, { clock }) };
}

/** Tools take longer than a turn; these do not. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The queries and commands about the service since the last call, in order. */
function said(fake: FakeScm): readonly string[] {
  const calls = fake.calls.splice(0);
  return calls.flatMap((call) => /^sc (queryex|stop|start) /u.exec(call)?.[1] ?? []);
}

test.each([
  ['before its process id', 0],
  ['within it', 1],
])(
  'a service whose answer broke off %s is asked about again: by that it would have restarted',
  async (_where, back) => {
    const { context, fake } = scm();
    const pid = /^\s*PID .*\d$/mu;
    let cut = 1;
    const run: Tools['run'] = async (tool, args) => {
      const result = await fake.run(tool, args);
      const [line = '', ...more] = pid.exec(result.text.replaceAll('\r', '')) ?? [];
      expect(more).toEqual([]);
      if (line === '' || cut === 0) return result;
      cut -= 1;
      const at = result.text.indexOf(line);
      return { ...result, text: result.text.slice(0, back === 0 ? at : at + line.length - back) };
    };
    const seen = () => queryService({ ...context, tools: { run } }, 'SSISScaleOutMaster160');
    const { pid: whole } = await queryService(context, 'SSISScaleOutMaster160');
    expect(whole).toBe(100);
    expect(await seen()).toMatchObject({ state: 'running', pid: whole });
    cut = 2;
    expect(await seen()).toMatchObject({ state: 'running', pid: back === 0 ? 0 : 10 });
  },
);

describe('around a restart a service is asked about', () => {
  test('not again right after its step has seen it, and not again after the restart saw it last', async () => {
    const { context, fake } = scm();
    await readService(context, 'master');
    await restartService(context, 'master', never);
    expect(await readService(context, 'master')).toMatchObject({ state: 'running', pid: 101 });
    expect(said(fake)).toEqual(['queryex', 'stop', 'queryex', 'start', 'queryex', 'queryex']);
  });

  test('again for a later proof, since an answer is handed over only once', async () => {
    const { context, fake } = scm();
    await restartService(context, 'master', never);
    await readService(context, 'master');
    said(fake);
    fake.state = 1;
    expect(await readService(context, 'master')).toMatchObject({ state: 'stopped', pid: 0 });
    expect(said(fake)).toEqual(['queryex']);
  });

  test('again once time has passed: a second before the restart, a quarter of a second after it', async () => {
    const { context, fake, clock } = scm();
    await readService(context, 'master');
    await clock.sleep(1_000);
    await restartService(context, 'master', never);
    await clock.sleep(250);
    await nextTurn();
    await readService(context, 'master');
    expect(said(fake)).toEqual(['queryex', 'queryex', 'stop', 'queryex', 'start', 'queryex', 'queryex', 'queryex']);
  });

  test('a service that died between the look and the restart is started all the same', async () => {
    const { context, fake } = scm({ ...QUICK });
    await readService(context, 'master');
    fake.state = 1;
    fake.behaviour.stopNumbers = [1062];
    await restartService(context, 'master', never);
    expect(fake.state).toBe(4);
  });

  test('once for all who ask in the same turn, and again in the next', async () => {
    const { context, fake } = scm();
    const both = await Promise.all([readService(context, 'master'), readService(context, 'master')]);
    expect(both[0]).toEqual(both[1]);
    expect(said(fake)).toEqual(['queryex']);
    await nextTurn();
    await readService(context, 'master');
    expect(said(fake)).toEqual(['queryex']);
  });

  test('once after `sc stop`, once after `sc start`, and once more at the end', async () => {
    const { context, fake } = scm();
    await restartService(context, 'master', never);
    expect(said(fake)).toEqual(['queryex', 'stop', 'queryex', 'start', 'queryex', 'queryex']);
  });

  test('no later because the start itself was slow to return', async () => {
    const { clock, fake } = scm();
    const context = fakeContext(
      {
        run: async (tool, args) => {
          if (args[0] === 'start') await clock.sleep(5_000);
          return fake.run(tool, args);
        },
      },
      { clock },
    );
    const before = clock.slept;
    await restartService(context, 'master', never);
    // Twenty after each of the two commands, and a hundred before the last look.
    expect(clock.slept - before).toBe(5_000 + 20 + 20 + 100);
  });

  test('less often on a slow machine, but at least every half second', async () => {
    const clock = fakeClock();
    const poll = createPoll(clock, 60_000, 20);
    const waits: number[] = [];
    for (const tookMs of [0, 200, 5_000]) {
      await clock.sleep(tookMs);
      const before = clock.slept;
      await poll.wait();
      waits.push(clock.slept - before);
    }
    expect(waits).toEqual([20, 200, 500]);
  });
});

describe('a service that ran and, a moment later,', () => {
  test.each<[string, Behaviour, string]>([
    ['is gone', { livesMs: [60] }, 'ServiceNotRunning'],
    ['crashes again and again', { livesMs: [60, 60, 60, 60], recoverMs: [10, 10, 10, 10] }, 'ServiceRestartsItself'],
    ['is started again, and is gone again', { livesMs: [60, 60], recoverMs: [40] }, 'ServiceNotRunning'],
    ['never comes up again', { livesMs: [60], recoverMs: [1e9] }, 'ServiceRestartsItself'],
  ])('%s fails the restart, with the process that ran', async (_what, behaviour, code) => {
    const { context } = scm({ ...QUICK, ...behaviour });
    await expect(restartService(context, 'master', never)).rejects.toMatchObject({ code, data: { ran: 101 } });
  });

  test('crashes again between two looks fails the restart at the next look, since all are cut off meanwhile', async () => {
    const often = (ms: number): number[] => Array.from({ length: 99 }, () => ms);
    const { clock, context } = scm({ ...QUICK, livesMs: often(20), recoverMs: often(3_000) });
    const began = clock.now();
    await expect(restartService(context, 'master', never)).rejects.toMatchObject({ code: 'ServiceRestartsItself' });
    expect(clock.now() - began).toBeLessThan(4_000);
  });

  test.each([
    ['runs as another process', 0],
    ['is being started', 3_000],
  ])('%s, by a recovery action of Windows, is restarted if that process lasts', async (_what, recoverMs) => {
    const { context } = scm({ ...QUICK, livesMs: [60], recoverMs: [recoverMs] });
    await restartService(context, 'master', never);
    expect(await readService(context, 'master')).toMatchObject({ state: 'running', pid: 102 });
  });
});

describe('whether a cluster owns the service', () => {
  const clusterAsked = (fake: FakeScm): number => fake.calls.filter((call) => /\\Clus(?:ter|Svc)/u.test(call)).length;

  test('is known by the time of the restart, since the look before it asked along', async () => {
    const { context, fake } = scm();
    const host = hostOver(context, '/none');
    await host.service('master');
    expect(clusterAsked(fake)).toBe(1);
    await host.perform({ type: 'service.restart', role: 'master' }, never);
    expect(clusterAsked(fake)).toBe(1);
  });

  test('still forbids the restart, and is asked again for the next order', async () => {
    const { context, fake } = scm();
    const host = hostOver(context, '/none');
    await host.service('master');
    host.forget();
    Object.assign(fake, { clustered: true, clusterStart: 2 });
    await expect(host.perform({ type: 'service.restart', role: 'master' }, never)).rejects.toMatchObject({
      code: 'ServiceClustered',
    });
    expect(fake.state).toBe(4);
  });

  test('is asked again by the restart if the look could not tell', async () => {
    const { context, fake } = scm();
    fake.clusterStart = 2;
    const host = hostOver(context, '/none');
    await host.service('master');
    await nextTurn();
    fake.clustered = true;
    await expect(host.perform({ type: 'service.restart', role: 'master' }, never)).rejects.toMatchObject({
      code: 'ServiceClustered',
    });
    expect(fake.state).toBe(4);
  });
});

describe('services that depend on another', () => {
  const NAME = 'SSISScaleOutMaster160';

  /** What `sc enumdepend` says with the tool's own room, and with what it is given. */
  function saying(small: string, large: Awaited<ReturnType<Tools['run']>> | string) {
    const { fake, clock } = scm();
    const answer = (text: string) => ({ tool: 'sc' as const, args: [], code: 0, text, bytes: Buffer.from(text) });
    const run: Tools['run'] = async (tool, args) => {
      if (args[0] !== 'enumdepend') return fake.run(tool, args as readonly string[]);
      fake.calls.push(`sc ${args.join(' ')}`);
      if (args.length < 3) return answer(small);
      return typeof large === 'string' ? answer(large) : large;
    };
    const context = fakeContext({ run }, { clock });
    return { fake, dependents: async () => (await readService(context, 'master')).dependents };
  }

  const block = (name: string): string =>
    `\r\nSERVICE_NAME: ${name}\r\nDISPLAY_NAME: Watch ${name}\r\n        TYPE               : 10  WIN32_OWN_PROCESS\r\n        STATE              : 4  RUNNING\r\n`;

  test.each([
    ['the first alone', `${block('A')}\r\nEnum: more data, need 1108 bytes start resume at index 1\r\n`],
    ['none of them', 'Enum: more data, need 1108 bytes start resume at index 0\r\n'],
    ['none, in other words', '[SC] EnumDependentServices: weitere Daten, 1108 Bytes erforderlich\r\n'],
  ])('are all listed where the tool has room for %s and exits with 0', async (_what, small) => {
    const { dependents } = saying(small, `Enum: entriesRead  = 2\r\n${block('A')}${block('B')}`);
    expect(await dependents()).toEqual(['A', 'B']);
  });

  test.each(['Enum: entriesRead  = 0\r\n', '[SC] EnumDependentServices: entriesread = 0\r\n\r\n'])(
    'are none after one question: %j',
    async (small) => {
      const { dependents, fake } = saying(small, 'never asked');
      expect(await dependents()).toEqual([]);
      expect(fake.calls.filter((call) => call.includes('enumdepend'))).toEqual([`sc enumdepend ${NAME}`]);
    },
  );

  test.each([
    ['nothing', ''],
    ['a sentence', 'Zugriff verweigert\r\n'],
    ['a listing without a state', 'Enum: entriesRead = 1\r\n\r\nSERVICE_NAME: A\r\nDISPLAY_NAME: Watch A\r\n'],
    ['bytes again', 'Enum: more data, need 70000 bytes start resume at index 0\r\n'],
  ])('are never none where the tool exits with 0 and says %s', async (_what, text) => {
    await expect(saying(text, text).dependents()).rejects.toThrow('ToolOutputNotUnderstood');
  });

  test('are not named where they cannot be read, but are why a stop was refused', async () => {
    const { fake, clock } = scm({ ...QUICK, stopNumbers: [1051] });
    const run: Tools['run'] = (tool, args) =>
      args[0] === 'enumdepend'
        ? Promise.resolve({ tool, args: [], code: 0, text: '', bytes: Buffer.alloc(0) })
        : fake.run(tool, args as readonly string[]);
    await expect(restartService(fakeContext({ run }, { clock }), 'master', never)).rejects.toMatchObject({
      code: 'ServiceHasDependents',
      data: { error: 1051, dependents: [] },
    });
  });

  test('are those listed first if asking with more room fails, and an error if none were listed', async () => {
    const text = '[SC] EnumDependentServices FAILED 87:\r\n\r\nThe parameter is incorrect.\r\n';
    const refused = { tool: 'sc' as const, args: [], code: 87, text, bytes: Buffer.from(text) };
    expect(await saying(`Enum: entriesRead = 1\r\n${block('A')}`, refused).dependents()).toEqual(['A']);
    const more = 'Enum: more data, need 1108 bytes start resume at index 0\r\n';
    await expect(saying(more, refused).dependents()).rejects.toThrow('ServiceNotReadable');
  });
});
