import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { notReturnable } from '../../../adapters/windows/bindings/flags.ts';
import { readBinding, readBindings, readBindingsToPlan } from '../../../adapters/windows/bindings/read.ts';
import { setBinding } from '../../../adapters/windows/bindings/set.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { fakeClock, fakeContext } from './fake-context.ts';
import { ALL_PARAMETERS, FakeHttp } from './fake-http.ts';

const OLD = 'A'.repeat(40) as Thumbprint;
const NEW = 'B'.repeat(40) as Thumbprint;
const KEY = '0.0.0.0:8391';
const APP = '{214124cd-d05b-4309-9af9-9caa44b2b74a}';
const given = { ipport: KEY, certhash: OLD, appid: APP, certstorename: 'Root' };
const never = new AbortController().signal;
const PARAMETER = { code: 1, text: '\r\nThe parameter is incorrect.\r\n' };

const HELD = {
  code: 1,
  text: '\r\nSSL Certificate add failed, Error: 32\r\nThe process cannot access the file because it is being used by another process.\r\n\r\n',
};

const http = (more: { [name: string]: string } = {}, flags?: number): FakeHttp => {
  const fake = new FakeHttp();
  fake.bind(KEY, { ...given, ...more }, flags);
  return fake;
};
const caught = async (running: Promise<unknown>): Promise<CertopsError> => {
  const error = await running.catch((reason: unknown) => reason);
  if (error instanceof CertopsError) return error;
  throw new Error(`no CertopsError: ${JSON.stringify(error)}`);
};
/** A context, the present binding, and the wanted one: the same with the new certificate. */
async function ready(fake: FakeHttp) {
  const context = fakeContext(fake, { clock: fakeClock() });
  const from = await readBinding(context, KEY);
  if (from === null) throw new Error('nothing bound');
  const to: SslBinding = { ...from, thumbprint: NEW };
  fake.calls.length = 0;
  return { context, from, to, now: () => readBinding(context, KEY) };
}

