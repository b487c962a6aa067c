import { readFileSync } from 'node:fs';
import { planningFaults } from '../../cards/wording/en/faults/planning.ts';
import { parseFarmFile } from '../../src/config/farm-file.ts';
import { farmJsonSchema } from '../../src/config/farm-schema.ts';
import { noteLine, problemLine } from '../../src/config/problem.ts';

const FILE = new URL('../../infra/lab/farm.yaml', import.meta.url);
const EXAMPLE = readFileSync(FILE, 'utf8');

const problemsOf = (text: string): readonly string[] => {
  const read = parseFarmFile(text, 'farm.yaml');
  return 'problems' in read ? read.problems.map(problemLine) : [];
};

/** The example with one thing changed; throws when the example no longer holds what is to be changed. */
const changed = (from: string, to: string): string => {
  if (!EXAMPLE.includes(from)) throw new Error(`the example has no ${from}`);
  return EXAMPLE.replace(from, to);
};

/** How a file that Windows saved in its code page is read. */
const inCodePage = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

describe('a valid farm file', () => {
  const read = parseFarmFile(EXAMPLE, 'farm.yaml');
  if ('problems' in read) throw new Error(read.problems.map(problemLine).join('\n'));
  const { farm, overrides } = read;

  test('names a master, three workers and the endpoint', () => {
    expect(farm.endpoint).toEqual({ host: 'sqlm01', port: 8391 });
    expect(farm.hosts.map(({ name, roles }) => [name, ...roles])).toEqual([
      ['sqlm01', 'master'],
      ['sqlw01', 'worker'],
      ['sqlw02', 'worker'],
      ['sqlw03', 'worker'],
    ]);
  });

  test('resolves groups to the people in them, listing nobody twice', () => {
    expect(farm.approval.approvers).toEqual(['ana', 'tom', 'wei']);
    const both = parseFarmFile(changed('approvers: [sql-approvers]', 'approvers: [ana, sql-approvers]'), 'farm.yaml');
    expect('farm' in both && both.farm.approval.approvers).toEqual(['ana', 'tom', 'wei']);
  });

  test('gives durations in milliseconds and lifetimes in days', () => {
    expect(farm.approval.lapsesAfterMs).toBe(86_400_000);
    expect(farm.gap.limitMs).toBe(60_000);
    expect(farm.certificate.lifetimeDays).toBe(365);
  });

  test('keeps overrides apart from the hosts: they are for the runner itself, not for orders', () => {
    expect(farm.hosts.every((host) => !('overrides' in host))).toBe(true);
    expect(overrides.sqlw03?.workerService).toBe('SSISScaleOutWorker160');
  });

  test('takes the folder of sqlcmd and the trust in its server as overrides of the master, whose runner uses them', () => {
    const own = '{ sqlcmdFolder: "D:\\\\Tools", trustSqlServerCertificate: true }';
    const text = changed('  sqlm01: { roles: [master]', `  sqlm01: { overrides: ${own}, roles: [master]`);
    const file = parseFarmFile(text, 'farm.yaml');
    expect('problems' in file ? file.problems.map(problemLine) : file.overrides.sqlm01).toEqual({
      sqlcmdFolder: 'D:\\Tools',
      trustSqlServerCertificate: true,
    });
  });

  test('reads the same when every default is left out', () => {
    const short = EXAMPLE.replace(/\n(?:gap|certificate|reminders):\n(?: .*\n)+/gu, '\n').replace(
      / {2}(?:quorum|lapse): .*\n/gu,
      '',
    );
    const terse = parseFarmFile(short, 'farm.yaml');
    if ('problems' in terse) throw new Error(terse.problems.map(problemLine).join('\n'));
    expect(terse.farm).toEqual({ ...farm, reminders: { ...farm.reminders, owner: null } });
  });
});

/** The example with a channel in Slack and one in Teams, and a user group of Slack that feeds the approvers. */
const CHATS = EXAMPLE.replace(
  'accounts: { web: ana }',
  'accounts: { slack: U0ANA, teams: 1B4E28BA-2FA1-4D3B-A3F5-EF19B5A7633B }',
)
  .replace('# groups:\n#   sql-approvers: {', 'groups:\n  sql-approvers: {')
  .replace('# slack: {', 'slack: {')
  .replace('# teams: {', 'teams: {')
  .replace('# - { platform: slack', '- { platform: slack')
  .replace('# - { platform: teams', '- { platform: teams');

