import type { closedWords as en } from '../../en/cards/closed.ts';
import type { Same } from '../../line.ts';
import { hosts, list, people, tight } from '../grammar.ts';
import { bare, exact, range, sum, whole } from '../measure.ts';
import { reconnected } from './reconnect.ts';

type Outcome = Parameters<(typeof en)['closed.title']>[0]['outcome'];

const STATES: { readonly [outcome in Outcome]: string } = {
  proved: '已完成',
  'put-back': '已还原',
  stopped: '已停止并还原',
  'left-behind': '已完成，部分机器除外',
  partly: '部分完成',
  contained: '已隔离，仍断开',
  withdrawn: '已撤回',
  denied: '已拒绝',
  lapsed: '已失效',
  refused: '未受理',
};

type About = Parameters<(typeof en)['closed.title']>[0];
type State = Parameters<(typeof en)['closed.state']>[0];

const whoOf = ({ farm, hosts }: About): string =>
  hosts.length === 1 ? `${hosts[0]}` : `${farm} 的 ${hosts.length === 0 ? '' : `${hosts.length} 个 `}Worker`;

/** That what was switched to is in use, or was at the end; `of`: the rotation that was rolled back. */
function usesIt(of: string | null, past: boolean): string {
  if (past) return `在结束时使用${of === null ? '新证书' : ` ${of} 之前的证书`}`;
  return of === null ? '已改用新证书' : `已恢复使用 ${of} 之前的证书`;
}

function ofWorkers(about: About): string {
  const { outcome, farm, ran, of, past } = about;
  const who = `${whoOf(about)} `;
  if (outcome === 'proved') return `${who}${usesIt(of, past)}`;
  if (outcome === 'partly') return `${farm} 的部分 Worker ${usesIt(of, past)}`;
  if (outcome === 'contained') return `${who}${past ? '在结束时' : ''}已隔离，并已断开`;
  if (outcome === 'left-behind')
    return `${whoOf(about)}：已${of === null ? '换新证书' : `恢复 ${of} 之前的证书`}，但未全部经过验证`;
  if (!ran) return `${who}的证书${past ? '当时' : ''}保持不变`;
  return `${who}${past ? '在结束时' : ''}使用${of === null ? '旧证书' : ` ${of} 换上的证书`}`;
}

const stood = (past: boolean): string => (past ? '结束时的状况' : '现状');

const unboundTitle = ({ port, seen }: NonNullable<About['unbound']>, { farm, past }: About): string =>
  `${farm} 的端口 ${port} ${past ? '在结束时' : ''}${seen ? '仍没有绑定' : '是否与之前一样，未经验证'}`;

const title = (about: About): string => {
  const { outcome, farm, ran, of, past } = about;
  if (about.unproved === 'workers')
    return `${about.hosts.length === 1 ? about.hosts[0] : `${farm} 的部分 Worker`} 的${stood(past)}未经验证`;
  if (about.request === 'rotate-worker') return ofWorkers(about);
  if (about.request === 'reconnect') return reconnected(outcome, ran, about);
  if (about.unproved === 'master') return `${farm} 的 Master ${stood(past)}未经验证`;
  const which = of === null ? '新的' : ` ${of} 之前的`;
  const onIt = `${farm} ${past ? '在结束时使用' : of === null ? '已改用' : '已恢复使用'}${which} Master 证书`;
  if (outcome === 'proved') return onIt;
  if (outcome === 'left-behind') return `${onIt}，部分机器除外`;
  if (about.unbound !== null) return unboundTitle(about.unbound, about);
  if (ran) return `${farm} ${past ? '在结束时已' : '已'}恢复使用${of === null ? '旧的' : ` ${of} 换上的`} Master 证书`;
  return `${farm} 的 Master 证书${past ? '当时' : ''}保持不变`;
};

const ENDS: { readonly [outcome in Outcome]: string } = {
  proved: '结束人',
  'put-back': '结束人',
  stopped: '停止人',
  'left-behind': '决定人',
  partly: '结束人',
  contained: '停止人',
  withdrawn: '撤回人',
  denied: '拒绝人',
  lapsed: '结束人',
  refused: '处理人',
};

function state({ outcome, tookMs, final, untold, unproved, everywhere }: State): string {
  if (untold) return '已结束 · 状况不明';
  if (unproved !== null) return `已结束 · ${unproved === 'master' ? 'Master ' : ''}未经验证`;
  const took = tookMs === null || tookMs < 0 ? '' : ` · 用时 ${whole(tookMs)}`;
  if (final && outcome === 'stopped') return `已停止${took}`;
  return `${everywhere ? '已完成，部分机器后来跟上' : STATES[outcome]}${took}`;
}

