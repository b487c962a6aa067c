import fs from 'node:fs/promises';
import path from 'node:path';
import { createWindowsHost } from '../../../adapters/windows/index.ts';
import { readLogTail } from '../../../adapters/windows/log-file.ts';
import type { Lab } from '../../../infra/lab/index.ts';
import { accountSid as sidInLab } from '../../../infra/lab/world/sid.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import type { HostName } from '../../../src/domain/values.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { contextOf, openLab } from './lab-host.ts';

const never = new AbortController().signal;
const PORT = 8391;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const caught = async (running: Promise<unknown>): Promise<CertopsError> => {
  const error = await running.catch((reason: unknown) => reason);
  if (error instanceof CertopsError) return error;
  throw new Error(`no CertopsError: ${String(error)}`);
};

describe('a host of the lab through the port', () => {
  let lab: Lab;
  let end: () => Promise<void>;
  const hostOf = (name: string, overrides = {}): WindowsHost => {
    const info = lab.hosts.find((one) => one.name === name);
    if (info === undefined) throw new Error(`no host ${name}`);
    const { root, systemRoot, connect } = info;
    return createWindowsHost({
      ...{ name: name as HostName, version: '0', systemRoot, root, connect, overrides, arch: 'x64' },
      stateFolder: path.join(root, 'ProgramData', 'certops'),
      clock: { now: () => Date.now(), steady: () => performance.now(), sleep: wait },
    });
  };

  beforeAll(async () => {
    ({ lab, end } = await openLab({ workers: 1, switches: { stopMs: 30, startMs: 60 } }));
  });
  afterEach(async () => {
    await lab.clear();
    await lab.change('sqlm01', { netshUpdate: true, build: '2022' });
  });
  afterAll(() => end());

  test.each(['sqlm01', 'sqlw01'])('%s passes the preflight, is swept, and writes events', async (name) => {
    const host = hostOf(name);
    expect(await host.preflight()).toEqual([]);
    await host.sweep();
    await host.event(101, 'rehearsal');
  });

  test('an account is known by its own letters, whatever the console’s code page makes of them', async () => {
    const { services } = lab.machine('sqlw01').host.state;
    const service = services[0] as { account: string };
    const before = service.account;
    service.account = 'CORP\\Łukasz-svc';
    const { account, accountSid } = await hostOf('sqlw01').service('worker');
    service.account = before;
    expect({ account, accountSid }).toEqual({
      account: 'CORP\\Łukasz-svc',
      accountSid: sidInLab('CORP\\Łukasz-svc', []),
    });
  });

  test('so is the folder of its profile, which holds its log', async () => {
    const { state } = lab.machine('sqlw01').host;
    const sid = sidInLab('CORP\\Łukasz-svc', []) ?? '';
    const key = `SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${sid}`;
    state.registry[key] = { ProfileImagePath: ['REG_EXPAND_SZ', '%SystemDrive%\\Users\\Łukasz-svc'] };
    const context = contextOf(lab, 'sqlw01');
    const file = context.paths.toFileSystem('C:\\Users\\Łukasz-svc\\AppData\\Local\\SSIS\\ScaleOut\\Agent\\1.log');
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, 'its line');
    const tail = await readLogTail(context, sid);
    delete state.registry[key];
    expect(tail?.lines).toEqual(['its line']);
  });

  test('a tool that a policy blocks is found by the preflight', async () => {
    await lab.break('sqlw01', 'certutil-blocked-always');
    expect(await hostOf('sqlw01').preflight()).toMatchObject([{ code: 'ToolBlocked', data: { tool: 'certutil' } }]);
  });

  describe('bindings', () => {
    /** The farm's own binding is left alone; the changes are made to one beside it. */
    async function beside(
      overrides = {},
    ): Promise<{ host: WindowsHost; from: SslBinding; to: SslBinding; now(): Promise<unknown> }> {
      const host = hostOf('sqlm01', overrides);
      const [real] = await host.sslBindings(PORT);
      if (real === undefined) throw new Error('nothing bound');
      const from = { ...real, key: `127.0.0.2:${PORT}` };
      await host.perform({ type: 'sslcert.set', from: null, to: from }, never);
      const to = { ...from, parameters: { usagecheck: 'disable', disabletls13: 'enable' } };
      return { host, from, to, now: async () => (await host.sslBindings(PORT)).find((one) => one.key === from.key) };
    }
    const away = async (host: WindowsHost, now: unknown): Promise<void> => {
      await lab.clear();
      await host.perform({ type: 'sslcert.set', from: now as SslBinding, to: null }, never);
    };

    test.each(['2019', '2022', '2025'] as const)(
      'are added, changed and removed on build %s, with every flag given back',
      async (build) => {
        await lab.change('sqlm01', { build, netshUpdate: build !== '2019' });
        const { host, from, to, now } = await beside();
        await host.perform({ type: 'sslcert.set', from, to }, never);
        expect(await now()).toEqual(to);
        await host.perform({ type: 'sslcert.set', from: to, to: from }, never);
        expect(await now()).toEqual(from);
        await away(host, from);
        expect(await now()).toBeUndefined();
      },
    );

    const broken: [fault: string, update: boolean, code: string | null, bound: 'from' | 'to'][] = [
      ['netsh-update-lies', true, null, 'to'],
      ['netsh-update-fails', true, 'AccessDenied', 'from'],
      ['netsh-update-hangs', true, 'ToolTimedOut', 'from'],
      ['netsh-update-hangs-after', true, 'ToolTimedOut', 'to'],
      ['netsh-add-lies', false, 'BindingNotAsWanted', 'from'],
      ['netsh-add-fails', false, 'AccessDenied', 'from'],
      ['netsh-add-hangs', false, 'ToolTimedOut', 'from'],
      ['netsh-delete-lies', false, 'BindingRefused', 'from'],
      ['netsh-delete-fails', false, 'AccessDenied', 'from'],
      ['netsh-delete-hangs-after', false, 'ToolTimedOut', 'from'],
    ];
    test.each(broken)('%s (update known: %s) ends in %s, with %s bound', async (fault, update, code, bound) => {
      await lab.change('sqlm01', { netshUpdate: update });
      const { host, from, to, now } = await beside(fault.includes('hangs') ? { toolLimitMs: 3_000 } : {});
      await lab.break('sqlm01', fault);
      const swapping = host.perform({ type: 'sslcert.set', from, to }, never);
      if (code === null) await swapping;
      else expect(await caught(swapping)).toMatchObject({ code });
      const found = await now();
      expect(found).toEqual({ from, to }[bound]);
      await away(host, found);
    });

    test('unreadable output is an error that shows it', async () => {
      await lab.break('sqlm01', 'netsh-show-garbage-always');
      const error = await caught(hostOf('sqlm01').sslBindings(PORT));
      expect(error).toMatchObject({ code: 'ToolOutputNotUnderstood', data: { tool: 'netsh' } });
      expect(String(error.data.output).length).toBeGreaterThan(0);
    });
  });

  describe('a restart', () => {
    test.each([
      ['sqlm01', 'master'],
      ['sqlw01', 'worker'],
    ] as const)('of %s gives another process and changes nothing else', async (name, role) => {
      const host = hostOf(name);
      const before = await host.service(role);
      await host.perform({ type: 'service.restart', role }, never);
      const after = await host.service(role);
      expect(after).toEqual({ ...before, pid: after.pid });
      expect(after.pid).not.toBe(before.pid);
    });

    test.each([
      ['start-1058', ['ServiceDisabled']],
      ['start-1069', ['ServiceLogonFailed']],
      ['start-1053', ['ServiceStartTimedOut']],
      ['stop-pending-forever', ['ServiceStuckStopping']],
      ['crash-loop', ['ServiceNotRunning', 'ServiceRestartsItself']],
      ['sc-stop-fails', ['ServiceStopRefused']],
      ['sc-start-fails', ['ServiceStartDenied']],
    ])('under %s ends in %s, and the next one succeeds', async (fault, codes) => {
      const host = hostOf('sqlw01', /forever|loop|1053/u.test(fault) ? { serviceLimitMs: 2000 } : {});
      await lab.break('sqlw01', fault);
      const error = await caught(host.perform({ type: 'service.restart', role: 'worker' }, never));
      expect(codes).toContain(error.code);
      await lab.clear();
      await hostOf('sqlw01', { settleMs: 0 }).perform({ type: 'service.restart', role: 'worker' }, never);
      expect(await host.service('worker')).toMatchObject({ state: 'running' });
    });

    test('that comes up late after 1053 is waited for', async () => {
      await lab.break('sqlw01', 'start-1053-then-running');
      const host = hostOf('sqlw01');
      await host.perform({ type: 'service.restart', role: 'worker' }, never);
      expect(await host.service('worker')).toMatchObject({ state: 'running' });
    });
  });
});
