import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPaths } from '../../../adapters/windows/paths.ts';
import { accountSid, serviceSid } from '../../../adapters/windows/services/account.ts';
import { isClustered } from '../../../adapters/windows/services/cluster.ts';
import { findServices } from '../../../adapters/windows/services/discover.ts';
import { imageOf, readService } from '../../../adapters/windows/services/facts.ts';
import { serviceError } from '../../../adapters/windows/services/query.ts';
import { restartService } from '../../../adapters/windows/services/restart.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import { fakeClock, fakeContext } from './fake-context.ts';
import { type Behaviour, FakeScm } from './fake-scm.ts';
import { recorded } from './fixtures.ts';

const never = new AbortController().signal;
const caught = async (running: Promise<unknown>): Promise<CertopsError> => {
  const error = await running.catch((reason: unknown) => reason);
  if (error instanceof CertopsError) return error;
  throw new Error(`no CertopsError: ${String(error)}`);
};
function scm(behaviour: Behaviour = {}) {
  const clock = fakeClock();
  const fake = new FakeScm(clock.now, behaviour);
  return { clock, fake, context: fakeContext(fake, { clock }) };
}
const changes = (fake: FakeScm) => fake.calls.filter((call) => /^sc (?:start|stop) /u.test(call));

describe('what is known of a service', () => {
  test('comes from sc and the registry', async () => {
    const { context, fake } = scm();
    fake.dependents = ['B', 'A'];
    expect(await readService(context, 'master')).toEqual({
      name: 'SSISScaleOutMaster160',
      state: 'running',
      pid: 100,
      start: 'auto',
      account: 'NT Service\\SSISScaleOutMaster160',
      accountSid: serviceSid('SSISScaleOutMaster160'),
      folder: 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn',
      dependents: ['A', 'B'],
    });
  });

  test('is ambiguous with several versions until one is named', async () => {
    const { context, fake } = scm();
    fake.names = ['SSISScaleOutMaster150', 'SSISScaleOutMaster160', 'SSISScaleOutWorker160'];
    expect(await findServices(context)).toEqual({
      master: ['SSISScaleOutMaster150', 'SSISScaleOutMaster160'],
      worker: ['SSISScaleOutWorker160'],
    });
    const error = await caught(readService(context, 'master'));
    expect(error).toMatchObject({ code: 'ServiceAmbiguous', data: { found: fake.names.slice(0, 2) } });
    const named = { ...context, overrides: { masterService: 'SSISScaleOutMaster150', masterFolder: 'D:\\x\\' } };
    expect(await readService(named, 'master')).toMatchObject({ name: 'SSISScaleOutMaster150', folder: 'D:\\x\\' });
  });

  test.each([
    ['ServiceMissing', {}, ['Other']],
    ['ServiceMissing', { masterService: 'SSISScaleOutMaster170' }, ['SSISScaleOutMaster160']],
    ['ServiceNotScaleOut', { masterService: 'MSSQLSERVER' }, ['MSSQLSERVER']],
    ['ServiceNotScaleOut', { masterService: 'SSISScaleOutMaster160" x' }, ['x']],
  ])('is %s for overrides %j', async (code, overrides, names) => {
    const { context, fake } = scm();
    fake.names = names;
    expect(await caught(readService({ ...context, overrides }, 'master'))).toMatchObject({ code });
  });

  test('is an error, not nothing, if the list of services is unreadable', async () => {
    const { context, fake } = scm();
    const tools: Tools = { run: async (tool, args) => ({ ...(await fake.run(tool, args)), code: 1, text: 'ERROR' }) };
    expect(await caught(findServices({ ...context, tools }))).toMatchObject({ code: 'RegistryNotReadable' });
  });

  test.each([
    ['"D:\\a b\\x.exe" -k', 'D:\\a b\\x.exe'],
    ['D:\\a b\\x.exe -k y', 'D:\\a b\\x.exe'],
    ['%SystemRoot%\\x.exe', 'C:\\Windows\\x.exe'],
    ['"%ProgramFiles%\\x.exe"', 'C:\\Program Files\\x.exe'],
    ['%ProgramW6432%\\x.exe', 'C:\\Program Files\\x.exe'],
    ['\\??\\C:\\x\\y.exe', 'C:\\x\\y.exe'],
    ['"\\\\?\\E:\\a b\\y.exe" -k', 'E:\\a b\\y.exe'],
    ['"E:/a b/y.exe"', 'E:\\a b\\y.exe'],
  ])('the image in %s is %s', (image, file) => expect(imageOf(image, 'C:\\Windows', 's')).toBe(file));
  test.each(['', '%Own%\\x.exe', '\\\\share\\x.exe', '\\\\?\\UNC\\share\\x.exe', 'x.exe'])(
    'no image is guessed from %j',
    (image) => {
      expect(() => imageOf(image, 'C:\\Windows', 's')).toThrow('ServiceImageUnknown');
    },
  );

  test('says that a cluster owns it when a resource names it', async () => {
    const { context, fake } = scm();
    expect(await isClustered(context, 'SSISScaleOutMaster160')).toBe(false);
    fake.clusterStart = 4;
    expect(await isClustered(context, 'SSISScaleOutMaster160')).toBe(false);
    fake.clusterStart = 2;
    expect(await caught(isClustered(context, 'x'))).toMatchObject({ code: 'ClusterNotReadable' });
    fake.clustered = true;
    expect(await isClustered(context, 'ssisscaleoutmaster160')).toBe(true);
    expect(await isClustered(context, 'SSISScaleOutMaster150')).toBe(false);
    expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ServiceClustered' });
    expect(changes(fake)).toEqual([]);
    const { tools } = context;
    const silent: Tools['run'] = async (tool, args, options) => {
      const result = await tools.run(tool, args, options);
      return args.includes('HKLM\\Cluster\\Resources') ? { ...result, text: '\r\n' } : result;
    };
    const nothing = isClustered({ ...context, tools: { run: silent } }, 'SSISScaleOutMaster160');
    expect(await caught(nothing)).toMatchObject({ code: 'ClusterNotReadable' });
  });

  test('does not say whether a cluster owns it when the start of the cluster service is not understood', async () => {
    const { context, fake } = scm();
    Object.assign(fake, { clustered: true, clusterStart: 2, clusterSays: () => 'Start REG_DWORD 0x2' });
    expect(await caught(isClustered(context, 'SSISScaleOutMaster160'))).toMatchObject({ code: 'ClusterNotReadable' });
    fake.clusterSays = () => '';
    expect(await isClustered(context, 'SSISScaleOutMaster160')).toBe(false);
  });
});

