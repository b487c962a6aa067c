import { say } from '../../cards/wording/index.ts';
import type { Json } from '../../src/domain/values.ts';

const told = (id: string, data: { readonly [name: string]: Json } = {}): readonly string[] =>
  (['en', 'zh-CN'] as const).map((language) => say({ id, data }, language));

const AT = '2026-11-27T08:00:00.000Z';

describe('What a program calls a thing by is not shown to people', () => {
  const cause = { host: 'sqlw02', stage: null, step: null };

  test('a private key that could not be removed is told with the error of Windows, its provider and container, and the tool for that', () => {
    const data = { provider: 'P1', container: 'K1', code: 5, store: 'Root', thumbprint: 'AB', file: 'f', output: 'x' };
    for (const words of told('why.host.in-full', { ...cause, code: 'KeyNotRemoved', data }))
      expect(words).toMatch(/sqlw02.*P1.*K1.* 5.*KeyNotRemoved/u);
    for (const words of told('why.host.todo', { ...cause, code: 'KeyNotRemoved', data }))
      expect(words).toMatch(/sqlw02.*certutil -csp .* -delkey /u);
  });

  test('in the detail of an error', () => {
    const data = { service: 'SSISScaleOutWorker160', found: 'stopped', pid: 0, exitCode: 1067, ownExitCode: 0, ran: 7 };
    expect(told('why.host.detail', { ...cause, code: 'ServiceNotRunning', data })).toEqual([
      'Found stopped, service SSISScaleOutWorker160, process id 0, exit code 1067. Code ServiceNotRunning.',
      '实为 stopped，服务 SSISScaleOutWorker160，进程 ID 0，退出代码 1067。代码 ServiceNotRunning。',
    ]);
  });

  test('in the detail of an error that names another machine, which is no service of this one', () => {
    const [english, chinese] = told('why.host.detail', {
      ...cause,
      code: 'WorkerSharesMasters',
      data: { master: 'sqlm01' },
    });
    expect(english).toBe('Master sqlm01. Code WorkerSharesMasters.');
    expect(chinese).toMatch(/^Master sqlm01。/iu);
  });

  test.each([
    ['oldReaders', '(who may read the old key)', '（可读取旧私钥的账户）'],
    ['0.0.0.0:8391', '(0.0.0.0:8391)', '（0.0.0.0:8391）'],
    ['TLS 10.0.0.5:8391', '(what 10.0.0.5:8391 presents)', '（10.0.0.5:8391 出示的证书）'],
  ])('where a fact moved (%s)', (fact, en, zh) => {
    const [english, chinese] = told('why.host', { ...cause, code: 'FactsMoved', data: { fact } });
    expect(english).toContain(en);
    expect(chinese).toContain(zh);
  });

  test('says of an address that is silent since its certificate was deleted which one, and to import it again', () => {
    const data = { fact: 'TLS 10.0.0.5:8391', found: 'ECONNRESET', store: 'Root', thumbprint: THUMBPRINT };
    const said = (missing: string) => {
      const gone = { ...cause, code: 'AddressSilent', data: { ...data, missing } };
      return [...told('why.host', gone), ...told('why.host.todo', gone)].join('\n');
    };
    expect(said('certificate')).toContain(
      'there (what 10.0.0.5:8391 presents): the certificate that is bound there (3BD91B…A498) is not in LocalMachine\\Root any more.',
    );
    expect(said('key')).toContain('the private key of the certificate that is bound there');
    expect(said('certificate')).toContain('那里绑定的证书 3BD91B…A498 已不在');
    expect(said('certificate')).toMatch(/Import that certificate.*LocalMachine\\Root.*ask again/u);
    expect(said('certificate')).toMatch(/重新导入该机器的 LocalMachine\\Root/u);
  });

  const THUMBPRINT = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498';
  test.each([
    ['bindings', 0, 1, 'the number of bindings of its port is 0, wanted 1', '其端口的绑定数实为 0，应为 1'],
    ['TLS', 'nobody asked', 'X', 'what its port presents is not seen, wanted X', '其端口出示的证书实为未看到，应为 X'],
    [
      'TLS sqlm01:8391',
      'NAME_NOT_COVERED',
      'X',
      'what sqlm01:8391 presents is a certificate that does not cover that name, wanted X',
      'sqlm01:8391 出示的证书实为不含该名称的证书，应为 X',
    ],
    ['stores', null, 'read', 'what its stores hold could not be read', '无法读取其存储中的内容'],
    ['connection', 'none', 'connected', 'its connection is none, wanted connected', '其连接实为无，应为已连接'],
    [
      'TLS sqlm01:8391',
      'ECONNREFUSED',
      'X',
      'sqlm01:8391 does not answer (ECONNREFUSED), wanted X',
      'sqlm01:8391 没有应答（ECONNREFUSED），应为 X',
    ],
    [
      `Root ${THUMBPRINT}`,
      true,
      false,
      '3BD91B…A498 in Root is yes, wanted no',
      'Root 中的 3BD91B…A498 实为是，应为否',
    ],
    ['S160 process', 7, 8, 'the process id of S160 is 7, wanted 8', 'S160 的进程 ID 实为 7，应为 8'],
    ['SSLCertThumbprint', 'A', 'B', 'SSLCertThumbprint is A, wanted B', 'SSLCertThumbprint 实为 A，应为 B'],
  ])('where a proof is against it (%s)', (fact, found, wanted, en, zh) => {
    expect(told('proof.against', { host: 'sqlm01', fact, found, wanted })).toEqual([
      `sqlm01: ${en}.`,
      `sqlm01：${zh}。`,
    ]);
  });
});

