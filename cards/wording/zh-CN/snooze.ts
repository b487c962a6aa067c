import type { snoozeWords as en } from '../en/snooze.ts';
import type { Same } from '../line.ts';
import { list, people, tight } from './grammar.ts';

/** Reminders that are put off, and samples of them. */
export const snoozeWords = {
  snoozed: (d, pen) => `${pen.bold(`${d.farm} 的提醒已推迟`)}到 ${pen.day(d.untilDay)}。各频道会收到通知和您的理由。`,
  'told.snoozed': (d, pen) =>
    `${pen.bold(`${d.by} 推迟了 ${d.farm} 的提醒`)}，直到 ${pen.day(d.untilDay)}：${d.reason}`,
  'told.reminder-settled': (d, pen) =>
    `${pen.bold('此提醒已处理')}：所提醒的证书已不再使用。/ssis certs ${d.farm} 可列出现用的证书。`,
  'status.snoozed': (d, pen) => `${d.farm} 的提醒由 ${d.by} 推迟到 ${pen.day(d.untilDay)}：${d.reason}`,
  'sample-asked': (d) => tight`提醒样例将发送到 ${list(d.channels, '和', 4)}。`,
  'refused.may-not-snooze': (d) =>
    d.others.length === 0
      ? `只有 ${d.farm} 的负责人和审批人可以这样做，而它两者都没有：请查看服务器场配置文件中的 reminders.owner。`
      : tight`只有 ${d.farm} 的负责人和审批人可以这样做。请找 ${people(d.others, '或')}。`,
  'refused.snooze-why': () => '为什么可以等？依靠这些提醒的人会看到理由。',
  'refused.nothing-to-snooze': (d) => `${d.farm} 没有即将到期的证书，因此没有提醒。/ssis certs ${d.farm} 可列出证书。`,
  'refused.snooze-too-late': (d) =>
    d.days === 0
      ? `${d.farm} 有证书已过期，其提醒不能推迟。请轮换：/ssis ${d.request} in ${d.farm}。`
      : `${d.farm} 有证书将在 ${d.days} 天内到期，其提醒不能再推迟。请轮换：/ssis ${d.request} in ${d.farm}。`,
  'refused.snooze-too-long': (d) => `此处提醒可推迟 1 至 ${d.most} 天。请从中选择。`,
  'refused.no-sample': (d) => `尚不知道 ${d.farm} 的任何证书，没有可显示的内容。请先启动各机器的 runner。`,
  'refused.sample-too-soon': (d) => `${d.by} 在一分钟内已请求过样例。请到各频道查看。`,
} satisfies Same<typeof en>;
