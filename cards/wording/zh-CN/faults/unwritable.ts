import type { unwritableFaults as en } from '../../en/faults/unwritable.ts';
import { isFolderGone } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { makeWritable, saysOfItself, whyUnwritable } from '../unwritable.ts';

/** A machine that cannot write its journal, which alone proves what it did. */
export const unwritableFaults = {
  JournalNotWritable: {
    says: (d) => `无法写入操作日志${whyUnwritable(d)}，因此不接受任务。`,
    todo: (d): string =>
      d.answers === true
        ? '之后已能写入：请查明当时的原因，然后重新申请。'
        : `${makeWritable(d)}，然后重新申请：数秒内即会察觉。若该文件夹曾丢失或被替换，请在恢复后重启 runner，并运行 certops validate。`,
    hand: (d): string => `${makeWritable(d)}：数秒内即会察觉，之后自动继续。`,
  },
  OutcomeNotWritten: {
    lead: 'unknown',
    says: (d) => `它报告：${saysOfItself(d)}，但无法写入操作日志${whyUnwritable(d)}。`,
    todo: (d): string =>
      d.answers === true
        ? '之后已能写入：请查明当时的原因，然后重新申请。'
        : `${makeWritable(d)}：之后它会自行报告结果，并自动继续。`,
  },
  EndNotWritten: {
    lead: 'unknown',
    says: (d) =>
      d.outcome === 'applied'
        ? `它报告已收到确认并保持现状，但无法写入操作日志${whyUnwritable(d)}。`
        : `若已收到确认，它会保持现状，否则已恢复原状；它无法把结果写入操作日志${whyUnwritable(d)}。`,
    todo: (d): string =>
      isFolderGone(d)
        ? '请将其状态文件夹放回原处，在此之前不要重启其 runner：否则它可能恢复原状，已跟随的机器也会一并恢复。若该文件夹已丢失，结果将无从得知：请查看其端口出示的证书，并重新设置该 runner。'
        : '请清理其磁盘空间，或让其账户能重新写入状态文件夹，在此之前不要重启其 runner：否则它可能恢复原状，已跟随的机器也会一并恢复。',
  },
} satisfies Same<typeof en>;
