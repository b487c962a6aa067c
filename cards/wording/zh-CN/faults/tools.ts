import type { toolsFaults as en } from '../../en/faults/tools.ts';
import { isTold } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { whole } from '../measure.ts';
import { AGAIN, BUG, named } from './fault.ts';

/** Windows' own tools. */
export const toolsFaults = {
  ToolTimedOut: {
    says: (d) =>
      `工具${typeof d.limitMs === 'number' ? `在 ${whole(d.limitMs)}内没有返回` : '未能及时返回'}${named(d, 'tool')}。`,
    todo: AGAIN,
    hand: '请查明是什么使它没有返回，然后重新查看。',
  },
  ToolBlocked: {
    says: (d) => `此处不允许运行工具${named(d, 'tool')}。`,
    todo: '请该机器策略的管理员放行；若当时内存已满，请重试。',
    hand: '请该机器策略的管理员放行；放行后，或若仅是当时内存已满，请重新查看。',
  },
  AccessDenied: {
    says: (d) =>
      `Windows 拒绝了其 runner 的访问${isTold(d.service) ? '（服务，5）' : isTold(d.key) ? '（绑定，5）' : '（5）'}。`,
    todo: '请查看是否有单独设置的权限或安全产品对 runner 的账户拒绝了访问，然后重新申请。',
    hand: '请查看是否有单独设置的权限或安全产品对 runner 的账户拒绝了访问，然后重新查看。',
  },
  ToolMissing: { says: (d) => `找不到工具${named(d, 'tool')}。`, todo: '请检查该机器的 System32。' },
  ToolFailed: {
    says: (d) =>
      `工具执行失败${named(d, 'tool')}${typeof d.code === 'number' ? `：以 ${d.code} 结束，没有任何输出` : ''}。`,
    todo: AGAIN,
  },
  ToolStopped: { says: (d) => `工具被停止${named(d, 'tool')}。`, todo: AGAIN },
  ToolKilled: { says: (d) => `工具被强制结束${named(d, 'tool')}。`, todo: AGAIN },
  ToolNotStarted: { says: (d) => `工具未能启动${named(d, 'tool')}。`, todo: AGAIN },
  ToolCrashed: {
    says: (d) => `工具${named(d, 'tool')}崩溃或无法加载${named(d, 'cause')}。`,
    todo: '请在该机器上手动启动它；若同样失败，请检查会注入其他程序的软件，例如终端防护软件。',
  },
  ToolOutputNotUnderstood: {
    says: (d) => `工具的输出无法识别${named(d, 'tool')}。`,
    todo: '请附上该输出报告：操作日志中有记录。',
  },
  ToolOutputTooLong: { says: (d) => `工具的输出过长${named(d, 'tool')}。`, todo: BUG },
} satisfies Same<typeof en>;