describe('a farm file that may be worth a note', () => {
  const notesOf = (text: string): readonly string[] => {
    const read = parseFarmFile(text, 'farm.yaml');
    if ('problems' in read) throw new Error(read.problems.map(problemLine).join('\n'));
    return read.notes.map(noteLine);
  };

  test('gets no note when there is nothing to note', () => {
    expect(notesOf(EXAMPLE)).toEqual([]);
  });

  test.each(['sqlm01', '"https://sqlm01/"', '"[fd00::5]"'])(
    'gets a note of the port when the endpoint, %s, gives none',
    (host) => {
      expect(notesOf(changed('endpoint: sqlm01:8391', `endpoint: ${host}`))).toEqual([
        expect.stringMatching(/^note: farm\.yaml:18:11 endpoint: no port is given here, so it is 8391\.$/u),
      ]);
    },
  );

  test('gets a note of each reminder threshold that a new certificate has passed on its first day', () => {
    expect(notesOf(changed('lifetime: 365 days', 'lifetime: 30 days'))).toEqual([
      'note: farm.yaml:86:10 reminders.days[0]: a new certificate lives for 30 days, so 45 days left are reached at once.',
      'note: farm.yaml:86:14 reminders.days[1]: a new certificate lives for 30 days, so 30 days left are reached at once.',
    ]);
  });

  test('gets a note of a second master, in the words of the refusal that a request would meet', () => {
    const [note] = notesOf(changed('  sqlw01: { roles: [worker]', '  sqlw01: { roles: [master, worker]'));
    expect(note).toContain(
      ' hosts: the farm has more than one master, sqlm01 and sqlw01, which cannot be rotated yet.',
    );
    const asked = planningFaults.MoreThanOneMaster.says({ hosts: ['sqlm01', 'sqlw01'] });
    expect(asked).toContain('the farm has more than one master');
    expect(asked).toContain('which cannot be rotated yet');
    expect(planningFaults.MoreThanOneMaster.todo).toContain(
      'Give each master a farm file of its own, with its workers',
    );
  });

  test.each([
    [1, 'canary: 1', true],
    [1, 'canary: 2', false],
    [2, 'canary: 0', true],
    [2, 'canary: 1', true],
    [2, 'canary: 2', false],
  ])('with %i workers and %s is valid: %s', (workers, canary, isRight) => {
    const lines = EXAMPLE.split('\n').filter(
      (line) => !line.startsWith('  sqlw02') && (workers > 1 || !line.startsWith('  sqlw01')),
    );
    expect('farm' in parseFarmFile(lines.join('\n').replace('canary: 1', canary), 'farm.yaml')).toBe(isRight);
  });
});

