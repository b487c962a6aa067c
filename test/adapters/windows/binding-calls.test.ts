import { hostOver } from '../../../adapters/windows/host.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { fakeClock, fakeContext } from './fake-context.ts';
import { FakeHttp } from './fake-http.ts';

const OLD = 'A'.repeat(40);
const NEW = 'B'.repeat(40) as Thumbprint;
const KEYS = ['0.0.0.0:8391', '10.0.0.5:8391', '[::]:8391'];
const APP = '{214124cd-d05b-4309-9af9-9caa44b2b74a}';
const never = new AbortController().signal;

const SHOW = 'netsh http show sslcert';
const BINDINGS = 'reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo /s';
const LOOK = [SHOW, BINDINGS];
const HELP = ['netsh http add sslcert help', 'netsh http update sslcert help'];

const given = (key: string, certhash = OLD) => ({ ipport: key, certhash, appid: APP, certstorename: 'Root' });

/** A port with three bindings, its host, and how each of them is swapped. */
async function three() {
  const fake = new FakeHttp();
  for (const key of KEYS) fake.bind(key, given(key));
  const clock = fakeClock();
  const host = hostOver(fakeContext(fake, { clock }), '/none');
  const before = await host.sslBindings(8391);
  const swaps = before.map((from) => ({ type: 'sslcert.set', from, to: { ...from, thumbprint: NEW } }) as const);
  const [first, second] = swaps;
  if (first === undefined || second === undefined) throw new Error('nothing bound');
  fake.calls.length = 0;
  return { fake, clock, host, swaps, first, second };
}

/** The calls since the last time, each change as its verb. */
const told = (fake: FakeHttp): readonly string[] =>
  fake.calls.splice(0).map((call) => / (update|delete|add) sslcert ipport/u.exec(call)?.[1] ?? call);

describe('how often tools are started for the bindings of a port, for each may take seconds', () => {
  test.each([
    [true, ['update']],
    [false, ['delete', 'add']],
  ])(
    'three are swapped with a look before, one after each change, none for the step (update: %s)',
    async (has, verbs) => {
      const { fake, host, swaps } = await three();
      fake.hasUpdate = has;
      for (const swap of swaps) await host.perform(swap, never);
      expect((await host.sslBindings(8391)).map(({ thumbprint }) => thumbprint)).toEqual([NEW, NEW, NEW]);
      const each = [...verbs, ...LOOK];
      // A netsh without update is asked for it each time: its answer may have been one that was cut short.
      const again = has ? each : [HELP[1], ...each];
      expect(told(fake)).toEqual([...LOOK, ...HELP, ...each, ...again, ...again]);
    },
  );

  test('one is made, and removed, with a look after it', async () => {
    const { fake, host, first } = await three();
    const beside = { ...first.to, key: '127.0.0.2:8391' };
    await host.perform({ type: 'sslcert.set', from: null, to: beside }, never);
    expect(await host.sslBindings(8391)).toContainEqual(beside);
    expect(told(fake)).toEqual([...LOOK, HELP[0], 'add', ...LOOK]);
    await host.sslBindings(8391);
    expect(told(fake)).toEqual(LOOK);
    await host.perform({ type: 'sslcert.set', from: beside, to: null }, never);
    expect(await host.sslBindings(8391)).not.toContainEqual(beside);
    expect(told(fake)).toEqual([...LOOK, 'delete', ...LOOK]);
  });

  test('all who look in the same turn share one look, and those of the next have their own', async () => {
    const { fake, host } = await three();
    const [one, other] = await Promise.all([host.sslBindings(8391), host.sslBindings(8391)]);
    expect(one).toEqual(other);
    expect(told(fake)).toEqual(LOOK);
    await host.sslBindings(8391);
    expect(told(fake)).toEqual(LOOK);
  });

  test('what this netsh knows is asked again for the next order', async () => {
    const { fake, host, first, second } = await three();
    await host.perform(first, never);
    host.forget();
    told(fake);
    await host.perform(second, never);
    expect(told(fake).filter((call) => HELP.includes(call))).toEqual(HELP);
  });
});

test('one answer of netsh that is cut short costs only the binding of that moment its update', async () => {
  const { fake, host, swaps } = await three();
  fake.faults.push({ begins: 'netsh http update sslcert help', answer: { code: 0, text: '' } });
  for (const swap of swaps) await host.perform(swap, never);
  const verbs = told(fake).filter((call) => ['update', 'delete', 'add'].includes(call));
  expect(verbs).toEqual(['delete', 'add', 'update', 'update']);
});

describe('what a change saw last is', () => {
  const looks = (fake: FakeHttp): number => told(fake).filter((call) => call === SHOW).length;

  test('handed over once, and for the same port', async () => {
    const { fake, host, first } = await three();
    await host.perform(first, never);
    told(fake);
    expect(await host.sslBindings(443)).toEqual([]);
    expect(looks(fake)).toBe(1);
    expect(await host.sslBindings(8391)).toContainEqual(first.to);
    expect(looks(fake)).toBe(0);
    await host.sslBindings(8391);
    expect(looks(fake)).toBe(1);
  });

  test('no longer used after a quarter of a second', async () => {
    const { fake, clock, host, first } = await three();
    await host.perform(first, never);
    told(fake);
    await clock.sleep(250);
    await host.sslBindings(8391);
    expect(looks(fake)).toBe(1);
  });

  test('not used to judge the next order', async () => {
    const { fake, host, first } = await three();
    await host.perform(first, never);
    host.forget();
    told(fake);
    await host.sslBindings(8391);
    expect(looks(fake)).toBe(1);
  });

  test('not handed over by a change that was given up meanwhile', async () => {
    const { fake, host, first } = await three();
    const given = new AbortController();
    const run = fake.run.bind(fake);
    fake.run = (...call) => {
      if (call[1][1] === 'update' && call[1][3] !== 'help') given.abort();
      return run(...call);
    };
    await host.perform(first, given.signal);
    expect(fake.changes()).toHaveLength(1);
    told(fake);
    await host.sslBindings(8391);
    expect(looks(fake)).toBe(1);
  });

  test('not handed over if the change failed', async () => {
    const { fake, host, first } = await three();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: { code: 1, text: 'Error: 1312\r\n' } });
    await expect(host.perform(first, never)).rejects.toThrow('BindingCertificateNotUsable');
    told(fake);
    await host.sslBindings(8391);
    expect(looks(fake)).toBe(1);
  });

  test('enough to see that somebody has meanwhile changed the next binding, which is not overwritten', async () => {
    const { fake, host, first, second } = await three();
    const run = fake.run.bind(fake);
    fake.run = async (tool, args, options) => {
      const said = await run(tool, args, options);
      const key = second.to.key;
      if (args[1] === 'update' && args[3] !== 'help') fake.bind(key, given(key, 'C'.repeat(40)));
      return said;
    };
    await host.perform(first, never);
    await expect(host.perform(second, never)).rejects.toMatchObject({ code: 'BindingMoved' });
    expect(fake.changes()).toHaveLength(1);
  });
});
