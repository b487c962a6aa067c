import { DAY_MS } from '../../../../src/domain/time.ts';
import { hoursOfDay } from '../../../measure.ts';
import { isAlone } from '../../alone.ts';
import type { planWords as en } from '../../en/cards/plan.ts';
import type { Same } from '../../line.ts';
import { approvers, hosts, join, list, machines, people, roleName, short, stillNeeded, tight } from '../grammar.ts';
import { range, whole } from '../measure.ts';

const span = (ms: number): string => (ms % DAY_MS === 0 ? `${ms / DAY_MS} 天` : whole(ms));

const isOfWorkers = (request: string): boolean => request === 'rotate-worker';

/** How workers get certificates of their own, and who trusts them. */
function preparingWorkers(d: Parameters<(typeof en)['plan.prepare-what']>[0]): string {
  const one = d.hosts.length === 1;
  const alone = isAlone(d.hosts, d.masters);
  const masters = hosts(d.masters);
  if (d.taken)
    return `不生成证书：${one ? `${d.host} ` : '每个 Worker '}仍有之前的证书，${alone ? '本机的 Master' : masters} 也仍信任它。`;
  return `${one ? `${d.host} 生成` : '每个 Worker 各自生成'}自己的证书，私钥不离开本机。${alone ? '本机信任它' : `本机和 ${masters} 均信任它`}。`;
}

function waitedFor({ waitMs, each, unplaced }: Parameters<(typeof en)['plan.packages-run-why']>[0]): string {
  if (waitMs === null) return 'Worker 断开超过租约时间，其上的包会再次运行';
  const unplacedToo = unplaced ? '，以及 SSISDB 未指明所在 Worker 的包' : '';
  const who = each ? `各 Worker 重启前等待其上的包${unplacedToo}` : '中断开始前等待，开始后不再等待';
  return `${who}，最多 ${whole(waitMs)}，届时由人工决定`;
}