test('What the log of a worker says that is not connected is quoted, not worded as what its connection is', () => {
  const data = { host: 'sqlw01', fact: 'connection', found: 'There was no endpoint listening.', wanted: 'connected' };
  expect(told('proof.against', data)).toEqual([
    'sqlw01 is not connected. Its log says: There was no endpoint listening.',
    'sqlw01 未连接。其日志：There was no endpoint listening.',
  ]);
});

describe('Advice', () => {
  const unproved = (fact: string, found: string, wanted: string) => ({
    host: 'sqlm01',
    code: 'NotProved',
    stage: null,
    step: null,
    data: { against: [{ fact, found, wanted }] },
  });

  test('after a final look that found a service stopped is to start it, and the sentence says that it is stopped', () => {
    const cause = unproved('SSISScaleOutMaster160', 'stopped', 'running');
    for (const words of told('why.host', cause)) expect(words).toMatch(/SSISScaleOutMaster160 (?:is stopped|已停止)/u);
    const hands = told('why.host.hand', cause);
    expect(hands[0]).toMatch(/^On sqlm01: start SSISScaleOutMaster160\. .*then look again/iu);
    expect(hands[1]).toMatch(/启动 SSISScaleOutMaster160.*重新查看/u);
  });

  test.each(['C'.repeat(40), 'NAME\\_NOT\\_COVERED'])(
    'after a final look to which a stranger answers (%s) is to find it, or to restart the service',
    (found) => {
      const hands = told('why.host.hand', unproved('TLS sqlm01:8391', found, 'B'));
      expect(hands[0]).toMatch(/^On sqlm01: see what answers at sqlm01:8391 .*restart that service\. Then look again/u);
      expect(hands[1]).toMatch(/sqlm01:8391.*重启该服务.*重新查看/u);
      for (const silent of ['ECONNREFUSED', 'ERR\\_SSL'])
        for (const words of told('why.host.hand', unproved('TLS sqlm01:8391', silent, 'B'))) expect(words).toBe('');
    },
  );

  test('after a final look that found another certificate in a .cer file is to put the wanted one into it', () => {
    const hands = told('why.host.hand', unproved('SSISScaleOutMaster.cer', 'A', 'B'));
    expect(hands[0]).toMatch(/^On sqlm01: see what else writes SSISScaleOutMaster\.cer.*look again/u);
    expect(hands[1]).toMatch(/SSISScaleOutMaster\.cer.*重新查看/u);
  });

  test('after a final look about which nobody can do anything by hand is left to the choices of the card', () => {
    expect(told('why.host.hand', unproved('TLS sqlm01:8391', 'ECONNREFUSED', 'B'))).toEqual(['', '']);
  });

  test.each([
    'CertificateRemoveFailed',
    'CertificateNotRemoved',
    'KeyNotRemoved',
    'ServiceDisabled',
    'ServiceStopRefused',
    'ServiceRestartsItself',
    'ServiceNotRestarted',
    'ServicePending',
    'ServiceNotReadable',
    'StoreNotReadable',
    'RegistryNotReadable',
    'ToolTimedOut',
    'ToolBlocked',
    'NotElevated',
    'AccessDenied',
  ])(
    'about what keeps a machine from going back, or from being looked at, is on the card that asks a person (%s)',
    (code) => {
      const cause = { host: 'sqlw02', code, stage: null, step: null, data: {} };
      for (const words of told('why.host.hand', cause)) expect(words).toMatch(/sqlw02.*(?:look again|重新查看)/u);
    },
  );

  test('on a time that cannot be read names what was perhaps meant once, also where it is one of the examples', () => {
    const unread = { said: '22:00 sat', zone: 'UTC', word: 'at', would: 'sat 22:00' };
    for (const words of told('refused.when-unreadable', unread))
      expect(words.match(/(?:sat|周六) 22:00/gu)).toHaveLength(1);
    for (const words of told('refused.when-unreadable', { ...unread, would: 'tomorrow 08:00' }))
      expect(words).toMatch(/at tomorrow 08:00.*(?:sat|周六) 22:00.*3 days/u);
  });

  test('names the way to unfreeze a frozen farm, not the request that was refused', () => {
    for (const words of told('refused.frozen', { farm: 'prod', until: AT, by: 'Tom Becker', reason: '' })) {
      expect(words).toContain('/ssis unfreeze prod');
      expect(words).not.toContain('rotate-master');
    }
  });

  test.each([
    ['bindings', 0, 1],
    ['0.0.0.0:8391', null, 'A'],
  ])(
    'after a final look that found no binding is to bind it, or to let the next rotation do so (%s)',
    (fact, found, wanted) => {
      const cause = { host: 'sqlm01', code: 'NotProved', stage: null, step: null };
      const hands = told('why.host.hand', { ...cause, data: { against: [{ fact, found, wanted }] } });
      for (const words of hands) expect(words).toMatch(/sqlm01.*(?:look again|重新查看).*rotate-master/u);
    },
  );

  test('about a worker whose master does not answer does not speak of another certificate', () => {
    const cause = { host: 'sqlw01', code: 'EndpointPresentsAnother', stage: null, step: null };
    const data = { found: { presented: 'ECONNREFUSED', log: null, line: null, tcp: false }, wanted: 'A' };
    for (const words of told('why.host', { ...cause, data }))
      expect(words).toMatch(/(?:does not answer it|没有应答它).*ECONNREFUSED/u);
    for (const words of told('why.host.todo', { ...cause, data })) expect(words).toMatch(/service|服务/u);
    for (const words of told('row.failed', { code: 'EndpointPresentsAnother' }))
      expect(words).not.toMatch(/another|另一张/u);
  });

  test('after a full disk is to free it, and not to let the runner read what it may read', () => {
    const cause = { host: 'sqlw02', code: 'StoreNotReadable', stage: null, step: null, data: { code: 112 } };
    for (const words of told('why.host.hand', cause)) expect(words).toMatch(/sqlw02.*(?:free its disk|磁盘)/iu);
  });

  test('about a folder that icacls could not close does not say to do it by hand: it is gone by then', () => {
    const cause = { host: 'sqlw02', code: 'FolderNotProtected', stage: null, step: null };
    for (const words of told('why.host.todo', { ...cause, data: { folder: 'C:\\x', code: 5 } }))
      expect(words).not.toMatch(/inheritance|继承/u);
    for (const words of told('why.host.todo', { ...cause, data: { folder: 'C:\\x', others: ['Users'] } }))
      expect(words).toMatch(/inheritance|继承/u);
  });

  const forbidden = { line: 'The remote server returned an error: (403) Forbidden.' };
  test.each(['why.host.todo', 'why.host.hand'])(
    'points to the master’s Root when a worker is refused with 403 (%s)',
    (id) => {
      const cause = { host: 'sqlw02', code: 'WorkerRefused', stage: null, step: null };
      for (const words of told(id, { ...cause, data: { found: forbidden } }))
        expect(words).toMatch(/sqlw02.*Root.*CA/u);
      for (const words of told(id, { ...cause, data: { found: { line: 'no trust' } } }))
        expect(words).not.toMatch(/Root/u);
    },
  );

  test.each(['RunnerJournalLost', 'ChangeDoesNotEnd', 'ToolsStillRunning', 'ServiceStuckStopping'])(
    'says to ask again, and not to look again, on a card that is closed: it has no such button (%s)',
    (code) => {
      const cause = { host: 'sqlw02', code, stage: null, step: null, data: {} };
      for (const words of told('why.host.hand', cause)) expect(words).toMatch(/look again|重新查看/u);
      for (const words of told('why.host.todo', cause)) {
        expect(words).toMatch(/ask again|重新申请/u);
        expect(words).not.toMatch(/look again|重新查看/u);
      }
    },
  );

  test.each(['RunnerJournalCutShort', 'StateUnknown'])(
    'asks for nothing on the machine where the choices of the card say everything, and later to ask again (%s)',
    (code) => {
      const cause = { host: 'sqlw02', code, stage: null, step: null, data: {} };
      for (const words of told('why.host.hand', cause)) expect(words).toBe('');
      for (const words of told('why.host.todo', cause)) expect(words).toMatch(/ask again|重新申请/u);
    },
  );

  test.each(['MasterNotRunning', 'WorkerNotRunning'])('names the process of a service that hangs (%s)', (code) => {
    for (const state of ['start-pending', 'stop-pending']) {
      const cause = { host: 'sqlw02', code, stage: null, step: null, data: { state, pid: 4711 } };
      for (const words of told('why.host.todo', cause)) expect(words).toMatch(/taskkill \/F \/PID 4711\b/u);
    }
    const cause = { host: 'sqlw02', code, stage: null, step: null, data: { state: 'start-pending' } };
    for (const words of told('why.host.todo', cause)) {
      expect(words).toMatch(/end its process there\.|结束其进程。/u);
      expect(words).not.toMatch(/taskkill/u);
    }
  });

  test.each(['WorkerNotRunning', 'MasterNotSeenFrom'])(
    'names the way round a worker that a rotation of its master need not wait for, and nowhere else (%s)',
    (code) => {
      const caused = (more: { readonly [name: string]: Json }) => {
        const data = { state: 'start-pending', endpoint: 'https://sqlm01:8391', found: 'ETIMEDOUT', ...more };
        return told('why.host.todo', { host: 'sqlw02', code, stage: null, step: null, data });
      };
      for (const words of caused({ around: true })) expect(words).toMatch(/(?:farm file|配置文件).*leave behind/u);
      for (const words of caused({})) expect(words).not.toContain('leave behind');
    },
  );

  test('says that a setting is empty, and what a worker has to pin instead of what is no thumbprint', () => {
    const PRESENTED = 'A0'.repeat(20);
    const caused = (data: { readonly [name: string]: Json }) => ({
      host: 'sqlw02',
      code: 'SettingNotAThumbprint',
      stage: null,
      step: null,
      data: { key: 'MasterHttpsCertThumbprint', ...data },
    });
    for (const words of told('why.refused', caused({ found: '' }))) expect(words).toMatch(/is empty|为空/u);
    for (const words of told('why.refused', caused({ found: 'none' })))
      expect(words).toMatch(/is not a thumbprint|不是指纹/u);
    for (const words of told('why.refused.todo', caused({ found: '', wanted: PRESENTED })))
      expect(words).toMatch(
        new RegExp(`${PRESENTED}.*MasterHttpsCertThumbprint.*(?:then ask again|然后重新申请)`, 'u'),
      );
    for (const words of told('why.refused.todo', caused({ found: 'none' })))
      expect(words).toMatch(/settings file|配置文件/u);
  });

  test('says to start a service that is off, but first to end the process of one that hangs as it stops', () => {
    const caused = (data: { readonly [name: string]: Json }) => ({
      host: 'sqlw02',
      code: 'InLineNotRunning',
      stage: null,
      step: null,
      data,
    });
    for (const words of told('why.host.todo', caused({ state: 'stopped' })))
      expect(words).toMatch(/Start the service: it connects then\.$|请启动该服务：随后即会连接。$/u);
    for (const words of told('why.host.todo', caused({ state: 'stop-pending', pid: 4711 })))
      expect(words).toMatch(/taskkill \/F \/PID 4711\b.*(?:Then start the service|然后启动该服务)/u);
  });

  test.each(['OrderExpired', 'OrderTooEarly'])(
    'says to set a clock first, where a person decides about a machine that refuses orders for their date (%s)',
    (code) => {
      for (const words of told('why.host.hand', { host: 'sqlw02', code, stage: null, step: null, data: {} })) {
        expect(words).toMatch(/^(?:On )?sqlw02/u);
        expect(words).toMatch(/clock.*bot.*set|机器人.*时钟.*校准/u);
        expect(words).toMatch(/look again|重新查看/u);
      }
    },
  );

  test.each([
    ['ServiceNotRunning', /start|启动/u],
    ['ServiceStartTimedOut', /start|启动/u],
    ['ServiceStartRefused', /start|启动/u],
    ['ServiceStartDenied', /run its program.*start|运行其程序.*启动/iu],
    ['ServiceDependencyFailed', /start|启动/u],
    ['ServiceLogonFailed', /password.*start|密码.*启动/u],
  ])('says to start the service there, where a person decides and %s is the cause', (code, start) => {
    for (const words of told('why.host.hand', { host: 'sqlw02', code, stage: null, step: null, data: {} })) {
      expect(words).toMatch(/^(?:On )?sqlw02/u);
      expect(words).toMatch(start);
      expect(words).toMatch(/look again|重新查看/u);
      expect(words).not.toMatch(/ask again|重新申请/u);
    }
  });

  test.each([
    [
      { found: 'stopped', exitCode: 0, ownExitCode: 0 },
      /stopped since, by somebody or by itself/u,
      /是有人停止还是自行停止/u,
    ],
    [
      { found: 'stopped', exitCode: 1067, ownExitCode: 0 },
      /its process ended unexpectedly \(1067\)\./u,
      /进程意外结束（1067）。/u,
    ],
    [{ found: 'stopped', exitCode: 1066, ownExitCode: 7 }, /and ended again \(7\)\./u, /又停止了（7）。/u],
    [{ found: 'stopped', exitCode: 1064 }, /and ended again \(1064\)\./u, /又停止了（1064）。/u],
    [{ found: 'stopped' }, /and ended again\./u, /又停止了。/u],
    [{ found: 'paused', exitCode: 0 }, /but is paused since\./u, /变为“已暂停”。/u],
  ])('says of a service that started only what is known of its end (%j)', (ended, en, zh) => {
    const cause = { host: 'sqlw02', code: 'ServiceNotRunning', stage: null, step: null };
    const [english, chinese] = told('why.host', { ...cause, data: { wanted: 'running', ran: 4012, ...ended } });
    expect(english).toMatch(en);
    expect(chinese).toMatch(zh);
  });

  test.each(['CertificateNotTrusted', 'CertificateNotRemoved', 'ServiceStopRefused', 'BindingDiffers'])(
    'names the machine in what to do about %s: right before it, the card speaks of the certificate that still ends',
    (code) => {
      for (const words of told('why.host.todo', { host: 'sqlw02', code, stage: null, step: null, data: {} }))
        expect(words).toMatch(/^sqlw02[:：] ?\S/u);
    },
  );

  test.each([
    ['why.host.todo', 'sqlw02: ask again when '],
    ['why.host.hand', 'sqlw02: look again when '],
  ])('does not send anybody to a machine to ask, or to look, again in the chat (%s)', (id, start) => {
    const cause = { host: 'sqlw02', code: 'ChangeDoesNotEnd', stage: null, step: null };
    expect(told(id, cause)[0]?.startsWith(start)).toBe(true);
  });

  test.each(['OrdersRefused', 'OrdersNotWritable'])(
    'sends nobody to a machine for a right that is given in Redis (%s)',
    (code) => {
      const cause = { host: 'sqlw02', code, stage: null, step: null, data: {} };
      expect(told('why.host.hand', cause)[0]).toMatch(/^sqlw02: give /u);
    },
  );

  test.each([
    [{ ran: 4012, found: 'paused', role: 'worker' }, /its worker service started,|Worker 服务启动后/u],
    [{ ran: 4012, found: 'paused' }, /its service started,|服务启动后/u],
    [{ found: 'stopped', role: 'master' }, /its master service did not start, or|Master 服务未能启动，或/u],
    [{ found: 'start-pending', limitMs: 60_000, role: 'master' }, /did not start within 60 s\.|60 秒内未能启动/u],
    [{ found: 'stopped' }, /its service did not start, or|：服务未能启动，或/u],
  ])('says which service does not run, and how long it was waited for, if its runner said so: %j', (data, says) => {
    const cause = { host: 'sqlw02', code: 'ServiceNotRunning', stage: null, step: null };
    for (const words of told('why.host', { ...cause, data })) expect(words).toMatch(says);
    for (const words of told('why.host.detail', { ...cause, data })) expect(words).not.toMatch(/role|角色/u);
  });

  test('says of a service that does not run that Windows may start it later, which nobody waits for', () => {
    const cause = { host: 'sqlw02', code: 'ServiceNotRunning', stage: null, step: null };
    for (const data of [{ ran: 4012 }, { found: 'stopped', wanted: 'running' }])
      for (const words of told('why.host.todo', { ...cause, data })) expect(words).toMatch(/7031.*sc qfailure/u);
  });

  test.each([true, false])(
    'says of machines left behind "once it answers" only where they are silent (%s)',
    (silent) => {
      const choices = { farm: 'prod', unknown: ['sqlw02'], silent, leave: 'not-known', leaveFrom: null, returns: null };
      for (const words of told('person.choices', { ...choices, back: null, tried: false, paused: false })) {
        expect(words).toContain('/ssis certs prod');
        expect(/once it answers|恢复响应后/u.test(words)).toBe(silent);
      }
    },
  );

  test('quotes the log line that refuses a worker once, and not again in the detail', () => {
    const cause = { host: 'sqlw02', code: 'WorkerRefused', stage: null, step: null };
    const data = { wanted: 'A', found: { presented: 'B', line: 'no trust', tcp: false } };
    for (const words of told('why.host', { ...cause, data })) expect(words).toContain('no trust');
    for (const words of told('why.host.detail', { ...cause, data })) {
      expect(words).toContain('presented B');
      expect(words).not.toContain('no trust');
    }
  });

  test('names the store where a certificate in Root that is not self-signed belongs', () => {
    for (const words of told('warning.root-not-self-signed', { host: 'sqlm01', count: 1 }))
      expect(words).toContain('LocalMachine\\CA');
  });

  test.each(['error.RunnerPaused.todo', 'refused.runner-not-ready'])(
    'names the command that resumes a paused runner (%s)',
    (id) => {
      for (const words of told(id, { host: 'sqlw02', code: 'paused' })) {
        expect(words).toContain('node runner.mjs resume');
        expect(words).not.toContain('STOP');
      }
    },
  );

  test.each([
    ['error.BotKeyNotPinned.todo', { host: 'sqlw02', key: 'ed25519:abc' }],
    ['refused.runner-not-ready', { host: 'sqlw02', code: 'bot-key-unknown', data: { key: 'ed25519:abc' } }],
  ])('names the bot key that a runner is to be given (%s)', (id, data) => {
    for (const words of told(id, data)) expect(words).toMatch(/keys --bot-key ed25519:abc$/u);
  });

  test.each([
    ['EBUSY', /another program holds|被其他程序占用/u, /^Close it there|^请在该程序中关闭/u],
    ['EPERM', /a file does not open|文件无法打开/u, /whether the runner may read|runner 能否读写/u],
  ])('names a holder of a file only where Windows does (%s)', (reason, says, todo) => {
    const data = { host: 'sqlw02', file: 'C:\\Binn\\x.config', reason, seconds: 30 };
    for (const words of told('error.FileBusy', data)) expect(words).toMatch(says);
    for (const words of told('error.FileBusy.todo', data)) expect(words).toMatch(todo);
  });

  test('tells of no time of trying where there was none, as when the step was told to end', () => {
    const data = { host: 'sqlw02', file: 'C:\\Binn\\x.config', reason: 'EBUSY', seconds: 0 };
    for (const words of told('error.FileBusy', data)) expect(words).not.toMatch(/\b0\b/u);
  });

  test('names the file that somebody changed meanwhile, which may hold no setting', () => {
    const file = 'C:\\Binn\\SSISScaleOutMaster.cer';
    for (const words of told('error.SettingMoved', { host: 'sqlm01', file })) {
      expect(words).toContain('SSISScaleOutMaster.cer');
      expect(words).not.toMatch(/setting|配置/u);
    }
  });

  test.each(['error.JournalNotWritable.todo', 'refused.runner-not-ready'])(
    'mentions the account, since rights may be the cause too (%s)',
    (id) => {
      for (const words of told(id, { host: 'sqlw02', code: 'journal-full' })) expect(words).toMatch(/account|账户/u);
    },
  );

  test.each(['error.JournalNotWritable.todo', 'refused.runner-not-ready'])(
    'says when freed space is noticed (%s)',
    (id) => {
      for (const words of told(id, { host: 'sqlw02', code: 'journal-full' }))
        expect(words).toMatch(/ask again: it is noticed within seconds|重新申请：数秒内即会察觉/u);
    },
  );

  test('about slow machines promises no way back, which a request for workers or a lost certificate does not have', () => {
    for (const words of told('warning.slow', { hosts: ['sqlw01'], ms: 24_000, limitMs: 60_000 })) {
      expect(words).not.toMatch(/put back|还原/u);
      expect(words).toContain('gap.limit');
    }
  });

  test("says whose disk to look at if the bot's own journal cannot be written", () => {
    for (const words of told('refused.JournalNotWritable', { file: 'prod.jsonl', reason: 'ENOSPC' })) {
      expect(words).toMatch(/bot.*disk|机器人.*磁盘/u);
      expect(words).toMatch(/account|账户/u);
    }
  });

  test.each(['NotPresentedNow', 'MakerNotPinned', 'CertificateAllowedHere', 'OldNotInUse'])(
    'sends nobody looking for an attacker first for %s, which honest set-ups meet',
    (code) => {
      for (const words of told(`error.${code}.todo`)) expect(words).not.toMatch(/who sent|谁发出/u);
    },
  );

  test('names clocks if a machine went back too early, and Redis if it did not', () => {
    for (const words of told('error.NotConfirmed.todo', { early: 42 })) expect(words).toMatch(/clock|时钟/u);
    for (const words of told('error.NotConfirmed.todo')) expect(words).toContain('Redis');
  });

  test('after the gap limit names what a late worker said of itself, and what to do about that', () => {
    const late = { host: 'sqlw02', code: 'ServiceStartTimedOut', data: {} };
    const cause = { code: 'GapLimitPassed', data: { seconds: 60, hosts: ['sqlw02'], late } };
    for (const words of told('why.farm', cause)) expect(words).toMatch(/60.*sqlw02[:：].*1053/u);
    // Right before it the card speaks of the certificate: the remedy has to name the machine itself.
    for (const words of told('why.farm.todo', cause)) expect(words).toMatch(/^(?:On )?sqlw02[:：].*7034/u);
  });

  test('after people have decided to put all back names what failed on the machine in question, its code, and what to do about it', () => {
    const late = {
      host: 'sqlw02',
      code: 'ServiceLogonFailed',
      data: { service: 'SSISScaleOutWorker160', error: 1069 },
    };
    const cause = { host: 'sqlm01', code: 'PutBackDecided', data: { late } };
    for (const words of told('why.host', cause)) expect(words).toMatch(/put all back\. |全部还原。/u);
    for (const words of told('why.host', cause)) expect(words).toMatch(/sqlw02[:：].*1069/u);
    for (const words of told('why.host.detail', cause))
      expect(words).toMatch(/SSISScaleOutWorker160.*ServiceLogonFailed/u);
    for (const words of told('why.host.todo', cause)) expect(words).toMatch(/^(?:On )?sqlw02[:：].*(?:password|密码)/u);
    for (const words of told('why.host.todo', { ...cause, data: {} })) expect(words).not.toContain('sqlw02');
  });

  test('where an endpoint is silent is to see why, not what it presents', () => {
    const at = (found: Json) => told('error.NotPresentedNow.todo', { found, wanted: 'A' });
    for (const words of at(null)) expect(words).toMatch(/does not answer|没有应答/u);
    for (const words of at('B')) expect(words).toMatch(/presents|出示的证书/u);
  });

  test('tells a requester who denies to withdraw it, and says nothing of an approval', () => {
    const own = { id: 'prod-17', others: ['Ana Ruiz'], vote: 'deny' };
    const [english, chinese] = told('refused.own-request', { ...own, withdraw: true });
    expect(english).toMatch(/withdraw it/u);
    expect(chinese).toContain('撤回');
    for (const words of [...told('refused.own-request', own), english, chinese])
      expect(words).not.toMatch(/approval|批准/u);
  });

  test('allows a certificate that no known runner made only to people who recognise it', () => {
    for (const words of told('error.CertificateNotAllowed.todo')) {
      expect(words).toContain('allowedCertificates');
      expect(words).toMatch(/If you know|若您认得/u);
    }
  });

  test.each([
    [true, /has ended|已于/u],
    [false, /ends|将于/u],
  ])('says when a client secret ends, or that it has ended (over: %s)', (over, how) => {
    for (const words of told('told.credential-ends', { names: ['teams'], since: AT, over })) {
      expect(words).toMatch(how);
      expect(words).toContain('TEAMS_APP_PASSWORD_ENDS');
      expect(words).toMatch(/client secret|客户端密码/u);
    }
  });
});