export const closedWords = {
  'closed.state': (d) => state(d),
  'closed.title': (d) => title(d),
  'closed.about': (d) =>
    [
      d.id,
      ...(d.ticket === null ? [] : [d.ticket]),
      `申请人 ${d.by}`,
      ...(d.names.length === 0 ? [] : [tight`批准人 ${people(d.names)}`]),
      ...(d.endedBy === null ? [] : [`${ENDS[d.outcome]} ${d.endedBy}`]),
    ].join(' · '),
  'closed.nothing-changed': () => '任何机器上都未做更改。',
  'closed.untold-title': (d) => `${d.farm} 当前的状况在此无从得知`,
  'closed.untold': () => '各机器上做过什么，在此无从得知：请到机器上查看。',
  'closed.untold-fallback': (d) =>
    `${d.id} 已结束${d.why === null ? '' : `：${d.why.replace(/。$/u, '')}`}。${d.farm} 当前的状况在此无从得知。`,
  'closed.lapsed': () => '规定时间内批准票数不足。',
  'closed.presented': (d) => `${d.target} 出示的证书`,
  'closed.good-until': () => '有效期至',
  'closed.date': (d, pen) => pen.date(d.at),
  'closed.gaps': () => '各 Worker 断开的时间',
  'closed.gap': (d) => sum(d.ms),
  'closed.gap-unmeasured': () => '未测得',
  'closed.gaps-unclocked': (d) =>
    tight`${hosts(d.hosts, 4)} 未测量：当时尚未比对所需的时钟，例如机器人或 runner 刚刚启动。`,
  'closed.gaps-unwatched': (d) =>
    d.request === 'rotate-worker'
      ? tight`${hosts(d.hosts, 4)} 未测量：服务未能按时停止，没有看到它在此之前是否保持连接。`
      : tight`${hosts(d.hosts, 4)} 未测量：Master 恢复之后，没有看到它${d.hosts.length === 1 ? '' : '们'}何时重新连接。`,
  'closed.gaps-seen-later': (d) =>
    tight`${hosts(d.hosts, 4)} 未测量：恢复原状时服务未能启动，没有看到它后来何时启动；再次查看时服务已在运行。`,
  'closed.gap-still': () => '仍断开',
  'closed.gaps-note': (d) =>
    d.request === 'rotate-worker'
      ? `从 Worker 自身重启起，到首次验证连接为止实测。条形：占 ${whole(d.limitMs)}上限的比例。`
      : `从 Master 重启起，到各 Worker 首次验证连接为止实测。条形：占 ${whole(d.limitMs)}上限的比例。`,
  'closed.gaps-note-contained': (d) =>
    `从使其断开的 Master 重启起，到各 Worker 首次验证连接为止实测。条形：占 ${whole(d.limitMs)}的比例。`,
  'closed.gaps-note-back': (d) =>
    `${d.twice ? '第二个数是还原时的断开时间。' : ''}条形：占 ${whole(d.limitMs)}的比例。`,
  'closed.gaps-cut': (d) =>
    d.minMs === null || d.maxMs === null
      ? tight`另有 ${d.left} 个，未全部测得`
      : tight`另有 ${d.left} 个，各 ${range(d.minMs, d.maxMs)}`,
  'closed.how-we-know': (d) => (d.past ? '结束时的依据' : '依据'),
  'closed.all-back': (d) => (d.past ? '结束时已全部还原' : '已全部还原'),
  'closed.back': () => '还原情况',
  'closed.lines-cut': (d) => `另有 ${d.left} 行`,
  'closed.next': () => '下一步',
  'closed.still-ends': (d, pen) =>
    d.days === 0
      ? pen.bold(`${d.several ? '其中最早到期的证书' : '证书'}已于 ${pen.date(d.at)}过期。`)
      : `${d.several ? '其中最早到期的证书' : '证书'}仍将于 ${pen.date(d.at)}到期：${pen.bold(`剩余 ${d.days} 天`)}。`,
  'closed.ask-again': () => '重新申请…',
  'closed.roll-back': () => '回退…',
  'card.reason': () => '理由',
  'card.ask': () => '申请审批',
  'closed.fallback': (d, pen) => {
    const left = d.days === null ? '' : d.days === 0 ? '证书已过期。' : `剩余 ${d.days} 天。`;
    const why = d.why === null ? '' : `：${d.why.replace(/。$/u, '')}`;
    const result = `${title(d)}。`;
    if (d.unproved) return `${d.id} 已结束${why}。${result}`;
    const by = d.endedBy === null ? '' : `由 ${d.endedBy} `;
    switch (d.outcome) {
      case 'proved':
      case 'left-behind': {
        const others = d.unmeasured === 0 ? '' : `，另有 ${d.unmeasured} 台未测得`;
        const cut = d.gaps.length === 0 ? '' : tight`Worker 断开 ${lengths(d.gaps)}${others}。`;
        const until = d.until === null ? '' : `有效期至 ${pen.date(d.until)}。`;
        return `${d.id} 已完成${d.outcome === 'proved' ? '' : '，部分机器除外'}：${result}${cut}${until}`;
      }
      case 'partly':
        return `${d.id} 部分完成${why}。${result}`;
      case 'contained':
        return `${d.id}：${result}${d.endedBy === null ? '新证书未能启用' : `已由 ${d.endedBy} 停止`}${why}。`;
      case 'lapsed':
        return `${d.id} 已失效：规定时间内批准票数不足。${result}${left}`;
      default:
        return `${d.id} ${d.outcome === 'refused' ? '未受理' : `已${by}${DONE[d.outcome]}`}${why}。${result}${left}`;
    }
  },
} satisfies Same<typeof en>;

const DONE: {
  readonly [outcome in Exclude<
    Outcome,
    'proved' | 'left-behind' | 'partly' | 'contained' | 'lapsed' | 'refused'
  >]: string;
} = {
  'put-back': '还原',
  stopped: '停止并还原',
  withdrawn: '撤回',
  denied: '拒绝',
};

/** `8.4、15.9 和 16.3 秒`; a range from shortest to longest if there are many. */
function lengths(gaps: readonly number[]): string {
  if (gaps.length > 3) return range(Math.min(...gaps), Math.max(...gaps));
  return gaps.every((ms) => ms < 59_950) ? `${list(gaps.map(bare))} 秒` : list(gaps.map(exact));
}