describe('the SID of an account', () => {
  test('is computed for a virtual account', () => {
    expect(serviceSid('wuauserv')).toBe('S-1-5-80-1014140700-3308905587-3330345912-272242898-93311788');
  });
  test.each([
    ['LocalSystem', 'S-1-5-18'],
    ['NT AUTHORITY\\SYSTEM', 'S-1-5-18'],
    ['.\\LocalSystem', 'S-1-5-18'],
    ['NT AUTHORITY\\LocalService', 'S-1-5-19'],
    ['NT AUTHORITY\\Network Service', 'S-1-5-20'],
    ['nt service\\WUAUSERV', serviceSid('wuauserv')],
  ])('for %s is %s', async (account, sid) => expect(await accountSid(scm().context, account)).toBe(sid));

  const OURS = '(A;;FA;;;SY)(A;;FA;;;BA)';
  const asking = (code: number, sddl: string, isSystem = false) => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-sid-'));
    const paths = createPaths(root);
    const calls: (readonly string[])[] = [];
    let granted: readonly string[] = [];
    const tools: Tools = {
      async run(tool, args) {
        const words = args.map(String);
        calls.push(words);
        if (words[2] === '/grant') granted = words;
        // A keeper that was not granted access this time is not in the list.
        const isThere = (entry: string) => !/;SY\)$/u.test(entry) || isSystem || granted.includes('*S-1-5-18:F');
        const said = sddl.replace(/\([^)]*\)/gu, (entry) => (isThere(entry) ? entry : ''));
        if (words[1] === '/save') fs.writeFileSync(paths.toFileSystem(words[2] ?? ''), `x\r\n${said}\r\n`, 'utf16le');
        return { tool, code, args: words, text: 'Words', bytes: Buffer.from('') };
      },
    };
    const context = { ...fakeContext(tools), root, paths, accounts: new Map<string, string>() };
    const left = () => fs.readdirSync(path.join(root, 'ProgramData', 'certops', 'tmp'));
    return { context, calls, left, end: () => fs.rmSync(root, { recursive: true }) };
  };

  test('for a domain account is asked of Windows once, and nothing is left behind', async () => {
    const { context, calls, left, end } = asking(0, `D:PAI(A;;FR;;;S-1-5-21-1-2-3-1104)${OURS}`);
    expect(await accountSid(context, 'CONTOSO\\ssis$')).toBe('S-1-5-21-1-2-3-1104');
    expect(await accountSid(context, 'contoso\\SSIS$')).toBe('S-1-5-21-1-2-3-1104');
    // Whoever may only read a file cannot remove it, and the runner has to remove this one.
    expect(calls.map((words) => words.slice(1))).toEqual([
      ['/inheritance:r', '/grant', 'CONTOSO\\ssis$:R', '*S-1-5-18:F', '*S-1-5-32-544:F'],
      ['/save', expect.stringContaining('.acl')],
    ]);
    expect(left()).toEqual([]);
    end();
  });

  test('for the machine’s own Administrator is that of Administrators, since no tool knows the letters of SDDL for him', async () => {
    const { context, end } = asking(0, `D:PAI(A;;FR;;;LA)${OURS}`);
    expect(await accountSid(context, '.\\Administrator')).toBe('S-1-5-32-544');
    end();
  });

  test('for SYSTEM in the language of Windows is found by an ACL without the runner’s own entry for it', async () => {
    const { context, calls, left, end } = asking(0, `D:PAI${OURS}`, true);
    expect(await accountSid(context, 'NT-AUTORITÄT\\SYSTEM')).toBe('S-1-5-18');
    expect(calls.filter((words) => words.includes('/grant')).map((words) => words.slice(3))).toEqual([
      ['NT-AUTORITÄT\\SYSTEM:R', '*S-1-5-18:F', '*S-1-5-32-544:F'],
      ['NT-AUTORITÄT\\SYSTEM:R', '*S-1-5-32-544:F'],
    ]);
    expect(left()).toEqual([]);
    end();
  });

  test.each([
    [2, ''],
    [0, 'D:PAI'],
    [0, `D:PAI${OURS}`],
    [0, `D:PAI(A;;FR;;;DA)${OURS}`],
    [0, `D:PAI(A;;FR;;;S-1-5-21-1)(A;;FR;;;S-1-5-21-2)${OURS}`],
  ])('is never guessed: exit code %i, %s', async (code, sddl) => {
    const { context, left, end } = asking(code, sddl);
    expect(await caught(accountSid(context, '.\\ssis'))).toMatchObject({ code: 'AccountNotResolved' });
    expect(left()).toEqual([]);
    end();
  });

  test.each(['a:F', 'x\\y /grant', '*S-1-1-0', 'a"b'])('is not asked for %j', async (account) => {
    const { context, calls, end } = asking(0, '');
    expect(await caught(accountSid(context, account))).toMatchObject({ code: 'AccountNotResolved' });
    expect(calls).toEqual([]);
    end();
  });
});