export const planWords = {
  'plan.state': (d) => `等待审批 · 已有 ${d.approved} 票，共需 ${d.quorum} 票`,
  'plan.state-dry': () => '仅供查看 · 不发起审批',
  'plan.title': (d) => (d.of === null ? `轮换 ${what(d)}` : `回退 ${d.of}：${what(d)}`),
  'plan.about': (d) =>
    tight`${d.id} · ${isOfWorkers(d.request) ? (isAlone(d.hosts, d.masters) ? machines(d.hosts[0] ?? '', 1, true) : tight`${hosts(d.hosts)}，由 ${hosts(d.masters)} 信任`) : machines(d.masters[0] ?? '', d.workers, d.both)} · 申请人 ${d.by}`,
  'plan.now': () => '当前',
  'plan.after': () => '轮换后',
  'word.host': (d) => d.host,
  'plan.thumbprint': (d) => short(d.thumbprint),
  'plan.ends': (d, pen) => `有效期至 ${pen.date(d.at)}`,
  'plan.ended': (d, pen) => `已于 ${pen.date(d.at)}过期`,
  'plan.several': (d) => `${d.count} 张证书`,
  'plan.first-ends': (d, pen) => `最早于 ${pen.date(d.at)}到期`,
  'plan.first-ended': (d, pen) => `最早的已于 ${pen.date(d.at)}过期`,
  'plan.not-there': () => '不在其存储中',
  'plan.not-read': () => '到期日未知',
  'plan.gone': () => '证书或其私钥已不存在',
  'plan.days-left': (d) => `剩余 ${d.days} 天`,
  'plan.no-days-left': () => '剩余不到一天',
  'plan.expired': () => '已过期',
  'plan.new-on': (d) => (d.count === 1 ? `在 ${d.host} 上新建` : `新建 ${d.count} 张，分别在各 Worker 上生成`),
  'plan.there-each': () => '各 Worker 仍有自己之前的证书',
  'plan.there': (d) => `已在 ${d.host} 的 ${d.store} 存储中`,
  'plan.profile': (d) => `RSA ${d.keyBits}，${d.hash}${d.exportable ? '，私钥可导出' : ''}`,
  'plan.gap': (d) => range(d.minMs, d.maxMs),
  'plan.gap-measured': (d) => cutOff(d, '；上次实测'),
  'plan.gap-already': () => '已中断',
  'plan.gap-already-why': () => '端口上没有绑定，Worker 都无法连接',
  'plan.gap-unknown': () => '?',
  'plan.gap-unmeasured': (d) => cutOff(d, '；尚未实测'),
  'plan.packages': (d) => `${d.count} 个包`,
  'plan.package-below': (d, pen) => `正在运行；${pen.dateTime(d.at)} 查询 SSISDB`,
  'plan.packages-below': (d, pen) => `正在运行；${pen.dateTime(d.at)} 查询 SSISDB`,
  'plan.packages-unseen': () => '?',
  'plan.packages-unseen-below': () => '正在运行的包：无法查看',
  'plan.packages-title': () => '包',
  'plan.packages-none-why': (d) =>
    `${d.each ? '各 Worker 重启前其上若有包在运行' : '中断开始前若有包在运行'}，最多等待 ${whole(d.waitMs)}，届时由人工决定`,
  'plan.packages-run-why': (d) => `${list(d.packages, '、', 4)}。${waitedFor(d)}`,
  'plan.quiet': () => '空闲时段',
  'plan.quiet-hours': (d) =>
    tight`${list(d.spans.map(hoursOfDay), '、')}（${d.zone}）：过去一周这些时段${d.executions === 0 ? '没有包' : `有 ${d.executions} 个包`}启动`,
  'plan.limit': (d) => whole(d.ms),
  'plan.limit-why': (d) => {
    const when = `届时仍${d.leaveBehind === 0 ? '未' : `有超过 ${d.leaveBehind} 个 Worker 未`}验证通过，`;
    if (d.gone) return `${when}由人工决定，因为已没有可还原的证书`;
    return `${when}自动全部还原${d.ended ? '；但旧证书已过期，Worker 不接受' : ''}`;
  },
  'plan.stops': (d) => (d.workers === 1 ? '自动还原' : '遇错即停'),
  'plan.stops-why': (d) => (d.workers === 1 ? '若失败，即换回旧证书' : '第一个失败的自动还原，已验证通过的保留新证书'),
  'plan.no-way-back': () => '不回退',
  'plan.no-way-back-why': () => '失败的保持断开：泄露的密钥不会再受信任',
  'plan.contain': (d, pen) => tight`${pen.bold('隔离')} · ${hosts(d.hosts, 4)} 断开`,
  'plan.contain-what': (d) =>
    isAlone(d.hosts, [d.master])
      ? `${d.master} 上的 Master 不再信任本机 Worker 当前的证书，并重启。`
      : tight`${d.master} 不再信任 ${hosts(d.hosts, 4)} 当前的证书，并重启。`,
  'plan.prepare-contained': (d, pen) => `${pen.bold('准备')} · ${d.hosts.length === 1 ? '它' : '它们'}保持断开`,
  'plan.prepare': (d, pen) => `${pen.bold('准备')} · ${d.cutOffAlready ? '早已中断' : '不中断'}`,
  'plan.prepare-what': (d) =>
    isOfWorkers(d.request)
      ? preparingWorkers(d)
      : d.kept
        ? tight`${d.host} 已有这张证书，配置也已指定它。不生成证书。`
        : `${d.host} ${d.taken ? '已有这张证书' : '生成新证书'}，私钥不离开本机。${d.workers === 0 ? '' : `${d.workers} 个 Worker 同时信任${d.issued ? '其根证书和旧证书' : '新旧证书'}。`}`,
  'plan.cutover': (d, pen) =>
    `${pen.bold('切换')} · ${isOfWorkers(d.request) ? `仅${d.hosts.length === 1 ? '其' : '各 Worker '}自身重启` : d.cutOffAlready ? '结束中断' : '有中断'}`,
  'plan.retire': (d, pen) =>
    `${pen.bold(d.several ? '删除各自的旧证书' : '删除旧证书')} · ${d.ms === 0 ? '完成后立即' : tight`${span(d.ms)} 后`}提议，前提是没有程序使用${d.several ? '它们' : '它'}`,
  'plan.retire-what': (d) =>
    d.compromised ? '须另行申请；在此之前，持有私钥的人仍受信任。' : '须另行申请；在此之前仍可回退。',
  'plan.cutover-what': (d) => {
    const waves = d.atOnce == null ? '' : `，每次 ${d.atOnce} 台`;
    if (isOfWorkers(d.request)) return inTurn(d.canary, d.rest, waves);
    const first = `${d.master}：端口 ${d.port}、配置、重启。`;
    const ownOnly = d.rest.length === 1 && d.rest[0] === d.master;
    if (d.canary.length === 0 && ownOnly) return `${first}随后是本机的 Worker。`;
    if (d.canary.length === 0) return d.rest.length === 0 ? first : tight`${first}随后 ${hosts(d.rest, 5)}${waves}。`;
    if (d.rest.length === 0) return tight`${first}随后 ${hosts(d.canary)}。`;
    return tight`${first}随后 ${hosts(d.canary)}；验证通过后再切换 ${hosts(d.rest, 5)}${waves}。`;
  },
  'plan.know': () => '批准前须知',
  'plan.reason': () => '理由',
  'plan.reason-given': (d) => d.reason,
  'plan.no-reason': () => '未填写',
  'plan.open-until': () => '截止',
  'plan.open-until-when': (d, pen) => `${pen.dateTime(d.at)}，过期自动失效`,
  'plan.needs': () => '依赖',
  'plan.needs-what': (d) =>
    d.workers === 1
      ? '切换开始之前，机器人和 Redis 须可用；切换会自行完成'
      : '轮到下一个 Worker 时机器人和 Redis 须可用；已开始的会自行完成',
  'plan.alone': () => '自主恢复',
  'plan.alone-what': (d) => `即使机器人和 Redis 都不在，所有机器也会在 ${whole(d.ms)}内恢复为同一张证书`,
  'plan.alone-unbound': () => '之前没有绑定：机器人和 Redis 都不在时，Master 保持新证书，不会自行还原',
  'plan.replaces': () => '取代',
  'plan.replaces-what': (d) => `${d.id}；投给它的票在此无效`,
  'plan.approved': (d, pen) => `${pen.bold(d.by)} 已于 ${pen.dateTime(d.at)} 批准`,
  'plan.approved-gone': (d, pen) => `${pen.bold(d.by)} 已于 ${pen.dateTime(d.at)} 批准，但现已不能审批，此票不计入`,
  'plan.denied': (d, pen) =>
    `${pen.bold(d.by)} 已于 ${pen.dateTime(d.at)} 拒绝${d.reason === '' ? '' : `：${d.reason}`}`,
  'plan.needed': (d, pen) => {
    const who = d.names.map((name) => pen.bold(name));
    if (who.length < d.needed && d.unread.length > 0)
      return tight`还需 ${d.needed} 票：${who.length === 0 ? '' : tight`目前只有 ${people(who, '和', 5)} 可以批准，`}Slack 尚未告知 ${list(d.unread, '、', 4)} 的成员`;
    if (who.length === 0) return `还需 ${d.needed} 票，但已无人可以批准`;
    if (who.length < d.needed)
      return tight`还需 ${d.needed} 票，但仍可批准的只有 ${people(who, '和', 5)}，人数不足，除非在服务器场配置文件中增加审批人或减少所需票数`;
    return `还需 ${d.needed} 票：${approvers(d.needed, who)}`;
  },
  'plan.own': () => '这是您本人的申请，须由他人审批。',
  'plan.every': () => '逐台机器的全部更改',
  'plan.group': (d) => {
    const how = d.as === null ? '' : `，更改与 ${d.as} 相同`;
    return tight`${hosts(d.names, d.limit, '、')} · ${roleName(d.role)}${d.goesFirst && d.role !== 'master' ? '，先行' : ''}${how}`;
  },
  'plan.groups-cut': (d) => `另有 ${d.machines} 台机器`,
  'plan.old-thumbprint': (d) => `旧证书 ${d.thumbprint}`,
  'plan.digest': (d) => `计划 ${d.digest}… 每一票都针对这个摘要。开始前若上述任一事实有变，将重新申请审批。`,
  'plan.approve': () => '批准…',
  'plan.approve-what': (d, pen) => {
    const on = join(d.names.join('、'), d.left === 0 ? '' : `等 ${d.names.length + d.left} 台`);
    const at =
      d.frozenUntil !== null
        ? `服务器场已冻结，${pen.bold(`在 ${pen.dateTime(d.frozenUntil)} 之前不予接受`)}，除非解除冻结。`
        : d.from === null
          ? `点击后 ${pen.bold('立即开始')}。`
          : `将于 ${pen.bold(pen.dateTime(d.from))} 开始。`;
    const then = d.starts ? at : `还差 ${d.quorum - d.nth} 票才会开始。`;
    return d.quorum === 1
      ? `您允许在 ${pen.bold(on)} 上执行。只需您这一票：${then}`
      : `您允许在 ${pen.bold(on)} 上执行。这是第 ${d.nth} 票，共需 ${d.quorum} 票：${then}`;
  },
  'plan.approve-start': () => '批准并开始',
  'plan.approve-do': () => '批准',
  'plan.deny': () => '拒绝…',
  'plan.deny-why': () => '拒绝的理由（申请人会看到）',
  'plan.deny-do': () => '拒绝',
  'plan.withdraw': () => '撤回…',
  'plan.withdraw-what': (d) => `关闭 ${d.id}。尚未做任何更改。`,
  'plan.withdraw-do': () => '撤回',
  'plan.every-button': () => '全部更改',
  'card.reason-missing': () => '请填写理由。',
  'plan.fallback': (d) =>
    `${d.id}：是否批准${deed(d)}？${left(d)}已有 ${d.approved} 票，共需 ${d.quorum} 票${
      d.needed === 0 || d.names.length === 0 ? '' : tight`，还需 ${stillNeeded(d.needed, d.names)}`
    }。`,
  'plan.fallback-waits': (d, pen) =>
    `${d.id} ${d.liftBy === null ? `将于 ${pen.dateTime(d.from)} 开始` : `只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始`}：已批准${deed(d)}。`,
  'plan.fallback-dry': (d) => `${d.id}：${deed(d)}会更改什么。不发起审批。${left(d)}`,
} satisfies Same<typeof en>;

