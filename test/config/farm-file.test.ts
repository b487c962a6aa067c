import { readFileSync } from 'node:fs';
import { parseFarmFile } from '../../src/config/farm-file.ts';
import { farmJsonSchema } from '../../src/config/farm-schema.ts';
import { problemLine } from '../../src/config/problem.ts';

const FILE = new URL('../../infra/lab/farm.yaml', import.meta.url);
const EXAMPLE = readFileSync(FILE, 'utf8');

const problemsOf = (text: string): readonly string[] => {
  const read = parseFarmFile(text, 'farm.yaml');
  return 'problems' in read ? read.problems.map(problemLine) : [];
};

/** The example with one thing changed; the test fails when the example no longer holds what is to be changed. */
const changed = (from: string, to: string): string => {
  if (!EXAMPLE.includes(from)) throw new Error(`the example has no ${from}`);
  return EXAMPLE.replace(from, to);
};

describe('a farm file that is right', () => {
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

  test('resolves groups to the people in them, and nobody twice', () => {
    expect(farm.approval.approvers).toEqual(['ana', 'tom', 'wei']);
    const both = parseFarmFile(changed('approvers: [sql-approvers]', 'approvers: [ana, sql-approvers]'), 'farm.yaml');
    expect('farm' in both && both.farm.approval.approvers).toEqual(['ana', 'tom', 'wei']);
  });

  test('has durations in milliseconds, and lifetimes in days', () => {
    expect(farm.approval.lapsesAfterMs).toBe(86_400_000);
    expect(farm.gap.limitMs).toBe(60_000);
    expect(farm.certificate.lifetimeDays).toBe(365);
  });

  test('keeps overrides apart: they are for the runner itself, not for orders', () => {
    expect(farm.hosts.every((host) => !('overrides' in host))).toBe(true);
    expect(overrides.sqlw03?.workerService).toBe('SSISScaleOutWorker160');
  });

  test('says the same when every default is left out', () => {
    const short = EXAMPLE.replace(/\n(?:gap|certificate|reminders):\n(?: .*\n)+/gu, '\n').replace(
      / {2}(?:quorum|lapse): .*\n/gu,
      '',
    );
    const terse = parseFarmFile(short, 'farm.yaml');
    if ('problems' in terse) throw new Error(terse.problems.map(problemLine).join('\n'));
    expect(terse.farm).toEqual({ ...farm, reminders: { ...farm.reminders, owner: null } });
  });
});

