import { inTable } from '../../../src/domain/in-table.ts';
import type { HourCount, Unseen, UnseenCode } from '../../../src/domain/machine/ssisdb.ts';
import { readHours, readState, type StateSeen } from '../../../src/domain/machine/ssisdb-answer.ts';
import { isRefusal, type Refusal } from '../../../src/domain/values.ts';
import { cut, linesOf, notUnderstood } from './text.ts';

/** What STATE_QUERY answered. Throws `ToolOutputNotUnderstood`. */
export const parseState = (output: string): StateSeen => documentOf(output, readState);

/** What HOURS_QUERY answered. Throws `ToolOutputNotUnderstood`. */
export const parseHours = (output: string): readonly HourCount[] => documentOf(output, readHours);

/** sqlcmd wraps a document near 2,033 characters; JSON on one line has no line breaks of its own. */
function documentOf<T>(output: string, read: (text: string) => T | Refusal): T {
  const text = firstObject(output.replace(/[\r\n]/gu, ''));
  if (text === null) throw notUnderstood('sqlcmd', 'no whole JSON document', output);
  const answer = read(text);
  if (isRefusal(answer)) throw notUnderstood('sqlcmd', String(answer.data.path ?? answer.code), output);
  return answer;
}

/** From the first brace to the one that closes it: messages of the server may come before and after. */
function firstObject(text: string): string | null {
  const from = text.indexOf('{');
  let depth = 0;
  let inText = false;
  for (let at = from; from >= 0 && at < text.length; at += 1) {
    const character = text[at];
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (!inText && character === '{') depth += 1;
    else if (!inText && character === '}') depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  return null;
}

/**
 * `Msg 208, Level 16, State 1, ...`: three words, each with a number, in any language and with its commas. In the wrong
 * code page a letter may have become something else.
 */
const MESSAGE = /^[^\s\d]+ (\d{1,6})[,\uff0c\u3001] ?[^\s\d]+ \d{1,2}[,\uff0c\u3001] ?[^\s\d]+ \d{1,3}\b/u;

const BY_NUMBER: { readonly [number: string]: UnseenCode } = {
  '207': 'no-catalog',
  '208': 'no-catalog',
  // no SELECT permission: on a table, on a column
  '229': 'no-role',
  '230': 'no-role',
  '911': 'no-catalog',
  // logged in, but not a user of this database
  '916': 'no-catalog',
  // not recovered, single-user, damaged, being restored, offline, other version, in transition, mirror
  '921': 'no-catalog',
  '922': 'no-catalog',
  '924': 'no-catalog',
  '926': 'no-catalog',
  '927': 'no-catalog',
  '942': 'no-catalog',
  '945': 'no-catalog',
  '946': 'no-catalog',
  '948': 'no-catalog',
  '952': 'no-catalog',
  '954': 'no-catalog',
  '955': 'no-catalog',
  // availability group: a replica that may not be read, or no quorum
  '976': 'no-catalog',
  '978': 'no-catalog',
  '979': 'no-catalog',
  '982': 'no-catalog',
  '983': 'no-catalog',
  '988': 'no-catalog',
  '4060': 'no-catalog',
  // only administrators are let in, as during an upgrade: nothing is wrong with the login
  '18401': 'sqlcmd-refused',
  '18451': 'sqlcmd-refused',
  '18461': 'sqlcmd-refused',
  // untrusted domain, unknown, disabled, locked, password expired or to be changed
  '18452': 'login-refused',
  '18456': 'login-refused',
  '18470': 'login-refused',
  '18486': 'login-refused',
  '18487': 'login-refused',
  '18488': 'login-refused',
};

/** Error 18456, which the drivers report without its number: the wording of Microsoft's page on it in each language. */
const LOGIN_FAILED = new RegExp(
  // Strings rather than a regex literal: a bundle can write those with one byte a character.
  [
    '\\blogin failed\\b',
    '\\b18456\\b',
    'bei der Anmeldung f',
    'ouverture de session de l.utilisateur',
    'inicio de sesi.n del usuario',
    'accesso non riuscito',
    'falha de logon',
    'ошибка входа пользователя',
    'oturum açılamadı',
    '登录失败',
    '登入失敗',
    'ログインできません',
    'ログインに失敗',
    '로그인하지 못했',
  ].join('|'),
  'iu',
);

const [OPENED, CLOSED] = ['["\'\u2018-\u201f\u00ab\u300c]\\s?', '["\'\u2018-\u201f\u00bb\u300d]'];
/** Part of a quoted name, such as a domain or an account. */
const PART = '[^\\\\/:"\'\u2018-\u201f\\n]{1,64}?';

/**
 * The same in every other language, by the account that is refused: a machine's or one of Windows' own,
 * `'CORP\\SQLM01$'`, `'NT AUTHORITY\\SYSTEM'`. Not a file or a named instance, and not in a message with a number,
 * which may name anybody.
 */
const SOMEBODY = new RegExp(
  `${OPENED}(?:${PART}\\\\${PART}\\$|(?:${PART} NT|NT ${PART}|NT-AUTORIT[^ -]+)\\\\${PART})${CLOSED}`,
  'u',
);

/** What a server says about itself after a failed login: it is being upgraded, or in single-user mode. */
const OF_ITSELF = /\bReason: Server is in\b/iu;

/** A login or a query that timed out, as Microsoft's drivers say it in each of their languages. */
const TIMED_OUT = new RegExp(
  [
    'time-?out',
    'timed out',
    'due to delay in',
    'deadline exceeded',
    'd.lai (?:d.attente|d.expiration)',
    'tiempo de espera',
    'tempo limite',
    'время ожидания',
    'zaman aşımı',
    'limit czasu',
    '超时',
    '逾時',
    'タイムアウト',
    '시간이? ?(?:제한|초과|만료)',
  ].join('|'),
  'iu',
);

/**
 * What TLS says about a certificate, in the languages of Windows: its chain, or a name that it does not have. Not what
 * it says about versions and ciphers that the two sides do not share: trusting the certificate would not cure that.
 */
const ABOUT_CERTIFICATE = new RegExp(
  `\\b(?:SSL|TLS)\\b.*(?:${[
    'certif',
    'zertifi',
    'сертифи',
    'sertifika',
    'certyfik',
    'tanúsítvány',
    'varmen',
    'πιστοποιη',
    'אישור',
    'شهاد',
    '证书',
    '憑證',
    '証明書',
    '인증서',
    'principal',
    'prinzipal',
    'имя',
    'nazwa',
    '이름',
    '目标主',
    '目標主',
    'プリンシパル',
  ].join('|')})`,
  'iu',
);

/**
 * The same by its number, which older drivers add (SEC_E_UNTRUSTED_ROOT, CERT_UNKNOWN, CERT_EXPIRED; 0x800B are all
 * about certificates). Not the number of a wrong name, 0x80090322, which Kerberos has too.
 */
const CERTIFICATE_NUMBER = /\bHResult 0x(?:800b[0-9a-f]{4}|800903(?:25|27|28))\b/iu;

/**
 * Nobody answers, or a firewall is in between. In other languages drivers translate the word beside TCP
 * (`TCP-Anbieter:`, `Fournisseur TCP :`), and everything they say about pipes, shared memory and instances except the
 * number at its end: `[53]`, `[xFFFFFFFF]`.
 */
const NOT_REACHED = /\bTCP\b[^:\uff1a\n]{0,40}[:\uff1a]|\[(?:\d{1,5}|x[0-9A-F]{8})\]/u;

/** For the sqlcmd written in Go, whose driver is a different one and speaks only English. */
const GO_FOUND_NOBODY = /\bdial tcp\b|\bunable to open tcp connection\b|\bSql Server Browser\b|\bno such host\b/iu;

/**
 * By what the drivers leave untranslated where that is enough, else by their wording; the first match counts. A server
 * that cannot be reached is reported with a login that timed out as well.
 */
const BY_WORDS: readonly (readonly [UnseenCode, RegExp])[] = [
  [
    'sqlcmd-version',
    /['"\u201e\u201c\u00ab]\s?-\?\s?['"\u201c\u201d\u00bb]|\bunknown (?:option|(?:shorthand )?flag)\b/iu,
  ],
  ['certificate-not-trusted', ABOUT_CERTIFICATE],
  ['certificate-not-trusted', CERTIFICATE_NUMBER],
  ['server-away', GO_FOUND_NOBODY],
  ['sqlcmd-slow', /\b0x(?:00000)?102\b|\[258\]/iu],
  ['server-away', NOT_REACHED],
  ['sqlcmd-slow', TIMED_OUT],
  ['no-catalog', /\bSSISDB\b|['"\u201e\u201c\u00ab]\s?catalog\./u],
  ['sqlcmd-refused', OF_ITSELF],
  ['login-refused', LOGIN_FAILED],
  // 0x8009 are errors of TLS and Kerberos, from a server that does answer
  ['server-away', /\bHResult 0x(?!8009)/iu],
];

/** Roles that can see everything we ask for. */
const ROLES = ['ssis_logreader', 'ssis_cluster_executor'];

/** Why sqlcmd said no. */
export function refusalOf(output: string): Unseen {
  const number = linesOf(output).flatMap((each) => MESSAGE.exec(each)?.[1] ?? [])[0];
  const byNumber = number === undefined ? undefined : inTable(BY_NUMBER, number);
  const byWords = byNumber ?? BY_WORDS.find(([, words]) => words.test(output))?.[0];
  const isLogin = number === undefined && SOMEBODY.test(output);
  const code = byWords ?? (isLogin ? 'login-refused' : 'sqlcmd-refused');
  return { code, data: { output: cut(output), ...(code === 'no-role' ? { roles: ROLES } : {}) } };
}
