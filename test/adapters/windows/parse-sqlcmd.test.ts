import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHours, parseState, refusalOf } from '../../../adapters/windows/parse/sqlcmd.ts';
import { unseenWords } from '../../../cards/wording/en/unseen.ts';
import { neverThrowsForeign } from './fixtures.ts';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../fixtures/made/sqlcmd');
const made = (file: string): string => fs.readFileSync(path.join(FOLDER, file), 'utf8');

describe('what SSISDB says', () => {
  test('gives workers, packages and the master certificate, on the clock of the SQL Server', () => {
    expect(parseState(made('state.txt'))).toEqual({
      now: '2026-11-24T22:17:28.123Z',
      thumbprint: '3BD91B0E0C7F4E2A9D5C6B7A8F9E0D1C2B3AA498',
      workers: {
        seen: [1, 2, 3, 4].map((number) => ({
          machine: `SQLW0${number}`,
          lastOnline: `2026-11-24T22:17:0${number}.000Z`,
          enabled: number !== 3,
        })),
        unseen: null,
      },
      running: {
        seen: [
          {
            id: '20017',
            project: 'Warehouse',
            package: 'LoadOrders.dtsx',
            since: '2026-11-24T21:15:10.500Z',
            worker: 'SQLW02',
          },
          {
            id: '20018',
            project: 'Lager',
            package: 'Aufträge "neu" {1}.dtsx',
            since: '2026-11-24T22:59:00.000Z',
            // it runs outside of Scale Out
            worker: null,
          },
        ],
        unseen: null,
      },
    });
  });

  test('places a package with the worker that took it, even if the SQL Server’s machine is a worker', () => {
    const { running } = parseState(made('state-onebox.txt'));
    // without a worker, or with one that is no longer in the catalog, it may run anywhere
    expect(running.seen?.map((one) => [one.package, one.worker])).toEqual([
      ['LoadOrders.dtsx', 'SQLW02'],
      ['Prices.dtsx', null],
      ['Nightly.dtsx', 'ONEBOX'],
      ['Gone.dtsx', null],
    ]);
  });

  test('places no package when more are running than are kept, since one without a worker may have one', () => {
    const state = JSON.parse(made('state-onebox.txt'));
    const [one] = state.running;
    const of = (count: number) =>
      parseState(JSON.stringify({ ...state, running: Array.from({ length: count }, () => one) })).running.seen;
    expect(of(500)?.every(({ worker }) => worker === 'SQLW02')).toBe(true);
    expect(of(501)?.every(({ worker }) => worker === null)).toBe(true);
    expect(of(501)).toHaveLength(500);
  });

  test('places no package when the workers are not seen', () => {
    const { running, workers } = parseState(
      made('state.txt')
        .replace('"executor":1', '"executor":0')
        .replace(/"workers":\[.*?\]/u, '"workers":null'),
    );
    expect(workers.seen).toBeNull();
    expect(running.seen?.map(({ worker }) => worker)).toEqual([null, null]);
  });

  test('means no packages only for somebody who would see one', () => {
    expect(parseState(made('state-nothing-runs.txt')).running).toEqual({ seen: [], unseen: null });
    const blind = parseState(made('state-no-role.txt'));
    const noRole = (wanted: string) => ({
      seen: null,
      unseen: { code: 'no-role', data: { login: 'CORP\\certops$', roles: [wanted] } },
    });
    expect(blind).toMatchObject({ workers: noRole('ssis_cluster_executor'), running: noRole('ssis_logreader') });
    const half = parseState(made('state-worker-role-only.txt'));
    expect(half.workers.seen).toHaveLength(4);
    expect(half.running).toEqual(noRole('ssis_logreader'));
  });

  test.each(['sysadmin', 'admin'])('is all visible to %s', (role) => {
    const all = parseState(made('state-no-role.txt').replace(`"${role}":0`, `"${role}":1`));
    expect(all).toMatchObject({ workers: { seen: [] }, running: { seen: [] } });
  });

  test.each(['state-broken-at-2033.txt', 'go-state.txt'])(
    'is joined if it was broken near 2,033 characters: %s',
    (file) => {
      const text = made(file);
      expect(text.split('\n').length).toBeGreaterThan(3);
      for (const ends of ['\n', '\r\n']) {
        const { running } = parseState(text.replaceAll('\n', ends));
        expect(running.seen?.map(({ id }) => id)).toEqual(
          Array.from({ length: 40 }, (_, index) => String(20_000 + index)),
        );
      }
    },
  );

  test('does not include a heading before it or messages after it', () => {
    expect(parseState(made('state-with-header.txt')).workers.seen).toHaveLength(4);
  });

  test.each(['state-cut-off.txt', 'state-other-shape.txt', 'hours.txt', 'no-view.txt'])(
    'is refused as in %s',
    (file) => {
      expect(() => parseState(made(file))).toThrow(/ToolOutputNotUnderstood/u);
    },
  );

  test('gives executions by hour, or none', () => {
    expect(parseHours(made('hours.txt'))).toEqual([
      { hour: '2026-11-24T01', count: 14 },
      { hour: '2026-11-24T02', count: 31 },
    ]);
    expect(parseHours(made('hours-none.txt'))).toEqual([]);
  });

  test('is an error of ours if it is garbage', () => {
    neverThrowsForeign(parseState);
    neverThrowsForeign(parseHours);
  });
});

