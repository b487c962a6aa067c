import type { rollbackWords as en } from '../en/rollback.ts';
import type { Same } from '../line.ts';
import { hosts, list, tight } from './grammar.ts';

/** Why a rotation cannot be rolled back, for the person who asks. */
export const rollbackWords = {
  'refused.rollback-unknown': (d) =>
    d.known.length === 0
      ? `没有 ${d.id} 这项轮换，也没有可以回退的轮换。/ssis 会列出未结束的轮换。`
      : tight`没有 ${d.id} 这项轮换。可以回退的有：${list(d.known, '、', 3)}。`,
  'refused.rollback-dry': (d) => `${d.id} 只是计划，未做更改，无可回退。`,
  'refused.rollback-open': (d) => `${d.id} 尚未结束，不能回退。请改为停止：/ssis stop ${d.id}。`,
  'refused.rollback-final': (d) => `${d.id} 永久删除了证书，无法回退。`,
  'refused.rollback-none-removed': (d) => `${d.id} 未删除任何证书，无可回退。`,
  'refused.rollback-untold': (d) =>
    `${d.id} 更改了什么，在此无从得知：机器人的操作日志是从之前的副本恢复的。请重新轮换以生成新证书。`,
  'refused.rollback-reconnect': (d) => `${d.id} 是重新连接，只会让 Worker 与其 Master 出示的证书保持一致，无可回退。`,
  'refused.rollback-unproved': (d) =>
    `${d.id} 结束时各 Worker 保持原样，使用哪张证书未经验证：请用 /ssis certs 查看。需要新证书请重新轮换。`,
  'refused.rollback-nothing': (d) => `${d.id} 之后仍在使用之前的证书，无可回退。`,
  'refused.rollback-compromised': (d) => `${d.id} 替换的私钥已泄露，不能再用。请重新轮换以生成新证书。`,
  'refused.rollback-gone': (d) =>
    tight`服务器场配置文件不再把 ${hosts(d.hosts, 4, '或')} 列为 Worker，而 ${d.id} 未更改其他机器，因此无可回退。只是改名的，可以新名称换一张证书：/ssis rotate-worker 加该名称。`,
  'refused.rollback-twice': (d) => `${d.id} 已由 ${d.by} 回退。请看 /ssis show ${d.by}。`,
  'refused.rollback-not-last': (d) =>
    `最近一次更改这些证书的不是 ${d.id}，而是 ${d.last}${
      d.final === true
        ? '，而它无法回退，更早的也就无法回退。请重新轮换以生成新证书。'
        : `。请回退它：/ssis rollback ${d.last}。`
    }`,
} satisfies Same<typeof en>;
