import type { Pen } from '../../../pen.ts';
import type { Despite, personPackagesWords as en } from '../../en/cards/person-packages.ts';
import type { Same } from '../../line.ts';
import { hosts, join, tight } from '../grammar.ts';
import { whole } from '../measure.ts';
import { before } from './running.ts';

type Choices = Parameters<(typeof en)['person.choices-packages']>[0];

/** What happens to the other workers when some are left behind because of their packages. */
export const others = ({
  toGo,
  frozen,
  late,
}: { readonly toGo: readonly string[] } & Pick<Despite, 'frozen' | 'late'>): string =>
  toGo.length === 0
    ? '其他 Worker 保留新证书'
    : join(`${frozen ? '虽服务器场已冻结，' : ''}${hosts(toGo, 3)}`, `${late ? '在变更窗口之外' : ''}继续执行`);

/** In spite of what else it goes on. */
export const beside = ({ frozen, late }: Despite): string =>
  `${frozen ? '、服务器场已冻结' : ''}${late ? '且不在变更窗口内' : ''}`;
export const may = ({ unseen }: Despite): string => (unseen ? '可能' : '');

/** Why nobody waits any longer for packages to end, or for how long that is awaited. */
function waiting({ frozen, closedAt, closesAt, looks, unseen, ms }: Choices, pen: Pen): string {
  const closed = closedAt === null ? null : pen.bold(`变更窗口已于 ${pen.dateTime(closedAt)} 关闭`);
  if (frozen !== null) {
    const by = pen.bold(`${frozen.by} 已冻结服务器场，至 ${pen.dateTime(frozen.until)}`);
    const reason = frozen.reason === '' ? '' : `（${frozen.reason}）`;
    return `${by}${reason}，不再等待。${closed === null ? '' : `${closed}。`}`;
  }
  if (closed !== null) return `${closed}，不再等待。`;
  if (closesAt !== null)
    return `${pen.bold(`变更窗口将于 ${pen.dateTime(closesAt)} 关闭`)}，届时包可能仍在运行，因此不再等待。`;
  const looking = looks ? '；每分钟查看一次，之后逐渐放慢' : '';
  const then = unseen ? '立即查看；若又能看到包，' : '不间断查看，';
  return `一旦查看到没有包在运行，即自动继续${looking}。\n${pen.bold('继续等待')}：${then}最多再等 ${whole(ms)}。`;
}

/** What *Go on* does: it begins or ends the outage, or restarts the workers that are held up. */
function goingOn({ frozen, closedAt, cutOffAlready, heldUp }: Choices): string {
  const how = `${frozen === null ? '' : '仍'}${closedAt === null ? '' : '在窗口之外'}`;
  return heldUp.length === 0
    ? `${how}${cutOffAlready ? '结束' : '开始'}中断；Worker 断开超过租约时间，其上的包会重新排队并再次运行`
    : tight`${how}重启 ${hosts(heldUp, 3)}；其上正在运行的包可能因此中止并再次运行`;
}

function leavingBehind({ heldUp, toGo, frozen, closedAt }: Choices, pen: Pen): string {
  if (toGo === null || heldUp.length === 0) return '';
  const rest = others({ toGo, frozen: frozen !== null, late: closedAt !== null });
  return tight`\n${pen.bold(`放弃${it(heldUp)}`)}：不重启 ${hosts(heldUp, 3)}，在重新申请之前保留旧证书，撤去为其准备的内容；${rest}。`;
}

/** What *Put all back* does, after what was prepared is taken away. */
function puttingBack({ heldUp, frozen, closedAt, of }: Choices): string {
  const switched = heldUp.length === 0 ? '' : `，并把已切换的 Worker 改回${before(of)}`;
  if (frozen !== null) return `${switched}，冻结结束后可重新申请`;
  return closedAt === null ? switched : `${switched}，之后可在下一个窗口重新申请`;
}

export const it = (names: readonly string[]): string => (names.length < 2 ? '它' : '它们');

export const personPackagesWords = {
  'person.title-packages': (d) => (d.unseen ? `${d.farm} 中是否有包在运行：无法查看` : `${d.farm} 中仍有包在运行`),
  'person.about-packages': (d) =>
    `${d.id} · ${d.cutOffAlready ? '所有 Worker 早已断开' : '尚无 Worker 断开'}；${d.goesOn ? '在查看到没有包在运行或有人决定之前' : '在有人决定之前'}，不再做任何更改`,
  'person.choices-packages': (d, pen) =>
    `${waiting(d, pen)}\n${pen.bold('继续执行')}：${goingOn(d)}。${leavingBehind(d, pen)}\n${pen.bold('全部还原')}：撤去已准备的内容${puttingBack(d)}。\n停用 Worker 不可行：其上的包会以错误 27252 结束。`,
  'person.unwatched': (d, pen) =>
    d.how === 'silent'
      ? tight`${pen.bold(tight`${d.host} 没有响应`)}：恢复响应之前，无法查看包是否已结束。`
      : d.how === 'paused'
        ? tight`${pen.bold(tight`${d.host} 已暂停`)}，无法查看包是否已结束：请在其上运行 node runner.mjs resume。`
        : tight`上次在 ${d.host} 上查看包是否已结束，没有得到结果，将再次查看。`,
  'person.approval-packages': (d) =>
    `${d.waits ? (d.leaves ? '后三项' : '后两项') : d.leaves ? '三项均' : '两项均'}须在此卡片上获得 ${d.quorum} 票批准。`,
  'person.wait': () => '继续等待',
  'person.go-on': () => '继续执行…',
  'person.go-on-what': (d) =>
    d.heldUp.length === 0
      ? `虽${may(d)}有包在运行${beside(d)}，${d.id} 仍${d.cutOffAlready ? '继续执行' : '开始中断'}。`
      : tight`虽${may(d)}有包在运行${beside(d)}，仍重启 ${hosts(d.heldUp, 4)}。`,
  'person.go-on-do': () => '继续执行',
  'person.leave-out-what': (d) => tight`${hosts(d.unknown, 4)} 保留旧证书，不重启；${others(d)}。`,
  'person.back-packages': (d) =>
    d.back === 'unbound' || d.back === 'unbound-alone'
      ? '撤去已准备的内容，端口仍没有绑定。'
      : d.heldUp.length === 0
        ? `撤去已准备的内容，继续使用${before(d.of)}。`
        : `撤去已准备的内容，已切换的 Worker 改回${before(d.of)}。`,
} satisfies Same<typeof en>;