test.each([
  ['消息 208，级别 16，状态 1，服务器 SQLM01，第 1 行', 'no-catalog'],
  ['消息 18456、级别 14、状态 1、服务器 SQLM01、行 1', 'login-refused'],
  ['メッセージ 208、レベル 16、状態 1、サーバー SQLM01、行 1', 'no-catalog'],
  ['訊息 229，層級 14，狀態 5，伺服器 SQLM01，行 1', 'no-role'],
  // it logged on, and has no user in the database
  ['메시지 916, 수준 14, 상태 1, 서버 SQLM01, 줄 1', 'no-catalog'],
  ["Sqlcmd: 错误: Microsoft ODBC Driver 17 for SQL Server : 用户 'CORP\\certops$' 登录失败。.", 'login-refused'],
  ["Microsoft ODBC Driver 17 for SQL Server : ユーザー 'CORP\\certops$' はログインできませんでした。", 'login-refused'],
  ["Microsoft ODBC Driver 17 for SQL Server : Fehler bei der Anmeldung für den Benutzer 'CORP\\x'.", 'login-refused'],
  ["Microsoft ODBC Driver 17 for SQL Server : Error de inicio de sesión del usuario 'CORP\\x'.", 'login-refused'],
  ['Microsoft ODBC Driver 17 for SQL Server : Ошибка входа пользователя "CORP\\x".', 'login-refused'],
  ["Microsoft ODBC Driver 17 for SQL Server : 사용자 'CORP\\x'이(가) 로그인하지 못했습니다.", 'login-refused'],
  ['Microsoft ODBC Driver 17 for SQL Server : TCP Provider: 登录超时已过期。', 'server-away'],
  ['Microsoft ODBC Driver 17 for SQL Server : TCP Provider: Timeout error [258]. .', 'sqlcmd-slow'],
  // Recorded (potatoqualitee/mssqlsuite#25).
  [
    'Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : Unable to complete login process due to delay in opening server connection.',
    'sqlcmd-slow',
  ],
  ['Microsoft ODBC Driver 17 for SQL Server : Das Anmeldetimeout ist abgelaufen.', 'sqlcmd-slow'],
  ["Microsoft ODBC Driver 17 for SQL Server : Le délai d'attente a expiré.", 'sqlcmd-slow'],
  ['Microsoft ODBC Driver 17 for SQL Server : 查询超时已过期。', 'sqlcmd-slow'],
  ['Microsoft ODBC Driver 17 for SQL Server : クエリのタイムアウトが経過しました。', 'sqlcmd-slow'],
  ['Microsoft ODBC Driver 17 for SQL Server : Время ожидания запроса истекло.', 'sqlcmd-slow'],
  // a database that is being restored, is offline, or is on a secondary replica that nobody may read
  ['Msg 927, Level 14, State 2, Server SQLM01, Line 1', 'no-catalog'],
  ['Meldung 942, Ebene 14, Status 4, Server SQLM01, Zeile 1', 'no-catalog'],
  ['Msg 976, Niveau 14, État 1, Serveur SQLM01, Ligne 1', 'no-catalog'],
  ['メッセージ 978、レベル 14、状態 1、サーバー SQLM01、行 1', 'no-catalog'],
  // about the certificate, in the words of Windows
  [
    'Sqlcmd: Fehler: Microsoft ODBC Driver 18 for SQL Server : SSL-Anbieter: Die Zertifikatkette wurde von einer nicht vertrauenswürdigen Zertifizierungsstelle ausgestellt.',
    'certificate-not-trusted',
  ],
  [
    'Microsoft ODBC Driver 18 for SQL Server : SSL 提供程序: 证书链是由不受信任的颁发机构颁发的。',
    'certificate-not-trusted',
  ],
  [
    'Microsoft ODBC Driver 18 for SQL Server : SSL プロバイダー: 信頼されていない機関によって証明書チェーンが発行されました。',
    'certificate-not-trusted',
  ],
  [
    'Microsoft ODBC Driver 18 for SQL Server : SSL Provider: The target principal name is incorrect.',
    'certificate-not-trusted',
  ],
  [
    'Microsoft ODBC Driver 18 for SQL Server : SSL-Anbieter: Der Zielprinzipalname ist falsch.',
    'certificate-not-trusted',
  ],
  // but not TLS versions or ciphers that the two do not share, which no trust mends
  [
    'Microsoft ODBC Driver 17 for SQL Server : SSL Provider: The client and server cannot communicate, because they do not possess a common algorithm.',
    'sqlcmd-refused',
  ],
  [
    'Microsoft ODBC Driver 17 for SQL Server : SSL-Anbieter: Client und Server können keine Daten austauschen, da sie nicht über einen gemeinsamen Algorithmus verfügen.',
    'sqlcmd-refused',
  ],
  // nor a Kerberos name, for which Windows has the same sentence
  [
    'Microsoft ODBC Driver 17 for SQL Server : SSPI Provider: The target principal name is incorrect. Cannot generate SSPI context.',
    'sqlcmd-refused',
  ],
])('%s: %s', (output, code) => {
  expect(refusalOf(`${output}\r\n`).code).toBe(code);
});