test('a domain account stays known on a full disk as long as Windows prints the same name', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-account-'));
  const paths = createPaths(root);
  const { fake, clock } = scm();
  let isFull = false;
  fake.account = 'CORP\\?ukasz-svc';
  const tools: Tools = {
    async run(tool, args) {
      if (tool !== 'reg' || args[0] !== 'export') return fake.run(tool, args);
      const [, key, file] = args.map(String);
      const text = `Windows Registry Editor Version 5.00\r\n\r\n[${key?.replace('HKLM', 'HKEY_LOCAL_MACHINE')}]\r\n"ObjectName"="CORP\\\\Łukasz-svc"\r\n`;
      if (!isFull) fs.writeFileSync(paths.toFileSystem(file ?? ''), text, 'utf16le');
      return { tool, code: isFull ? 1 : 0, args: [], text: 'Words', bytes: Buffer.from('') };
    },
  };
  const accounts = new Map([['corp\\łukasz-svc', 'S-1-5-21-1-2-3-1104']]);
  const context = { ...fakeContext(tools, { clock }), root, paths, accounts, exactTexts: new Map<string, string>() };
  const known = { account: 'CORP\\Łukasz-svc', accountSid: 'S-1-5-21-1-2-3-1104' };
  expect(await readService(context, 'master')).toMatchObject(known);
  isFull = true;
  await clock.sleep(31_000);
  expect(await readService(context, 'master')).toMatchObject(known);
  fake.account = 'CORP\\another';
  await clock.sleep(31_000);
  expect(await caught(readService(context, 'master'))).toMatchObject({ code: 'RegistryNotReadable' });
  fs.rmSync(root, { recursive: true });
});

