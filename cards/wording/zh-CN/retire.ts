import type { retireNotices as en } from '../en/retire.ts';
import type { Same } from '../line.ts';
import { short, tight } from './grammar.ts';

/** What a channel is told when old certificates may go. */
export const retireNotices = {
  'told.retire': (d, pen) =>
    tight`${pen.bold(`${d.farm} 有 ${d.count} 张旧证书可以删除`)}：${short(d.thumbprint)}${d.count === 1 ? '' : ' 等'}，位于 ${d.machines} 台机器，${d.since === null ? '没有程序使用' : tight`自 ${pen.date(d.since)}起未再使用`}。删除之前，得到其私钥的人仍会受到信任。`,
  'told.retired': (d, pen) => tight`${pen.bold(`${d.farm} 有旧证书已删除`)}：由 ${d.by} 申请的 ${d.id} 完成。`,
  'button.retire': (d) => `删除 ${d.farm} 的旧证书…`,
} satisfies Same<typeof en>;
