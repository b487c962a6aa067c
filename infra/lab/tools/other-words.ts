import type { LabTool } from '../channel/shim.ts';
import type { Language } from '../world/state.ts';

/** Letters for the made-up labels and sentences of a Windows in another language. */
const LETTERS: { readonly [language in Exclude<Language, 'en'>]: string } = {
  de: 'abcdefghijklmnoprstuvwzäöüß',
  ru: 'абвгдежзийклмнопрстуфхцчшщъыьэюя',
  ja: '証明書のハッシュエラ成功ストア発行者番号キプロバイダ署名テ合格状態見つかりません表能ソ',
  zh: '证书哈希错误成功存储颁发者序列号密钥提供程序签名测试通过服务状态类型参数系统找不到指定文件访问被拒绝',
};
/** Languages whose characters stand for a syllable or a word each: their labels are shorter. */
const DENSE: readonly Language[] = ['ja', 'zh'];

/** Accounts that every Windows has, in languages that translate their names: Chinese and Japanese do not. */
const NAMES: { readonly [language in Language]?: readonly (readonly [english: string, here: string])[] } = {
  de: [
    ['NT AUTHORITY\\LOCAL SERVICE', 'NT-AUTORITÄT\\Lokaler Dienst'],
    ['NT AUTHORITY\\NETWORK SERVICE', 'NT-AUTORITÄT\\Netzwerkdienst'],
    ['NT AUTHORITY\\Authenticated Users', 'NT-AUTORITÄT\\Authentifizierte Benutzer'],
    ['NT AUTHORITY\\SYSTEM', 'NT-AUTORITÄT\\SYSTEM'],
    ['nt authority\\system', 'nt-autorität\\system'],
    ['BUILTIN\\Administrators', 'VORDEFINIERT\\Administratoren'],
    ['BUILTIN\\Users', 'VORDEFINIERT\\Benutzer'],
    ['CREATOR OWNER', 'ERSTELLER-BESITZER'],
    ['Everyone', 'Jeder'],
  ],
  ru: [
    ['NT AUTHORITY\\SYSTEM', 'NT AUTHORITY\\СИСТЕМА'],
    ['BUILTIN\\Administrators', 'BUILTIN\\Администраторы'],
    ['BUILTIN\\Users', 'BUILTIN\\Пользователи'],
    ['CREATOR OWNER', 'СОЗДАТЕЛЬ-ВЛАДЕЛЕЦ'],
    ['Everyone', 'Все'],
  ],
};

/**
 * An English account name in a call that no account has in this language, so that icacls refuses it (1332); else null.
 */
export function englishNameIn(language: Language, args: readonly string[]): string | null {
  for (const [english, here] of NAMES[language] ?? [])
    for (const arg of args) if (english !== here && arg.toLowerCase().startsWith(english.toLowerCase())) return english;
  return null;
}

/**
 * A tool's output with all labels and sentences replaced by made-up words, because the product must not read them.
 * Values, numbers, codes and names of parameters stay as they are, as in the outputs recorded from Windows in other
 * languages; account names and dates are in the form of the language.
 */
export function inOtherWords(language: Language, tool: LabTool, text: string): string {
  if (language === 'en') return text;
  const words: Words = (english) => english.replace(/[A-Za-z]+/gu, (word) => madeUp(word, language));
  const line = LINES[tool](words, language);
  return text.split('\n').map(line).join('\n');
}

type Words = (english: string) => string;
type Line = (line: string) => string;

const LINES: { readonly [tool in LabTool]: (words: Words, language: Language) => Line } = {
  netsh: (words) => (line) => {
    if (/\w=/u.test(line)) return line.replace(/<\w[^>]*>|^\w+(?=:)/gu, words);
    const [, label = '', colon = '', value = ''] = /^(\s+\S.*?)(\s*: )(.*)$/u.exec(line) ?? [];
    if (label === '') return words(line);
    return `${words(label)}${colon}${/^(?:Enabled|Disabled|Not Set|Set)$/u.test(value) ? words(value) : value}`;
  },
  certutil: (words, language) => (line) => {
    if (/^CertUtil: -/u.test(line)) return line.replace(/(?<=^CertUtil: -\w+ ).*?(?=0x|$)/u, words);
    if (/^\w+ "/u.test(line))
      return line.startsWith('Certificate "')
        ? line.replace(/^Certificate|(?<=" )\w.*$/gu, words)
        : line.replace(/".*"/u, words);
    if (/^Deleting Certificate/u.test(line)) return line.replace(/^\D+/u, words);
    if (line.startsWith('Cert Hash(sha1)')) return line.replace('Cert Hash', words);
    const [, label = '', sign = '', value = ''] = /^(\s*[A-Za-z ]+?)(: | = )(.*)$/u.exec(line) ?? [];
    // A container's bare name is alone on its line, and stays.
    if (label === '') return /^ {2}\S+$/u.test(line) ? line : words(line);
    return `${words(label)}${sign}${/^\s+ERROR$/u.test(label) ? value : localDate(value, language)}`;
  },
  // Russian and Italian Windows translate these labels, German and Chinese do not.
  sc: (words, language) => (line) => {
    if (line.startsWith('[SC]')) return line.replace('FAILED', words);
    if (/^\s+\(|^\s*[A-Z_]+\s*:/u.test(line))
      return language === 'ru'
        ? line.replace(/^(\s*)([A-Z_]+)(?=\s*:)/u, (_all, indent, label) => indent + words(label))
        : line;
    return words(line);
  },
  reg: (words) => (line) => (/^HKEY_|^\s+\S.*\sREG_/u.test(line) ? line.replace('(Default)', words) : words(line)),
  icacls: (words, language) => (line) => {
    if (/:\(|^\s/u.test(line)) return localNames(line, language);
    if (line.startsWith('processed file: ')) return line.replace('processed file', words);
    return line.replace(/(?<=^.*: )(?:The|There|Access|No) .*$|^(?:Successfully|Invalid).*$/u, words);
  },
  netstat: (words) => (line) =>
    /^\s+TCP/u.test(line) ? line.replace(/LISTENING|ESTABLISHED|TIME_WAIT/u, words) : words(line),
  whoami: (_words, language) => (line) => localNames(line, language),
  eventcreate: (words) => words,
  sqlcmd: (words) => (line) => (/^Sqlcmd: |^Msg /u.test(line) ? line.replace(/(?<=: )[A-Z][a-z].*$/u, words) : line),
};

const localNames = (line: string, language: Language): string =>
  (NAMES[language] ?? []).reduce((sofar, [english, here]) => sofar.replace(english, here), line);

/** `12/13/2026 12:26 AM`, as other languages write it. */
const localDate = (value: string, language: Language): string =>
  value.replace(/^(\d+)\/(\d+)\/(\d+) (\d+):(\d+) ([AP])M$/u, (_all, month, day, year, hour, minute, half) => {
    const hours = String((Number(hour) % 12) + (half === 'P' ? 12 : 0)).padStart(2, '0');
    if (DENSE.includes(language)) return `${year}/${month}/${day} ${hours}:${minute}`;
    return `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year} ${hours}:${minute}`;
  });

/** Means nothing, but the same word always gives the same letters. */
function madeUp(word: string, language: Exclude<Language, 'en'>): string {
  const letters = [...LETTERS[language]];
  const length = DENSE.includes(language) ? Math.ceil(word.length / 3) : word.length;
  let state = [...word].reduce((sofar, letter) => (sofar * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return letters[(state >>> 8) % letters.length];
  }).join('');
}