test('a missing permission is a missing role, even where the sqlcmd written in Go names SSISDB with it', () => {
  expect(refusalOf(made('go-no-role.txt')).code).toBe('no-role');
});

test('an account that may not select is told the roles that it lacks', () => {
  const said =
    "Msg 229, Level 14, State 5, Server SQLM01, Line 1\r\nThe SELECT permission was denied on 'worker_agents'.";
  const { code, data } = refusalOf(said);
  expect({ code, data }).toEqual({
    code: 'no-role',
    data: { output: said, roles: ['ssis_logreader', 'ssis_cluster_executor'] },
  });
  expect(unseenWords['unseen.no-role']({ host: 'sqlm01', ...data })).toBe(
    "sqlm01's runner has no role in SSISDB. Make it a member of ssis_logreader and ssis_cluster_executor.",
  );
});

const LOGIN_TIMED_OUT = 'Login timeout expired';
test.each([
  ['TCP-Anbieter: Es konnte keine Verbindung hergestellt werden.', 'Das Anmeldetimeout ist abgelaufen'],
  [
    'Fournisseur TCP\u00a0: Aucune connexion n\u2019a pu \u00eatre \u00e9tablie.',
    "D\u00e9lai d'expiration de connexion",
  ],
  ['Proveedor de TCP: No se puede establecer una conexi\u00f3n.', 'Tiempo de espera de inicio de sesi\u00f3n agotado'],
  ['Provider TCP: Impossibile stabilire la connessione.', 'Timeout di accesso scaduto'],
  ['Provedor TCP: Nenhuma conex\u00e3o p\u00f4de ser feita.', 'Tempo limite de logon expirado'],
  [
    '\u041f\u043e\u0441\u0442\u0430\u0432\u0449\u0438\u043a TCP: \u041f\u043e\u0434\u043a\u043b\u044e\u0447\u0435\u043d\u0438\u0435 \u043d\u0435 \u0443\u0441\u0442\u0430\u043d\u043e\u0432\u043b\u0435\u043d\u043e.',
    '\u0412\u0440\u0435\u043c\u044f \u043e\u0436\u0438\u0434\u0430\u043d\u0438\u044f \u0432\u0445\u043e\u0434\u0430 \u0438\u0441\u0442\u0435\u043a\u043b\u043e',
  ],
  [
    'TCP \u63d0\u4f9b\u7a0b\u5e8f: \u7531\u4e8e\u76ee\u6807\u8ba1\u7b97\u673a\u79ef\u6781\u62d2\u7edd\uff0c\u65e0\u6cd5\u8fde\u63a5\u3002',
    '\u767b\u5f55\u8d85\u65f6\u5df2\u8fc7\u671f',
  ],
  ['Named Pipes-Anbieter: Es konnte keine Verbindung hergestellt werden [53]. ', 'Das Anmeldetimeout ist abgelaufen'],
  [
    '\u540d\u524d\u4ed8\u304d\u30d1\u30a4\u30d7 \u30d7\u30ed\u30d0\u30a4\u30c0\u30fc: \u63a5\u7d9a\u3092\u958b\u3051\u307e\u305b\u3093\u3067\u3057\u305f [2]. ',
    '\u30ed\u30b0\u30a4\u30f3 \u30bf\u30a4\u30e0\u30a2\u30a6\u30c8',
  ],
  ['SQL Server Network Interfaces: Error Locating Server/Instance Specified [xFFFFFFFF]. ', LOGIN_TIMED_OUT],
  ['Shared Memory Provider: The system cannot find the file specified. [2]. ', LOGIN_TIMED_OUT],
])('a server that cannot be reached is not called slow: %s', (why, timedOut) => {
  const says = (text: string) => `Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : ${text}.\r\n`;
  expect(refusalOf(`${says(why)}${says(timedOut)}`).code).toBe('server-away');
  expect(refusalOf(says(timedOut)).code).toBe('sqlcmd-slow');
});

