import { cardPen, markdownPen } from '../../cards/pen.ts';
import { isWorded, sayWith, TABLES } from '../../cards/wording/index.ts';
import type { Line } from '../../cards/wording/line.ts';
import { samplesOf, watched } from './samples.ts';

type Language = keyof typeof TABLES;

const idsOf = (language: Language): string[] => Object.values(TABLES[language]).flatMap((table) => Object.keys(table));
const LINES: { readonly [language in Language]: { readonly [id: string]: Line<object> } } = {
  en: Object.assign({}, ...Object.values(TABLES.en)),
  'zh-CN': Object.assign({}, ...Object.values(TABLES['zh-CN'])),
};
const BOTH = idsOf('en').filter((id) => Object.hasOwn(LINES['zh-CN'], id));

const pen = markdownPen({ language: 'zh-CN', timeZone: 'Asia/Shanghai' }, (text) => text);
const told = (language: Language, id: string, data: Parameters<typeof watched>[0]): string =>
  LINES[language][id]?.(watched(data).data, pen) ?? '';

/** Everything that each message can say in Chinese. */
const SAYINGS: readonly (readonly [string, string])[] = BOTH.flatMap((id) => {
  const said = samplesOf(id).map((data) => told('zh-CN', id, data));
  return [...new Set(said)].map((one) => [id, one] as const);
});
const wrong = (isWrong: (said: string) => unknown): readonly (readonly [string, string, unknown])[] =>
  SAYINGS.flatMap(([id, said]) => {
    const found = isWrong(said);
    return found === null || found === false ? [] : [[id, said, found] as const];
  });

test('each message is worded in both languages, once in each', () => {
  const [en, zh] = [idsOf('en'), idsOf('zh-CN')];
  expect({ missing: en.filter((id) => !zh.includes(id)), extra: zh.filter((id) => !en.includes(id)) }).toEqual({
    missing: [],
    extra: [],
  });
  expect([new Set(en).size, new Set(zh).size]).toEqual([en.length, zh.length]);
});

test('each message uses the same data in both languages', () => {
  const fieldsOf = (language: Language, id: string): string => {
    const read = new Set<string>();
    for (const sample of samplesOf(id)) {
      const watch = watched(sample);
      LINES[language][id]?.(watch.data, pen);
      for (const name of watch.read) read.add(name);
    }
    return [...read].sort().join();
  };
  const fields = BOTH.map((id) => [id, fieldsOf('en', id), fieldsOf('zh-CN', id)]);
  expect(fields.filter(([, en, zh]) => en !== zh)).toEqual([]);
});

/**
 * What stays as it is: names of products and their parts, of settings and keys in files, and whatever the samples hold.
 */
const TERMS = [
  ...[
    'OOM',
    'NOPERM',
    'READONLY',
    'MISCONF',
    'NOREPLICAS',
    'SOMETHING',
    'maxmemory',
    'min-replicas-to-write',
    'REDIS_URL',
  ],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
  ...['SSIS', 'Scale Out', 'Master', 'Worker', 'Redis', 'Windows', 'Slack', 'Teams', 'TLS', 'TCP', 'RSA', 'SHA-256'],
  ...['SYSTEM', 'Administrators', 'Root', 'My', 'MasterSettings', 'WorkerSettings', 'SSLCertThumbprint', 'UTC'],
  ...['MasterHttpsCertThumbprint', 'MasterEndpoint', 'SSISScaleOutMaster', 'SSISScaleOutWorker', 'SslBindingInfo'],
  ...[
    'SSISDB',
    'go-sqlcmd',
    'sqlcmd',
    'sqlcmdFolder',
    'runner.json',
    'trustSqlServerCertificate',
    'SQL Server',
    'SqlServerName',
  ],
  ...[
    'MasterSettings.config',
    'ssis_logreader',
    'System32',
    'appid',
    'cer',
    'netsh',
    'certutil',
    'runner',
    'STOP',
    'overrides',
    'roles',
    'master',
    'endpoint',
  ],
  ...['gap.limit', 'certificate.extraNames', 'approval.approvers', 'accounts', 'people', 'because', 'ID', 'FARM'],
  ...['REASON', 'WORD', 'slack.app', 'slack.workspaces', 'slack.enterprises', 'teams.app', 'teams.tenant', 'Entra'],
  ...['OAuth & Permissions', 'Bot User OAuth Token', 'xoxb', 'Basic Information', 'Socket Mode', 'connections:write'],
  ...[
    '/invite @certops',
    'node runner.mjs resume',
    'node runner.mjs',
    'certops',
    'Microsoft Entra',
    'TEAMS_APP_PASSWORD',
    'TEAMS_APP_PASSWORD_ENDS',
    'URL',
    'HTTP',
  ],
  ...['Ana Ruiz', 'Tom Becker', 'Mei Lin', 'Wei Zhang', 'prod', 'test', 'wei', 'mei', 'dba', 'sql', 'CORP', 'svc'],
  ...['FOO', 'status', 'exit', 'STOPPED', 'Asia/Shanghai', 'web', 'teams', 'slack', 'CHG', 'polish', 'certhash'],
  ...['until', 'TIME', 'tomorrow', 'days', 'Europe/Berlin', 'owner'],
  ...['DNS', 'LocalMachine\\\\Root', 'MasterSettings.config', 'WorkerSettings.config'],
  ...['at', 'now', 'next-window', 'ticket', 'TICKET', 'CHG0012345'],
  ...['keys', '--peer', '--master', '--farm-file', 'FILE', 'ed25519'],
  ...['use', 'THUMBPRINT', 'PFX', 'CA', 'serverAuth', 'allowedCertificates', 'LocalMachine'],
  ...[
    'hosts',
    'all',
    'StoreName',
    'StoreLocation',
    'WORKER',
    'HOST',
    'certutil -store',
    'in',
    'leave',
    'behind',
    'NAME',
    'compromised',
    'review',
    'SENTENCE',
    'gap.leaveBehind',
    'notify',
    'masterService',
    'workerService',
    'masterFolder',
    'workerFolder',
    'addresses',
  ],
];
const COMMANDS =
  /(?:\/ssis |\bcertops |\b)(?:rotate-master|rotate-worker|reconnect|retire|rollback|plan|status|certs|runners|reminders|freeze|unfreeze|show|stop|resolve|whoami|help|validate|redis acl|bot)\b/gu;