describe('reading the bindings of a port', () => {
  test('lists every binding whose key ends in the port, with what must be given back', async () => {
    const fake = http({ clientcertnegotiation: 'enable', usagecheck: 'disable', disablehttp2: 'disable' });
    fake.bind('[::]:8391', { ...given, ipport: '[::]:8391' });
    fake.bind('sqlm01:8391', { hostnameport: 'sqlm01:8391', certhash: OLD, appid: APP, certstorename: 'Root' });
    fake.bind('0.0.0.0:443', { ...given, ipport: '0.0.0.0:443' });
    fake.bind('0.0.0.0:18391', { ...given, ipport: '0.0.0.0:18391' });
    const found = await readBindings(fakeContext(fake), 8391);
    expect(found.map((one) => [one.key, one.kind])).toEqual([
      ['0.0.0.0:8391', 'ipport'],
      ['[::]:8391', 'ipport'],
      ['sqlm01:8391', 'hostnameport'],
    ]);
    expect(found[0]).toEqual({
      key: KEY,
      kind: 'ipport',
      thumbprint: OLD,
      appId: APP,
      store: 'Root',
      parameters: { usagecheck: 'disable', clientcertnegotiation: 'enable' },
      extended: { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
    });
  });

  test('finds none when both readers say so', async () => {
    expect(await readBindings(fakeContext(new FakeHttp()), 8391)).toEqual([]);
  });

  test('takes a sentence of netsh for none only when the registry has none', async () => {
    const fake = new FakeHttp();
    const text = '\r\nSSL-Zertifikatbindungen:\r\n------------------------\r\n\r\nDas System kann nicht.\r\n';
    fake.faults.push({ begins: 'netsh http show', answer: { code: 1, text }, times: 9 });
    expect(await readBindings(fakeContext(fake), 8391)).toEqual([]);
    fake.bind('0.0.0.0:443', { ...given, ipport: '0.0.0.0:443' });
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'ToolOutputNotUnderstood' });
  });

  test('does not believe a netsh that lists nothing while the registry has a binding by name', async () => {
    const fake = new FakeHttp();
    fake.bind('sqlm01:8391', { hostnameport: 'sqlm01:8391', certhash: OLD, appid: APP, certstorename: 'Root' });
    const text = '\r\nSSL Certificate bindings:\r\n-------------------------\r\n\r\n';
    fake.faults.push({ begins: 'netsh http show', answer: { code: 0, text }, times: 9 });
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'BindingReadersDisagree' });
  });

  describe('where a central store answers on a port without a binding', () => {
    const KEY_OF_STORES = 'SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslCcsBindingInfo';
    /** The registry has a binding of a central store, and netsh shows none. */
    const hidden = (port: string): FakeHttp => {
      const fake = new FakeHttp();
      fake.bind('0.0.0.0:443', { ...given, ipport: '0.0.0.0:443' });
      const text = `\r\nHKEY_LOCAL_MACHINE\\${KEY_OF_STORES}\\${port}\r\n`;
      fake.faults.push({ begins: `reg query HKLM\\${KEY_OF_STORES}`, answer: { code: 0, text }, times: 99 });
      return fake;
    };

    test('nothing is planned because netsh shows no binding', async () => {
      expect(await readBindingsToPlan(fakeContext(hidden('443')), 8391)).toEqual([]);
      const fake = hidden('8391');
      const read = readBindingsToPlan(fakeContext(fake), 8391);
      expect(await caught(read)).toMatchObject({ code: 'BoundByCentralStore', data: { port: 8391 } });
      // a binding of an address is what netsh shows
      fake.bind(KEY, given);
      expect(await readBindingsToPlan(fakeContext(fake), 8391)).toMatchObject([{ key: KEY }]);
    });

    test('a store that netsh does list is named if the registry has it on that port, and not understood otherwise', async () => {
      const text = await readFile('test/fixtures/made/netsh/en-2025-ccs-on-the-port.txt', 'utf8');
      const told = async (port: string) => {
        const fake = hidden(port);
        fake.faults.unshift({ begins: 'netsh http show', answer: { code: 0, text }, times: 9 });
        return await caught(readBindingsToPlan(fakeContext(fake), 8391));
      };
      expect(await told('8391')).toMatchObject({ code: 'BoundByCentralStore', data: { port: 8391 } });
      expect(await told('443')).toMatchObject({ code: 'ToolOutputNotUnderstood' });
    });

    test('a binding that was removed in the middle of a change still comes back', async () => {
      const fake = hidden('8391');
      fake.bind(KEY, given);
      const { context, from, now } = await ready(fake);
      fake.bindings.delete(KEY);
      expect(await readBindings(context, 8391)).toEqual([]);
      await setBinding(context, { from: null, to: from }, never);
      expect(await now()).toEqual(from);
    });
  });

  test('a netsh that fails and lists nothing is no answer, whatever the registry has', async () => {
    const fake = new FakeHttp();
    fake.faults.push({ begins: 'netsh http show', answer: { code: 1, text: 'Access is denied.\r\n' }, times: 9 });
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'ToolOutputNotUnderstood' });
  });

  test('a missing registry key means none only if its parent can be read and does not list it', async () => {
    const fake = new FakeHttp();
    const absent = { code: 1, text: 'ERROR: not found' };
    fake.faults.push({ begins: 'reg query HKLM', answer: absent, times: 99 });
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'RegistryNotReadable' });
  });

  test.each([
    ['certificate', (fake: FakeHttp) => fake.bind(KEY, { ...given, certhash: NEW })],
    ['application id', (fake: FakeHttp) => fake.bind(KEY, { ...given, appid: APP.replace('2', '3') })],
    ['store', (fake: FakeHttp) => fake.bind(KEY, { ipport: KEY, certhash: OLD, appid: APP })],
    ['key', (fake: FakeHttp) => fake.bindings.clear()],
  ])('two readers that disagree on the %s are an error', async (_, change) => {
    const fake = http();
    const shown = (await fake.run('netsh', ['http', 'show', 'sslcert'])).text;
    fake.faults.push({ begins: 'netsh http show', answer: { code: 0, text: shown }, times: 9 });
    change(fake);
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'BindingReadersDisagree' });
  });

  test.each([
    ['of another kind on that port', [' Central Certificate Store : 8391', ' Certificate Hash : (null)'], false],
    ['whose port cannot be read', [' IP:port : ?', ` Certificate Hash : ${OLD.toLowerCase()}`], false],
    ['of another kind on another port', [' Central Certificate Store : 443', ' Certificate Hash : (null)'], true],
  ])('a binding %s keeps the others of its port from being read, and no others', async (_, block, isRead) => {
    const fake = http();
    const { text } = await fake.run('netsh', ['http', 'show', 'sslcert']);
    const more = [...block, ` Application ID : ${APP}`, ' Certificate Store Name : (null)', ''].join('\r\n');
    fake.faults.push({ begins: 'netsh http show', answer: { code: 0, text: `${text}${more}` }, times: 9 });
    const read = readBindings(fakeContext(fake), 8391);
    if (isRead) expect(await read).toMatchObject([{ key: KEY }]);
    else expect(await caught(read)).toMatchObject({ code: 'ToolOutputNotUnderstood' });
  });

  test.each([
    ['DefaultFlags', 'REG_SZ', '2'],
    ['DefaultSslCertCheckMode', 'REG_BINARY', '01000000'],
    ['DefaultSslCtlIdentifier', 'REG_DWORD', '0x1'],
  ])('a %s of type %s is an error, since what must be given back is unknown', async (value, type, data) => {
    const fake = http();
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo';
    const { text } = await fake.run('reg', ['query', key, '/s']);
    const lines = text.split('\r\n').filter((line) => !line.includes(value));
    const at = lines.findIndex((line) => line.includes('AppId'));
    const odd = lines.toSpliced(at, 0, `    ${value}    ${type}    ${data}`).join('\r\n');
    fake.faults.push({ begins: `reg query ${key}`, answer: { code: 0, text: odd }, times: 9 });
    expect(await caught(readBindings(fakeContext(fake), 8391))).toMatchObject({ code: 'ToolOutputNotUnderstood' });
  });

  test('a change between the two readers is not taken for a disagreement', async () => {
    const fake = http();
    const shown = (await fake.run('netsh', ['http', 'show', 'sslcert'])).text;
    fake.faults.push({ begins: 'netsh http show', answer: { code: 0, text: shown }, times: 1 });
    fake.bind(KEY, { ...given, certhash: NEW });
    expect(await readBindings(fakeContext(fake), 8391)).toMatchObject([{ thumbprint: NEW }]);
  });

  test('no store and the store My are the same place', async () => {
    const fake = http();
    fake.bind(KEY, { ...given, certstorename: 'MY' });
    const shown = (await fake.run('netsh', ['http', 'show', 'sslcert'])).text;
    const changed = shown.replace(': MY', ': (null)');
    fake.faults.push({ begins: 'netsh http show', answer: { code: 0, text: changed }, times: 9 });
    expect(await readBindings(fakeContext(fake), 8391)).toMatchObject([{ store: '' }]);
  });

  test.each([0x2000, 0x8000, 0x4, 0x10_0000])('a flag %i without a parameter is kept by name', async (flag) => {
    const [found] = await readBindings(fakeContext(http({}, flag | 0x2)), 8391);
    expect(found?.parameters.clientcertnegotiation).toBe('enable');
    expect(found && notReturnable(found)).toEqual([`DefaultFlags 0x${flag.toString(16)}`]);
  });

  test('whatever was set is read, and giving it again gives the same', async () => {
    const worth = (name: string) =>
      name.startsWith('sslctl')
        ? fc.constantFrom('adfstrusteddevices', 'a b')
        : /time/u.test(name)
          ? fc.integer({ min: 1, max: 2 ** 31 }).map(String)
          : fc.constantFrom('enable', 'disable');
    const parameters = fc.record(Object.fromEntries(ALL_PARAMETERS.map((name) => [name, worth(name)])), {
      requiredKeys: [],
    });
    await fc.assert(
      fc.asyncProperty(parameters, fc.boolean(), async (some, hasUpdate) => {
        const fake = http(some as { [name: string]: string });
        fake.hasUpdate = hasUpdate;
        const { context, from, to, now } = await ready(fake);
        await setBinding(context, { from, to }, never);
        expect(await now()).toEqual(to);
      }),
      { numRuns: 60 },
    );
  });
});

