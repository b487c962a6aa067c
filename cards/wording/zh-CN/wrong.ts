import type { wrong as en } from '../en/wrong.ts';
import type { Same } from '../line.ts';

export const reasonTooLong = (d: { length: number; limit: number }): string =>
  `理由有 ${d.length} 个字符，上限为 ${d.limit}。请缩短。`;

/** Input that could not be read, each with the right way to say it. */
export const wrong = {
  'wrong.unknown-word': (d) =>
    d.nearest === ''
      ? `没有“${d.said}”这条命令。/ssis help 会列出所有命令。`
      : `没有“${d.said}”这条命令。您是不是要用 ${d.nearest}？`,
  'wrong.line-too-long': (d) => `这一行有 ${d.length} 个字符，上限为 ${d.limit}。请缩短。`,
  'wrong.reason-too-long': reasonTooLong,
  'wrong.reason-control-characters': () => '理由中含有无法显示的字符。请重新输入。',
  'wrong.plan-what': (d) =>
    d.nearest === ''
      ? `“${d.said}”无法制定计划。请发送：/ssis plan rotate-master。`
      : `“${d.said}”无法制定计划。您是不是要用 ${d.nearest}？`,
  'wrong.too-many-words': (d) => {
    if (d.near) return `${d.word} 之后的“${d.said}”是多余的。您是不是要用 ${d.near}？`;
    return d.word === 'rotate-master' || d.word === 'retire'
      ? `${d.word} 之后的“${d.said}”是多余的。理由以 because 开头：/ssis ${d.word} because ...`
      : `${d.word} 之后的“${d.said}”是多余的：请看 /ssis help ${d.word}。`;
  },
  'wrong.because-of-what': (d) =>
    d.word === ''
      ? '这是什么的理由？请发送：/ssis rotate-master because ...'
      : `${d.word} 不需要理由。请去掉 because 再发送。`,
  'wrong.use-what': (d) =>
    d.said === ''
      ? `使用哪张证书？请写明指纹，例如 /ssis ${d.word} use 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498。`
      : `“${d.said}”不是指纹：应为证书窗口所示的 40 位十六进制数字。`,
  'wrong.use-not-a-thumbprint': (d) =>
    d.digits === 64
      ? `“${d.said}”有 64 位十六进制数字，是 SHA-256 指纹。请使用 Windows 证书窗口所示的 40 位 SHA-1 指纹。`
      : `“${d.said}”有 ${d.digits} 位十六进制数字，指纹应有 40 位。请从证书窗口重新复制。`,
  'wrong.use-twice': (d) => `一次只能使用一张证书：/ssis ${d.word} 中只写一次 use。`,
  'wrong.use-not-here': (d) => `${d.word} 不使用已有的证书；/ssis rotate-master use THUMBPRINT 可以。`,
  'wrong.leave-not-here': (d) => `${d.word} 不能使用 leave behind；/ssis rotate-master leave behind NAME 可以。`,
  'wrong.rollback-what': (d) =>
    d.said === ''
      ? '回退哪一项？请写明轮换编号，例如 /ssis rollback prod-17。'
      : `“${d.said}”不是轮换编号。请按 /ssis rollback prod-17 的形式写。`,
  'wrong.rollback-other-farm': (d) => `${d.id} 不属于 ${d.said}：请去掉服务器场名称。`,
  'wrong.leave-whom': (d) => `放弃哪一台？请写明名称，例如 /ssis ${d.word} leave behind sqlw09。`,
  'wrong.which-workers': (d) => `哪些 Worker？请写明名称，例如 /ssis ${d.word} sqlw01 sqlw02，或写 all 表示全部。`,
  'wrong.reconnect-whom': (d) => `重新连接哪些 Worker？请写出已断开的名称，如 /ssis ${d.word} sqlw02。`,
  'wrong.all-or-some': (d) => `全部 Worker，还是写明的几个？请只写 /ssis ${d.word} all，或只写名称。`,
  'wrong.not-a-machine': (d) => `“${d.said}”不能是机器名称。理由以 because 开头。`,
  'wrong.which-id': (d) => `哪一项？请写明编号，例如 /ssis ${d.word} prod-17。/ssis 会列出未结束的轮换。`,
} satisfies Same<typeof en>;
