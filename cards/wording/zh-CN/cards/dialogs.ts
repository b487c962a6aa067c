import type { dialogWords as en } from '../../en/cards/dialogs.ts';
import type { Same } from '../../line.ts';

const STARTS: { readonly [choice: string]: string } = {
  policy: '在下一个变更窗口；没有窗口的服务器场批准后立即开始',
  window: '在下一个变更窗口',
  time: '在指定时间',
};

const ASKED: { readonly [word: string]: string } = {
  'rotate-master': '轮换 Master 证书',
  'rotate-worker': '轮换 Worker 证书',
  reconnect: '重新连接 Worker',
  retire: '删除旧证书',
  rollback: '回退',
};

const looks = ({ example, pattern }: { readonly example: string; readonly pattern: string }): string =>
  `${example}（格式 ${pattern}）`;

/** Words around a form, or around the second step of a decision, where the platform has a dialog for it. */
export const dialogWords = {
  'card.sure': (d) => `${d.what}？`,
  'card.not-yet': () => '暂不',
  'running.let-run': () => '继续执行',
  'card.cancel': () => '取消',
  'card.close': () => '关闭',
  'card.farm': () => '服务器场',
  'card.ask-title': (d) => ASKED[d.what.split(' ', 1).join('')] ?? '轮换证书',
  'form.what': (d, pen) => `您申请的是：${pen.bold(d.what)}`,
  'form.when': () => '何时开始？',
  'form.start': (d) => STARTS[d.choice] ?? (d.windows ? '批准后立即开始，不等变更窗口' : '批准后立即开始'),
  'form.at': () => '时间（选择“在指定时间”时填写）',
  'form.at-hint': () => '按您自己的时区，例如 tomorrow 22:00、2026-12-24 22:00 或 3 days',
  'form.ticket': (d) => (d.required ? '工单号' : '工单号（如有）'),
  'form.ticket-hint': (d) =>
    d.policies.length === 1
      ? `例如 ${d.policies.map(looks).join('')}`
      : d.policies.map((one) => `${one.farm}：例如 ${looks(one)}${one.required ? '，必填' : ''}`).join('；'),
  'plan.deny-title': (d) => `拒绝 ${d.id}`,
  'review.title': (d) => `复核 ${d.id}`,
  'review.what': () => '复核结果是什么？',
  'review.do': () => '已复核',
  'card.sentence-missing': () => '请用一句话说明。',
} satisfies Same<typeof en>;
