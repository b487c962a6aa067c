import { inTable } from '../../../src/domain/in-table.ts';
import type { consoleWords as en } from '../en/console.ts';
import type { Same } from '../line.ts';
import { serviceState, tight } from './grammar.ts';
import { journalWords } from './journal.ts';
import { sum, whole } from './measure.ts';

/** What a machine that is cut off is doing, in a word or two. */
const DOING: { readonly [kind: string]: string } = {
  'write-setting': '正在写入配置',
  'restart-service': '正在重启',
  'service-runs': '正在启动',
  'worker-connected': '正在连接',
};

/** Beside the chat: machines in the picture, lines of the journal. No bold and no dates there. */
export const consoleWords = {
  'console.master-ready': (d) => `端口 ${d.port} 已绑定，服务正在运行`,
  'console.service': (d) => `服务${serviceState(d.state)}`,
  'console.connected': () => '已连接',
  'console.connected-after': (d) => tight`断开 ${sum(d.ms)} 后重新连接`,
  'console.cut-off': (d) => {
    const word = inTable(DOING, d.kind ?? '');
    const doing = word === undefined ? '' : `，${word}`;
    const how = d.failed === true ? '，失败' : d.waits === true ? '，等待' : doing;
    return `${d.ms === null ? '已断开' : `已断开 ${whole(d.ms)}`}${how}`;
  },
  'console.not-looked': () => '尚未查看',
  'console.card-not-drawn': () => '这张卡片由其他版本保存，无法显示。',
  ...journalWords,
} satisfies Same<typeof en>;