describe('a farm file that is wrong', () => {
  /** What is changed, into what, with a caret before the place that is to blame, and what is said. */
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a key nobody knows', 'quorum: 2', '^qorum: 2', 'approval.qorum: found "qorum"; allowed: did you mean quorum?'],
    ['a key at the top', 'farm: prod', '^fram: prod', 'fram: found "fram"; allowed: did you mean farm?'],
    ['no unit', 'limit: 60 s', 'limit: ^60', 'gap.limit: found 60; allowed: a number and its unit'],
    ['a duration out of range', 'limit: 60 s', 'limit: ^1 s', 'gap.limit: found "1 s"; allowed: 5 s to 1 h'],
    [
      'a key length',
      'keyBits: 2048',
      'keyBits: ^1024',
      'certificate.keyBits: found 1024; allowed: 2048 or 3072 or 4096',
    ],
    ['a role', '[master]', '[^mster]', 'hosts.sqlm01.roles[0]: found "mster"; allowed: master or worker'],
    [
      'no master',
      'hosts:\n  sqlm01: { roles: [master]',
      '^hosts:\n  sqlm01: { roles: [worker]',
      'hosts: found no host with the role master',
    ],
    ['a host name', 'sqlw02:', '^SQL W02:', 'hosts.SQL W02: found "SQL W02"; allowed: lower-case letters'],
    ['a host twice', 'sqlw02:', '^sqlw01:', 'found "sqlw01" a second time; allowed: each name once'],
    ['a person twice', 'ana: {', '^mei: {', 'found "mei" a second time'],
    ['a person under two ids', 'Tom Becker', '^ana ruiz', 'people.tom.name: found "ana ruiz", as ana is named'],
    [
      'a host without a key',
      '["ed25519:SQLM01-EXAMPLE-KEY-AAAAAAAAAAAAAAAAAAAAAAAA"]',
      '^[]',
      'allowed: at least 1 entry',
    ],
    ['a malformed key', '"ed25519:SQLM01', '^"ed25519:SQL', 'hosts.sqlm01.keys[0]: found "ed25519:SQL'],
    [
      'the key of another',
      '"ed25519:SQLW02-',
      '^"ed25519:SQLW01-',
      'hosts.sqlw02.keys[0]: found the key of sqlw01 too',
    ],
    [
      'the account of another',
      '{ web: tom }',
      '{ web: ^ana }',
      'people.tom.accounts.web: found "ana", which is ana\'s',
    ],
    ['a platform', '{ web: tom }', '{ ^wbe: tom }', 'people.tom.accounts.wbe: found "wbe"; allowed: did you mean web?'],
    [
      'an approver',
      'approvers: [sql-approvers]',
      'approvers: [^sql-approver]',
      'found "sql-approver"; allowed: did you mean sql-approvers?',
    ],
    ['a quorum out of reach', 'quorum: 2', 'quorum: ^4', 'approval.quorum: found 4; allowed: 1 to 3'],
    ['an owner', 'owner: mei', 'owner: ^may', 'reminders.owner: found "may"; allowed: did you mean mei?'],
    ['a time zone', 'timeZone: UTC', 'timeZone: ^Mars/Phobos', 'timeZone: found "Mars/Phobos"'],
    ['a time of day', 'at: "08:00"', 'at: ^"8 am"', 'reminders.at: found "8 am"; allowed: a time of day such as 08:00'],
    [
      'an endpoint',
      'endpoint: sqlm01:8391',
      'endpoint: ^"sqlm01; calc"',
      'endpoint: found "sqlm01; calc"; allowed: host:port',
    ],
    ['a name with a quote', 'extraNames: []', "extraNames: [^'a\"b']", 'certificate.extraNames[0]: found'],
    [
      'a real farm in the console',
      'rehearsal: true',
      'rehearsal: false',
      'people.mei.accounts.web: found a web account',
    ],
    ['a list for a map', 'gap:\n', 'gap: ^[]\ngaps:\n', 'gap: found []; allowed: a map of names to values'],
    ['text that is no YAML', 'farm: prod', 'farm: [', 'found no YAML'],
    ['an alias of nothing', 'farm: prod', 'farm: *prod', 'found no YAML'],
  ];

  test.each(cases)('%s is named with its place and what is allowed', (_what, from, to, said) => {
    const marked = changed(from, to);
    const before = marked.slice(0, marked.indexOf('^')).split('\n');
    const place = to.includes('^') ? `farm.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ` : '';
    expect(
      problemsOf(marked.replace('^', '')).find((line) => line.startsWith(place) && line.includes(said)),
    ).toBeDefined();
  });

  test('shows every problem at once, in the order of the text', () => {
    const lines = problemsOf(changed('quorum: 2', 'qorum: 2').replace('60 s', '60').replace('[master]', '[mster]'));
    expect(lines.map((line) => Number(line.split(':')[1]))).toEqual([22, 47, 53]);
  });

  test.each(['', '- 1', 'null', '{}', '"farm"', '\u0000', '? {a: b} : c', '__proto__: 1'])(
    '%j is refused without an exception',
    (text) => {
      expect(problemsOf(text)).not.toEqual([]);
    },
  );

  test('does not unfold aliases without end', () => {
    const lines = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`),
    ];
    expect(problemsOf(lines.join('\n')).join()).toContain('found no YAML');
  });
});

test('the schema for editors is the one that is in force', () => {
  const file = new URL('../../infra/lab/farm.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(farmJsonSchema());
});
