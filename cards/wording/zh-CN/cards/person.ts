import type { Despite, personWords as en } from '../../en/cards/person.ts';
import type { Returns } from '../../en/returning.ts';
import type { Same } from '../../line.ts';
import { hosts, join, stillNeeded, tight } from '../grammar.ts';
import { whole } from '../measure.ts';
import { returning } from '../returning.ts';
import { before } from './running.ts';

type Names = readonly string[];

const APPROVE = {
  'leave-behind': '批准并结束',
  'put-all-back': '批准并还原',
  'go-on': '批准并继续',
  'leave-out': '批准并放弃',
} as const;

const ASKED = {
  'leave-behind': '放弃当时状态未知的机器',
  'put-all-back': '全部还原',
  'go-on': '不再等待包而继续执行',
  'leave-out': '放弃有包在运行的 Worker',
} as const;

/** What happens to the other workers when some are left behind because of their packages. */
const others = ({ toGo, frozen, late }: { readonly toGo: Names } & Pick<Despite, 'frozen' | 'late'>): string =>
  toGo.length === 0
    ? '其他 Worker 保留新证书'
    : join(`${frozen ? '虽服务器场已冻结，' : ''}${hosts(toGo, 3)}`, `${late ? '在变更窗口之外' : ''}继续执行`);

const beside = ({ frozen, late }: Despite): string =>
  `${frozen ? '、服务器场已冻结' : ''}${late ? '且不在变更窗口内' : ''}`;
const may = ({ unseen }: Despite): string => (unseen ? '可能' : '');

/** What *Put all back* does, after its name. */
const whatBack = (to: string) =>
  ({
    prepared: '撤去已准备的内容，没有 Worker 断开',
    rest: `把剩下的机器改回${to}`,
    'once-imported': `待${to}重新导入该机器后，把剩下的机器改回${to}`,
    'once-more': '让其 runner 依据自己的日志再次还原剩下的内容：用于障碍已排除之后',
    again: `把其他机器改回${to}，它们会再次断开`,
    unbound: '撤销已做的更改：端口和之前一样没有绑定，所有 Worker 断开',
    'unbound-alone': '撤销已做的更改：端口和之前一样没有绑定',
    'unbound-imported': '待旧证书重新导入该机器后，撤销已做的更改：端口和之前一样没有绑定',
    'cut-off': '把 Worker 还原为之前的状态，即断开',
  }) as const;

type Back = keyof ReturnType<typeof whatBack>;

const THEN_PREPARED = '随后撤去各机器上仍留有的已准备内容';

const backTo = (back: Back, of?: string | null): string =>
  `改回${before(of)}${back === 'once-imported' ? '（待其重新导入之后）' : ''}`;

/** Whether those words say everything about it. */
const isWhole = (back: Back): boolean =>
  ['prepared', 'unbound', 'unbound-alone', 'unbound-imported', 'cut-off'].includes(back);

const LEAVE_ALL = '全部保持现状';

const riskOf = ({ choice, returns }: { readonly choice: string; readonly returns: Returns | null }): string =>
  choice !== 'leave-behind' || returns === null ? '' : returning(returns);

const it = (names: Names): string => (names.length < 2 ? '它' : '它们');

