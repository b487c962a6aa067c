import type { Pen } from '../../../pen.ts';
import type { reminderWords as en } from '../../en/cards/reminder.ts';
import type { Same } from '../../line.ts';
import { hosts, list, roleName, short, tight } from '../grammar.ts';
import { range } from '../measure.ts';

type Brief = Parameters<(typeof en)['reminder.fallback']>[0];

/** As in English. */
const MANY_DAYS = 300;

const dayIn = (day: string, year: number | null, pen: Pen): string =>
  `${year === null ? '' : `${year}年`}${pen.day(day)}`;

function inBrief(d: Brief, pen: Pen): string {
  const what = d.role === 'master' ? 'Master 证书' : `${d.host} 的 Worker 证书`;
  const when = d.ended
    ? `已于 ${pen.day(d.at)}过期`
    : d.days === 1
      ? `将在一天内，即 ${pen.day(d.at)}到期`
      : `将在 ${d.days} 天后，即 ${d.days > MANY_DAYS ? pen.date(d.at) : pen.day(d.at)}到期`;
  const owner = d.owner === null ? '' : `负责人 ${d.owner}。`;
  const next = d.next === null ? '' : `下次提醒：${dayIn(d.next, d.year, pen)}。`;
  return `${d.farm}：${what}${when}。${owner}${next}`;
}

const refuses = ({ master, host }: { master: string; host: string }, then: '' | '将'): string =>
  host === master ? `${master} 上的 Master ${then}拒绝本机 Worker 连接` : `${master} ${then}拒绝 ${host} 连接`;

export const reminderWords = {
  'reminder.state': (d) => (d.ended ? '已过期' : d.days === 1 ? '一天内到期' : `剩余 ${d.days} 天`),
  'reminder.title': (d, pen) => {
    const whose = d.role === 'master' ? `${d.farm} 的 Master 证书` : `${d.host} 的 Worker 证书`;
    return d.ended ? `${whose}已于 ${pen.date(d.at)}过期` : `${whose}将于 ${pen.date(d.at)}到期`;
  },
  'reminder.about': (d) =>
    tight`${d.owner === null ? `服务器场 ${d.farm} · 未指定负责人` : `负责人 ${d.owner}`}${d.others.length === 0 ? '' : ` · 即日起同时告知：${list(d.others)}`}`,
  'reminder.sample-state': () => '样例',
  'reminder.sample': (d) => `${d.by} 用 /ssis reminders test 发送，用来查看提醒会到哪里。并没有因此需要处理的事。`,
  'reminder.cost-master': (d) =>
    d.ended
      ? `Worker 拒绝连接 ${d.master}，任何包都无法启动。`
      : `届时 Worker 将拒绝连接 ${d.master}，任何包都无法启动。`,
  'reminder.cost-worker': (d) =>
    d.ended ? `${refuses(d, '')}，它不运行任何包。` : `届时 ${refuses(d, '将')}，它不再运行任何包。`,
  'reminder.role': (d) => roleName(d.role),
  'reminder.days': (d) => (d.days <= 0 ? '已过期' : `${d.days} 天`),
  'reminder.bars': () => '每格代表一个月，最多六格。',
  'reminder.rows-cut': (d) => `另有 ${d.left} 张${d.least === 0 ? '' : `，剩余 ${d.least} 天以上`}`,
  'reminder.ends': () => '到期',
  'reminder.ends-when': (d, pen) => `${pen.dateTime(d.at)} · ${short(d.thumbprint)}`,
  'reminder.unseen': () => '截至',
  'reminder.unseen-since': (d, pen) =>
    tight`${pen.dateTime(d.since)}${d.hosts.length === 1 ? '' : '或之后'}：${hosts(d.hosts)} 此后未再应答查看`,
  'reminder.rotating': () => '轮换代价',
  'reminder.rotating-cost': (d) =>
    d.minMs === null || d.maxMs === null
      ? '各 Worker 会断开；时长尚未实测'
      : tight`上次各 Worker 断开 ${range(d.minMs, d.maxMs)}`,
  'reminder.open': () => '已有申请',
  'reminder.open-by': (d, pen) =>
    `${d.id}（${d.by} 申请）尚未结束${d.starts === null ? '' : `，已批准，将于 ${pen.dateTime(d.starts)} 开始`}`,
  'reminder.put-off': () => '已推迟',
  'reminder.put-off-by': (d, pen) => `${d.by} 推迟到 ${pen.day(d.day)}：${d.reason}`,
  'reminder.windows': () => '最后窗口',
  'reminder.windows-when': (d, pen) => {
    const [last, before] = d.opens;
    if (last === undefined) return '到期之前已没有窗口';
    return before === undefined ? pen.dateTime(last) : `${pen.dateTime(last)}；其前一个 ${pen.dateTime(before)}`;
  },
  'reminder.next': () => '下次提醒',
  'reminder.next-when': (d, pen) => `${dayIn(d.day, d.year, pen)}${d.approvers ? '，同时提醒审批人' : ''}`,
  'reminder.by-hand': () => '人工步骤',
  'reminder.rotate': () => '轮换…',
  'reminder.snooze': () => '推迟…',
  'reminder.snooze-title': () => '推迟提醒',
  'reminder.snooze-days': () => '推迟多久？',
  'reminder.snooze-choice': (d) => `${d.days} 天`,
  'reminder.snooze-why': () => '为什么可以等？',
  'reminder.snooze-do': () => '推迟',
  'reminder.details': () => '全部证书',
  'reminder.reason': (d, pen) => (d.ended ? `已于 ${pen.date(d.at)}过期` : `将于 ${pen.date(d.at)}到期`),
  'reminder.fallback': (d, pen) => inBrief(d, pen),
  'reminder.fallback-sample': (d, pen) => `提醒样例。${inBrief(d, pen)}`,
  'reminder.nothing': (d) => `${d.farm}：尚不知道任何证书。请启动其 runner，然后发送 /ssis certs ${d.farm}。`,
} satisfies Same<typeof en>;
