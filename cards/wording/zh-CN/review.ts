import type { reviewWords as en } from '../en/review.ts';
import type { Same } from '../line.ts';
import { people, tight } from './grammar.ts';

const NOBODY = '已无人可以复核：请查看服务器场配置文件中的 approval.approvers。';

/** A single name is not worded as one of several. */
const oneOf = (names: readonly string[], most: number): string =>
  names.length === 1 ? people(names, '、', most) : `${people(names, '、', most)} 中的一位`;

/** The review of what was done about a compromised key. */
export const reviewWords = {
  'told.review': (d, pen) =>
    tight`${pen.bold(tight`${d.id} 须在 ${pen.day(d.dueDay)}前复核`)}：${d.by} 因私钥泄露而申请。${
      d.names.length === 0
        ? NOBODY
        : tight`请 ${oneOf(d.names, 5)} 查看其卡片以及私钥如何泄露，然后点击“已复核…”，并用一句话说明复核结果。`
    }`,
  'told.review-late': (d, pen) =>
    tight`${pen.bold(`${d.id} 的复核已逾期`)}：应于 ${pen.day(d.dueDay)}前完成。${
      d.names.length === 0 ? NOBODY : tight`可由 ${oneOf(d.names, 5)} 复核。完成之前每天提醒。`
    }`,
  'told.reviewed': (d, pen) => `${pen.bold(`${d.by} 已复核 ${d.id}`)}${d.reason === '' ? '。' : `：${d.reason}`}`,
  reviewed: (d) => `您对 ${d.id} 的复核已记录，各频道会收到通知。`,
  'status.review': (d, pen) =>
    tight`${d.id} ${d.late ? '本应' : '须'}在 ${pen.day(d.dueDay)}前复核${d.names.length === 0 ? '' : tight`：${oneOf(d.names, 4)}`}。`,
  'summary.review': (d, pen) =>
    tight`${pen.bold(`${d.id} 等待您复核`)}：${d.late ? '本应' : '须'}在 ${pen.day(d.dueDay)}前完成。`,
  'next.review': (d) => `须由他人复核：/ssis review ${d.id} because，之后用一句话说明复核结果。`,
  'next.reviewed': (d, pen) =>
    tight`${d.by} 已于 ${pen.dateTime(d.at)} 复核${d.reason === '' ? '。' : `：${d.reason}`}`,
  'button.review': () => '已复核…',
  'refused.review-what': (d) => `复核须用一句话说明结果。也可发送 /ssis review ${d.id} because，之后写这句话。`,
  'refused.no-review': (d) => `${d.id} 无需复核：只有因私钥泄露而开始并已结束的才需要。`,
  'refused.reviewed-already': (d, pen) => tight`${d.by} 已于 ${pen.dateTime(d.at)} 复核 ${d.id}，无需再次复核。`,
  'refused.may-not-review': (d, pen) =>
    `${d.asked ? `${pen.bold(`${d.id} 是您申请的`)}，因此由他人复核。` : `${pen.bold(`${d.id} 须由他人复核`)}。`}${d.others.length === 0 ? NOBODY : tight`${people(d.others, '、', 4)} 可以。`}`,
} satisfies Same<typeof en>;