interface About {
  readonly farm: string;
  readonly request: string;
  readonly hosts: readonly string[];
}

const deed = (d: About & { readonly of: string | null }): string =>
  d.of === null ? `轮换 ${what(d)}` : `回退 ${d.of}，即 ${what(d)}`;
const what = ({ farm, request, hosts: workers }: About): string => {
  if (!isOfWorkers(request)) return `${farm} 的 Master 证书`;
  return workers.length === 1 ? `${workers[0]} 的证书` : `${farm} 的 ${workers.length} 个 Worker 的证书`;
};
function left({ of, days }: { readonly of: string | null; readonly days: number | null }): string {
  if (days === null) return '';
  if (of === null) return days === 0 ? '证书已过期。' : `剩余 ${days} 天。`;
  return days === 0 ? '原证书已过期。' : `原证书剩余 ${days} 天。`;
}
const alone = ({ request, contained }: { readonly request: string; readonly contained: boolean }): string =>
  contained ? '自隔离起至出示新证书为止' : isOfWorkers(request) ? '因自身重启' : '';
const inTurn = (canary: readonly string[], rest: readonly string[], waves: string): string =>
  canary.length === 0
    ? tight`${hosts(rest, 5)}：配置、重启${waves}。`
    : tight`${hosts(canary)}：配置、重启。验证通过后 ${hosts(rest, 5)} 继续${waves}。`;
const cutOff = (d: { readonly workers: number; readonly request: string; readonly contained: boolean }, how: string) =>
  d.workers === 0 ? '没有会断开的 Worker' : `${eachOf(d.workers)}${alone(d)}断开的时长${how}`;
const eachOf = (workers: number): string => (workers === 1 ? '该 Worker ' : `${workers} 个 Worker 各自`);