const THUMBPRINTS = /\b[0-9A-F]{6}(?:…[0-9A-F]{4}|[0-9A-F]{34})/gu;

const withoutTerms = (said: string): string =>
  [...TERMS]
    .sort((a, b) => b.length - a.length)
    .reduce(
      (text, term) => text.replaceAll(new RegExp(`(?<![A-Za-z])${term.replaceAll('.', '\\.')}(?![A-Za-z])`, 'gu'), ''),
      said
        .replace(/`[^`]*`|--bot-key|\b(?:sqlm|sqlw)\d+\b/gu, '')
        .replace(COMMANDS, '')
        .replaceAll('/ssis', '')
        .replace(THUMBPRINTS, '')
        .replace(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/gu, (code) => (isWorded(`error.${code}`, 'en') ? '' : code)),
    );

test('no English is left in the Chinese texts', () => {
  expect(wrong((said) => withoutTerms(said).match(/[A-Za-z]{2,}/gu))).toEqual([]);
});

test('in a card of Teams, which draws no code, no command stands in backticks, and what people typed keeps its own', () => {
  const card = cardPen({ language: 'en', timeZone: 'UTC' }, 500);
  const data = { host: 'sqlw02', code: 'ServiceNotRunning', stage: null, step: null, data: { found: '`a`' } };
  const way = sayWith({ id: 'why.host.todo', data }, 'en', card);
  expect(way).toContain(' sc qfailure shows');
  expect(sayWith({ id: 'why.denied', data: { by: 'Tom', reason: 'C:\\`dir`\\' } }, 'en', card)).toContain(
    'C:\\\\\\`dir\\`\\\\',
  );
});

test('English has one kind of apostrophe, and one of quotation marks', () => {
  const said = BOTH.flatMap((id) => samplesOf(id).map((data) => [id, told('en', id, data)] as const));
  expect(said.filter(([, words]) => /[‘’“”]/u.test(words))).toEqual([]);
});

test('a message is empty in Chinese exactly where it is empty in English', () => {
  const empty = BOTH.filter((id) =>
    samplesOf(id).some((data) => (told('en', id, data) === '') !== (told('zh-CN', id, data) === '')),
  );
  expect(empty).toEqual([]);
});

test('Chinese uses its own punctuation, and has no spaces between its characters', () => {
  expect(wrong((said) => said.match(/\p{Script=Han}[,;:!?()]|[,;!?()]\p{Script=Han}/u))).toEqual([]);
  expect(wrong((said) => said.match(/\p{Script=Han} \p{Script=Han}/u))).toEqual([]);
  expect(wrong((said) => said.match(/[，。；：、？（）] (?![·*])|(?<![\w·]) [，。；：、？（）]/u))).toEqual([]);
  expect(wrong((said) => said.match(/[。，；：]{2}|undefined|null|NaN|\[object/u))).toEqual([]);
});

/** CommonMark's flanking rule: between Chinese characters and punctuation, text meant to be bold easily is not. */
const opens = (before: string, inside: string): boolean =>
  /^\S/u.test(inside) && (!/^[\p{P}\p{S}]/u.test(inside) || before === '' || /[\s\p{P}\p{S}]$/u.test(before));
const closes = (inside: string, after: string): boolean =>
  /\S$/u.test(inside) && (!/[\p{P}\p{S}]$/u.test(inside) || after === '' || /^[\s\p{P}\p{S}]/u.test(after));

test('what is marked bold in Chinese is parsed as bold', () => {
  const broken = (said: string): boolean => {
    const parts = said.split('**');
    if (parts.length % 2 === 0) return true;
    return parts.some((inside, at) => {
      if (at % 2 === 0) return false;
      return !opens(parts[at - 1] ?? '', inside) || !closes(inside, parts[at + 1] ?? '');
    });
  };
  expect(wrong(broken)).toEqual([]);
});