describe('swapping a binding', () => {
  test('is one update where netsh has that command, with every flag given again', async () => {
    const fake = http({ clientcertnegotiation: 'enable', disabletls13: 'enable' });
    const { context, from, to, now } = await ready(fake);
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes()).toEqual([
      `netsh http update sslcert ipport=${KEY} certhash=${NEW} appid=${APP} certstorename=Root clientcertnegotiation=enable disabletls13=enable`,
    ]);
  });

  test('always tells netsh the store of a host name, but not the usual store of an address', async () => {
    const named = { hostnameport: 'sqlm01:8391', certhash: OLD, appid: APP };
    for (const [key, given, stores] of [
      ['sqlm01:8391', named, ['certstorename=MY', 'certstorename=MY']],
      [KEY, { ipport: KEY, certhash: OLD, appid: APP }, []],
    ] as const) {
      const fake = new FakeHttp();
      fake.bind(key, { ...given, certstorename: 'Root' });
      const context = fakeContext(fake, { clock: fakeClock() });
      const from = await readBinding(context, key);
      if (from === null) throw new Error('nothing bound');
      fake.hasUpdate = false;
      await setBinding(context, { from, to: { ...from, store: '' } }, never);
      await setBinding(context, { from: { ...from, store: '' }, to: { ...from, store: '', thumbprint: NEW } }, never);
      const added = fake.changes().filter((call) => call.includes('add sslcert'));
      expect(added.flatMap((call) => call.match(/certstorename=\S+/gu) ?? [])).toEqual(stores);
    }
  });

  test('is delete and add with nothing in between where netsh has no update', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    const at = fake.calls.findIndex((call) => call.startsWith('netsh http delete'));
    expect(fake.calls[at + 1]).toMatch(/^netsh http add sslcert ipport/u);
    expect(fake.atOnce).toEqual([fake.calls[at + 1]]);
  });

  test('falls back to delete and add when update reports success and did nothing', async () => {
    const fake = http();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: { code: 0, text: 'done' } });
    const { context, from, to, now } = await ready(fake);
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes()).toHaveLength(3);
  });

  test('waits for a key that is too new, with the previous certificate still bound', async () => {
    const fake = http();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: PARAMETER, times: 3 });
    const { context, from, to, now } = await ready(fake);
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes().every((call) => call.startsWith('netsh http update'))).toBe(true);
  });

  test('puts the previous binding back at once after a failed add, and says so', async () => {
    const fake = http({ clientcertnegotiation: 'enable' });
    fake.hasUpdate = false;
    fake.extend(KEY, 'receivewindow', '7');
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({
      begins: `netsh http add sslcert ipport=${KEY} certhash=${NEW}`,
      answer: { code: 1, text: 'x, Error: 1312\r\n' },
    });
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'BindingCertificateNotUsable', data: { error: 1312, putBack: true } });
    expect(await now()).toEqual(from);
    const failed = fake.calls.findIndex((call) => call.includes(`add sslcert ipport=${KEY} certhash=${NEW}`));
    expect(fake.calls[failed + 1]).toMatch(new RegExp(`^netsh http add sslcert ipport=${KEY} certhash=${OLD}`, 'u'));
  });

  test('never deletes the previous binding when update refuses a certificate without a key', async () => {
    const fake = http();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: { code: 1, text: 'Fehler: 1312\r\n' } });
    const { context, from, to, now } = await ready(fake);
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({
      code: 'BindingCertificateNotUsable',
    });
    expect(await now()).toEqual(from);
    expect(fake.changes()).toHaveLength(1);
  });

  test('does not delete it either when that error number is in an unusual place', async () => {
    const fake = http();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: { code: 1, text: 'エラー 1312\r\n' } });
    const { context, from, to, now } = await ready(fake);
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({
      code: 'BindingCertificateNotUsable',
    });
    expect(await now()).toEqual(from);
    expect(fake.changes()).toHaveLength(1);
  });

  describe('to a certificate that HTTP.SYS has taken before, as in a rehearsal,', () => {
    async function rehearsed() {
      const fake = http();
      const { context, from, to, now } = await ready(fake);
      const beside: SslBinding = { ...to, key: '127.0.0.2:8391' };
      await setBinding(context, { from: null, to: beside }, never);
      await setBinding(context, { from: beside, to: null }, never);
      fake.calls.length = 0;
      const begun = context.clock.now();
      const verbs = () => fake.changes().map((call) => call.split(' ')[2]);
      return { fake, context, from, to, now, verbs, took: () => context.clock.now() - begun };
    }
    const UPDATE = 'netsh http update sslcert ipport';

    test('waits for no new key where update always refuses what is given', async () => {
      const { fake, context, from, to, now, verbs, took } = await rehearsed();
      fake.faults.push({ begins: UPDATE, answer: PARAMETER, times: 99 });
      await setBinding(context, { from, to }, never);
      expect(await now()).toEqual(to);
      expect(took()).toBeLessThanOrEqual(1000);
      expect(verbs().slice(-3)).toEqual(['update', 'delete', 'add']);
    });

    test.each([
      [true, 1],
      [false, 5],
    ])(
      'takes a port in use away a few times at most where add refuses it too (update: %s)',
      async (hasUpdate, most) => {
        const { fake, context, from, to, now, verbs, took } = await rehearsed();
        fake.hasUpdate = hasUpdate;
        fake.faults.push({ begins: UPDATE, answer: PARAMETER, times: 99 });
        fake.faults.push({
          begins: `netsh http add sslcert ipport=${KEY} certhash=${NEW}`,
          answer: PARAMETER,
          times: 99,
        });
        expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'BindingRefused' });
        expect(await now()).toEqual(from);
        expect(took()).toBeLessThanOrEqual(1000);
        expect(verbs().filter((verb) => verb === 'delete').length).toBeLessThanOrEqual(most);
      },
    );

    test('waits as ever for another program that holds such a binding', async () => {
      const { fake, context, from, to, now, verbs, took } = await rehearsed();
      fake.faults.push({ begins: UPDATE, answer: HELD, times: 8 });
      await setBinding(context, { from, to }, never);
      expect(await now()).toEqual(to);
      expect(took()).toBeGreaterThan(1000);
      expect(new Set(verbs())).toEqual(new Set(['update']));
    });
  });

  test('deletes the binding at most once after waiting in vain for an update', async () => {
    const fake = http();
    fake.faults.push({ begins: 'netsh http update sslcert ipport', answer: PARAMETER, times: 99 });
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: `netsh http add sslcert ipport=${KEY} certhash=${NEW}`, answer: PARAMETER, times: 99 });
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'BindingRefused' });
    expect(await now()).toEqual(from);
    expect(fake.changes().filter((call) => call.startsWith('netsh http delete'))).toHaveLength(1);
  });

  test('tries no further add where the previous binding could not be put back: that is told at once', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    const add = `netsh http add sslcert ipport=${KEY} certhash=`;
    fake.faults.push({ begins: `${add}${NEW}`, answer: PARAMETER, times: 99 });
    fake.faults.push({ begins: `${add}${OLD}`, answer: { code: 1, text: 'x, Error: 1312\r\n' }, times: 99 });
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ data: { putBack: false } });
    expect(await now()).toBeNull();
    expect(fake.changes().filter((call) => call.startsWith(`${add}${NEW}`))).toHaveLength(1);
  });

  test('fails if the delete is refused, and adds nothing beside the previous binding, which stays', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: 'netsh http delete', answer: { code: 1, text: 'x, Error: 5\r\n' } });
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'AccessDenied', data: { error: 5, putBack: true } });
    expect(fake.changes().filter((call) => call.includes(NEW))).toEqual([]);
    expect(await now()).toEqual(from);
  });

  test('goes on with the add when a delete reports failure but was done', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: 'netsh http delete', answer: { code: 1, text: '\r\n' }, after: true });
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes()).toHaveLength(2);
  });

  test('catches an add that exits with 0 and binds nothing, and puts the previous binding back', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: `netsh http add sslcert ipport=${KEY} certhash=${NEW}`, answer: { code: 0, text: '' } });
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'BindingNotAsWanted', data: { found: null, putBack: true } });
    expect(await now()).toEqual(from);
  });

  test.each(['netsh http delete', `netsh http add sslcert ipport=${KEY} certhash=${NEW}`])(
    'leaves the previous or the new certificate bound when a tool hangs in between: %s',
    async (begins) => {
      for (const after of [true, false]) {
        const fake = http();
        fake.hasUpdate = false;
        const { context, from, to, now } = await ready(fake);
        fake.faults.push({ begins, answer: new CertopsError('ToolTimedOut'), after });
        expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'ToolTimedOut' });
        expect([OLD, NEW]).toContain((await now())?.thumbprint);
      }
    },
  );

  test.each([[['add']], [['add', 'show']]])(
    'puts the previous binding back if the machine starts no tool for a moment once it is gone: %j',
    async (verbs) => {
      const fake = http();
      fake.hasUpdate = false;
      const { context, from, to, now } = await ready(fake);
      const run = fake.run.bind(fake);
      const isBad = () => fake.bindings.size === 0 && context.clock.now() - gone < 10_000;
      let gone = 0;
      fake.run = async (tool, args, options) => {
        if (args[1] === 'delete') gone = context.clock.now();
        if (verbs.includes(String(args[1])) && isBad()) throw new CertopsError('ToolNotStarted', { cause: 'ENOMEM' });
        return run(tool, args, options);
      };
      expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'ToolNotStarted' });
      expect(await now()).toEqual(from);
    },
  );

  test.each([true, false])(
    'succeeds after another program has let go of what it briefly held (update: %s)',
    async (hasUpdate) => {
      const fake = http();
      fake.hasUpdate = hasUpdate;
      const { context, from, to, now } = await ready(fake);
      const verb = hasUpdate ? 'update' : 'add';
      fake.faults.push({ begins: `netsh http ${verb} sslcert ipport=${KEY} certhash=${NEW}`, answer: HELD, times: 2 });
      await setBinding(context, { from, to }, never);
      expect(await now()).toEqual(to);
      expect(fake.changes().some((call) => call.startsWith('netsh http delete'))).toBe(!hasUpdate);
    },
  );

  test('puts the previous binding back although another program briefly holds it', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    const add = `netsh http add sslcert ipport=${KEY} certhash=`;
    fake.faults.push({ begins: `${add}${NEW}`, answer: { code: 1, text: 'x, Error: 1312\r\n' } });
    fake.faults.push({ begins: `${add}${OLD}`, answer: HELD, times: 3 });
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ data: { putBack: true } });
    expect(await now()).toEqual(from);
  });

  test.each(['netsh http show', 'netsh http update sslcert help', 'netsh http add sslcert help', 'reg query'])(
    'reads once more what could not be read before the first change: %s',
    async (begins) => {
      const fake = http();
      const { context, from, to, now } = await ready(fake);
      fake.faults.push({ begins, answer: new CertopsError('ToolTimedOut'), times: 1 });
      await setBinding(context, { from, to }, never);
      expect(await now()).toEqual(to);
      expect(fake.changes()).toHaveLength(1);
    },
  );

  test('does not wait without end for a machine that starts no tool', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to } = await ready(fake);
    fake.faults.push({ begins: 'netsh http add', answer: new CertopsError('ToolBlocked'), times: 999 });
    const before = context.clock.now();
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'ToolBlocked' });
    expect(context.clock.now() - before).toBeLessThan(16_000);
  });

  test('refuses a parameter that this netsh does not know, before anything changes', async () => {
    const fake = http({ disabletls13: 'enable' });
    fake.knows = ALL_PARAMETERS.filter((name) => name !== 'disabletls13');
    const { context, from, to } = await ready(fake);
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'NetshParameterUnknown', data: { parameters: ['disabletls13'] } });
    expect(fake.changes()).toEqual([]);
  });

  test('refuses a flag that cannot be given back, before anything changes', async () => {
    const fake = http({}, 0x2000);
    const { context, from, to } = await ready(fake);
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'BindingFlagNotReturnable' });
    expect(fake.calls).toEqual([]);
  });

  test.each(['from', 'to'] as const)(
    'also checks what only the binding it goes %s has, since that may have to come back',
    async (side) => {
      const fake = http();
      fake.knows = ALL_PARAMETERS.filter((name) => name !== 'disabletls13');
      const { context, from, to } = await ready(fake);
      const set = { from, to };
      const unknown = { ...set, [side]: { ...set[side], parameters: { disabletls13: 'enable' } } };
      expect(await caught(setBinding(context, unknown, never))).toMatchObject({ code: 'NetshParameterUnknown' });
      const lost = { ...set, [side]: { ...set[side], parameters: { 'DefaultFlags 0x2000': 'set' } } };
      expect(await caught(setBinding(context, lost, never))).toMatchObject({ code: 'BindingFlagNotReturnable' });
      expect(fake.changes()).toEqual([]);
    },
  );

  test.each([
    ['AccessDenied', { code: 1, text: 'SSL Certificate deletion failed, Error: 5\r\nAccess is denied.\r\n' }],
    ['BindingRefused', PARAMETER],
  ])('reports why netsh does not delete a binding: %s', async (code, answer) => {
    const fake = http();
    const { context, from, now } = await ready(fake);
    fake.faults.push({ begins: 'netsh http delete', answer });
    const error = await caught(setBinding(context, { from, to: null }, never));
    expect(error).toMatchObject({ code, data: { key: KEY, output: answer.text.trim() } });
    expect(await now()).toEqual(from);
  });

  test('fails if the binding is still there after netsh has deleted it', async () => {
    const fake = http();
    const { context, from } = await ready(fake);
    fake.faults.push({ begins: 'netsh http delete', answer: { code: 0, text: 'ok' } });
    const error = await caught(setBinding(context, { from, to: null }, never));
    expect(error).toMatchObject({ code: 'BindingNotAsWanted', data: { key: KEY, found: from, wanted: null } });
  });

  test('fails if an extended property does not come back', async () => {
    const fake = http();
    fake.extend(KEY, 'receivewindow', '65536');
    const { context, from, to } = await ready(fake);
    fake.faults.push({ begins: 'netsh http update sslpropertyex', answer: PARAMETER, times: 9 });
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'BindingNotAsWanted', data: { key: KEY, differs: ['receivewindow'] } });
  });

  test('accepts an add that netsh says it refused but made all the same', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: 'netsh http add sslcert ipport', answer: PARAMETER, after: true });
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
  });

  test('binds a key that HTTP.SYS takes only after some seconds where netsh has no update', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: `netsh http add sslcert ipport=${KEY} certhash=${NEW}`, answer: PARAMETER, times: 5 });
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    // Between two tries the port has its old binding.
    const made = fake.changes().map((call) => (call.includes(`certhash=${OLD}`) ? 'put back' : call.split(' ')[2]));
    expect(made).toEqual([...Array.from({ length: 5 }, () => ['delete', 'add', 'put back']).flat(), 'delete', 'add']);
  });

  test('puts back a previous binding that HTTP.SYS does not take at once', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    const add = `netsh http add sslcert ipport=${KEY}`;
    fake.faults.push({ begins: `${add} certhash=${NEW}`, answer: { code: 1, text: 'add failed, Error: 1312\r\n' } });
    fake.faults.push({ begins: `${add} certhash=${OLD}`, answer: PARAMETER, times: 5 });
    const error = await caught(setBinding(context, { from, to }, never));
    expect(error).toMatchObject({ code: 'BindingCertificateNotUsable', data: { putBack: true } });
    expect(await now()).toEqual(from);
  });

  test('tries again a delete that is refused with a sentence, and the port keeps its old binding until then', async () => {
    const fake = http();
    fake.hasUpdate = false;
    const { context, from, to, now } = await ready(fake);
    fake.faults.push({ begins: 'netsh http delete', answer: PARAMETER, times: 3 });
    const bound: unknown[] = [];
    const run: Tools['run'] = async (tool, args, options) => {
      const said = await fake.run(tool, args, options);
      bound.push(fake.bindings.get(KEY)?.given.certhash);
      return said;
    };
    await setBinding({ ...context, tools: { run } }, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes().filter((call) => call.startsWith('netsh http delete'))).toHaveLength(4);
    const unbound = bound.indexOf(undefined);
    expect([[...new Set(bound.slice(0, unbound))], bound[unbound + 1]]).toEqual([[OLD], NEW]);
  });

  test('refuses a swap between two addresses, and runs no tool', async () => {
    const fake = http();
    const { context, from, to } = await ready(fake);
    const swapping = setBinding(context, { from, to: { ...to, key: '[::]:8391' } }, never);
    expect(await caught(swapping)).toMatchObject({ code: 'BindingNotValid', data: { wrong: ['key'] } });
    expect(fake.calls).toEqual([]);
  });

  test('does not overwrite a binding that has changed meanwhile', async () => {
    const fake = http();
    const { context, from, to } = await ready(fake);
    fake.bind(KEY, { ...given, certhash: 'C'.repeat(40) });
    expect(await caught(setBinding(context, { from, to }, never))).toMatchObject({ code: 'BindingMoved' });
    expect(fake.changes()).toEqual([]);
  });

  test('changes nothing if the new binding is already there', async () => {
    const fake = http();
    const { context, from, to } = await ready(fake);
    fake.bind(KEY, { ...given, certhash: NEW });
    await setBinding(context, { from, to }, never);
    expect(fake.changes()).toEqual([]);
  });

  test('gives back extended properties that are not the defaults', async () => {
    const fake = http();
    fake.hasUpdate = false;
    fake.extend(KEY, 'maxsettingsperframe', '100');
    const { context, from, to, now } = await ready(fake);
    await setBinding(context, { from, to }, never);
    expect(await now()).toEqual(to);
    expect(fake.changes().at(-1)).toBe(
      `netsh http update sslpropertyex ipport=${KEY} propertyid=1 maxsettingsperframe=100 maxsettingsperminute=4294967295`,
    );
  });

  test('changes nothing when told to stop before the first change', async () => {
    const fake = http();
    const { context, from, to } = await ready(fake);
    const error = await caught(setBinding(context, { from, to }, AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'ChangeStopped' });
    expect(fake.changes()).toEqual([]);
  });
});

