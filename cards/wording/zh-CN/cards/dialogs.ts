import type { dialogWords as en } from '../../en/cards/dialogs.ts';
import type { Same } from '../../line.ts';

/** What stands around a form or the second step of a decision, where the platform has a dialog for it. */
export const dialogWords = {
  'card.sure': (d) => `${d.what}？`,
  'card.not-yet': () => '暂不',
  'running.let-run': () => '继续执行',
  'card.cancel': () => '取消',
  'card.close': () => '关闭',
  'card.farm': () => '服务器场',
  'card.ask-title': () => '轮换证书',
  'plan.deny-title': (d) => `拒绝 ${d.id}`,
} satisfies Same<typeof en>;