export const personWords = {
  'person.state': () => '需要人工决定 · 已停下',
  'person.title': (d) =>
    d.unknown.length === 0
      ? `${d.farm} 等待决定`
      : d.paused
        ? tight`${hosts(d.unknown, 3)} 已暂停，尚未还原`
        : d.rest
          ? tight`${hosts(d.unknown, 3)} 状态未知，其余已验证通过`
          : tight`${hosts(d.unknown, 3)} 状态未知`,
  'person.title-packages': (d) => (d.unseen ? `${d.farm} 中是否有包在运行：无法查看` : `${d.farm} 中仍有包在运行`),
  'person.about-packages': (d) =>
    `${d.id} · ${d.cutOffAlready ? '所有 Worker 早已断开' : '尚无 Worker 断开'}；${d.goesOn ? '在查看到没有包在运行或有人决定之前' : '在有人决定之前'}，不再做任何更改`,
  'person.choices-packages': (d, pen) => {
    const late = d.closedAt !== null;
    const closed = d.closedAt === null ? '' : pen.bold(`变更窗口已于 ${pen.dateTime(d.closedAt)} 关闭`);
    const wait =
      d.frozen !== null
        ? `${pen.bold(`${d.frozen.by} 已冻结服务器场，至 ${pen.dateTime(d.frozen.until)}`)}${d.frozen.reason === '' ? '' : `（${d.frozen.reason}）`}，不再等待。${late ? `${closed}。` : ''}`
        : late
          ? `${closed}，不再等待。`
          : d.closesAt !== null
            ? `${pen.bold(`变更窗口将于 ${pen.dateTime(d.closesAt)} 关闭`)}，届时包可能仍在运行，因此不再等待。`
            : `一旦查看到没有包在运行，即自动继续${d.looks ? '；每分钟查看一次，之后逐渐放慢' : ''}。\n${pen.bold('继续等待')}：不间断查看，最多再等 ${whole(d.ms)}。`;
    const still = d.frozen === null ? '' : '仍';
    const goesOn =
      d.heldUp.length === 0
        ? `${still}${late ? '在窗口之外' : ''}${d.cutOffAlready ? '结束' : '开始'}中断；Worker 断开超过租约时间，其上的包会重新排队并再次运行`
        : tight`${still}${late ? '在窗口之外' : ''}重启 ${hosts(d.heldUp, 3)}；其上正在运行的包可能因此中止并再次运行`;
    const leave =
      d.toGo === null || d.heldUp.length === 0
        ? ''
        : tight`\n${pen.bold(`放弃${it(d.heldUp)}`)}：不重启 ${hosts(d.heldUp, 3)}，在重新申请之前保留旧证书，撤去为其准备的内容；${others({ toGo: d.toGo, frozen: d.frozen !== null, late })}。`;
    const switched = d.heldUp.length === 0 ? '' : `，并把已切换的 Worker 改回${before(d.of)}`;
    const again = d.frozen !== null ? '，冻结结束后可重新申请' : late ? '，之后可在下一个窗口重新申请' : '';
    return `${wait}\n${pen.bold('继续执行')}：${goesOn}。${leave}\n${pen.bold('全部还原')}：撤去已准备的内容${switched}${again}。\n停用 Worker 不可行：其上的包会以错误 27252 结束。`;
  },
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
  'person.about': (d) => `${d.id} · 在有人决定之前，不再做任何更改`,
  'person.what': () => '您可以选择',
  'person.choices': (d, pen) => {
    const names = d.unknown.length === 0 ? '该机器' : hosts(d.unknown, 3);
    const after =
      d.leave === 'all-as-it-is'
        ? ''
        : d.leave === 'as-it-is'
          ? '其上的问题保持原样'
          : d.leave === 'not-known'
            ? `${it(d.unknown)}的状态未知，${d.silent ? '恢复响应后' : ''}可用 /ssis certs ${d.farm} 查看`
            : `重新连接之前${it(d.unknown)}不运行任何包，恢复响应后会提示重新连接`;
    const leave = tight`结束本次轮换，放弃 ${names}；${after}`;
    const left =
      d.leave === null
        ? d.leaveFrom === null
          ? ''
          : `\n${pen.bold(LEAVE_ALL)}（用于 Master 已无法恢复的情况）：若届时仍无响应，自 ${pen.dateTime(d.leaveFrom)} 起可选。`
        : d.leave === 'all-as-it-is'
          ? d.returns !== null
            ? `\n${pen.bold(LEAVE_ALL)}（用于 Master 已无法恢复的情况）：结束本次轮换，所有机器保持现状。${returning(d.returns)}`
            : `\n${pen.bold(LEAVE_ALL)}：结束本次轮换，所有机器保持现状；所指定证书与 Master 出示的不符的 Worker，在重新连接之前保持断开。`
          : `\n${pen.bold(`放弃${it(d.unknown)}`)}：${leave}。`;
    const first = d.paused
      ? tight`在 ${names} 上运行 ${pen.bold('node runner.mjs resume')}，之后会自动还原。`
      : !d.silent
        ? tight`${pen.bold('重新查看')}：再次读取 ${names} 的现状。`
        : tight`${pen.bold('重新查看')}：待 ${names} 启动后进行，其 runner 会读取自己的操作日志，完成或还原最后一项更改。`;
    return `${first}${left}${d.back === null ? '' : `\n${pen.bold('全部还原')}：${whatBack(before(d.of))[d.back]}。`}`;
  },
  'person.approval': (d) =>
    `${d.leave || d.back ? `${d.leave && d.back ? '后两项' : '最后一项'}须在此卡片上获得 ${d.quorum} 票批准。` : ''}${d.paused ? '在此之前' : '有机器状态未知时，'}不能再发起其他轮换。`,
  'person.asked': (d, pen) =>
    `${pen.bold(d.by)} 申请${d.choice === 'leave-out' ? tight`放弃 ${hosts(d.unknown, 3)}：${others(d)}` : d.choice === 'leave-behind' ? (d.all ? LEAVE_ALL : tight`放弃 ${hosts(d.unknown, 3)}`) : d.choice === 'go-on' ? `在${may(d)}有包运行${beside(d)}时继续执行` : '全部还原'}。${riskOf(d)}`,
  'person.voided': (d, pen) =>
    tight`${pen.bold(d.by)} 曾申请${d.hosts.length === 0 ? ASKED[d.choice] : tight`放弃 ${hosts(d.hosts)}`}。此后看到的情况已有变化，该申请及其投票一并作废。请按现在看到的情况决定。`,
  'person.approve-what': (d, pen) => {
    const what =
      d.choice === 'leave-behind'
        ? d.all
          ? `您同意结束 ${d.id}，${pen.bold('所有机器保持现状')}${d.returns === null ? '：不再还原。' : `。${riskOf(d)}`}`
          : `您同意放弃 ${pen.bold(hosts(d.unknown))}，结束 ${d.id}。`
        : d.choice === 'leave-out'
          ? tight`您同意 ${pen.bold(hosts(d.unknown))} 保留旧证书；${others(d)}。`
          : d.choice === 'go-on'
            ? `您同意 ${d.id} 在${may(d)}有包运行${beside(d)}时 ${pen.bold('继续执行')}：部分包可能再次运行。`
            : agreedBack(d.back, pen.bold('所有机器'), d.of);
    return `${what}${d.starts ? `点击后 ${pen.bold('立即执行')}。` : '其他人同意之前不会执行。'}`;
  },
  'person.approve-do': (d) => (d.starts ? APPROVE[d.choice] : '批准'),
  'person.look': () => '重新查看',
  'person.leave': (d) => (d.all ? `${LEAVE_ALL}…` : `放弃${it(d.unknown)}…`),
  'person.leave-what': (d) =>
    d.all
      ? d.returns === null
        ? `结束 ${d.id}，所有机器保持现状，不再还原。`
        : `结束 ${d.id}，所有机器保持现状。${returning(d.returns)}`
      : d.others.length === 0
        ? tight`结束 ${d.id}，放弃 ${hosts(d.unknown)}。`
        : tight`结束 ${d.id}：${hosts(d.others)} 已${d.back ? '还原' : '完成'}，放弃 ${hosts(d.unknown)}。`,
  'person.leave-do': (d) => (d.all ? LEAVE_ALL : d.unknown.length === 1 ? `放弃 ${d.unknown[0]}` : '放弃它们'),
  'person.back': () => '全部还原…',
  'person.back-what': (d) => {
    if (d.back === 'once-more')
      return tight`${hosts(d.unknown)} 依据自己的日志再次还原剩下的内容；已还原的机器不变，${THEN_PREPARED}。`;
    if (isWhole(d.back)) return `${whatBack(before(d.of))[d.back]}。`;
    const to = backTo(d.back, d.of);
    return d.others.length === 0
      ? `所有机器${to}。`
      : tight`${hosts(d.others)} ${to}；${hosts(d.unknown)} 一有响应也照此处理。`;
  },
  'person.back-do': () => '全部还原',
  'person.row-cut-off': () => '已断开',
  'person.row-cut-at': (d, pen) => tight`；于 ${pen.dateTime(d.at)} 断开`,
  'person.fallback-asked': (d) =>
    `${d.id} 需要人工决定：${d.asked}已有 ${d.approved} 票，共需 ${d.quorum} 票${
      d.needed === 0 || d.names.length === 0 ? '' : tight`，还需 ${stillNeeded(d.needed, d.names)}`
    }。`,
  'person.fallback': (d) => {
    const others =
      d.others.length === 0 || d.provedOn === 'mixed'
        ? ''
        : tight`${hosts(d.others)} 已在${d.provedOn === 'new' ? '新' : '旧'}证书上验证通过。`;
    const what = d.why ?? (d.unknown.length === 0 ? '等待决定' : tight`${hosts(d.unknown, 3)} 状态未知`);
    return `${d.id} 需要人工决定：${what.replace(/。$/u, '')}。${others}`;
  },
} satisfies Same<typeof en>;

function agreedBack(back: Back, all: string, of?: string | null): string {
  if (isWhole(back)) return `您同意${whatBack(before(of))[back]}。`;
  return back === 'once-more'
    ? `您同意再次还原剩下的内容；${THEN_PREPARED}。`
    : `您同意把 ${all} ${backTo(back, of)}。`;
}