test('a folder with letters that the console lacks is known exactly, on a full disk too', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-image-'));
  const paths = createPaths(root);
  const { fake, clock } = scm();
  fake.image = '"D:\\?\u0446??\\Binn\\SSISScaleOutMaster.exe" -service';
  let isFull = false;
  const image = '"D:\\\u6570\u0446\u636e\u5e93\\Binn\\SSISScaleOutMaster.exe" -service';
  const bytes = [...Buffer.from(`${image}\0`, 'utf16le')].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
  const tools: Tools = {
    async run(tool, args) {
      if (tool !== 'reg' || args[0] !== 'export') return fake.run(tool, args);
      const [, key, file] = args.map(String);
      const said = `Windows Registry Editor Version 5.00\r\n\r\n[${key?.replace('HKLM', 'HKEY_LOCAL_MACHINE')}]\r\n"ImagePath"=hex(2):${bytes}\r\n`;
      if (!isFull) fs.writeFileSync(paths.toFileSystem(file ?? ''), said, 'utf16le');
      return { tool, code: isFull ? 1 : 0, args: [], text: 'Words', bytes: Buffer.from('') };
    },
  };
  const context = { ...fakeContext(tools, { clock }), root, paths, exactTexts: new Map<string, string>() };
  const folder = 'D:\\\u6570\u0446\u636e\u5e93\\Binn';
  expect(await readService(context, 'master')).toMatchObject({ folder });
  isFull = true;
  await clock.sleep(31_000);
  expect(await readService(context, 'master')).toMatchObject({ folder });
  fs.rmSync(root, { recursive: true });
});

test('a folder that the console shows with similar letters is known exactly if it does not exist as shown', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-similar-'));
  const paths = createPaths(root);
  const { fake, clock } = scm();
  fake.image = '"C:\\Baza Glowna\\Binn\\SSISScaleOutMaster.exe" -service';
  const image = '\\"C:\\\\Baza G\u0142\u00f3wna\\\\Binn\\\\SSISScaleOutMaster.exe\\" -service';
  let exports = 0;
  let isFull = false;
  const tools: Tools = {
    async run(tool, args) {
      if (tool !== 'reg' || args[0] !== 'export') return fake.run(tool, args);
      exports += 1;
      const [, key, file] = args.map(String);
      const said = `Windows Registry Editor Version 5.00\r\n\r\n[${key?.replace('HKLM', 'HKEY_LOCAL_MACHINE')}]\r\n"ImagePath"="${image}"\r\n`;
      if (!isFull) fs.writeFileSync(paths.toFileSystem(file ?? ''), said, 'utf16le');
      return { tool, code: isFull ? 1 : 0, args: [], text: 'Words', bytes: Buffer.from('') };
    },
  };
  const context = () => ({ ...fakeContext(tools, { clock }), root, paths, exactTexts: new Map<string, string>() });
  expect(await readService(context(), 'master')).toMatchObject({ folder: 'C:\\Baza G\u0142\u00f3wna\\Binn' });
  expect(exports).toBe(1);
  // what cannot be looked up is reported as it was shown: its file is missing there
  isFull = true;
  expect(await readService(context(), 'master')).toMatchObject({ folder: 'C:\\Baza Glowna\\Binn' });
  expect(exports).toBe(2);
  // nothing more is asked about a folder that exists, nor about one whose drive is away
  fs.mkdirSync(path.join(root, 'Baza Glowna', 'Binn'), { recursive: true });
  expect(await readService(context(), 'master')).toMatchObject({ folder: 'C:\\Baza Glowna\\Binn' });
  fake.image = '"E:\\Baza Glowna\\Binn\\SSISScaleOutMaster.exe" -service';
  expect(await readService(context(), 'master')).toMatchObject({ folder: 'E:\\Baza Glowna\\Binn' });
  expect(exports).toBe(2);
  fs.rmSync(root, { recursive: true });
});