const DRIVER = 'Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : ';
test.each([
  'Logowanie użytkownika „CORP\\SQLM01$” nie powiodło się.',
  "Logowanie nie powiodło się dla użytkownika 'CORP\\SQLM01$'.",
  "Inloggningen misslyckades för användaren 'CORP\\SQLM01$'.",
  "'CORP\\SQLM01$' kullanıcısı için oturum açma başarısız oldu.",
  "Falha no logon do usuário 'CORP\\SQLM01$'.",
  "사용자 'CORP\\SQLM01$'의 로그인이 실패했습니다.",
  '「CORP\\SQLM01$」のログインは失敗しました。',
  "A(z) 'NT AUTHORITY\\ANONYMOUS LOGON' felhasználó bejelentkezése nem sikerült.",
  'Nie można zalogować: „ZARZĄDZANIE NT\\SYSTEM”.',
  "'NT-AUTORITÄT\\SYSTEM' oturum açamadı.",
])('a refused login is recognised by its account, whatever the words: %s', (said) => {
  expect(refusalOf(`${DRIVER}${said}.\r\n`).code).toBe('login-refused');
});

test.each([
  `${DRIVER}Nie można otworzyć pliku 'D:\\Data\\SSIS.mdf'.`,
  `${DRIVER}Coś o „\\\\share\\x”.`,
  `${DRIVER}'SQLM01\\SSIS' bağlanılamadı.`,
  `${DRIVER}'NT-SRV01\\SSIS' bağlanılamadı.`,
  `${DRIVER}'SQL-NT\\INST' bağlanılamadı.`,
  `${DRIVER}'temp\\q.sql': coś.`,
  // what it needs is a right on the whole server, which no role of SSISDB gives
  'Messaggio 297, livello 16, stato 1, server SQLM01, riga 1',
  "Msg 15404, Level 16, State 19, Server SQLM01, Line 1\r\nCould not obtain information about user 'CORP\\ssis'.",
  'Msg 50000, Level 16, State 1, Server SQLM01\\INST, Line 1\r\nsomething',
])('no login counts as refused where something else is named that way: %s', (said) => {
  expect(refusalOf(said).code).toBe('sqlcmd-refused');
});

// The first as recorded, apart from the login: it lasts some minutes after an upgrade of the server.
test.each([
  "Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : Login failed for user 'CORP\\SQLM01$'. Reason: Server is in script upgrade mode. Only administrator can connect at this time..",
  "Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : Login failed for user 'CORP\\SQLM01$'. Reason: Server is in single user mode. Only one administrator can connect at this time..",
  "Msg 18401, Level 14, State 1, Server SQLM01, Line 1\r\nLogin failed for user 'CORP\\SQLM01$'.",
  'Meldung 18461, Ebene 14, Status 1, Server SQLM01, Zeile 1',
])('a server that lets in only administrators for now is not called a refused login: %s', (said) => {
  expect(refusalOf(`${said}\r\n`)).toMatchObject({ code: 'sqlcmd-refused', data: { output: said } });
});

test.each([
  ['Meldung 18470, Ebene 14, Status 1, Server SQLM01, Zeile 1', 'login-refused'],
  ['消息 18486，级别 14，状态 1，服务器 SQLM01，第 1 行', 'login-refused'],
  ['Mensagem 230, Nível 14, Estado 1, Servidor SQLM01, Linha 1', 'no-role'],
  ['Сообщение 926, уровень 14, состояние 1, сервер SQLM01, строка 1', 'no-catalog'],
  ['訊息 946，層級 14，狀態 1，伺服器 SQLM01，行 1', 'no-catalog'],
  ['Поставщик SSL: Главное конечное имя неверно.', 'certificate-not-trusted'],
  ['Dostawca SSL: Główna nazwa docelowa jest niepoprawna.', 'certificate-not-trusted'],
  ['SSL 공급자: 대상 주체 이름이 올바르지 않습니다.', 'certificate-not-trusted'],
])('%s: %s', (said, code) => {
  expect(refusalOf(`${said}\r\n...\r\n`).code).toBe(code);
});

