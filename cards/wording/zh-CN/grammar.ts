import { inTable } from '../../../src/domain/in-table.ts';
import { shortThumbprint } from '../../../src/domain/values.ts';
import { isAlone } from '../alone.ts';
import { nameOf } from './names.ts';

/** `a、b 和 c`; beyond `limit` names: `a、b 等 200 台`, or `a、b 或另外 198 人`. */
export function list(names: readonly string[], word: '和' | '或' | '、' = '和', limit = 6, unit = '个'): string {
  if (names.length > limit) {
    const shown = names.slice(0, Math.max(1, limit - 1));
    const told = shown.join('、');
    return word === '或'
      ? join(told, `或另外 ${names.length - shown.length} ${unit}`)
      : join(told, `等 ${names.length} ${unit}`);
  }
  if (names.length < 2) return names.join('');
  if (word === '、') return names.join('、');
  return join(names.slice(0, -1).join('、'), word, names.at(-1) ?? '');
}

/** A build is named after a plus; older versions had no such mark. */
export const buildOf = (version: string): string => (version.includes('+') ? version : `${version}（构建未知）`);

/** Parts of a sentence, with a space where Chinese meets Latin letters or digits. */
export const join = (...parts: readonly string[]): string =>
  parts.reduce((all, part) => `${all}${meets(all, part) ? ' ' : ''}${part}`, '');

const meets = (before: string, after: string): boolean =>
  (/\p{Script=Han}$/u.test(before) && /^[!-~]/u.test(after)) ||
  (/[!-~]$/u.test(before) && /^\p{Script=Han}/u.test(after));

/** Template tag for a sentence: drops the space beside a datum where it would be between two Chinese characters. */
export function tight(texts: TemplateStringsArray, ...data: readonly (string | number)[]): string {
  const words = data.map(String);
  return texts
    .map((text, at) => {
      const [before, after] = [words[at - 1] ?? '', words[at] ?? ''];
      const blankless = text.startsWith(' ') && isTight(before, text.slice(1) || after) ? text.slice(1) : text;
      return `${blankless.endsWith(' ') && isTight(blankless.slice(0, -1), after) ? blankless.slice(0, -1) : blankless}${after}`;
    })
    .join('');
}

const isTight = (before: string, after: string): boolean =>
  /[\p{Script=Han}，。；：、）]$/u.test(before) && /^[\p{Script=Han}，。；：、（]/u.test(after);

/** Machines and people have their own measure words. */
export const hosts = (names: readonly string[], limit = 4, word: '和' | '或' | '、' = '和'): string =>
  list(names, word, limit, '台');
export const people = (names: readonly string[], word: '和' | '或' | '、' = '和', limit = 4): string =>
  list(names, word, limit, '人');

/** Who has to approve: `或` where not all of them are needed. */
export const approvers = (needed: number, names: readonly string[], limit = 5): string =>
  people(names, needed < names.length ? '或' : '和', limit);

/** Who has yet to approve, within a sentence: by name if it takes them all, else how many of them. */
export function stillNeeded(needed: number, names: readonly string[]): string {
  if (needed >= names.length) return tight`${people(names, '和', 5)} 批准`;
  return tight`${people(names, '、', 5)} 中的${needed === 1 ? '一位' : ` ${needed} 位`}批准`;
}

const ROLES: { readonly [role: string]: string } = { master: 'Master', worker: 'Worker' };

/** The product's own names stay. */
export const roleName = (role: string): string => inTable(ROLES, role) ?? role;

/** `3BD91B…A498`; null is the certificate that does not exist yet. Anything but a thumbprint stays as it is. */
export function short(thumbprint: string | null | undefined): string {
  if (thumbprint == null) return '新证书';
  return /^[0-9A-F]{40}$/u.test(thumbprint) ? shortThumbprint(thumbprint) : thumbprint;
}

/** `sqlm01 和 3 个 Worker`; a machine that is both is named once. */
export function machines(master: string, workers: number, both: boolean): string {
  const others = both ? workers - 1 : workers;
  const name = both ? `${master}（兼作 Worker）` : master;
  if (others === 0) return name;
  return both ? `${name}和另外 ${others} 个 Worker` : `${name} 和 ${others} 个 Worker`;
}

/** The master of these workers, not named beside itself where one machine is both. */
export const masterOf = (hosts: readonly string[], master: string): string =>
  isAlone(hosts, [master]) ? '本机的 Master' : master;

const SERVICE_STATES: { readonly [state: string]: string } = {
  running: '正在运行',
  stopped: '已停止',
  paused: '已暂停',
  'start-pending': '正在启动',
  'stop-pending': '正在停止',
  'continue-pending': '正在恢复',
  'pause-pending': '正在暂停',
};

/** A service's state as a word within a sentence. */
export const serviceState = (state: string): string => inTable(SERVICE_STATES, state) ?? state;

/** What was found or wanted, in short: scalars as they are, the rest as `name value`. */
export function brief(value: unknown): string {
  if (value === null || value === undefined) return '无';
  if (typeof value === 'string') return value === '' ? '无' : short(value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (Array.isArray(value)) return value.length === 0 ? '无' : list(value.map(brief), '和', 4);
  // A service: its state says everything, its process id nothing.
  if (typeof value === 'object' && 'state' in value && typeof value.state === 'string')
    return value.state.toUpperCase();
  if (typeof value === 'object')
    return list(
      Object.entries(value).flatMap(([name, one]) =>
        one === null || one === '' ? [] : [`${nameOf(name)} ${brief(one)}`],
      ),
      '和',
      5,
    );
  return String(value);
}

/** A clause, without its full stop. */
export function lookedAgain(mark: string, until: string): string {
  if (mark === 'day') return '开始前一小时及开始时会再次查看';
  if (mark === 'hour') return '开始时会再次查看';
  return `每隔几分钟再次查看，到 ${until} 仍未解决则不予受理`;
}
