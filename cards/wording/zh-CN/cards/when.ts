import { onFarmsClock } from '../../../on-farms-clock.ts';
import type { Pen } from '../../../pen.ts';
import type { whenWords as en } from '../../en/cards/when.ts';
import type { Same } from '../../line.ts';
import { hosts, lookedAgain, tight } from '../grammar.ts';

export const whenWords = {
  'plan.starts': () => '开始',
  'plan.starts-when': (d, pen) => {
    const approved = `${d.dry ? '提出申请且 ' : ''}${d.quorum} 票通过`;
    if (d.from !== null)
      return `${approved}后，于 ${onClocks(d.from, d.zone, pen)}开始；${late(d.until, pen)}${began(d.executions)}`;
    if (d.frozenUntil != null)
      return `${approved}且冻结（到 ${pen.dateTime(d.frozenUntil)} 为止）结束或解除后立即开始${d.outside ? `，${pen.bold('不在变更窗口内')}` : ''}`;
    if (d.outside) return `${approved}后立即开始，${pen.bold('不在变更窗口内')}`;
    return `${approved}后立即开始${d.until === null ? '' : `（当前窗口到 ${onClocks(d.until, d.zone, pen)}为止，过后则在下一个窗口）`}${began(d.executions)}`;
  },
  'plan.state-waits': () => '已批准 · 等待开始',
  'plan.waits': (d, pen) =>
    `${pen.bold(`${onClocks(d.from, d.zone, pen)}开始`)}，${late(d.until, pen)}${began(d.executions)}。${whenLooked(d.looks)}会重新查看各台机器：如有事实变化，将重新申请审批。`,
  'plan.held': (d, pen) =>
    `服务器场由 ${d.by} 冻结，直到 ${pen.dateTime(d.until)}${d.reason === '' ? '' : `（${d.reason}）`}：在此之前不会开始。`,
  'plan.too-late': (d, pen) =>
    `${pen.bold(`只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始`)}（/ssis unfreeze ${d.farm}）：冻结结束后才开始的话，证书届时已到期。`,
  'plan.asked-then': (d, pen) => `${pen.bold('无法按时开始')}。将于 ${pen.dateTime(d.at)} 重新申请。`,
  'plan.looked': (d, pen) => `已于 ${pen.dateTime(d.at)} 查看：一切与批准时相同。`,
  'plan.unseen': (d) =>
    tight`未能查看 ${hosts(d.hosts)}：${d.answered ? '能再次查看' : '其 runner 响应'}之后才会开始。`,
  'plan.obstacle': (d, pen) =>
    `${pen.bold('按最近一次查看的情况，无法开始')}。请先处理下述问题；${lookedAgain(d.mark, pen.dateTime(d.until))}。`,
  'plan.ticket': () => '工单',
  'plan.ticket-id': (d) => d.id,
} satisfies Same<typeof en>;

/** On the reader's clock, and on the farm's. Chinese text follows. */
function onClocks(at: string, zone: string | undefined, pen: Pen): string {
  const said = pen.dateTime(at);
  return `${said}${onFarmsClock(at, zone, { language: 'zh-CN', said }) || ' '}`;
}

const whenLooked = (looks: readonly string[]): string => {
  if (looks.includes('day')) return '开始前一天、前一小时及开始时';
  return looks.includes('hour') ? '开始前一小时及开始时' : '开始时';
};

const began = (executions: number | null | undefined): string =>
  executions == null ? '' : `。过去一周对应日期的同一时段${executions === 0 ? '没有包' : `有 ${executions} 个包`}启动`;

const late = (until: string | null, pen: { dateTime(at: string): string }): string =>
  until === null ? '不会提前' : `不晚于 ${pen.dateTime(until)}`;