describe('a farm file with chats', () => {
  const read = parseFarmFile(CHATS, 'farm.yaml');
  if ('problems' in read) throw new Error(read.problems.map(problemLine).join('\n'));
  const { farm } = read;

  test('says which apps, workspaces and tenant are believed, and in which language each channel speaks', () => {
    expect(farm.chat).toEqual({
      slack: { app: 'A0123456789', workspaces: ['T0123456789'], enterprises: [] },
      teams: { app: '1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b', tenant: '7d444840-9dc0-41d1-b245-5ffdce74fad2' },
    });
    expect(farm.channels.map(({ platform, language }) => [platform, language])).toEqual([
      ['slack', 'en'],
      ['teams', 'zh-CN'],
      ['web', 'en'],
    ]);
  });

  test('knows which group a Slack user group feeds, and which groups approve', () => {
    expect(farm.groups).toEqual([
      { id: 'sql-approvers', slack: 'S0123456789' },
      { id: 'operators', slack: null },
    ]);
    expect(farm.approval.groups).toEqual(['sql-approvers']);
  });

  test('lets a quorum count people whom only Slack names, but never more people than there are', () => {
    expect('farm' in parseFarmFile(CHATS.replace('quorum: 2', 'quorum: 4'), 'farm.yaml')).toBe(true);
    expect(problemsOf(CHATS.replace('quorum: 2', 'quorum: 5')).join()).toContain('found 5; allowed: 1 to 4');
    const onlySlack = CHATS.replaceAll('groups: [sql-approvers]', 'groups: []');
    const empty = parseFarmFile(onlySlack, 'farm.yaml');
    expect('farm' in empty && empty.farm.approval.approvers).toEqual([]);
  });

  test.each([
    [
      'a Slack channel without slack:',
      'slack: { app: A0123456789',
      '# slack: { app: A0123456789',
      'channels[0].platform: found slack, and no',
    ],
    [
      'a group fed from Slack without slack:',
      'slack: { app: A0123456789',
      '# slack: {',
      'groups.sql-approvers.slack: found a user',
    ],
    [
      'a Teams channel without teams:',
      'teams: { app:',
      '# teams: { app:',
      'channels[1].platform: found teams, and no teams: in this file',
    ],
    [
      'an app that is no id',
      'A0123456789',
      'certops',
      'slack.app: found "certops"; allowed: the id of the app, such as A0123456789',
    ],
    [
      'a workspace that is no id',
      'T0123456789',
      'acme',
      'slack.workspaces[0]: found "acme"; allowed: the id of a workspace',
    ],
    ['no workspace', '[T0123456789]', '[]', 'slack.workspaces: found []; allowed: at least 1 entry'],
    [
      'an enterprise that is no id',
      'workspaces: [',
      'enterprises: [acme], workspaces: [',
      'allowed: the id of an enterprise',
    ],
    [
      'a tenant that is no Entra id',
      '7d444840-9dc0-41d1-b245-5ffdce74fad2',
      'acme.com',
      'teams.tenant: found "acme.com"; allowed: an Entra id',
    ],
    [
      'a user group by name',
      'S0123456789',
      '"@dba"',
      'groups.sql-approvers.slack: found "@dba"; allowed: the id of a user group',
    ],
    ['a misspelt key in a group', 'slack: S0123456789', 'slak: S0123456789', 'allowed: did you mean slack?'],
    ['a channel by name', 'C0123456789', '"#sql-ops"', 'channels[0].id: found "#sql-ops"; allowed: the channel ID'],
    [
      'a channel by link',
      '"19:...@thread.tacv2"',
      'https://teams.microsoft.com/l/channel/19',
      'allowed: the conversation id',
    ],
    ['a member by name', 'U0ANA', '"@ana"', 'people.ana.accounts.slack: found "@ana"; allowed: the member ID'],
    ['a member by mail', '1B4E28BA-2FA1-4D3B-A3F5-EF19B5A7633B', 'ana@acme.com', 'allowed: the object id in Entra'],
    ['one account twice', 'accounts: { web: tom }', 'accounts: { slack: U0ANA }', 'found "U0ANA", which is ana\'s'],
    [
      'one account twice, in another case',
      'accounts: { web: tom }',
      'accounts: { teams: 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b }',
      "which is ana's",
    ],
    [
      'one user group for two',
      'slack: S0123456789 }',
      'slack: S0123456789 }\n  operators: { slack: S0123456789 }',
      'groups.operators.slack: found "S0123456789", which feeds sql-approvers',
    ],
  ])('%s is reported with what is allowed', (_what, from, to, said) => {
    if (!CHATS.includes(from)) throw new Error(`the example has no ${from}`);
    expect(problemsOf(CHATS.replace(from, to)).find((line) => line.includes(said))).toBeDefined();
  });
});

/** The example with a change window and a ticket. */
const WHEN = EXAMPLE.replace('# windows:\n#   - {', 'windows:\n  - {').replace('# ticket: {', 'ticket: {');

