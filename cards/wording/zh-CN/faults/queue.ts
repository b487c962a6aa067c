import type { queueFaults as en } from '../../en/faults/queue.ts';
import type { Same } from '../../line.ts';

export const queueFaults = {
  QueueAway: { says: 'Redis 不可用。', todo: 'Redis 恢复后会自动继续。' },
  OrdersRefused: {
    says: '其 Redis 用户缺少接收指令的权限。',
    todo: '请授予 certops redis acl 为该机器列出的权限，然后重新申请。',
    hand: '请授予 certops redis acl 为该机器列出的权限：半分钟内即会察觉，之后自动继续。',
    elsewhere: true,
  },
  OrdersNotWritable: {
    says: '机器人的 Redis 用户缺少写入其指令的权限。',
    todo: '请授予机器人的用户 certops redis acl 列出的权限，然后重新申请。',
    hand: '请授予机器人的用户 certops redis acl 列出的权限，然后重新查看。',
    elsewhere: true,
  },
} satisfies Same<typeof en>;
