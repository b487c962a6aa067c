import type { noteWords as en } from '../en/notes.ts';
import type { Same } from '../line.ts';
import { hosts, people, tight } from './grammar.ts';
import { range, took } from './measure.ts';
import { cameBackOn } from './returning.ts';

type InUse = {
  readonly of: string | null;
  readonly unbound: { readonly seen: boolean; readonly workers: number } | null;
  readonly tookMs: number | null;
};

const inUse = ({ of, unbound, tookMs }: InUse): string =>
  unbound === null
    ? `已恢复使用${of === null ? '旧证书' : ` ${of} 换上的证书`}${took(tookMs, '验证通过，用时')}`
    : unbound.seen
      ? `端口和之前一样没有绑定${unbound.workers === 0 ? '' : '，所有 Worker 断开'}`
      : '端口是否与之前一样，未经验证';

const ASKED: { readonly [choice: string]: string } = {
  'leave-behind': '放弃状态未知的机器',
  'put-all-back': '全部还原',
  'go-on': '不再等待包而继续执行',
  'leave-out': '放弃有包在运行的 Worker',
};

/**
 * Short messages below a card: what waits, what began, how far it is, how it ended; and what is told to one person
 * only.
 */
export const noteWords = {
  'note.call': (d, pen) => `${pen.bold(`${d.id} 等待您的审批`)}：平时通知您的频道目前不接收机器人发送的内容。`,
  'note.half-way': (d, pen) =>
    `${pen.bold(`${d.id} 仍在等待审批`)}：已有 ${d.approved} 票，共需 ${d.quorum} 票。${pen.dateTime(d.lapsesAt)} 失效。`,
  'note.started': (d, pen) =>
    tight`${people(d.by)} 已批准，${pen.bold(`${d.id} 现在开始`)}。先准备 ${d.hosts} 台机器，${d.cutOffAlready ? '所有 Worker 早已断开' : '其间没有 Worker 断开'}。`,
  'note.prepared': (d) =>
    d.request === 'rotate-worker'
      ? `${d.taken ? '无需生成证书。' : '新证书已生成并受信任。'}接下来${d.workers === 1 ? '该 Worker 重启' : ' Worker 分批重启'}。`
      : `${d.of === null ? '新证书' : `${d.of} 之前的证书`}已${d.taken ? '' : '生成并'}受信任。${d.cutOffAlready ? `接下来为 Master 绑定端口，早已断开的 ${d.workers} 个 Worker 随后切换` : `接下来切换 Master${d.workers === 0 ? '' : `，${d.workers} 个 Worker 在各自切换之前断开`}`}。`,
  'note.switched': (d) =>
    `${d.host} 已出示${d.of === null ? '新证书' : ` ${d.of} 之前的证书`}。${d.workers === 0 ? '随后重新查看。' : `${d.workers} 个 Worker 在各自切换之前断开。`}`,
  'note.canary': (d) => tight`${hosts(d.hosts)} 已重新连接，其余 ${d.left} 个 Worker 随后切换。`,
  'note.connected': (d) =>
    tight`${d.workers === 1 ? 'Worker ' : `全部 ${d.workers} 个 Worker `}已重新连接，${d.measured < d.workers ? `其中 ${d.measured} 个` : ''}断开 ${range(d.minMs, d.maxMs)}。随后重新查看每台机器。`,
  'note.going-back': (d) => `${d.id}：正在全部还原。`,
  'note.needs-person': (d, pen) =>
    tight`${pen.bold(`${d.id} 需要人工决定`)}：${hosts(d.hosts)} ${d.paused ? '已暂停，恢复之前不会还原。请恢复其 runner，或在卡片上决定' : '状态未知。请在卡片上决定'}。`,
  'note.looked-again': (d, pen) =>
    `应 ${d.by} 的要求，${pen.bold(`已重新查看 ${d.id}`)}，至 ${pen.dateTime(d.at)} 结束。仍需人工决定：卡片显示查看的结果。`,
  'note.packages': (d, pen) =>
    `${pen.bold(`${d.id} 等待决定`)}：${d.unseen ? '无法查看是否有包在运行' : '仍有包在运行'}，${d.cutOffAlready ? '所有 Worker 早已断开' : '尚无 Worker 断开'}。${d.frozen === null ? '' : `服务器场已冻结，至 ${pen.dateTime(d.frozen)}。`}${d.closedAt === null ? '' : `变更窗口已于 ${pen.dateTime(d.closedAt)} 关闭。`}请在卡片上决定。`,
  'note.packages-ended': (d, pen) => `已查看到没有包在运行，${pen.bold(`${d.id} 按批准的方案继续`)}，无需再作决定。`,
  'note.asked': (d, pen) =>
    `${pen.bold(`${d.by} 申请${d.hosts.length > 0 ? tight`放弃 ${hosts(d.hosts)}` : (ASKED[d.choice] ?? d.choice)}`)}（${d.id}）。须在卡片上获得 ${d.needed} 票批准。`,
  'note.proved': (d, pen) =>
    `${pen.bold(`${d.id} 已完成`)}：已${d.of === null ? '改用新证书' : `恢复使用 ${d.of} 之前的证书`}，${d.machines} 台机器验证通过${took(d.tookMs, '用时')}。`,
  'note.retire-started': (d, pen) =>
    `${people(d.by, '、', 4)} 已批准，${pen.bold(`${d.id} 开始`)}：正在从 ${d.hosts} 台机器删除旧证书。`,
  'note.retire-proved': (d, pen) => `${pen.bold(`${d.id} 已完成`)}：应删除的旧证书已全部删除。`,
  'note.retire-stopped': (d, pen) => `${pen.bold(`${d.id} 已停止`)}。已删除的不会恢复。`,
  'note.left-behind': (d, pen) => `${pen.bold(`${d.id} 已完成，部分机器除外`)}${took(d.tookMs, '用时')}。`,
  'note.everywhere': (d, pen) => `${pen.bold(`${d.id} 已完成，部分机器后来跟上`)}：当时被放弃的机器在结束后已跟上。`,
  'note.left-as-it-is': (d) => tight`${hosts(d.hosts, 4)} 保持原样：其状态未经验证。`,
  'note.unproved': (d, pen) =>
    `${pen.bold(`${d.id} 已结束`)}${took(d.tookMs, '用时')}。${d.unproved.length === 0 ? '其 Master ' : hosts(d.unproved, 4)}的状态未经验证。`,
  'note.came-back': (d, pen) =>
    `${pen.bold(`${d.host} 已恢复`)}，${cameBackOn(d.on)}。${d.id} 在此之前已结束，结果不变。`,
  'note.undone-by-hand': (d, pen) =>
    tight`${d.id} 结束后，${pen.bold(tight`有人在 ${hosts(d.hosts)} 上手动还原`)}${d.sure ? '' : '，且并非全部得到验证'}。/ssis certs 会显示当前使用的证书。`,
  'note.partly': (d, pen) =>
    `${pen.bold(`${d.id} 部分完成`)}：${d.of === null ? '已验证通过的保留新证书，其余使用旧证书' : `已验证通过的恢复使用 ${d.of} 之前的证书，其余使用 ${d.of} 换上的证书`}${took(d.tookMs, '用时')}。`,
  'note.put-back': (d, pen) => `${pen.bold(`${d.id} 已还原`)}：${inUse(d)}。`,
  'note.stopped': (d, pen) => `${pen.bold(`${d.id} 已停止并还原`)}：${inUse(d)}。`,
  'note.withdrawn': (d, pen) => `${pen.bold(`${d.id} 已${d.by === null ? '' : `由 ${d.by} `}撤回`)}。未做任何更改。`,
  'note.denied': (d, pen) => `${pen.bold(`${d.id} 已被拒绝`)}。未做任何更改。`,
  'note.lapsed': (d, pen) => `${pen.bold(`${d.id} 已失效`)}：规定时间内批准票数不足。未做任何更改。`,
  'note.refused': (d, pen) => `${pen.bold(`${d.id} ${d.planned ? '没有开始' : '未能制定计划'}`)}。未做任何更改。`,
  'note.untold': (d, pen) => `${pen.bold(`${d.id} 已结束`)}。各机器上做过什么，在此无从得知。`,
  'tell.lapsed': (d, pen) =>
    `${pen.bold(`您的申请 ${d.id} 已失效`)}${d.reason === '' ? '' : `（${d.reason}）`}：规定时间内批准票数不足，未做任何更改。待审批人在场时请重新申请。`,
} satisfies Same<typeof en>;
