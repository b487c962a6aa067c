import { inTable } from '../../../src/domain/in-table.ts';
import type { HourCount, Unseen, UnseenCode } from '../../../src/domain/machine/ssisdb.ts';
import { readHours, readState, type StateSeen } from '../../../src/domain/machine/ssisdb-answer.ts';
import { isRefusal, type Refusal } from '../../../src/domain/values.ts';
import { cut, linesOf, notUnderstood } from './text.ts';

/** What STATE_QUERY answered. Throws `ToolOutputNotUnderstood`. */
export const parseState = (output: string): StateSeen => documentOf(output, readState);

/** What HOURS_QUERY answered. Throws `ToolOutputNotUnderstood`. */
export const parseHours = (output: string): readonly HourCount[] => documentOf(output, readHours);

/** sqlcmd breaks a document near 2,033 characters; nothing of JSON stands across lines by itself. */
function documentOf<T>(output: string, read: (text: string) => T | Refusal): T {
  const text = firstObject(output.replace(/[\r\n]/gu, ''));
  if (text === null) throw notUnderstood('sqlcmd', 'no whole JSON document', output);
  const answer = read(text);
  if (isRefusal(answer)) throw notUnderstood('sqlcmd', String(answer.data.path ?? answer.code), output);
  return answer;
}

/** From the first brace to the one that closes it: messages of the server may stand before and behind. */
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
 * `Msg 208, Level 16, State 1, ...`: three numbers after three words, in any language and with its commas. In the wrong
 * code page a letter of theirs may be none.
 */
const MESSAGE = /^[^\s\d]+ (\d{1,6})[,\uff0c\u3001] ?[^\s\d]+ \d{1,2}[,\uff0c\u3001] ?[^\s\d]+ \d{1,3}\b/u;

const BY_NUMBER: { readonly [number: string]: UnseenCode } = {
  '207': 'no-catalog',
  '208': 'no-catalog',
  // may not select: a table, a column
  '229': 'no-role',
  '230': 'no-role',
  '911': 'no-catalog',
  // logged on, and no user there
  '916': 'no-catalog',
  // not recovered, in use by one, damaged, in a restore, offline, of another version, changing, a mirror
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
  // of an availability group: a replica that nobody may read, or no quorum
  '976': 'no-catalog',
  '978': 'no-catalog',
  '979': 'no-catalog',
  '982': 'no-catalog',
  '983': 'no-catalog',
  '988': 'no-catalog',
  '4060': 'no-catalog',
  // administrators alone are let in, as while it is being upgraded: no login is missing
  '18401': 'sqlcmd-refused',
  '18451': 'sqlcmd-refused',
  '18461': 'sqlcmd-refused',
  // of another domain, unknown, disabled, locked, its password has ended or must be changed
  '18452': 'login-refused',
  '18456': 'login-refused',
  '18470': 'login-refused',
  '18486': 'login-refused',
  '18487': 'login-refused',
  '18488': 'login-refused',
};

/** Error 18456, which the drivers tell without its number: Microsoft's page of it in each of its languages. */
const LOGIN_FAILED = new RegExp(
  // As text, which a bundle can write in one byte a character.
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
/** Of a quoted name. */
const PART = '[^\\\\/:"\'\u2018-\u201f\\n]{1,64}?';

/**
 * The same in every other language: whom it refuses stands there as Windows calls a machine or what is its own,
 * `'CORP\\SQLM01$'`, `'NT AUTHORITY\\SYSTEM'`. Neither a file, nor a named instance, nor a message that has a number,
 * which may name anybody.
 */
const SOMEBODY = new RegExp(
  `${OPENED}(?:${PART}\\\\${PART}\\$|(?:${PART} NT|NT ${PART}|NT-AUTORIT[^ -]+)\\\\${PART})${CLOSED}`,
  'u',
);

/** What a server says of itself behind that a login failed: it is being upgraded, or lets in a single user. */
const OF_ITSELF = /\bReason: Server is in\b/iu;

/** What ran out of its time, of a login or a question, as Microsoft's drivers say it in each of their languages. */
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
 * What TLS says of a certificate, by Windows in its own languages: its chain, or a name that it does not have. Not what
 * it says of versions and ciphers that the two do not share: no trust would mend that.
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
 * The same by its number, which older drivers tell with it (SEC_E_UNTRUSTED_ROOT, CERT_UNKNOWN, CERT_EXPIRED; 0x800B
 * are all about certificates). Not that of a wrong name, 0x80090322, which Kerberos has too.
 */
const CERTIFICATE_NUMBER = /\bHResult 0x(?:800b[0-9a-f]{4}|800903(?:25|27|28))\b/iu;

/**
 * Nobody there, or nobody who is let through. Drivers in other languages translate the word beside TCP
 * (`TCP-Anbieter:`, `Fournisseur TCP :`), and all that they say of pipes, shared memory and instances but the number at
 * its end: `[53]`, `[xFFFFFFFF]`.
 */
const NOT_REACHED = /\bTCP\b[^:\uff1a\n]{0,40}[:\uff1a]|\[(?:\d{1,5}|x[0-9A-F]{8})\]/u;

/** Of the sqlcmd that is written in Go, whose driver is another and speaks English only. */
const GO_FOUND_NOBODY = /\bdial tcp\b|\bunable to open tcp connection\b|\bSql Server Browser\b|\bno such host\b/iu;

/**
 * By what the drivers leave untranslated where that is enough, else by their words; the first that fits. A server that
 * cannot be reached is told of with a login that timed out as well.
 */
const BY_WORDS: readonly (readonly [UnseenCode, RegExp])[] = [
  ['sqlcmd-version', /['"\u201e\u201c\u00ab]\s?-\?\s?['"\u201c\u201d\u00bb]|\bunknown option\b/iu],
  ['certificate-not-trusted', ABOUT_CERTIFICATE],
  ['certificate-not-trusted', CERTIFICATE_NUMBER],
  ['server-away', GO_FOUND_NOBODY],
  ['sqlcmd-slow', /\b0x(?:00000)?102\b|\[258\]/iu],
  ['server-away', NOT_REACHED],
  ['sqlcmd-slow', TIMED_OUT],
  ['no-catalog', /\bSSISDB\b|['"\u201e\u201c\u00ab]\s?catalog\./u],
  ['sqlcmd-refused', OF_ITSELF],
  ['login-refused', LOGIN_FAILED],
  // 0x8009 are those of TLS and Kerberos, of a server that answers
  ['server-away', /\bHResult 0x(?!8009)/iu],
];

/** Those that see all that is asked. */
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