describe('A rollback is told without calling either certificate new or old', () => {
  const about = { id: 'prod-18', farm: 'prod', of: 'prod-17', by: null, tookMs: 9000, unbound: null, ran: true };
  const ends = ['partly', 'left-behind', 'put-back', 'stopped'].flatMap((outcome) =>
    (outcome === 'partly' ? ['rotate-worker'] : ['rotate-master', 'rotate-worker']).map((request) => [
      outcome,
      request,
    ]),
  );

  test.each(ends)('%s, %s', (outcome, request) => {
    for (const words of told('closed.title', { ...about, outcome, request, hosts: ['sqlw01', 'sqlw02'] })) {
      expect(words).toMatch(/from (?:before )?prod-17|prod-17 (?:之前|换上)/u);
      expect(words).not.toMatch(/\bnew\b|\bold\b|新证书|旧证书|旧的/u);
    }
  });

  test.each(['note.partly', 'note.put-back', 'note.stopped'])('%s', (id) => {
    for (const words of told(id, about)) {
      expect(words).toMatch(/from prod-17|prod-17 换上/u);
      expect(words).not.toMatch(/\bnew\b|\bold\b|新证书|旧证书/u);
    }
  });

  test('and the advice for the remaining machines is the same rollback', () => {
    for (const words of told('next.ask-rest', { hosts: ['sqlw02'], of: 'prod-17' })) {
      expect(words).toContain('/ssis rollback prod-17');
      expect(words).not.toContain('rotate-worker');
    }
  });
});

