import type { restoredFaults as en } from '../../en/faults/restored.ts';
import type { ErrorData } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { fact, text } from './fault.ts';

const WHO_RESTORED = '若并非重新设置所致，请查明是谁删除或恢复了该文件，或该机器是否曾断电';

/** A runner whose journal is not the one any more that it had: removed, or put back from a copy. */
export const restoredFaults = {
  RunnerJournalLost: {
    lead: 'unknown',
    says: 'runner 的操作日志已不是原来那份，指令的结果无从知晓。',
    todo: `${WHO_RESTORED}，然后重新申请。`,
    hand: `${WHO_RESTORED}，然后重新查看。`,
  },
  RunnerJournalCutShort: {
    lead: 'unknown',
    says: '其 runner 的操作日志末尾缺失（例如断电之后，或从副本恢复之后），因此当时未完成的工作保持原样。',
    todo: '请重新申请：新计划以实际状态为准，而不以该日志为准。',
    hand: '',
    elsewhere: true,
  },
  UndoNotRemembered: {
    lead: 'not-back',
    says: (d) =>
      `其 runner 的文件夹是从副本恢复或重新建立的，其中没有它在此所做更改的记录，因此不会还原这些更改${fact(d)}。`,
    todo: wayOut,
    hand: wayOut,
  },
} satisfies Same<typeof en>;

function wayOut({ host, remedy }: ErrorData): string {
  const vain = '再试也无济于事（包括“全部还原”）';
  if (remedy === 'by-hand') return `${vain}。请人工绑定之前的证书，在设置中填入它，启动服务，然后选择“重新查看”。`;
  if (remedy === 'none') return `${vain}。请放弃它：已准备的内容会留在那里。`;
  return `${vain}。请放弃它，然后申请 /ssis ${text(remedy)} ${text(host)}。`;
}
