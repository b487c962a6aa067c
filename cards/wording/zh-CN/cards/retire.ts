import type { retireWords as en } from '../../en/cards/retire.ts';
import type { Same } from '../../line.ts';
import { hosts, join, short, stillNeeded, tight } from '../grammar.ts';

export const retireWords = {
  'retire.title': (d) => `删除 ${d.farm} 的旧证书`,
  'retire.about': (d) => `${d.id} · ${d.machines} 台机器 · 申请人 ${d.by}`,
  'retire.for-good': () => '此操作无法撤销：之后任何人都无法回退到这些证书。',
  'retire.goes': () => '将删除',
  'retire.certificate': (d, pen) =>
    `${short(d.thumbprint)} · ${d.ended ? `已于 ${pen.date(d.notAfter)}过期` : `${pen.date(d.notAfter)}到期`}`,
  'retire.where': (d, pen) => {
    const used = d.lastUsed === null ? '最后一次使用的时间未知' : tight`自 ${pen.date(d.lastUsed)}起未再使用`;
    const made = d.madeBy === null ? '' : tight`由 ${d.madeBy} 生成，`;
    const key = d.keyOn.length === 0 ? '' : join('；其中', hosts(d.keyOn, 4), '连同私钥');
    const stolen = d.compromised ? '私钥已泄露；' : '';
    return join(`${stolen}${made}${used}；从`, hosts(d.names, 4), `删除${key}`);
  },
  'retire.stays': () => '将保留',
  'retire.stay': (d, pen) => {
    const one = short(d.thumbprint);
    if (d.allowed === true) return tight`${one}：保留在 ${d.where} 上，因为管理员在该机器上允许了它`;
    if (d.until !== null) return tight`${one}：保留至 ${pen.date(d.until)}`;
    return d.subject === null
      ? tight`${one}：${d.where} 正在使用`
      : tight`${one}（${d.subject}）：受 ${d.where} 信任，但场内没有机器说明它属于谁`;
  },
  'retire.running': (d) => `正在删除 ${d.farm} 的旧证书`,
  'retire.stop': () => '停止…',
  'retire.stop-do': () => '停止',
  'retire.stop-asked': (d, pen) => tight`${pen.bold(d.by)} 要求停止：正在进行的删除会做完，已删除的不会恢复。`,
  'stop.retire': () => '不再开始新的机器。已删除的不会恢复。',
  'retire.closed': (d) => closed(d),
  'retire.gone': () => '已删除的内容',
  'retire.closed-fallback': (d) =>
    `${d.id} ${STATES[d.outcome] ?? d.outcome}${d.why === null ? '' : `：${d.why.replace(/。$/u, '')}`}。${closed(d)}。`,
  'retire.fallback': (d) =>
    `${d.id}：是否永久删除 ${d.farm} 的 ${d.count} 张旧证书？已有 ${d.approved} 票，共需 ${d.quorum} 票${
      d.needed === 0 || d.names.length === 0 ? '' : tight`，还需 ${stillNeeded(d.needed, d.names)}`
    }。`,
  'retire.fallback-dry': (d) => `${d.id}：将删除 ${d.farm} 的 ${d.count} 张旧证书，仅供查看。不发起审批。`,
} satisfies Same<typeof en>;

const STATES: { readonly [outcome: string]: string } = {
  proved: '已完成',
  'left-behind': '已完成，部分机器除外',
  stopped: '已停止',
  withdrawn: '已撤回',
  denied: '已拒绝',
  lapsed: '已失效',
  refused: '未受理',
};

function closed({ outcome, farm, ran, past }: Parameters<(typeof en)['retire.closed']>[0]): string {
  if (outcome === 'proved') return `${farm} 应删除的旧证书已删除`;
  if (outcome === 'left-behind') return `${farm} 应删除的旧证书${past ? '在结束时' : ''}尚未全部删除`;
  if (!ran) return `${farm} 未删除任何证书`;
  return past ? `结束时 ${farm} 保留了尚未删除的旧证书` : `${farm} 保留尚未删除的旧证书`;
}