test.each(['next.ask-rest', 'next.reconnect-rest'])('%s names the ticket that is needed', (id) => {
  for (const words of told(id, { hosts: ['sqlw02'], of: null, ticket: 'CHG0012345' }))
    expect(words).toMatch(/ sqlw02 ticket CHG0012345[.。]$/u);
});

test('someone who may not stop a rotation is told who may', () => {
  const data = { id: 'prod-17', by: 'Mei Lin', others: ['Ana Ruiz', 'Tom Becker'] };
  expect(told('refused.may-not-stop', data)).toEqual([
    'Only Mei Lin, who asked for prod-17, and the approvers may do that: tell Ana Ruiz or Tom Becker.',
    '只有 prod-17 的申请人 Mei Lin 和审批人可以这样做：请告知 Ana Ruiz 或 Tom Becker。',
  ]);
});

test('a leftover rehearsal is named with the command that removes it, whatever a runner wrote next to its port', () => {
  for (const words of told('error.RehearsalStillBound.todo', { found: { key: '0.0.0.0 & del:8391' } }))
    expect(words).toContain('netsh http delete sslcert ipport=127.0.0.2:8391`');
});

test('texts about a farm without workers count no workers', () => {
  for (const id of ['plan.gap-measured', 'plan.gap-unmeasured', 'note.prepared', 'note.switched', 'stop.cutover'])
    for (const words of told(id, {
      workers: 0,
      host: 'sqlm01',
      master: 'sqlm01',
      again: [],
      stillCut: [],
      taken: false,
    }))
      expect(words).not.toMatch(/\b0\b/u);
  for (const words of told('proof.workers', { connected: 0, count: 0, witnesses: [] }))
    expect(words).not.toMatch(/\b0\b|connected|已连接/u);
});

