import type { Pen } from '../../pen.ts';
import type { why as en } from '../en/errors.ts';
import { type ErrorData, foundBeside, isForbidden, isInstant, type Lead, lateOf, restOf } from '../fault-words.ts';
import type { Same } from '../line.ts';
import { toolSaid } from '../tool-said.ts';
import { AGAIN, text } from './faults/fault.ts';
import { faultOf, sentence, wayOn } from './faults/index.ts';
import { brief, hosts, join, tight } from './grammar.ts';
import { nameOf } from './names.ts';

export { errors } from './faults/index.ts';

const LEADS: { readonly [lead in Lead | 'failed']: string } = {
  failed: '失败',
  'not-back': '未恢复',
  silent: '无响应',
  overdue: '没有进展',
  unknown: '状态未知',
};

/** Why a rotation went back or waits: `why.*` is the lead, `why.*.detail` what was found, `why.*.todo` the remedy. */
export const why = {
  'why.stop-asked': (d, pen) => {
    const by = typeof d.data?.by === 'string' ? `${d.data.by} ` : '有人';
    const reason = typeof d.data?.reason === 'string' ? d.data.reason : '';
    return reason === '' ? pen.bold(`${by}要求停止。`) : `${pen.bold(`${by}要求停止`)}：${reason}`;
  },
  'why.farm': (d, pen) => withLate(pen.bold(sentence(d.code, d.data ?? {}, pen)), d.data, pen),
  'why.host': (d, pen) => {
    const fault = faultOf(d.code);
    const { host, data = {} } = d;
    if (fault?.alone !== undefined) {
      const about = fault.alone.about(data, host ?? '该机器');
      const head = about === '' ? pen.bold(`${fault.alone.head}。`) : `${pen.bold(`${fault.alone.head}：`)}${about}`;
      return withLate(head, data, pen);
    }
    const said =
      typeof data.since === 'string' && fault?.since !== undefined
        ? fault.since(pen.dateTime(data.since))
        : sentence(d.code, data, pen);
    return `${pen.bold(join(host ?? '一台机器', LEADS[fault?.lead ?? 'failed']))}：${said}`;
  },
  'why.farm.detail': (d, pen) => detail(d.code, d.data ?? {}, pen),
  'why.host.in-full': (d, pen): string => `${why['why.host'](d, pen)}${detail(d.code, d.data ?? {}, pen)}`,
  'why.host.detail': (d, pen) => detail(d.code, d.data ?? {}, pen),
  'why.host.hand': (d) => {
    const fault = faultOf(d.code);
    const host = d.host ?? '该机器';
    const hand = typeof fault?.hand === 'function' ? fault.hand(d.data ?? {}) : fault?.hand;
    if (hand !== undefined) return hand === '' ? '' : `${host}：${hand}`;
    const isByHand =
      ['unknown', 'silent', 'overdue'].includes(fault?.lead ?? '') ||
      (d.code === 'WorkerRefused' && isForbidden(d.data ?? {}));
    return isByHand ? todoOf(d, host) : '';
  },
  'why.farm.todo': (d) => {
    const late = lateOf(d.data);
    return late === null ? wayOn(d.code, d.data) : todoOf(late, late.host);
  },
  'why.host.todo': (d) => {
    const late = lateOf(d.data);
    return late === null ? todoOf(d, d.host ?? '该机器') : todoOf(late, late.host);
  },
  'why.denied': (d, pen) => `${pen.bold(`${d.by} 拒绝了申请`)}${d.reason === '' ? '。' : `：${d.reason}`}`,
  'why.refused': (d, pen) => {
    const said = sentence(d.code, d.data ?? {}, pen);
    return d.host == null ? pen.bold(said) : `${pen.bold(d.host)}：${said}`;
  },
  'why.refused.detail': (d, pen) => detail(d.code, d.data ?? {}, pen),
  'why.refused.todo': (d) => wayOn(d.code, d.data),
  'why.as-it-is': (d, pen) => `${pen.bold('全部保持现状')}：${d.host} 要改回的证书已无法使用。`,
  'why.left-silent': (d, pen) => `${pen.bold('全部保持现状')}：${d.host} 长时间没有响应，可能已无法恢复。`,
  'why.left': (d, pen) => `${pen.bold(tight`${hosts(d.hosts)} 已被放弃`)}：重新连接之前保持断开。`,
} satisfies Same<typeof en>;

/** A machine's own failure, behind a cause that names none. */
function withLate(said: string, data: ErrorData | undefined, pen: Pen): string {
  const late = lateOf(data);
  return late === null ? said : `${said}${late.host}：${sentence(late.code, late.data, pen)}`;
}

/**
 * The one remedy for a code, with the machine's name if it concerns that machine: right before it a card speaks of the
 * certificate that still ends, which "remove it" must not seem to mean.
 */
function todoOf({ code, data }: { readonly code: string; readonly data?: ErrorData }, host: string): string {
  const todo = wayOn(code, data) || AGAIN;
  return faultOf(code)?.alone === undefined ? `${host}：${todo}` : todo;
}

function detail(code: string, data: ErrorData, pen: Pen): string {
  if (faultOf(code)?.alone !== undefined) {
    const late = lateOf(data);
    return late === null ? '' : detail(late.code, late.data, pen);
  }
  const parts: string[] = [];
  if (data.wanted !== undefined) parts.push(tight`应为 ${brief(data.wanted)}`);
  if (data.found !== undefined) parts.push(tight`实为 ${brief(foundBeside(code, data))}`);
  parts.push(
    ...restOf(code, data).map(
      ([name, value]) => tight`${nameOf(name)} ${isInstant(value) ? pen.dateTime(value) : text(value)}`,
    ),
  );
  const printed = toolSaid(data.output);
  if (printed !== null) parts.push(`输出为“${printed}”`);
  const told = parts.join('，');
  // A silent machine leaves nothing to add.
  if (told === '' && faultOf(code)?.lead === 'silent') return '';
  return `${told === '' ? '' : `${told}。`}代码 ${code}。`;
}
