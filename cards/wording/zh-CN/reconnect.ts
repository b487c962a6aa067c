import { parseThumbprint } from '../../../src/domain/values.ts';
import type { reconnectNotices as en } from '../en/reconnect.ts';
import type { Same } from '../line.ts';
import { hosts, masterOf, people, short, tight } from './grammar.ts';
import { took } from './measure.ts';

/**
 * What a channel is told about workers that are cut off from a master that goes on without them, and about how a
 * reconnect went.
 */
export const reconnectNotices = {
  'told.out-of-line': (d, pen) =>
    tight`${pen.bold(`${d.host} 已与 ${d.farm} 断开`)}：${
      d.pinned === d.presented
        ? tight`指定的证书正确（${short(d.presented)}，${masterOf([d.host], d.master)} 出示），但 Root 存储中既不信任它，也不信任其颁发机构`
        : tight`${d.pinned === '' ? '未指定证书' : parseThumbprint(d.pinned) !== null ? `指定的是 ${short(d.pinned)}` : `MasterHttpsCertThumbprint 中不是指纹（“${d.pinned}”）`}，而 ${masterOf([d.host], d.master)} 出示 ${short(d.presented)}`
    }。自 ${pen.dateTime(d.since)} 起如此；重新连接之前，它不运行任何包。`,
  'told.out-of-line-many': (d, pen) =>
    tight`${pen.bold(`${d.hosts.length} 个 Worker 已与 ${d.farm} 断开`)}：${hosts(d.hosts, 6)} 指定或信任的不是 ${d.master} 出示的 ${short(d.presented)}。自 ${pen.dateTime(d.since)} 起如此；重新连接之前，它们不运行任何包。`,
  'told.in-line': (d, pen) =>
    tight`${pen.bold(`${d.host} 已重新与 ${d.farm} 一致`)}：指定并信任 ${masterOf([d.host], d.master)} 出示的 ${short(d.presented)}。`,
  'told.apart': (d, pen) =>
    tight`${pen.bold(`${d.host} 未与 ${d.farm} 连接`)}：其服务正在运行，指定并信任 ${masterOf([d.host], d.master)} 出示的 ${short(d.presented)}，但没有连接。自 ${pen.dateTime(d.since)} 起如此；${
      d.contained === true
        ? `${masterOf([d.host], d.master)} 不信任 ${d.host} 的证书，其私钥已泄露；换上新证书之前，${d.host} 不运行任何包：/ssis rotate-worker ${d.host} compromised`
        : '重启其服务之前，它不运行任何包。'
    }`,
  'told.apart-many': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.hosts, 6)} 未与 ${d.farm} 连接`)}：其服务正在运行，指定并信任 ${d.master} 出示的 ${short(d.presented)}，但没有连接。自 ${pen.dateTime(d.since)} 起如此；重启其服务之前，它们不运行任何包。`,
  'told.contained-many': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.hosts, 6)} 未与 ${d.farm} 连接`)}：${d.master} 不信任它们的证书，其私钥已泄露。自 ${pen.dateTime(d.since)} 起如此；换上新证书之前，它们不运行任何包。`,
  'told.connected': (d, pen) =>
    tight`${pen.bold(`${d.host} 已重新与 ${d.farm} 连接`)}：其服务正在运行，并与 ${masterOf([d.host], d.master)} 保持连接。`,
  'told.offer-asked': (d, pen) => tight`${pen.bold(tight`${d.by} 已申请重新连接 ${hosts(d.hosts, 6)}`)}：${d.id}。`,
  'told.offer-done': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.hosts, 6)} 已重新连接`)}：由 ${d.by} 申请的 ${d.id} 完成。`,
  'told.offer-moot': (d, pen) =>
    tight`${pen.bold('已无需处理')}：${d.host === null ? '这些 Worker ' : `${d.host} `}已重新与 Master 一致。`,
  'told.offer-anew': (d) => tight`${d.host} 的情况此后有变化：请看关于它的最新消息。`,
  'button.reconnect': (d) => `重新连接 ${d.host}…`,
  'button.rotate-worker': (d) => `轮换 ${d.host}…`,
  'button.reconnect-many': (d) => `重新连接 ${d.count} 个 Worker…`,
  'button.rotate-worker-many': (d) => `轮换 ${d.count} 个 Worker…`,
  'note.reconnect-started': (d, pen) =>
    tight`${people(d.by, '、', 4)} 已批准，${pen.bold(`${d.id} 现在开始`)}：正在重新连接 ${hosts(d.hosts)}。其他机器不作更改。`,
  'note.reconnect-proved': (d, pen) =>
    `${pen.bold(`${d.id} 已完成`)}：已与 Master 一致${took(d.tookMs, '验证通过，用时')}。`,
  'note.reconnect-partly': (d, pen) =>
    `${pen.bold(`${d.id} 部分完成`)}：已验证通过的保持连接，其余仍然断开，与之前相同${took(d.tookMs, '用时')}。`,
  'note.reconnect-put-back': (d, pen) =>
    `${pen.bold(`${d.id} 已还原`)}：仍然断开，与之前相同${took(d.tookMs, '用时')}。`,
  'note.reconnect-stopped': (d, pen) =>
    `${pen.bold(`${d.id} 已停止并还原`)}：仍然断开，与之前相同${took(d.tookMs, '用时')}。`,
} satisfies Same<typeof en>;
