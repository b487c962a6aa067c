import type { stopWords as en } from '../en/stops.ts';
import type { Same } from '../line.ts';
import { hosts, join, people, tight } from './grammar.ts';

const STOPS = {
  nothing: '完成手头的更改后，全部还原。',
  removed: '正在进行的删除会做完；已删除的不会恢复。',
  contained: '正在进行的更改会做完；已隔离的保持隔离。',
} as const;

type Waits = { readonly hosts: readonly string[]; readonly paused: boolean };

/** What keeps it from going on without a person, in a clause. */
export const standsStill = ({ hosts: names, paused }: Waits): string =>
  join(names.length === 0 ? '' : hosts(names), paused ? '已暂停，恢复之前不会还原' : '状态未知');

/** What somebody who stops or withdraws something is told, and why they may not. */
export const stopWords = {
  withdrawn: (d) => `${d.id} 已撤回。未做任何更改。`,
  stopping: (d) => `${d.id} 正在停止：${STOPS[d.stays ?? 'nothing']}`,
  'refused.runs-already': (d, pen) =>
    `${d.id} 已${d.at == null ? '' : `于 ${pen.dateTime(d.at)} `}开始执行，不能撤回。请改为停止：/ssis stop ${d.id}。`,
  'refused.may-not-stop': (d) =>
    tight`只有 ${d.id} 的申请人 ${d.by} 和审批人可以这样做${d.others.length === 0 ? '' : tight`：请告知 ${people(d.others, '或')}`}。`,
  'refused.stops-already': (d) => `${d.by} 已停止 ${d.id}。进度见其卡片。`,
  'refused.goes-back-already': (d) => `${d.id} ${d.kept ? '已在结束，不再有机器开始' : '已在还原'}。进度见其卡片。`,
  'refused.waits-for-person': (d, pen) =>
    tight`${pen.bold(`${d.id} 需要人工决定`)}，再停止也不会有任何改变：${standsStill(d)}。请用卡片上的按钮${d.paused ? '' : '再次查看或'}决定如何处理：/ssis resolve ${d.id}。`,
} satisfies Same<typeof en>;