describe('a farm file with change windows and tickets', () => {
  test('says when a rotation may begin, in which time zone, and what a ticket looks like', () => {
    const read = parseFarmFile(WHEN, 'farm.yaml');
    if ('problems' in read) throw new Error(read.problems.map(problemLine).join('\n'));
    expect(read.farm.windows).toEqual([{ cron: '0 22 * * 6', lengthMs: 4 * 3_600_000, zone: 'Europe/Berlin' }]);
    expect(read.farm.ticket).toEqual({
      pattern: 'CHG[0-9]{7}',
      example: 'CHG0012345',
      required: true,
      link: 'https://change.example.com/{ticket}',
    });
    const farms = parseFarmFile(WHEN.replace('4 h, timeZone: Europe/Berlin }', '4 h }'), 'farm.yaml');
    expect('farm' in farms && farms.farm.windows[0]?.zone).toBe('UTC');
  });

  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'a minute out of range',
      '"0 22',
      '^"60 22',
      'windows[0].cron: found "60 22 * * 6" (Invalid value for minute: 60); allowed: minute',
    ],
    ['one field too few', '"0 22 * * 6"', '^"0 22 * *"', 'windows[0].cron: found "0 22 * *" (not five fields)'],
    ['a day that never comes', '"0 22 * * 6"', '^"0 22 31 2 *"', 'windows[0].cron: found "0 22 31 2 *", which never'],
    [
      'a length beyond the next',
      '"0 22 * * 6", length: 4 h',
      '"0 */6 * * *", length: ^7 h',
      'windows[0].length: found "7 h", and the next one opens 6 h later; allowed: at most 6 h',
    ],
    ['a length out of range', 'length: 4 h, time', 'length: ^1 min, time', 'windows[0].length: found "1 min"; allowed'],
    [
      'a length too large for a number',
      'length: 4 h, time',
      'length: ^99999999999 days, time',
      'windows[0].length: found "99999999999 days"; allowed: 10 min to 7 days',
    ],
    [
      'a length without a unit',
      'length: 4 h, time',
      'length: ^4, time',
      'windows[0].length: found 4; allowed: a number',
    ],
    [
      'an unknown zone',
      'Europe/Berlin }\n\n',
      '^Europe/Bonn }\n\n',
      'windows[0].timeZone: found "Europe/Bonn"; allowed: an IANA name',
    ],
    [
      'a window twice',
      'Europe/Berlin }\n\n',
      'Europe/Berlin }\n  - ^{ cron: "0  22 * * 6", length: 1 h, timeZone: europe/berlin }\n\n',
      'windows[1]: found "0  22 * * 6" a second time; allowed: each window once',
    ],
    [
      'an unknown key in a window',
      'length: 4 h',
      'length: 4 h, ^zones: UTC',
      'windows[0].zones: found "zones"; allowed: cron, length, timeZone',
    ],
    [
      'a pattern that may backtrack without end',
      '"CHG[0-9]{7}"',
      '^"(C+)+"',
      'ticket.pattern: found "(C+)+", which repeats a group',
    ],
    [
      'a pattern that is no regular expression',
      '"CHG[0-9]{7}"',
      '^"CHG["',
      'ticket.pattern: found "CHG[", which is no regular',
    ],
    [
      'an example that its pattern does not match',
      'example: CHG0012345',
      'example: ^CHG1',
      'ticket.example: found "CHG1"; allowed: what matches "CHG',
    ],
    [
      'a link without TLS',
      '"https://change',
      '^"http://change',
      'ticket.link: found "http://change.example.com/{ticket}"',
    ],
    ['a link whose host is the ticket', 'change.example.com/{ticket}', '{ticket}/x', 'ticket.link: found "https://{'],
    ['a link without the ticket', '/{ticket}"', '/"', 'ticket.link: found "https://change.example.com/"; allowed'],
    ['a link with a password', '//change', '//a:b@change', 'ticket.link: found "https://a:b@change'],
  ];

  test.each(cases)('%s is reported with its place and what is allowed', (_what, from, to, said) => {
    if (!WHEN.includes(from)) throw new Error(`the example has no ${from}`);
    const marked = WHEN.replace(from, () => to);
    const before = marked.slice(0, marked.indexOf('^')).split('\n');
    const place = to.includes('^') ? `farm.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ` : '';
    const lines = problemsOf(marked.replace('^', ''));
    expect(lines.filter((line) => line.startsWith(place) && line.includes(said))).toEqual(lines);
    expect(lines.length).toBe(1);
  });
});

describe('the address of notify.webhook', () => {
  const notify = (webhook: string, rehearsal = true): readonly string[] =>
    problemsOf(
      `${rehearsal ? EXAMPLE : CHATS.replace('rehearsal: true', 'rehearsal: false')}\nnotify: { webhook: ${JSON.stringify(webhook)} }\n`,
    ).filter((line) => line.includes('notify.webhook'));

  test.each(['https://alerts.example.com/hooks/x?key=1', 'http://127.0.0.1:8080/hook'])('may be %s', (address) => {
    expect(notify(address)).toEqual([]);
  });

  test.each([
    'http://alerts.example.com/',
    'https://user:word@alerts.example.com/',
    'ftp://alerts.example.com/',
    'alerts.example.com',
    'http://127.0.0.2/',
    'https://alerts.example.com/#x',
  ])('may not be %s, and the problem gives its place and what is allowed', (address) => {
    const said = notify(address).join();
    expect(said).toMatch(/^farm\.yaml:\d+:\d+ notify\.webhook: found another one; allowed: an https:/u);
  });

  test('may be plain http only in a rehearsal', () => {
    expect(notify('http://127.0.0.1:8080/', false).join()).toContain('allowed: https: http serves a rehearsal only');
  });
});

