import type { unansweredFaults as en } from '../../en/faults/unanswered.ts';
import type { ErrorData } from '../../fault-words.ts';
import type { Same } from '../../line.ts';

/** Nobody starts what answers again. */
const start = ({ answers }: ErrorData): string =>
  answers === true
    ? '它已恢复响应：请查明 runner 或该机器当时为何没有响应。'
    : '请启动 runner 或该机器。若它正在运行，在该机器上运行 node runner.mjs status，可看到其所属服务器场以及 Redis 拒绝了什么。';

/** Machines that have not answered an order. */
export const unansweredFaults = {
  RunnerSilent: {
    lead: 'silent',
    says: '其 runner 没有响应。',
    since: (at) => `自 ${at} 起没有其 runner 的消息。`,
    todo: start,
  },
  OrderOverdue: {
    lead: 'overdue',
    says: '其 runner 有响应，但没有报告指令的进展。',
    since: (at) => `其 runner 有响应，但自 ${at} 起没有报告指令的进展。`,
    todo: '请查看那里卡住的工具或服务：将其结束后，runner 会继续。然后重新申请。',
    hand: '请查看那里卡住的工具或服务：将其结束后，runner 会继续。然后重新查看。',
  },
  OrderLapsed: { lead: 'silent', says: '未能及时接收指令。', todo: start },
} satisfies Same<typeof en>;