describe('binding and unbinding', () => {
  const rehearsal = (from: SslBinding): SslBinding => ({ ...from, key: '127.0.0.2:8391', thumbprint: NEW });

  test('adds a rehearsal beside the real binding, and removes it', async () => {
    const fake = http();
    const { context, from } = await ready(fake);
    const beside = rehearsal(from);
    await setBinding(context, { from: null, to: beside }, never);
    expect(await readBindings(context, 8391)).toEqual([from, beside]);
    await setBinding(context, { from: beside, to: null }, never);
    expect(await readBindings(context, 8391)).toEqual([from]);
    await setBinding(context, { from: beside, to: null }, never);
  });

  test('waits up to 15 seconds for a new key, then reports what netsh said', async () => {
    const fake = http();
    const { context, from } = await ready(fake);
    fake.faults.push({ begins: 'netsh http add sslcert ipport', answer: PARAMETER, times: 99 });
    const error = await caught(setBinding(context, { from: null, to: rehearsal(from) }, never));
    expect(error).toMatchObject({
      code: 'BindingRefused',
      data: { error: null, output: 'The parameter is incorrect.' },
    });
    const slept = (context.clock as ReturnType<typeof fakeClock>).slept;
    expect(slept).toBeGreaterThan(12_000);
    expect(slept).toBeLessThanOrEqual(15_000);
  });

  test('accepts an add that succeeded although netsh failed', async () => {
    const fake = http();
    const { context, from } = await ready(fake);
    fake.faults.push({ begins: 'netsh http add sslcert ipport', answer: PARAMETER, after: true });
    await setBinding(context, { from: null, to: rehearsal(from) }, never);
  });

  test('catches an add or a delete that reports success and did nothing', async () => {
    const fake = http();
    const { context, from } = await ready(fake);
    fake.faults.push({ begins: 'netsh http add sslcert ipport', answer: { code: 0, text: '' } });
    const bound = await caught(setBinding(context, { from: null, to: rehearsal(from) }, never));
    expect(bound).toMatchObject({ code: 'BindingNotAsWanted', data: { differs: ['bound'], found: null } });
    fake.faults.push({ begins: 'netsh http delete', answer: { code: 0, text: '' } });
    const gone = await caught(setBinding(context, { from, to: null }, never));
    expect(gone).toMatchObject({ code: 'BindingNotAsWanted', data: { found: { key: KEY } } });
  });

  test.each([
    ['key', { key: '0.0.0.0:8391 reject=enable' }],
    ['key', { key: '0.0.0.0:8391"' }],
    ['key', { kind: 'hostnameport' as const, key: '-x y:8391' }],
    ['thumbprint', { thumbprint: 'abc' as Thumbprint }],
    ['appId', { appId: '{x}' }],
    ['store', { store: 'My" x' }],
    ['sslctlidentifier', { parameters: { sslctlidentifier: 'a"b' } }],
    ['revocationfreshnesstime', { parameters: { revocationfreshnesstime: '0' } }],
    ['receivewindow', { extended: { receivewindow: '1 2' } }],
  ])('never lets an invalid %s reach a command line', async (wrong, change) => {
    const fake = http();
    const { context, from } = await ready(fake);
    const error = await caught(setBinding(context, { from: null, to: { ...from, ...change } }, never));
    expect(error).toMatchObject({ code: 'BindingNotValid', data: { wrong: [wrong] } });
    expect(fake.calls).toEqual([]);
  });

  const BY_NAME = { kind: 'hostnameport', key: 'sqlm01:8391' } as const;

  test.each<[string, string, (text: string) => Partial<SslBinding>]>([
    ['key', KEY, (key) => ({ key })],
    ['key', BY_NAME.key, (key) => ({ ...BY_NAME, key })],
    ['thumbprint', NEW, (text) => ({ thumbprint: text as Thumbprint })],
    ['appId', APP, (appId) => ({ appId })],
    ['store', 'Root', (store) => ({ store })],
    ['usagecheck', 'disable', (usagecheck) => ({ parameters: { usagecheck } })],
    ['urlretrievaltimeout', '60', (urlretrievaltimeout) => ({ parameters: { urlretrievaltimeout } })],
    ['receivewindow', '60', (receivewindow) => ({ extended: { receivewindow } })],
  ])('never lets a %s such as %s with anything before or after it reach one either', async (wrong, good, change) => {
    const fake = http();
    const { context, from } = await ready(fake);
    for (const text of [`reject=enable ${good}`, `${good} reject=enable`, `${good}\n`]) {
      const error = await caught(setBinding(context, { from: null, to: { ...from, ...change(text) } }, never));
      expect([text, error.code, error.data.wrong]).toEqual([text, 'BindingNotValid', [wrong]]);
    }
    expect(fake.calls).toEqual([]);
  });

  test.each<[string, Partial<SslBinding>]>([
    ['0.0.0.0:8391', { appId: APP.toUpperCase() }],
    ['[FE80::1%4]:8391', { key: '[FE80::1%4]:8391' }],
    ['SQLM01.Example:8391', { ...BY_NAME, key: 'SQLM01.Example:8391' }],
    ['*:8391', { ...BY_NAME, key: '*:8391' }],
  ])('binds again what somebody bound in capitals: %s', async (key, change) => {
    const fake = new FakeHttp();
    const to: SslBinding = {
      key,
      kind: 'ipport',
      thumbprint: NEW,
      appId: APP,
      store: 'Root',
      parameters: {},
      extended: {},
      ...change,
    };
    await setBinding(fakeContext(fake, { clock: fakeClock() }), { from: null, to }, never);
    expect(fake.changes()).toHaveLength(1);
  });
});