describe('a restart', () => {
  test('stops, waits for the stop whatever the echo said, starts, waits, and looks again', async () => {
    const { context, fake, clock } = scm({ stopMs: 1000, startMs: 2000 });
    await restartService(context, 'master', never);
    expect(changes(fake)).toEqual(['sc stop SSISScaleOutMaster160', 'sc start SSISScaleOutMaster160']);
    expect([fake.state, fake.pid]).toEqual([4, 101]);
    expect(clock.slept).toBeLessThan(3000 * 1.35 + 300);
  });

  test('starts a service that was stopped', async () => {
    const { context, fake } = scm();
    fake.state = 1;
    await restartService(context, 'master', never);
    expect(changes(fake)).toEqual(['sc start SSISScaleOutMaster160']);
  });

  const passing: [string, Behaviour][] = [
    ['1061, then taken', { stopNumbers: [1061, 1061] }],
    ['109, because its pipe is gone too', { stopNumbers: [109] }],
    ['1062 while it ends', { stopNumbers: [1062] }],
    ['1053 on start, then there after all', { startNumbers: [1053], startsAllTheSame: true, startMs: 20_000 }],
    ['1722, with the service manager briefly away', { stopNumbers: [1722, 1722] }],
    ['1722 on start, then taken', { startNumbers: [1722, 1723] }],
    ['1055 on start, then taken', { startNumbers: [1055] }],
    ['1056 on start, then taken', { startNumbers: [1056] }],
  ];
  test.each(passing)('goes on after %s', async (_, behaviour) => {
    const { context, fake } = scm(behaviour);
    await restartService(context, 'master', never);
    expect(fake.state).toBe(4);
  });

  const failing: [string, Behaviour, object][] = [
    ['ServiceStuckStopping', { stopMs: 1e9 }, { found: 'stop-pending' }],
    ['ServiceHasDependents', { stopNumbers: [1051] }, { error: 1051, dependents: [] }],
    ['ServiceStopRefused', { stopNumbers: [1052] }, { error: 1052 }],
    ['ServiceStopRefused', { stopNumbers: [5] }, { error: 5 }],
    ['ServiceStartDenied', { startNumbers: [5] }, { error: 5 }],
    ['ServiceDisabled', { startNumbers: [1058] }, { error: 1058 }],
    ['ServiceLogonFailed', { startNumbers: [1069] }, { error: 1069 }],
    ['ServiceDependencyFailed', { startNumbers: [1068] }, { error: 1068 }],
    ['ServiceStartRefused', { startNumbers: [2] }, { error: 2 }],
    ['ServiceStartTimedOut', { startNumbers: [1053] }, { error: 1053 }],
    ['ServiceNotRunning', { startMs: 1e9 }, { found: 'start-pending', limitMs: expect.any(Number) }],
    ['ServiceNotRunning', { livesMs: [60] }, { found: 'stopped', wanted: 'running' }],
    ['ServiceNotRestarted', { samePid: true }, { pid: 100 }],
  ];
  test.each(failing)('fails with %s when %j', async (code, behaviour, data) => {
    const { context } = scm(behaviour);
    expect(await caught(restartService(context, 'master', never))).toMatchObject({ code, data });
  });

  test.each([
    ['stop', 1],
    ['stop', 5],
    ['start', 1],
    ['start', 5],
  ])('goes on after an sc %s that did what it was asked and ended with %i, without a word', async (verb, code) => {
    const { context, fake } = scm();
    const run: Tools['run'] = async (tool, args) => {
      const result = await fake.run(tool, args);
      return args[0] === verb ? { ...result, code, text: '' } : result;
    };
    await restartService({ ...context, tools: { run } }, 'master', never);
    expect([fake.state, fake.pid]).toEqual([4, 101]);
    expect(changes(fake)).toEqual(['sc stop SSISScaleOutMaster160', 'sc start SSISScaleOutMaster160']);
  });

  test.each([
    ['AccessDenied', '[SC] StartService: OpenService FAILED 5:\r\n\r\nAccess is denied.\r\n'],
    ['AccessDenied', '[SC] OpenSCManager FEHLER 5:\r\n\r\nZugriff verweigert\r\n'],
    ['AccessDenied', '[SC] EnumQueryServicesStatus:OpenService ÉCHEC(S) 5 :\r\n'],
    ['AccessDenied', recorded('sc/it-start-not-opened-5.txt')],
    ['otherwise', '[SC] StartService FEHLER 5:\r\n\r\nZugriff verweigert\r\n'],
    ['otherwise', '[SC] ControlService 失败 5:\r\n'],
  ])('calls it %s where access is denied with %j', (code, text) => {
    expect(serviceError({ number: 5, text }, 'S', 'otherwise').code).toBe(code);
  });

  describe('whose start Windows gives up on after 30 s, with 1053', () => {
    /** `sc start` itself takes that long. */
    function slow(behaviour: Behaviour, onSleep?: (now: number) => void) {
      const clock = fakeClock(onSleep);
      const fake = new FakeScm(clock.now, { startNumbers: [1053], ...behaviour });
      const run: Tools['run'] = async (tool, args) => {
        const said = await fake.run(tool, args);
        if (args[0] === 'start') await clock.sleep(30_000);
        return said;
      };
      return { clock, fake, context: fakeContext({ run }, { clock }) };
    }

    test('goes on if the service comes up after all, most of a minute later', async () => {
      const { context, fake } = slow({ startsAllTheSame: true, startMs: 30_000 + 55_000 });
      await restartService(context, 'master', never);
      expect([fake.state, changes(fake).length]).toEqual([4, 2]);
    });

    test('is given up a minute after that answer', async () => {
      const { context, clock } = slow({});
      const begun = clock.slept;
      const error = await caught(restartService(context, 'master', never));
      expect(error).toMatchObject({ code: 'ServiceStartTimedOut', data: { error: 1053 } });
      expect(clock.slept - begun).toBeGreaterThanOrEqual(90_000);
      expect(clock.slept - begun).toBeLessThan(91_500);
    });

    test('is given up at the time limit of its order if that comes first', async () => {
      const over = new AbortController();
      const { context, clock } = slow({}, (now) => now >= 1_050_000 && over.abort());
      expect(await caught(restartService(context, 'master', over.signal))).toMatchObject({
        code: 'ServiceStartTimedOut',
      });
      expect(clock.slept).toBeLessThan(51_500);
    });
  });

  test('waits for Windows as long as a service may take, and goes on by itself where the tool was ended earlier', async () => {
    const clock = fakeClock();
    const fake = new FakeScm(clock.now, { startMs: 170_000, stopMs: 90_000 });
    const limits = new Set<number | undefined>();
    const run: Tools['run'] = async (tool, args, options) => {
      const said = await fake.run(tool, args);
      if (args[0] !== 'start' && args[0] !== 'stop') return said;
      limits.add(options?.timeLimitMs);
      await clock.sleep(60_000);
      throw new CertopsError('ToolTimedOut', { tool, limitMs: 60_000 });
    };
    await restartService(fakeContext({ run }, { clock, overrides: { serviceLimitMs: 180_000 } }), 'master', never);
    expect([fake.state, changes(fake).length]).toEqual([4, 2]);
    expect([...limits]).toEqual([185_000]);
  });

  describe('with an sc that fails now and then', () => {
    /** `fails`: what becomes of a call, by its verb and how often that was used since the stop; null: it runs. */
    function shaky(fails: (verb: string, nth: number) => CertopsError | number | null) {
      const clock = fakeClock();
      const fake = new FakeScm(clock.now, {});
      const asked: string[] = [];
      const run: Tools['run'] = async (tool, args) => {
        const verb = String(args[0]);
        if (tool === 'sc' && (verb === 'stop' || asked.length > 0)) asked.push(verb);
        const nth = asked.filter((one) => one === verb).length;
        const failed = tool === 'sc' && nth > 0 ? fails(verb, nth) : null;
        if (failed instanceof CertopsError) throw failed;
        if (failed !== null) return { tool, args: [], code: failed, text: '', bytes: Buffer.from('') };
        return fake.run(tool, args);
      };
      return { clock, fake, context: fakeContext({ run }, { clock }) };
    }
    const trouble = (code: string) => new CertopsError(code, { tool: 'sc' });
    const LOGOFF = trouble('ToolCrashed');

    test.each<[string, Parameters<typeof shaky>[0]]>([
      [
        'a look could not be started',
        (verb, nth) => (verb === 'queryex' && nth === 1 ? trouble('ToolNotStarted') : null),
      ],
      ['a scanner held it for a while', (verb, nth) => (verb === 'queryex' && nth < 9 ? trouble('ToolBlocked') : null)],
      ['a look said nothing', (verb, nth) => (verb === 'queryex' && nth % 2 === 1 ? 0 : null)],
      ['a look died of a logoff', (verb, nth) => (verb === 'queryex' && nth % 2 === 1 ? LOGOFF : null)],
      ['the stop died of a logoff', (verb, nth) => (verb === 'stop' && nth === 1 ? LOGOFF : null)],
      ['the start died of a logoff', (verb, nth) => (verb === 'start' && nth < 4 ? LOGOFF : null)],
      [
        'the start could not be started',
        (verb, nth) => (verb === 'start' && nth === 1 ? trouble('ToolNotStarted') : null),
      ],
    ])('goes on when %s', async (_, fails) => {
      const { context, fake } = shaky(fails);
      await restartService(context, 'master', never);
      expect([fake.state, fake.pid]).toEqual([4, 101]);
    });

    test('looks again when a look used up all the time', async () => {
      const { context, fake, clock } = shaky((verb, nth) => {
        if (verb !== 'queryex' || nth !== 1) return null;
        void clock.sleep(61_000);
        return trouble('ToolTimedOut');
      });
      await restartService(context, 'master', never);
      expect([fake.state, fake.pid]).toEqual([4, 101]);
    });

    test('asks for the start even if no look succeeds any more', async () => {
      const { context, fake } = shaky((verb) => (verb === 'queryex' ? trouble('ToolBlocked') : null));
      expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ToolBlocked' });
      expect(changes(fake)).toEqual(['sc stop SSISScaleOutMaster160', 'sc start SSISScaleOutMaster160']);
    });

    test('leaves running a service that it cannot stop', async () => {
      const { context, fake } = shaky((verb) => (verb === 'stop' ? trouble('ToolBlocked') : null));
      expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ToolBlocked' });
      expect([fake.state, fake.pid]).toEqual([4, 100]);
    });
  });

  test.each(['queryex', 'qc'])('reads again what it could not read, before it stops anything: %s', async (verb) => {
    const clock = fakeClock();
    const fake = new FakeScm(clock.now, {});
    let bad = 2;
    const run: Tools['run'] = async (tool, args) => {
      if (args[0] === verb && --bad >= 0) throw new CertopsError('ToolTimedOut', { tool });
      return fake.run(tool, args);
    };
    await restartService(fakeContext({ run }, { clock }), 'master', never);
    expect([fake.state, fake.pid, bad < 0]).toEqual([4, 101, true]);
  });

  test('asks a tool that hangs only once, since workers may be cut off meanwhile', async () => {
    const clock = fakeClock();
    const fake = new FakeScm(clock.now, {});
    let asked = 0;
    const run: Tools['run'] = async (tool, args) => {
      if (args[0] !== 'qc') return fake.run(tool, args);
      asked += 1;
      await clock.sleep(30_000);
      throw new CertopsError('ToolTimedOut', { tool });
    };
    const context = fakeContext({ run }, { clock });
    expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ToolTimedOut' });
    expect([asked, changes(fake)]).toEqual([1, []]);
  });

  test('stops nothing that stays unreadable', async () => {
    const clock = fakeClock();
    const fake = new FakeScm(clock.now, {});
    const run: Tools['run'] = async (tool, args) => {
      if (args[0] === 'qc') throw new CertopsError('ToolTimedOut', { tool });
      return fake.run(tool, args);
    };
    const context = fakeContext({ run }, { clock });
    const at = clock.now();
    expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ToolTimedOut' });
    expect([changes(fake), clock.now() - at < 15_000]).toEqual([[], true]);
  });

  test('does not stop a disabled service, which would not start again', async () => {
    const { context, fake } = scm();
    fake.start = 4;
    expect(await caught(restartService(context, 'master', never))).toMatchObject({ code: 'ServiceDisabled' });
    expect(changes(fake)).toEqual([]);
  });

  test('does not begin once told to stop', async () => {
    const { context, fake } = scm();
    expect(await caught(restartService(context, 'master', AbortSignal.abort()))).toMatchObject({
      code: 'ChangeStopped',
    });
    expect(changes(fake)).toEqual([]);
  });

  test('starts a stopped service even when told to stop, since nobody else would', async () => {
    const { context, fake } = scm();
    fake.state = 1;
    await restartService(context, 'master', AbortSignal.abort());
    expect([fake.state, changes(fake).length]).toEqual([4, 1]);
  });
});