test.each([
  ['HResult 0x80090325, Level 16, State 1', 'certificate-not-trusted'],
  ['HResult 0x800B0109, Level 16, State 1', 'certificate-not-trusted'],
  // no version or cipher in common; no ticket
  ['HResult 0x80090331, Level 16, State 1', 'sqlcmd-refused'],
  ['HResult 0x80090322, Level 16, State 1', 'sqlcmd-refused'],
  ['HResult 0x2746, Level 16, State 1', 'server-away'],
  ['HResult 0xFFFFFFFF, Level 16, State 1', 'server-away'],
  [
    'Sqlcmd: Error: SSL Provider: A tan\u00fas\u00edtv\u00e1nyl\u00e1ncot nem megb\u00edzhat\u00f3 szolg\u00e1ltat\u00f3 adta ki.',
    'certificate-not-trusted',
  ],
  [
    'Sqlcmd: Error: SSL Provider: \u05e9\u05e8\u05e9\u05e8\u05ea \u05d4\u05d0\u05d9\u05e9\u05d5\u05e8\u05d9\u05dd \u05d4\u05d5\u05e0\u05e4\u05e7\u05d4.',
    'certificate-not-trusted',
  ],
  // its words in the wrong code page
  [
    "Msg 229, Niveau 14, \u2554tat 5, Serveur SQLM01, Ligne 1\r\nL'autorisation a \u201at\u201a refus\u201ae, base 'SSISDB'.",
    'no-role',
  ],
  ['\u00b6\u0106 208, \u00b7\u00b8 16, \u2592 1, X Y, 1', 'no-catalog'],
])('what has a number is recognised by it, whatever its words: %s: %s', (output, code) => {
  expect(refusalOf(`${output}\r\n`).code).toBe(code);
});

// The sqlcmd written in Go (`winget install sqlcmd`) has its own driver, and with -r1 a message has no number.
test.each([
  [
    "unable to open tcp connection with host 'sqlm01:1433': dial tcp 10.0.0.5:1433: connectex: No connection could be made because the target machine actively refused it.",
    'server-away',
  ],
  ["unable to open tcp connection with host 'sqlm01:1433': dial tcp 10.0.0.5:1433: i/o timeout", 'server-away'],
  ['unable to get instances from Sql Server Browser on host sqlm01: read udp: i/o timeout', 'server-away'],
  ['lookup sqlm99: no such host', 'server-away'],
  ["mssql: login error: Login failed for user 'CORP\\SQLM01$'.", 'login-refused'],
  ['mssql: login error: Cannot open database "SSISDB" requested by the login. The login failed.', 'no-catalog'],
  ["Invalid object name 'catalog.worker_agents'.", 'no-catalog'],
  [
    'TLS Handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'certificate-not-trusted',
  ],
  ['TLS Handshake failed: tls: server selected unsupported protocol version 301', 'sqlcmd-refused'],
  ["Sqlcmd: '-I': Unknown Option. Enter '-?' for help.", 'sqlcmd-version'],
  ['context deadline exceeded', 'sqlcmd-slow'],
])('the sqlcmd that is written in Go: %s: %s', (output, code) => {
  expect(refusalOf(`${output}\n`).code).toBe(code);
});

test.each([
  ['unknown-option.txt', 'sqlcmd-version'],
  ['unknown-option-de.txt', 'sqlcmd-version'],
  ['certificate-18.txt', 'certificate-not-trusted'],
  ['login-refused.txt', 'login-refused'],
  ['login-refused-fr.txt', 'login-refused'],
  ['no-database.txt', 'no-catalog'],
  ['no-view.txt', 'no-catalog'],
  ['no-view-de.txt', 'no-catalog'],
  ['server-away.txt', 'server-away'],
  ['timeout.txt', 'sqlcmd-slow'],
  ['other.txt', 'sqlcmd-refused'],
])('%s: %s', (file, code) => {
  expect(refusalOf(made(file))).toEqual({ code, data: { output: made(file).trim() } });
});

test.each(['sqlcmd.exe: error: unknown flag -x', "Error: unknown shorthand flag: 'x' in -x", 'unknown flag: --x'])(
  'an older sqlcmd written in Go does not know an option: %s',
  (said) => {
    expect(refusalOf(`${said}\r\n`).code).toBe('sqlcmd-version');
  },
);
