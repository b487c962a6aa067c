import type { freezeWords as en } from '../en/freeze.ts';
import type { Same } from '../line.ts';
import { people, tight } from './grammar.ts';

/** What people type, and how it is shown here. */
const EXAMPLES = [['2026-12-24'], ['2026-12-24 18:00'], ['18:00'], ['sat 22:00', '周六 22:00']] as const;

const aside = (reason: string): string => (reason === '' ? '' : `（${reason}）`);
/** Without a name it is typed without one: where several could be meant, the answer asks which. */
const named = (farm: string): string => (farm === '' ? '' : ` ${farm}`);

/** Freezes, and times that people type. */
export const freezeWords = {
  frozen: (d, pen) =>
    `${pen.bold(`${d.farm} 已冻结`)}，直到 ${pen.dateTime(d.until)}${d.before === null ? '' : `（原为 ${pen.dateTime(d.before)}）`}。在此之前不会开始任何轮换；各频道会收到通知。`,
  unfrozen: (d, pen) => `${pen.bold(`${d.farm} 已解除冻结`)}。各频道会收到通知。`,
  'freeze.waits': (d) => `${d.id} 保持打开，但在此之前，会使它开始执行的那一票不予受理。`,
  'freeze.runs': (d) => `${d.id} 已在执行，不受影响：发送 /ssis stop ${d.id} 可将其停止。`,
  'freeze.decides': (d) =>
    `${d.id} 已在执行，正等待有人就仍在运行的包作出决定：作决定的人会得知此次冻结。发送 /ssis stop ${d.id} 可将其还原。`,
  'told.frozen': (d, pen) =>
    `${pen.bold(`${d.farm} 已冻结`)}，直到 ${pen.dateTime(d.until)}${d.before === null ? '' : `（原为 ${pen.dateTime(d.before)}）`}，由 ${d.by} 决定${aside(d.reason)}。在此之前不会开始任何轮换。`,
  'told.unfrozen': (d, pen) =>
    `${pen.bold(`${d.farm} 已解除冻结`)}：${d.by} 结束了${d.before === null ? '冻结' : `原定持续到 ${pen.dateTime(d.before)} 的冻结`}${aside(d.reason)}。`,
  'status.frozen': (d, pen) =>
    `${pen.bold(`${d.farm} 已冻结`)}，直到 ${pen.dateTime(d.until)}，由 ${d.by} 决定${aside(d.reason)}。`,
  'warning.frozen': (d, pen) =>
    `服务器场由 ${d.by} 冻结，直到 ${pen.dateTime(d.until)}：在此之前，会使它开始执行的那一票不予受理。`,
  'warning.frozen-moves': (d, pen) =>
    `服务器场由 ${d.by} 冻结，直到 ${pen.dateTime(d.until)}：在此之前不会开始，此卡片上的开始时间已考虑这一点。`,
  'refused.frozen': (d, pen) =>
    `${pen.bold(`${d.farm} 已冻结`)}，直到 ${pen.dateTime(d.until)}，由 ${d.by} 决定${aside(d.reason)}：在此之前不会开始任何轮换。审批人可用 /ssis unfreeze ${d.farm} 解除冻结；在您的申请前加上 plan，可查看将要执行的内容。`,
  'refused.frozen-vote': (d, pen) =>
    `${pen.bold(`${d.farm} 已冻结`)}，直到 ${pen.dateTime(d.until)}，由 ${d.by} 决定${aside(d.reason)}；您这一票会使 ${d.id} 开始执行，因此暂不计入。请在此之后再批准，或在审批人用 /ssis unfreeze ${d.farm} 解除冻结之后再批准。`,
  'refused.frozen-meanwhile': (d, pen) =>
    `${d.by} 已冻结 ${d.farm}，至 ${pen.dateTime(d.until)}；继续等待会在包结束时随时开始 ${d.id} 的中断。请在其卡片上决定是否继续执行，或停止它，或先发送 /ssis unfreeze ${d.farm}。`,
  'refused.may-not-freeze': (d) =>
    d.others.length === 0
      ? `只有审批人可以冻结 ${d.farm} 或解除冻结，而它没有审批人：请查看服务器场配置文件中的 approval.approvers。`
      : tight`只有审批人可以冻结 ${d.farm} 或解除冻结。请找 ${people(d.others, '或')}。`,
  'refused.not-frozen': (d) =>
    `${d.farm} 没有冻结。发送 /ssis freeze ${d.farm} until tomorrow 08:00 because ... 可将其冻结。`,
  'refused.when-past': (d, pen) =>
    `${d.at === null ? '该时间' : `${pen.dateTime(d.at)} `}已经过去。请写将来的时间，例如 ${d.word} ${d.would}。`,
  'refused.when-hole': (d) =>
    `${d.zone} 不存在 ${d.said} 这个时间，因为时钟在那时拨快。离它最近的有效时间是 ${d.earlier} 和 ${d.later}。请写 ${d.word} ${d.would}。`,
  'refused.when-either': (d) =>
    `在 ${d.zone}，“${d.said}”可能是两个时间。请写 ${d.word} ${d.would}，或 ${d.word} ${d.or}。`,
  'refused.when-too-far': (d, pen) =>
    `${d.at === null ? '该时间' : `${pen.dateTime(d.at)} `}太远：上限为 ${d.limit} 天。请写 ${d.word} ${d.would}，之后再次延长。`,
  'refused.when-unknown-zone': (d) =>
    `此处没有 ${d.said} 这个时区。请写 ${d.word} ${d.would}，即 ${d.zone} 的时间；或在其后写明时区，例如 Europe/Berlin。`,
  'refused.when-no-such-day': (d) => `没有 ${d.said} 这一天。请写 ${d.word} ${d.would}。`,
  'refused.when-unreadable': (d) =>
    `“${d.said}”不是此处能读懂的时间。请写 ${d.word} ${[d.would, ...EXAMPLES.flatMap(([one, shown = one]) => (one === d.would ? [] : [shown]))].join('、')} 或 3 days；按 ${d.zone} 的时间计算。`,
  'wrong.freeze-until': (d) =>
    `到什么时候？请发送 /ssis freeze${named(d.farm)} until tomorrow 08:00 because ...，理由写在最后。`,
  'wrong.freeze-why': (d) =>
    `为什么？被拒绝的人会看到理由。请发送 /ssis freeze${named(d.farm)} until ${d.until} because ...`,
} satisfies Same<typeof en>;
