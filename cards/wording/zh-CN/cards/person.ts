import type { Pen } from '../../../pen.ts';
import type { personWords as en } from '../../en/cards/person.ts';
import type { Returns } from '../../en/returning.ts';
import type { Names, Same } from '../../line.ts';
import { hosts, stillNeeded, tight } from '../grammar.ts';
import { returning } from '../returning.ts';
import { beside, it, may, others } from './person-packages.ts';
import { before } from './running.ts';

type Choices = Parameters<(typeof en)['person.choices']>[0];
type Asked = Parameters<(typeof en)['person.asked']>[0];
type Agreed = Parameters<(typeof en)['person.approve-what']>[0];

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

export const whatWasAsked = (d: { readonly choice: keyof typeof ASKED; readonly hosts: Names }): string =>
  d.hosts.length === 0 ? ASKED[d.choice] : tight`放弃 ${hosts(d.hosts)}`;

/** What *Put all back* does, after its name. */
const whatBack = (to: string) =>
  ({
    prepared: '撤去已准备的内容，不会断开任何 Worker',
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

const named = (unknown: Choices['unknown']): string => (unknown.length === 0 ? '该机器' : hosts(unknown, 3));

/** The first way on: a fresh look, or the end of a pause. */
function lookingAgain({ unknown, silent, paused }: Choices, pen: Pen): string {
  const names = named(unknown);
  if (paused) return tight`在 ${names} 上运行 ${pen.bold('node runner.mjs resume')}，之后会自动还原。`;
  return silent
    ? tight`${pen.bold('重新查看')}：待 ${names} 启动后进行，其 runner 会读取自己的操作日志，完成或还原最后一项更改。`
    : tight`${pen.bold('重新查看')}：再次读取 ${names} 的现状。`;
}

/** How it is with a machine that is left behind. */
function leaving({ leave, unknown, silent, farm }: Choices): string {
  if (leave === 'as-it-is') return '其上的问题保持原样';
  if (leave === 'not-known')
    return `${it(unknown)}的状态未知，${silent ? '恢复响应后' : ''}可用 /ssis certs ${farm} 查看`;
  return `重新连接之前${it(unknown)}不运行任何包，恢复响应后会提示重新连接`;
}

function leavingBehind(d: Choices, pen: Pen): string {
  const all = `\n${pen.bold(LEAVE_ALL)}`;
  if (d.leave === null && d.leaveFrom === null) return '';
  if (d.leave === null)
    return `${all}（用于 Master 已无法恢复的情况）：若届时仍无响应，自 ${pen.dateTime(d.leaveFrom ?? '')} 起可选。`;
  if (d.leave !== 'all-as-it-is')
    return `\n${pen.bold(`放弃${it(d.unknown)}`)}：${tight`结束本次轮换，放弃 ${named(d.unknown)}；${leaving(d)}`}。`;
  return d.returns === null
    ? `${all}：结束本次轮换，所有机器保持现状；所指定证书与 Master 出示的不符的 Worker，在重新连接之前保持断开。`
    : `${all}（用于 Master 已无法恢复的情况）：结束本次轮换，所有机器保持现状。${returning(d.returns)}`;
}

function whatIsAsked(d: Asked): string {
  if (d.choice === 'put-all-back') return '全部还原';
  if (d.choice === 'go-on') return `在${may(d)}有包运行${beside(d)}时继续执行`;
  if (d.choice === 'leave-behind') return d.all ? LEAVE_ALL : tight`放弃 ${hosts(d.unknown, 3)}`;
  return tight`放弃 ${hosts(d.unknown, 3)}：${others(d)}`;
}

function whatIsAgreed(d: Agreed, pen: Pen): string {
  const unknown = pen.bold(hosts(d.unknown));
  switch (d.choice) {
    case 'put-all-back':
      return agreedBack(d.back, pen.bold('所有机器'), d.of);
    case 'go-on':
      return `您同意 ${d.id} 在${may(d)}有包运行${beside(d)}时 ${pen.bold('继续执行')}：部分包可能再次运行。`;
    case 'leave-out':
      return tight`您同意 ${unknown} 保留旧证书；${others(d)}。`;
    case 'leave-behind':
      if (!d.all) return `您同意放弃 ${unknown}，结束 ${d.id}。`;
      return `您同意结束 ${d.id}，${pen.bold('所有机器保持现状')}${d.returns === null ? '：不再还原。' : `。${riskOf(d)}`}`;
  }
}

const REST = { new: '状态未知，其余已验证通过', old: '状态未知，其余已还原', mixed: '状态未知' } as const;

export const personWords = {
  'person.state': () => '需要人工决定 · 已停下',
  'person.title': (d) =>
    d.unknown.length === 0
      ? `${d.farm} 等待决定`
      : tight`${hosts(d.unknown, 3)} ${d.paused ? '已暂停，尚未还原' : REST[d.rest]}`,
  'person.ended': (d, pen) =>
    tight`${pen.bold(tight`${d.master} 出示的证书已于 ${pen.dateTime(d.at)} 过期`)}，Worker 拒绝已过期的证书，此处的任何选择都无法使${it(d.unknown)}重新连接。${d.leaves ? `请先放弃${it(d.unknown)}，再` : '结束后请'}${d.clustered ? tight`为 ${d.master} 所在的群集人工更换证书` : tight`申请 /ssis rotate-master in ${d.farm}，${it(d.unknown)}会一并切换`}。`,
  'person.about': (d) => `${d.id} · 在有人决定之前，不再做任何更改`,
  'person.went-back': () => '全部还原的原因',
  'person.what': () => '您可以选择',
  'person.choices': (d, pen) => {
    const put = `\n${pen.bold('全部还原')}：`;
    const byHand = tight`${named(d.unknown)} 上的问题须手动处理`;
    const back = d.tried
      ? tight`${put}已尝试过，此后查看的结果没有变化，${byHand}。`
      : d.nothingLeft
        ? tight`${put}已无可还原之处，每台机器都已还原所做的更改，${byHand}。`
        : d.back === null
          ? ''
          : `${put}${whatBack(before(d.of))[d.back]}。`;
    return `${lookingAgain(d, pen)}${leavingBehind(d, pen)}${back}`;
  },
  'person.approval': (d) =>
    `${d.leave || d.back ? `${d.leave && d.back ? '后两项' : '最后一项'}须在此卡片上获得 ${d.quorum} 票批准。` : ''}${d.paused ? '在此之前' : '有机器状态未知时，'}不能再发起其他轮换。`,
  'person.asked': (d, pen) => `${pen.bold(d.by)} 申请${whatIsAsked(d)}。${riskOf(d)}`,
  'person.voided': (d, pen) =>
    tight`${pen.bold(d.by)} 曾申请${whatWasAsked(d)}。${d.waits == null ? '此后看到的情况已有变化，该申请及其投票一并作废。请按现在看到的情况决定。' : tight`${pen.bold(d.waits)} 此后选择了继续等待，该申请及其投票一并作废。`}`,
  'person.approve-what': (d, pen) =>
    `${whatIsAgreed(d, pen)}${d.starts ? `点击后 ${pen.bold('立即执行')}。` : '其他人同意之前不会执行。'}`,
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
    if (d.areBack) return tight`${hosts(d.unknown)} 一有响应就${to}；已还原的机器不变。`;
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
    const theNew = d.of == null ? '新证书' : ` ${d.of} 之前的证书`;
    const others =
      d.others.length === 0 || d.provedOn === 'mixed'
        ? ''
        : tight`${hosts(d.others)} 已在${d.provedOn === 'new' ? theNew : before(d.of)}上验证通过。`;
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
