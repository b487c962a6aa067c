import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isWorded, say, TABLES, wordedIds } from '../../cards/wording/index.ts';

const tsFilesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
const filesUnder = (folder: string): string[] => tsFilesUnder(folder).map((file) => readFileSync(file, 'utf8'));

const SOURCES = filesUnder('src').join('\n');
const MACHINE_SOURCES = ['src/steps', 'src/plans', 'src/domain', 'src/app/runner', 'src/app/bot', 'adapters/windows']
  .flatMap(filesUnder)
  .join('\n');
const isWording = (file: string): boolean => file.startsWith(path.join('cards', 'wording'));
/** Everything that can make or use a message. */
const TELLERS = ['src', 'adapters', 'jobs', 'cards']
  .flatMap(tsFilesUnder)
  .filter((file) => !isWording(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** How the sources make a message: `id: 'x'`, `say('x'`, `button('x'`, `warning('x'`, and refusals to people. */
const WAYS: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/\bid: '([a-z][a-zA-Z-]*(?:\.[a-zA-Z-]+)+)'/gu, ''],
  [/\bsay\('([a-z][a-z.-]*)'/gu, ''],
  [/\bsay\([a-z]+ (?:===? '[a-z]+' )?\? '([a-z.-]+)' : '[a-z.-]+'/gu, ''],
  [/\bsay\([^?)]*\? '[a-z.-]+' : '([a-z.-]+)'/gu, ''],
  [/'((?:why|console|proof|step|check|summary|whoami)\.[a-z-]+)'/gu, ''],
  [/\bbutton\('([a-z-]+)'/gu, 'button.'],
  [/\bwarning\('([a-z-]+)'/gu, 'warning.'],
  [/\brefuse\('([a-z][a-z-]*)'/gu, 'refused.'],
  [/\bwrong\('([a-z][a-z-]*)'/gu, 'wrong.'],
];
const madeBy = ([pattern, prefix]: (typeof WAYS)[number]): readonly string[] =>
  [...SOURCES.matchAll(pattern)].map((match) => `${prefix}${match[1]}`);
const MADE = WAYS.flatMap(madeBy);

test.each([...new Set(MADE)].sort())('%s is worded', (id) => {
  expect(isWorded(id, 'en')).toBe(true);
});

test('each pattern above still finds messages in the sources', () => {
  expect(WAYS.filter((way) => madeBy(way).length === 0)).toEqual([]);
  expect(MADE.length).toBeGreaterThan(120);
});

/** Codes of what goes wrong on a machine: refusals, errors and verdicts in the folders that cards report on. */
const CODES = [
  ...MACHINE_SOURCES.matchAll(
    /(?:\b(?:refuse|no|notMet|notAs|strange|CertopsError|problem)\(\s*|\bserviceError\([a-z]+, [a-z]+, |\bcode: |\?\? |\[\d+, )'([A-Z]+[a-z][A-Za-z]+)'/gu,
  ),
].flatMap((match) => match[1] ?? []);

test.each([...new Set(CODES)].sort())('%s has a sentence, and another that says what to do', (code) => {
  expect([isWorded(`error.${code}`, 'en'), isWorded(`error.${code}.todo`, 'en')]).toEqual([true, true]);
});

test('nothing is worded twice', () => {
  const ids = Object.values(TABLES.en).flatMap((table) => Object.keys(table));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

/**
 * What stands in the sources as a whole id, or as a piece of one: `refuse('closed')`, `{ closed: ... }`,
 * `progress.${stage}`, `${id}.title`. Gathered once: a thousand ids, each searched for in all sources, take a minute.
 */
const TOLD = new Set([
  ...[...TELLERS.matchAll(/'([\w.-]+)(?=('?))/gu)].flatMap(([, begun = '', end]) => [
    ...(end === '' ? [] : [begun]),
    ...dotsIn(begun).map((at) => begun.slice(0, at)),
  ]),
  ...[...TELLERS.matchAll(/([\w.-]+)'/gu)].flatMap(([, ended = '']) => dotsIn(ended).map((at) => ended.slice(at + 1))),
  ...[...TELLERS.matchAll(/ ([\w.-]+):/gu)].flatMap(([, name = '']) => [name]),
]);

function dotsIn(text: string): readonly number[] {
  return [...text.matchAll(/\./gu)].map(({ index }) => index);
}

const isTold = (id: string): boolean => {
  const whole = id.replace(/\.(?:title|detail|todo|failed)$/u, '');
  return TOLD.has(whole) || TOLD.has(whole.slice(whole.indexOf('.') + 1));
};

test('no unused wording is left over', () => {
  const ids = Object.values(TABLES.en).flatMap((table) => Object.keys(table));
  expect(ids.filter((id) => !isTold(id))).toEqual([]);
});

test('an id without wording shows its code, and missing data crash nothing', () => {
  expect(say({ id: 'row.new-in-2030', data: { code: 'DiskOnFire' } }, 'en')).toBe('DiskOnFire');
  expect(say({ id: 'progress.polish', data: {} }, 'en')).toBe('polish');
  expect(say({ id: 'toString', data: {} }, 'en')).toBe('toString');
  for (const id of wordedIds('en')) expect(typeof say({ id, data: {} }, 'en')).toBe('string');
  for (const id of wordedIds('en')) expect(say({ id, data: { code: 'constructor' } }, 'en')).not.toContain('native');
});

test('a machine with both roles is said to be followed by its own worker, not by itself', () => {
  const data = { request: 'rotate-master', master: 'sqlm01', port: 8391, canary: [], rest: ['sqlm01'] };
  const told = (language: 'en' | 'zh-CN') => say({ id: 'plan.cutover-what', data }, language);
  expect(told('en')).toBe('sqlm01: port 8391, settings, restart. Then its own worker.');
  expect(told('zh-CN')).toBe('sqlm01：端口 8391、配置、重启。随后是本机的 Worker。');
});

test('in Chinese, the only possible reviewer is not called one of several, and a refusal is not its own reason', () => {
  const said = (id: string, data: object) =>
    say({ id, data: { id: 'prod-1', dueDay: '2026-11-27', ...data } }, 'zh-CN');
  const late = (names: readonly string[]) => said('told.review-late', { names });
  expect(late(['Wei Zhang'])).toContain('可由 Wei Zhang 复核。');
  expect(late(['Wei Zhang', '张伟'])).toContain('中的一位复核。');
  expect(said('status.review', { names: ['Wei Zhang'], late: false })).toMatch(/：Wei Zhang。$/u);
  expect(said('told.review', { names: ['Wei Zhang'], by: 'Mei Lin' })).toContain('请 Wei Zhang 查看其卡片');
  const refused = said('refused.may-not-review', { asked: false, others: ['Wei Zhang'] });
  expect(refused).toBe('prod-1 须由他人复核。Wei Zhang 可以。');
});

test('a refusal from a machine names the machine and says what its code means', () => {
  const told = say({ id: 'refused.ServiceDisabled', data: { host: 'sqlw03' } }, 'en');
  expect(told).toBe('sqlw03: its service is disabled.');
});

test('nobody is told that nothing can be decided any more on a rotation that is approved but not over', () => {
  const told = (outcome: string, language: 'en' | 'zh-CN') =>
    say({ id: 'refused.closed', data: { id: 'prod-2', outcome, by: 'Tom Becker', at: null } }, language);
  expect(told('approved', 'en')).toBe(
    'prod-2 was approved already by Tom Becker: it needs no more approvals. Its card says what can still be done.',
  );
  expect(told('approved', 'zh-CN')).toBe('prod-2 早已批准（Tom Becker），不再需要批准。还能做什么，请看其卡片。');
  expect(told('withdrawn', 'en')).toContain('Nothing can be decided there any more.');
  expect(told('withdrawn', 'zh-CN')).toContain('不能再作决定。');
});

test("details of an error are given once, with times as people write them and labels in the reader's language", () => {
  const detail = (code: string, data: object, language: 'en' | 'zh-CN') =>
    say(
      { id: 'why.host.detail', data: { host: 'sqlw02', code, data: { ...data } } },
      language,
      undefined,
      'Asia/Shanghai',
    );
  const kept = { until: '2026-12-09T10:00:00.000Z' };
  expect(detail('GraceNotOver', kept, 'en')).toBe('Until 9 Dec 2026, 18:00 UTC+8. Code GraceNotOver.');
  expect(detail('GraceNotOver', kept, 'zh-CN')).toBe('至 2026年12月9日 18:00 UTC+8。代码 GraceNotOver。');
  expect(detail('FactsMoved', { fact: 'state' }, 'en')).toBe('Code FactsMoved.');
  const gone = { thumbprint: '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498', store: 'Root' };
  expect(detail('OldCertificateGone', gone, 'zh-CN')).toBe(
    '指纹 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498，存储 Root。代码 OldCertificateGone。',
  );
  expect(detail('ServiceDisabled', { service: 'SSISScaleOutWorker160' }, 'en')).toBe(
    'Service SSISScaleOutWorker160. Code ServiceDisabled.',
  );
});

test("a message is in its reader's language and time zone, which it names", () => {
  const message = { id: 'status.silent', data: { host: 'sqlw02', at: '2026-11-24T14:31:00.000Z' } };
  expect(say(message, 'en', undefined, 'Europe/Madrid')).toBe(
    'sqlw02: its runner was last heard on 24 Nov 2026, 15:31 UTC+1. See whether it runs.',
  );
  expect(say(message, 'zh-CN', undefined, 'Asia/Shanghai')).toBe(
    'sqlw02：最后一次收到其 runner 的消息是 2026年11月24日 22:31 UTC+8。请查看它是否在运行。',
  );
  expect(say(message, 'en')).toContain('24 Nov 2026, 14:31 UTC.');
});

test('the reader of a notice escapes the data, not our own bold', () => {
  const message = { id: 'whoami.you', data: { name: '**Eve**', id: 'eve', groups: [], timeZone: 'UTC' } };
  expect(say(message, 'en', (text) => text.replaceAll('*', '\\*'))).toBe(
    'You are **\\*\\*Eve\\*\\***: eve in the farm file, time zone UTC.',
  );
  expect(say(message, 'en')).toContain('You are **Eve**: eve');
});

/** Where people are addressed. What is there for programs, logs or readers of the code is left out. */
const SPEAKING = ['cards', 'adapters/slack', 'adapters/teams', 'adapters/web', 'src/app/bot'].map(path.normalize);
/** Sentences that no message has: the console's own page, and the reasons for permissions, which the manual prints. */
const NOT_MESSAGES = [
  'adapters/web/errors.ts',
  'adapters/web/errors.ts',
  'adapters/web/server.ts',
  'adapters/slack/scopes.ts',
].map(path.normalize);

const withoutRemarks = (code: string): string =>
  code
    .replace(/\/\*[\s\S]*?\*\//gu, '')
    .replace(/(^|\s)\/\/.*$/gmu, '$1')
    .replace(/\blog\.\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/gu, '')
    .replace(/\b(?:warn|super)\(['`][^'`]*['`]\)|\breason: ['`][^'`]*['`]/gu, '');
const TEXTS = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`/gu;

test('no sentence stands outside the wording files, in either language', () => {
  const found = SPEAKING.flatMap(tsFilesUnder)
    .filter((file) => !isWording(file) && !NOT_MESSAGES.includes(file))
    .flatMap((file) =>
      [...withoutRemarks(readFileSync(file, 'utf8')).matchAll(TEXTS)]
        .map(([, single, double, template]) => (single ?? double ?? template ?? '').replace(/\$\{[^}]*\}/gu, ' '))
        .filter((text) => /[a-z]{2,} [a-z]{2,} [a-z]{2,}|\p{Script=Han}/iu.test(text))
        .map((text) => `${file}: ${text}`),
    );
  expect(found).toEqual([]);
});

test("a tool's exit code is given in hexadecimal if it is an HRESULT, as people look it up, otherwise as a number", () => {
  const told = (code: number, locale: 'en' | 'zh-CN'): string => {
    const data = { store: 'Root', code };
    return say({ id: 'why.host.detail', data: { host: 'sqlm01', code: 'CertificateImportFailed', data } }, locale);
  };
  expect(told(0x80070070, 'en')).toBe('Store Root, code 0x80070070. Code CertificateImportFailed.');
  expect(told(0x80070070, 'zh-CN')).toContain('返回码 0x80070070');
  expect(told(1069, 'en')).toContain('code 1069.');
});

test.each([
  ['netsh', '\n SSL 证书绑定:\n ---', 'SSL 证书绑定'],
  [
    'certutil',
    'Root "Trusted Root"\nCertUtil: -importPFX command FAILED: 0x80070005 (WIN32: 5)\nAccess is denied.',
    '-importPFX command FAILED: 0x80070005 (WIN32: 5)',
  ],
  ['sc', '[SC] StartService FAILED 1053:\n\nThe service did not respond.\n', 'The service did not respond'],
  ['reg', `ERROR: ${'x'.repeat(300)}`, `${'x'.repeat(153)}…`],
])(
  'what %s printed is quoted beside the code in one line: a report with the bare code helps nobody',
  (tool, output, line) => {
    const data = { tool, why: 'shape', output };
    const told = (locale: 'en' | 'zh-CN') =>
      say({ id: 'why.host.detail', data: { host: 'sqlm01', code: 'ToolOutputNotUnderstood', data } }, locale);
    expect(told('en')).toMatch(/, printed ".*"\. Code ToolOutputNotUnderstood\.$/u);
    expect(told('en')).toContain(line);
    expect(told('zh-CN')).toContain(`${line}”。代码`);
  },
);

test.each([
  ['validate.teams-channel', { channel: 'SQL Ops', members: 1 }, 'with 1 member.'],
  ['wrong.use-not-a-thumbprint', { said: 'a', digits: 1 }, 'has 1 hexadecimal digit,'],
])('a count of one is told in the singular: %s', (id, data, words) => {
  expect(say({ id, data }, 'en')).toContain(words);
});

test.each(['en', 'zh-CN'] as const)(
  'a SHA-256 fingerprint in place of a thumbprint is told as such in %s',
  (language) => {
    const told = (digits: number): string =>
      say({ id: 'wrong.use-not-a-thumbprint', data: { said: '3BD91B1E', digits } }, language);
    for (const words of ['64', '40', 'SHA-256', 'SHA-1']) expect(told(64)).toContain(words);
    expect(told(39)).not.toContain('SHA');
  },
);

/** What a sentence says about a worker and its master where one machine is both. */
const ONE = {
  ...{
    id: 'prod-1',
    farm: 'prod',
    by: 'Mei',
    host: 'sqlm01',
    hosts: ['sqlm01'],
    master: 'sqlm01',
    masters: ['sqlm01'],
  },
  ...{ request: 'rotate-worker', thumbprint: 'A'.repeat(40), presented: 'A'.repeat(40), pinned: 'B'.repeat(40) },
  ...{ code: 'WorkerSharesMasters', data: { host: 'sqlm01', master: 'sqlm01' } },
  ...{ of: null, madeBy: null, notAfter: null, ended: true, since: '2026-11-24T14:31:00Z', workers: 1, both: true },
};
const NAMED_ONCE = [
  ...['plan.about', 'plan.contain-what', 'plan.prepare-what', 'reconnect.about', 'reminder.cost-worker'],
  ...['proof.kept', 'proof.in-line', 'proof.contained', 'why.refused'],
  ...['told.out-of-line', 'told.in-line', 'told.apart', 'told.connected'],
];
const ALONE = NAMED_ONCE.flatMap((id) => (['en', 'zh-CN'] as const).map((language) => [id, language] as const));

test.each(ALONE)('%s in %s names a machine that is master and worker once', (id, language) => {
  expect(say({ id, data: ONE }, language).match(/sqlm01/gu)).toHaveLength(1);
});

test('a machine that is master and worker is told of as one', () => {
  const said = ['plan.about', 'plan.contain-what', 'proof.kept', 'reminder.cost-worker'].map((id) =>
    say({ id, data: ONE }, 'en'),
  );
  expect(said).toEqual([
    'prod-1 · sqlm01, master and worker · asked by Mei',
    'The master on sqlm01 no longer trusts the present certificate of its own worker, and restarts.',
    'sqlm01: new certificate in use, accepted by its own master.',
    'The master on sqlm01 refuses its own worker, which runs no package.',
  ]);
});
