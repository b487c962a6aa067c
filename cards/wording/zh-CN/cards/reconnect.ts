import { parseThumbprint } from '../../../../src/domain/values.ts';
import { isAlone } from '../../alone.ts';
import type { reconnectWords as en, Whom } from '../../en/cards/reconnect.ts';
import type { Same } from '../../line.ts';
import { hosts, join, list, short, stillNeeded, tight } from '../grammar.ts';

export const reconnectWords = {
  'reconnect.title': (d) => join('重新连接', whom(d)),
  'reconnect.about': (d) =>
    tight`${d.id} · ${hosts(d.hosts)}，Master 为 ${isAlone(d.hosts, [d.master]) ? '本机' : d.master} · 申请人 ${d.by}`,
  'reconnect.now': () => '现状',
  'reconnect.presents': (d, pen) =>
    tight`${d.master} 出示 ${pen.bold(short(d.thumbprint))}${d.madeBy === null ? '' : tight`，由 ${d.madeBy} 生成`}${d.notAfter === null ? '' : tight`，${pen.date(d.notAfter)}到期`}。Master 不作更改。`,
  'reconnect.authority': (d, pen) =>
    tight`它由颁发机构签发${d.names.length === 0 ? '' : tight`（${list(d.names, '、', 8)}）`}。按各机器 runner 的 allowedCertificates，改为信任其根证书 ${pen.bold(short(d.thumbprint))}；此后它签发的一切都受信任。`,
  'reconnect.worker': (d, pen) => {
    if (!d.presented && d.pinned !== '' && parseThumbprint(d.pinned) === null)
      return tight`${d.host} 的 MasterHttpsCertThumbprint 中不是指纹（${pen.bold(d.pinned)}）：已断开。`;
    if (!d.presented) return tight`${d.host} 指定的是 ${pen.bold(short(d.pinned))}，Master 并未出示它：已断开。`;
    if (d.trusted === null) return `${d.host} 指定的证书正确，但未连接，是否信任它未知。`;
    return d.trusted
      ? `${d.host} 指定并信任正确的证书，但未连接。`
      : `${d.host} 指定的证书正确，但 Root 存储中不信任它：已断开。`;
  },
  'reconnect.does': () => '将执行',
  'reconnect.does-what': (d) => {
    const pin = d.root === null ? '其指纹' : tight`${short(d.thumbprint)} 的指纹`;
    const write = tight`${hosts(d.hosts, 5)} 在 Root 存储中信任 ${short(d.root ?? d.thumbprint)}，并写入${pin}。`;
    const restart = d.restart.length === 0 ? '' : tight`然后重启 ${hosts(d.restart, 5)} 的 Worker 服务，并验证其连接。`;
    const stay = d.stay.length === 0 ? '' : tight`${hosts(d.stay, 5)} 的服务未运行，也不会启动它：有人启动后即会连接。`;
    return `${write}${restart}${stay}其他机器不作更改。`;
  },
  'reconnect.fails-what': (d) =>
    d.count === 1
      ? '若失败，则还原为现状，即保持断开。'
      : '失败的 Worker 还原为现状，即保持断开，且不再开始其余的；已验证的保持连接。',
  'reconnect.fallback': (d) =>
    `${join(`${d.id}：是否重新连接`, whom(d))}？已有 ${d.approved} 票，共需 ${d.quorum} 票${
      d.needed === 0 || d.names.length === 0 ? '' : tight`，还需 ${stillNeeded(d.needed, d.names)}`
    }。`,
  'reconnect.fallback-dry': (d) => `${join(`${d.id}：重新连接`, whom(d), '会更改什么')}。不发起审批。`,
  'reconnect.fallback-waits': (d, pen) =>
    `${join(tight`${d.id} 将于 ${pen.dateTime(d.from)} 开始：已批准重新连接`, whom(d))}。`,
  'stop.reconnect': (d) =>
    `完成手头的更改后，${d.hosts.length === 1 ? tight`${d.hosts[0] ?? ''} 还原为之前的状态` : '全部还原为之前的状态'}，即保持断开。`,
} satisfies Same<typeof en>;

/** `sqlw02`, or `prod 的 3 个 Worker`. */
const whom = ({ farm, hosts: workers }: Whom): string =>
  workers.length === 1 ? (workers[0] ?? '') : `${farm} 的 ${workers.length} 个 Worker`;

/** What a running card says it is doing. */
export const reconnecting = (about: Whom, back: boolean): string =>
  back ? `${join('正在将', whom(about), '还原为之前的状态')}` : join('正在重新连接', whom(about));

/** The result of a closed card. */
export function reconnected(outcome: string, ran: boolean, about: Whom & { readonly past: boolean }): string {
  const who = about.hosts.length === 0 ? `${about.farm} 的 Worker` : whom(about);
  const inLine = about.past ? '在结束时与 Master 一致' : '已与 Master 一致';
  if (outcome === 'proved') return join(who, inLine);
  if (outcome === 'partly') return `${about.farm} 的部分 Worker ${inLine}`;
  if (outcome === 'left-behind') return join(who, '已与 Master 一致，但未全部经过验证');
  const ended = about.past ? '在结束时' : '';
  return join(who, ran ? `${ended}仍然断开，与之前相同` : `${ended}保持不变`);
}
