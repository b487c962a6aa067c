import type { Faults } from '../../fault-words.ts';
import { proxyWords } from '../proxy.ts';
import { named } from './fault.ts';

/** What a chat platform refuses. */
export const chatFaults = {
  ChatBusy: { says: '聊天平台要求暂缓发送。', todo: '请等待：会自动重试。' },
  ChatAway: {
    says: (d) => `无法连接聊天平台${named(d, 'reason')}。`,
    todo: (d) => proxyWords(d) ?? '请等待：会自动重试。',
  },
  ChatRefused: {
    says: (d) => `聊天平台拒绝了请求${named(d, 'needed', 'reason')}。`,
    todo: '请运行 certops validate，它会指出缺少什么。',
  },
  ChannelNotFound: {
    says: (d) => `无法访问该频道${named(d, 'channel')}。`,
    todo: '请把机器人邀请进频道，或更正服务器场配置文件中的频道 ID。',
  },
  ChannelShared: {
    says: (d) => `该频道与其他公司共享${named(d, 'channel')}。`,
    todo: '请在服务器场配置文件中改用其他频道。',
  },
  MessageNotFound: { says: '该消息已不存在。', todo: '请重新显示此次轮换。' },
} satisfies Faults;