describe('the problems of a farm file', () => {
  /** What is changed, into what, with a caret before the place at fault, and what is said. */
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['an unknown key', 'quorum: 2', '^qorum: 2', 'approval.qorum: found "qorum"; allowed: did you mean quorum?'],
    [
      'a key that is near to none',
      'farm: prod',
      '^frobnicate: prod',
      'frobnicate: found "frobnicate"; allowed: farm, ',
    ],
    ['an unknown key at the top', 'farm: prod', '^fram: prod', 'fram: found "fram"; allowed: did you mean farm?'],
    ['a duration without a unit', 'limit: 60 s', 'limit: ^60', 'gap.limit: found 60; allowed: a number and its unit'],
    ['a duration out of range', 'limit: 60 s', 'limit: ^1 s', 'gap.limit: found "1 s"; allowed: 5 s to 1 h'],
    [
      'a key length that is not allowed',
      'keyBits: 2048',
      'keyBits: ^1024',
      'certificate.keyBits: found 1024; allowed: 2048 or 3072 or 4096',
    ],
    ['an unknown role', '[master]', '[^mster]', 'hosts.sqlm01.roles[0]: found "mster"; allowed: master or worker'],
    [
      'no master',
      'hosts:\n  sqlm01: { roles: [master]',
      '^hosts:\n  sqlm01: { roles: [worker]',
      'hosts: found no host with the role master',
    ],
    ['a host name with a space', 'sqlw02:', '^SQL W02:', 'hosts.SQL W02: found "SQL W02"; allowed: lower-case letters'],
    ['a host twice', 'sqlw02:', '^sqlw01:', 'found "sqlw01" a second time; allowed: each name once'],
    ['a person twice', 'ana: {', '^mei: {', 'found "mei" a second time'],
    ['a person under two ids', 'Tom Becker', '^ana ruiz', 'people.tom.name: found "ana ruiz", as ana is named'],
    [
      'a host without a key',
      '["ed25519:SQLM01-EXAMPLE-KEY-AAAAAAAAAAAAAAAAAAAAAAAA"]',
      '^[]',
      'allowed: at least 1 entry',
    ],
    ['a key that is too short', '"ed25519:SQLM01', '^"ed25519:SQL', 'hosts.sqlm01.keys[0]: found "ed25519:SQL'],
    [
      'the key of another host',
      '"ed25519:SQLW02-',
      '^"ed25519:SQLW01-',
      'hosts.sqlw02.keys[0]: found the key of sqlw01 too',
    ],
    [
      'the account of another person',
      '{ web: tom }',
      '{ web: ^ana }',
      'people.tom.accounts.web: found "ana", which is ana\'s',
    ],
    [
      'an unknown platform',
      '{ web: tom }',
      '{ ^wbe: tom }',
      'people.tom.accounts.wbe: found "wbe"; allowed: did you mean web?',
    ],
    [
      'an unknown approver',
      'approvers: [sql-approvers]',
      'approvers: [^sql-approver]',
      'found "sql-approver"; allowed: did you mean sql-approvers?',
    ],
    ['a canary that leaves nobody', 'canary: 1', 'canary: ^3', 'gap.canary: found 3, and 3 workers; allowed: 0 to 2'],
    ['a canary above the workers', 'canary: 1', 'canary: ^9', 'gap.canary: found 9, and 3 workers; allowed: 0 to 2'],
    [
      'so many left behind that nobody has to be proved',
      'leaveBehind: 0',
      'leaveBehind: ^3',
      'gap.leaveBehind: found 3, and 3 workers; allowed: 0 to 2: at least one has to be proved',
    ],
    [
      'more left behind than there are',
      'leaveBehind: 0',
      'leaveBehind: ^40',
      'gap.leaveBehind: found 40, and 3 workers; allowed: 0 to 2',
    ],
    ['an unknown owner', 'owner: mei', 'owner: ^bob', 'reminders.owner: found "bob"; allowed: mei, ana, tom, wei'],
    [
      'a port out of range',
      'sqlm01:8391',
      '^sqlm01:99999',
      'endpoint: found "sqlm01:99999"; allowed: a port of 1 to 65535',
    ],
    ['port 0', 'sqlm01:8391', '^sqlm01:0', 'endpoint: found "sqlm01:0"; allowed: a port of 1 to 65535'],
    ['a port in letters', 'sqlm01:8391', '^sqlm01:https', 'found "sqlm01:https"; allowed: a port of 1 to 65535'],
    [
      'an endpoint that is a worker',
      'endpoint: sqlm01:8391',
      'endpoint: ^sqlw01:8391',
      'endpoint: found "sqlw01", which is no master; allowed: a name or address of sqlm01',
    ],
    [
      'a person without an account',
      '{ web: ana }',
      '^{}',
      'people.ana.accounts: found {}; allowed: at least one account',
    ],
    [
      'the service of another role',
      'workerService: SSISScaleOutWorker160',
      '^masterService: SSISScaleOutMaster160',
      'hosts.sqlw03.overrides.masterService: found a master override, and sqlw03 is no master',
    ],
    [
      'the folder of sqlcmd on a worker',
      'workerService: SSISScaleOutWorker160',
      '^sqlcmdFolder: "D:\\\\Tools"',
      'hosts.sqlw03.overrides.sqlcmdFolder: found a master override, and sqlw03 is no master',
    ],
    [
      'an unknown zone of a person',
      'Europe/Madrid',
      '^Europe/Madrit',
      'people.ana.timeZone: found "Europe/Madrit"; allowed: an IANA name',
    ],
    [
      'a malformed address',
      'address: 127.0.0.1',
      'address: ^1.2.3',
      'hosts.sqlw03.address: found "1.2.3"; allowed: a DNS name',
    ],
    ['a lifetime that is too long', '365 days', '^9999 days', 'found "9999 days"; allowed: 1 day to 3650 days'],
    ['a quorum out of reach', 'quorum: 2', 'quorum: ^4', 'approval.quorum: found 4; allowed: 1 to 3'],
    [
      'a quorum for compromised keys out of reach',
      'lapse: 24 h',
      'lapse: 24 h\n  compromised: { quorum: ^4 }',
      'approval.compromised.quorum: found 4; allowed: 1 to 3',
    ],
    [
      'approvers for compromised keys who are too few for the quorum',
      'lapse: 24 h',
      'lapse: 24 h\n  compromised: ^{ approvers: [ana] }',
      'approval.compromised: found 2; allowed: 1 to 1',
    ],
    [
      'an unknown approver for compromised keys',
      'lapse: 24 h',
      'lapse: 24 h\n  compromised: { approvers: [^anna], quorum: 1 }',
      'approval.compromised.approvers[0]: found "anna"; allowed: did you mean ana?',
    ],
    ['a misspelt owner', 'owner: mei', 'owner: ^mai', 'reminders.owner: found "mai"; allowed: did you mean mei?'],
    [
      'a short name of several zones',
      'timeZone: UTC',
      'timeZone: ^CST',
      'timeZone: found "CST"; allowed: an IANA name',
    ],
    ['an unknown time zone', 'timeZone: UTC', 'timeZone: ^Mars/Phobos', 'timeZone: found "Mars/Phobos"'],
    [
      'a malformed time of day',
      'at: "09:00"',
      'at: ^"8 am"',
      'reminders.at: found "8 am"; allowed: a time of day such as 09:00',
    ],
    [
      'a malformed endpoint',
      'endpoint: sqlm01:8391',
      'endpoint: ^"sqlm01; calc"',
      'endpoint: found "sqlm01; calc"; allowed: host:port',
    ],
    [
      'too many names for a certificate',
      'extraNames: []',
      `extraNames: ^[${Array.from({ length: 199 }, (_name, at) => `n${at}`)}]`,
      '; allowed: at most 198 entries',
    ],
    ['a name with a quote', 'extraNames: []', "extraNames: [^'a\"b']", 'certificate.extraNames[0]: found'],
    [
      'a web account in a real farm',
      'rehearsal: true',
      'rehearsal: false',
      'people.mei.accounts.web: found a web account',
    ],
    ['a list in place of a map', 'gap:\n', 'gap: ^[]\ngaps:\n', 'gap: found []; allowed: a map of names to values'],
    ['text that is not YAML', 'farm: prod', 'farm: [', 'found no YAML'],
    ['a tab as indentation', '  quorum: 2', '^\tquorum: 2', 'allowed: spaces, as many as in the lines beside it'],
    [
      'a Windows path in double quotation marks',
      'systemRoot: C:\\Windows',
      'systemRoot: "C:^\\Windows"',
      "allowed: a Windows path in '...', where \\ stands for itself",
    ],
    [
      'one whose \\ is read as a tab',
      'systemRoot: C:\\Windows',
      'systemRoot: ^"C:\\temp"',
      'in double quotation marks double each \\',
    ],
    ['a colon without a space', 'timeZone: UTC', '^timeZone:UTC', 'with a space after the colon'],
    [
      'a colon without a space in the first line',
      'farm: prod',
      'farm:prod',
      "look for an extra bracket, and above for a name without ': '",
    ],
    [
      'a text that begins with a special character',
      'name: Mei Lin',
      'name: ^@mei',
      "text that begins with this character in '...'",
    ],
    ['a second document', 'timeZone: UTC', '^---\ntimeZone: UTC', 'no line with ---'],
    ['a bracket left open', 'approvers: [sql-approvers]', 'approvers: [sql-approvers', 'the ] or } that closes'],
    ['a missing endpoint', 'endpoint: sqlm01:8391\n', '', 'endpoint: found nothing; allowed: host:port, such as'],
    ['a wildcard name without quotes', 'extraNames: []', 'extraNames: [^*.contoso.com]', "begins with * in '...'"],
    ['a name in a Windows code page', 'Mei Lin', `^${inCodePage('Jörg')}`, 'found an encoding other than UTF-8'],
  ];

  test.each(cases)('include %s, with its place and what is allowed', (_what, from, to, said) => {
    const marked = changed(from, to);
    const before = marked.slice(0, marked.indexOf('^')).split('\n');
    const place = to.includes('^') ? `farm.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ` : '';
    expect(
      problemsOf(marked.replace('^', '')).find((line) => line.startsWith(place) && line.includes(said)),
    ).toBeDefined();
  });

  test('do not include a comment in another encoding', () => {
    expect(problemsOf(`# ${inCodePage('für Jörg')}\n${EXAMPLE}`)).toEqual([]);
  });

  test('are all shown at once, in the order of the text', () => {
    const text = changed('quorum: 2', 'qorum: 2').replace('60 s', '60').replace('[master]', '[mster]');
    const wrong = text.split('\n').flatMap((line, at) => (/mster|qorum|limit: 60$/u.test(line) ? [at + 1] : []));
    expect(wrong.length).toBe(3);
    expect(problemsOf(text).map((line) => Number(line.split(':')[1]))).toEqual(wrong);
  });

  test('show what is malformed together with parts that contradict each other', () => {
    const text = changed('[master]', '[mster]')
      .replace('timeZone: UTC', 'timeZone: Mars/Phobos')
      .replace('approvers: [sql-approvers]', 'approvers: [sql-approver]')
      .replace('{ web: tom }', '{ web: ana }')
      .replace('owner: mei', 'owner: may')
      .replace('limit: 60 s', 'limit: 1 s')
      .replace('keyBits: 2048', 'keyBits: 1024')
      .replace('  - { platform: web', '  - { platform: slack');
    expect(problemsOf(text).map((line) => / ([^ ]+): found/u.exec(line)?.[1])).toEqual([
      'timeZone',
      'hosts.sqlm01.roles[0]',
      'people.tom.accounts.web',
      'approval.approvers[0]',
      'gap.limit',
      'certificate.keyBits',
      'reminders.owner',
      'channels[0].platform',
      'channels[0].id',
    ]);
  });

  test('say only that a list is needed where there is none, not how long it may be', () => {
    const lines = problemsOf(changed('roles: [master]', 'roles: master'));
    expect(lines.filter((line) => line.includes('roles'))).toEqual([expect.stringContaining('allowed: a list')]);
  });

  test('leave out what only follows from another problem', () => {
    const lines = problemsOf(changed('  sqlm01: { roles: [master]', '  sqlm01: { roles: [mster]'));
    expect(lines.length).toBe(1);
    expect(problemsOf(changed('  tom: { name: Tom Becker', '  tom: { nam: Tom Becker')).length).toBe(2);
  });

  test.each([
    ['a bracket left open', 'approvers: [sql-approvers]', 'approvers: [sql-approvers'],
    ['a quote left open', 'at: "09:00"', 'at: "08:00'],
    ['a brace left open', '{ roles: [master], ', '{ roles: [master, '],
    ['tabs', '  quorum: 2', '\tquorum: 2'],
    ['many lines without a colon', 'hosts:\n', `hosts\n${'x: y: z\n'.repeat(30)}`],
  ])('are only the first few for %s, not all that follow from it', (_what, from, to) => {
    const lines = problemsOf(changed(from, to));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(3);
  });

  test.each(['', '- 1', 'null', '{}', '"farm"', '\u0000', '? {a: b} : c', '__proto__: 1'])(
    'are found in %j without an exception',
    (text) => {
      expect(problemsOf(text)).not.toEqual([]);
    },
  );

  test.each([
    ['hosts', 'hosts:\n', "hosts:\n  __proto__: { roles: [worker], keys: ['ed25519:x'] }\n"],
    ['people', 'people:\n', 'people:\n  __proto__: { name: X, accounts: { slack: U0X } }\n'],
    ['the file itself', 'farm: prod', '__proto__: {}\nfarm: prod'],
  ])('name a __proto__ in %s, which would be lost without a word', (_what, from, to) => {
    const text = changed(from, to);
    expect(text).toContain('__proto__');
    const at = text.slice(0, text.indexOf('__proto__')).split('\n').length;
    expect(problemsOf(text).join('\n')).toMatch(
      new RegExp(`:${at}:\\d+ found "__proto__"; allowed: another name`, 'u'),
    );
  });

  test('include aliases that would expand without end', () => {
    const lines = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`),
    ];
    const said = problemsOf(lines.join('\n')).join();
    expect(said).toContain('found no YAML');
    expect(said).toContain('allowed: each value written out where it belongs, not named by * in many places');
  });

  test('include an alias that stands in what it names', () => {
    expect(problemsOf(EXAMPLE.replace('farm: prod', 'farm: &all [*all]')).join()).toMatch(
      /:\d+:13 found no YAML \(an alias inside what it names\); allowed: each value written out/u,
    );
  });
});

test('the schema file for editors matches the schema that is in force', () => {
  const file = new URL('../../infra/lab/farm.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(farmJsonSchema());
});

test.each([
  ['a name that stands twice', 'x\u009b\u202e: 1\nx\u009b\u202e: 2\n'],
  ['an alias that leads nowhere', 'name: *x\u009b\u202e\n'],
  ['a version', '%YAML 1.\u009b\u202e\n---\nname: prod\n'],
  ['the head of a block', 'name: |\u009b\u202e\n  x\n'],
  ['an escape', 'name: "\\\u009b\\\u202e"\n'],
  ['the cron expression of a change window', WHEN.replace('0 22 * * 6', '0 22 * * \u009b\u202e')],
])('control characters in %s are escaped in whatever message reports it', (_what, text) => {
  const lines = problemsOf(text).join('');
  expect(lines).toContain('\\u202e');
  expect(lines).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});

test.each([
  ['a colour', '\\e[31m', '\\u001b[31m'],
  ['a one-byte introducer', '\\x9b31m', '\\u009b31m'],
  ['an override of the direction', '\\u202e', '\\u202e'],
])('%s in what was found is escaped, both in a name and in a value', (_what, written, told) => {
  expect(problemsOf(`${EXAMPLE}\n"a${written}b": 1\n`)).toEqual([
    expect.stringContaining(` a${told}b: found "a${told}b"`),
  ]);
  expect(problemsOf(changed('farm: prod', `farm: "a${written}b"`))).toEqual([
    expect.stringContaining(` farm: found "a${told}b"`),
  ]);
});

test.each([
  ['farm: prod', 'farm: all', 'farm.yaml:8:7 farm: found "all"; '],
  ['  sqlw03:', '  in:', 'farm.yaml:26:3 hosts.in: found "in"; '],
])('a name that requests take for a word is refused: %s, %s', (from, to, where) => {
  expect(problemsOf(changed(from, to))).toEqual([
    `${where}allowed: any other name: requests take all and in for words of their own`,
  ]);
});

test('bad keys below a bad name of a machine are told with it, not only once the name is right', () => {
  const text = changed('  sqlw02: { roles: [worker]', '  "sql w02": { rolls: [worker], roles: [wrker]');
  const problems = problemsOf(text).join('\n');
  expect(problems).toMatch(/KeyNotAllowed|sql w02/u);
  expect(problems).toContain('rolls');
  expect(problems).toContain('wrker');
});