describe('What is said about a machine is what was found there', () => {
  test('a missing private key is not blamed on the settings file', () => {
    const data = { store: 'Root', thumbprint: 'A'.repeat(40) };
    for (const words of [...told('error.KeyMissing', data), ...told('error.KeyMissing.todo', data)])
      expect(words).not.toMatch(/settings file|配置文件/u);
    for (const words of told('error.KeyMissing', data)) expect(words).toMatch(/private key|私钥/u);
  });

  test.each([
    ['NetshParameterUnknown', { key: '0.0.0.0:8391', parameters: ['disabletls13'] }, 'disabletls13'],
    ['BindingFlagNotReturnable', { key: '0.0.0.0:8391', flags: ['DefaultFlags 0x2000'] }, 'DefaultFlags 0x2000'],
    ['ServiceHasDependents', { service: 'SSISScaleOutMaster160', dependents: ['Watcher'] }, 'Watcher'],
  ])('%s names what it is about', (code, data, name) => {
    for (const words of told(`error.${code}`, data)) expect(words).toContain(name);
  });

  test('a service that no longer has dependents is not said to have an unnamed one', () => {
    for (const words of told('error.ServiceHasDependents', { dependents: [] })) expect(words).not.toMatch(/\(|（/u);
  });

  test.each([
    ['GraceNotOver', { thumbprint: 'A'.repeat(40), until: AT }],
    ['ExistingExpired', { at: AT }],
    ['ExistingNotYetValid', { at: AT }],
  ])('the date that comes with %s is written as cards write dates', (code, data) => {
    const [english = '', chinese = ''] = told(`error.${code}`, data);
    expect(english).toContain('27 Nov 2026');
    expect(chinese).toContain('2026年11月27日');
  });

  test('of several old certificates that are kept it is not said that one is, nor that a day must pass', () => {
    for (const words of told('error.GraceNotOver', { until: AT, several: true }))
      expect(words).toMatch(/old certificates are kept.*first.*27 Nov 2026|各旧证书.*最早.*2026年11月27日/u);
    for (const words of told('error.GraceNotOver.todo', { until: AT })) expect(words).not.toMatch(/day|该日/u);
  });

  test('a full disk calls for free space, and a file that may not be written calls for a right', () => {
    const file = 'C:\\Binn\\MasterSettings.config';
    for (const words of told('error.FileNotWritable.todo', { file, reason: 'ENOSPC' }))
      expect(words).toMatch(/disk|磁盘/u);
    for (const words of told('error.FileNotWritable.todo', { file, reason: 'EROFS' }))
      expect(words).toMatch(/right|权限/u);
    for (const words of told('error.AclUnreadable.todo', { file, code: 112 })) expect(words).toMatch(/disk|磁盘/u);
    for (const words of told('error.AclUnreadable.todo', { file, code: 5 })) expect(words).not.toMatch(/disk|磁盘/u);
  });

  test('a machine that reports for another farm is set right there, or was moved and belongs into no file here any more', () => {
    const [en, zh] = told('runners.elsewhere', { farm: 'prod', other: 'test', hosts: ['sqlw02'] });
    expect(en).toMatch(/runner\.json.*take it out of the file of prod/u);
    expect(zh).toMatch(/runner\.json.*从 prod 的配置文件中删去/u);
  });

  test('a freeze that lacks its time or reason is answered with a line that may be typed as it stands', () => {
    for (const [id, data] of [
      ['wrong.freeze-until', { farm: '' }],
      ['wrong.freeze-why', { farm: '', until: 'tomorrow 08:00' }],
    ] as const)
      for (const words of told(id, data)) expect(words).toMatch(/\/ssis freeze until tomorrow 08:00 because/u);
  });

  test.each(['row.failed', 'journal.failed'])('a short cause (%s) names a full disk', (id) => {
    for (const words of told(id, { code: 'FileNotWritable', full: true, kind: 'write-setting' }))
      expect(words).toMatch(/: its disk is full$|：其磁盘已满$/u);
    for (const words of told(id, { code: 'FileNotWritable', kind: 'write-setting' }))
      expect(words).not.toMatch(/full|已满/u);
  });

  // certutil ends with the whole HRESULT, of which some callers see one byte.
  test.each(
    ['StoreNotReadable', 'CertificateImportFailed', 'CertificateTrustFailed'].flatMap((error) =>
      [0x80070070, 112].map((code) => [error, code] as const),
    ),
  )('a certutil that finds the disk full calls for free space and for nothing else (%s, %i)', (error, code) => {
    const data = { store: 'Root', thumbprint: 'A'.repeat(40), code };
    for (const words of told(`error.${error}`, data)) expect(words).toMatch(/disk is full|磁盘已满/u);
    for (const words of told(`error.${error}.todo`, data))
      expect(words).toMatch(/^(?:Free its disk|请释放其磁盘空间)/u);
    for (const words of [
      ...told(`error.${error}`, { ...data, code: 5 }),
      ...told(`error.${error}.todo`, { ...data, code: 5 }),
    ])
      expect(words).not.toMatch(/disk|磁盘/u);
  });

  test('a .cer file that is no certificate is named, and is not called a defect, unlike a certificate from no file', () => {
    const data = { file: 'C:\\Binn\\SSISScaleOutMaster.cer', bytes: 0 };
    for (const words of told('error.CertificateUnreadable', data)) expect(words).toContain('SSISScaleOutMaster.cer');
    for (const words of told('error.CertificateUnreadable.todo', data)) expect(words).not.toMatch(/defect|缺陷/u);
    for (const words of told('error.CertificateUnreadable.todo', {})) expect(words).toMatch(/defect|缺陷/u);
  });

  test('a removal blocked by a .cer file names that file, and does not point to the registry', () => {
    const data = { host: 'sqlm01', file: 'SSISScaleOutMaster.cer' };
    for (const words of told('error.LeftoversNotRead', data)) expect(words).toContain('SSISScaleOutMaster.cer');
    for (const words of told('error.LeftoversNotRead.todo', data)) expect(words).not.toMatch(/registry|注册表/u);
    for (const words of told('error.LeftoversNotRead.todo', { host: 'sqlm01' }))
      expect(words).toMatch(/registry|注册表/u);
  });

  test('other accounts are said to be able to write to a folder only where some were found', () => {
    const folder = 'C:\\ProgramData\\certops\\tmp\\1';
    for (const words of told('error.FolderNotProtected', { folder, code: 5, output: 'Access is denied.' }))
      expect(words).not.toMatch(/others may|其他账户可以/u);
    for (const words of told('error.FolderNotProtected', { folder, others: ['S-1-5-32-545'] }))
      expect(words).toMatch(/others may|其他账户可以/u);
  });
});

test('a port that has no binding again is said to cut workers off only where there are workers', () => {
  for (const workers of [0, 2]) {
    const said = [
      ...told('stop.unbound', { port: 8391, workers }),
      ...['note.put-back', 'note.stopped'].flatMap((id) =>
        told(id, { id: 'prod-17', unbound: { seen: true, workers } }),
      ),
    ];
    for (const words of said) {
      expect(words).toMatch(/has no binding|没有绑定/u);
      expect(/every worker is cut off|所有 Worker 断开/u.test(words)).toBe(workers > 0);
    }
  }
});
