import { inTable } from '../../../src/domain/in-table.ts';
import type { Pen } from '../../pen.ts';
import type { inventoryWords as en } from '../en/inventory.ts';
import type { Names, Same } from '../line.ts';
import { usesByHosts } from '../uses-by-hosts.ts';
import { buildOf, hosts, list, tight } from './grammar.ts';
import { exact } from './measure.ts';

type Use = { readonly kind: string; readonly where: Names; readonly hosts: Names };

const asOf = ({ from, to }: { readonly from: string; readonly to: string }, pen: Pen): string =>
  from === ''
    ? ''
    : pen.dateTime(from) === pen.dateTime(to)
      ? `截至 ${pen.dateTime(to)}。`
      : `查看于 ${pen.dateTime(from)} 至 ${pen.dateTime(to)}。`;

const kindOf = ({ keyBits, hash }: { readonly keyBits: number | null; readonly hash: string }): string =>
  [keyBits === null ? '密钥长度未知' : `密钥 ${keyBits} 位`, ...(hash === '' ? [] : [hash])].join('，');

function end(d: { readonly days: number | null; readonly notAfter: string | null }, pen: Pen): string {
  if (d.days === null || d.notAfter === null) return '尚未读到它，到期时间未知';
  if (d.days === 0) return pen.bold('已过期');
  return `还有 ${d.days} 天，${pen.date(d.notAfter)}到期`;
}

const USES: { readonly [kind: string]: (where: string, pen: Pen) => string } = {
  presents: (where) => `在 ${where} 出示`,
  binds: (where) => `绑定于 ${where}`,
  sets: (where) => `配置于 ${where}`,
  publishes: () => '.cer 文件',
  stores: (where) => `在 ${where} 存储中`,
  pins: () => '指定它为 Master 的证书',
  trusts: () => '信任它',
  untrusted: (where, pen) => pen.bold(`${where} 存储中既没有它，也没有其颁发机构`),
  'trust-unknown': () => '是否信任未知',
  missing: (where, pen) => pen.bold(`在 ${where} 存储中找不到`),
  elsewhere: (where) => `在 ${where} 中，不在读取范围内`,
  reads: (where) => tight`可读取其密钥的有 ${where}`,
  left: (where) => `已不使用，但仍在 ${where} 存储中`,
  keyless: (_where, pen) => pen.bold('没有其私钥'),
};

const uses = (all: readonly Use[], pen: Pen): string =>
  all
    .map(({ kind, where }) => {
      const words = inTable(USES, kind);
      return words?.(list(where, '、'), pen) ?? kind;
    })
    .join('；');

/** `sqlw01、sqlw02 上：…。` */
const onMachines = (all: readonly Use[], pen: Pen): string =>
  usesByHosts(all)
    .map(([on, alike]) => tight`${hosts(on, 4, '、')} 上：${uses(alike, pen)}。`)
    .join('');

const clock = (skewMs: number | null): string => {
  if (skewMs === null) return '时钟误差尚不清楚';
  return Math.abs(skewMs) < 1000 ? '时钟误差不到 1 秒' : `时钟${skewMs > 0 ? '快' : '慢'} ${exact(Math.abs(skewMs))}`;
};

const NOTES: { readonly [code: string]: string } = {
  paused: '它已暂停：请在该机器上运行 node runner.mjs resume。',
  'journal-full': '它无法写入操作日志：请检查磁盘是否已满，状态文件夹是否仍在原处，以及其账户能否写入该文件夹。',
  'orders-refused': '它的 Redis 用户缺少权限，因此收不到指令：请授予 certops redis acl 为该机器列出的权限。',
  'bot-key-unknown':
    '它不认可本机器人的密钥：请在该机器上运行 node runner.mjs keys --bot-key …（密钥取自机器人处 certops keys 的输出），并重启 runner。',
  'not-understood': '无法理解它所报的内容，多半因为其版本比机器人新：请更新机器人。',
};

const notes = (codes: Names): string => codes.map((code) => inTable(NOTES, code) ?? `它报告 ${code}。`).join('');

const versions = (all: Names): string => (all.length === 0 ? '' : `，版本 ${list(all)}`);

type Runner = {
  readonly version: string;
  readonly isOther: boolean;
  readonly skewMs: number | null;
  readonly isOff: boolean;
  readonly lastN: number;
  readonly codes: Names;
};

const runner = (d: Runner, pen: Pen): string => {
  const off = d.isOff ? `${pen.bold(clock(d.skewMs))}，校准之前不能制定计划` : clock(d.skewMs);
  const version = d.isOther ? pen.bold(`版本 ${buildOf(d.version)}，与机器人不同`) : `版本 ${d.version}`;
  return `${version}，${d.lastN === 0 ? '尚无指令' : `最近一条指令 ${d.lastN}`}，${off}。${notes(d.codes)}`;
};

const within = (skewMs: number): string => `时钟误差不超过 ${exact(Math.max(1000, skewMs))}`;

/** `certs`, `runners`. */
export const inventoryWords = {
  'certs.nothing': (d, pen) => `${pen.bold(d.farm)}：尚未查看任何机器。`,
  'certs.farm': (d, pen) => {
    const where =
      d.looked < d.machines ? `已查看 ${d.machines} 台机器中的 ${d.looked} 台` : `已查看 ${d.machines} 台机器`;
    return d.count === 0
      ? `${pen.bold(d.farm)}：${where}，没有证书在使用。`
      : `${pen.bold(d.farm)}：${where}，有 ${d.count} 张证书在使用，最紧迫的在前${d.at === null ? '' : `；截至 ${pen.dateTime(d.at)}`}。`;
  },
  'certs.host': (d, pen) =>
    `${pen.bold(d.host)}（${d.farm}）：${d.count === 0 ? '没有证书在使用' : `有 ${d.count} 张证书在使用`}，依据 ${pen.dateTime(d.at)} 的查看。`,
  'certs.way': (d) => {
    if (d.hosts.length === 0) return `要逐台查看完整的指纹：/ssis certs ${d.host}。`;
    const names = d.hosts.join('、');
    const where = d.others === 0 ? names : `${names} 等 ${d.hosts.length + d.others} 台`;
    return tight`要逐台查看完整的指纹，以及此处只计数的证书：/ssis certs ${d.host}。有证书在此处只计数的机器：${where}。`;
  },
  'certs.not-looked': (d) =>
    `${tight`尚未查看：${hosts(d.hosts, 8, '、')}。`}${d.silent.length === 0 ? '' : tight`${hosts(d.silent)} 上没有 runner 响应，请在该处启动。`}`,
  'certs.silent': (d) => tight`${hosts(d.hosts)} 上没有 runner 响应，因此此处的内容已超过一小时。`,
  'certs.asked': (d) =>
    tight`已请求重新查看 ${hosts(d.hosts)}：上次查看已超过一小时，或从未查看。请在一分钟后再次发送。`,
  'certs.held-rotation': (d) => `${d.id} 正在执行，其间不请求重新查看；此处的内容可能已超过一小时。`,
  'certs.held-queue': () => 'Redis 恢复之前无法请求重新查看；此处的内容可能已超过一小时。',
  'certs.held-start': () => '机器人刚刚启动，尚未收到全部 runner 的消息，因此未请求重新查看。请在半分钟后再次发送。',
  'certs.held-journal': () => '目前无法记录，因此未请求重新查看：请检查机器人的磁盘。此处的内容可能已超过一小时。',
  'certs.no-answer': (d, pen) =>
    tight`${pen.bold(`${d.where} 未出示证书`)}，从 ${hosts(d.hosts)} 查看。${asOf(d, pen)}`,
  'certs.no-thumbprint': (d, pen) => tight`${hosts(d.hosts)}：${pen.bold(`${d.where} 没有指定证书`)}。${asOf(d, pen)}`,
  'certs.certificate': (d, pen) => {
    const names = d.names.length === 0 ? '' : `，名称 ${list(d.names, '、', 3)}`;
    const what = d.days === null ? '' : `；${kindOf(d)}${names}`;
    return `${pen.bold(d.thumbprint)} ${end(d, pen)}${what}。${onMachines(d.uses, pen)}${asOf(d, pen)}`;
  },
  'certs.of-host': (d, pen) => {
    const since = d.notBefore === null ? '' : `，${pen.date(d.notBefore)}起有效`;
    const names = d.names.length === 0 ? '' : `，名称 ${list(d.names, '、', 10)}`;
    const what = d.days === null ? '' : `${since}；${kindOf(d)}${names}`;
    const elsewhere = d.elsewhere.length === 0 ? '' : onMachines(d.elsewhere, pen);
    return `${pen.bold(d.thumbprint)} ${end(d, pen)}${what}。此处用于：${uses(d.uses, pen)}。${elsewhere}${asOf(d, pen)}`;
  },
  'certs.alike': (d, pen) =>
    tight`${pen.bold(`${d.count} 个 Worker 各自的证书`)}：${end(d, pen)}；${kindOf(d)}，分别在 ${hosts(d.hosts, 4, '、')} 上（/ssis certs ${d.hosts[0] ?? ''} 显示其中一台的）。${asOf(d, pen)}`,
  'certs.more': (d, pen) =>
    tight`另有 ${d.count} 张证书，在 ${hosts(d.hosts, 4, '、')} 上使用${d.next === null ? '' : `；其中最先到期的是 ${pen.date(d.next)}`}（/ssis certs ${d.hosts[0] ?? ''} 显示其中一台的）。${asOf(d, pen)}`,
  'certs.left': (d, pen) => {
    const made = d.mark === null ? '' : `（标记为 ${d.mark}）`;
    const last = d.lastUsed === null ? '最后使用时间未知' : tight`最后使用于 ${pen.date(d.lastUsed)}`;
    const key = d.keys.length === 0 ? '没有私钥' : tight`私钥仍在 ${hosts(d.keys, 4, '、')} 上`;
    return tight`${pen.bold(d.thumbprint)} 已不再使用${made}：在 ${hosts(d.hosts, 4, '、')} 的 ${list(d.stores, '、')} 存储中，${key}，${last}；${end(d, pen)}。${asOf(d, pen)}`;
  },
  'certs.left-more': (d, pen) =>
    tight`另有 ${d.count} 张已不再使用的证书，在 ${hosts(d.hosts, 4, '、')} 上（/ssis certs ${d.hosts[0] ?? ''} 显示其中一台的）。${asOf(d, pen)}`,
  'certs.left-thumbprints': (d) => `同样已不再使用：${list(d.thumbprints, '、', d.thumbprints.length)}。`,
  'certs.left-rest': (d) =>
    `另有 ${d.count} 张已不再使用：在 ${d.host} 上用 certutil -store Root 和 certutil -store My 列出。`,
  'certs.left-unread': (d) => tight`未知：${hosts(d.hosts, 8, '、')} 还保存着哪些已不使用的证书。`,
  'refused.unknown-machine': (d) => {
    const which = d.farm === null ? `此处没有名为“${d.said}”的服务器场或机器` : `${d.farm} 没有名为“${d.said}”的机器`;
    if (d.nearest !== '') return `${which}。您是指 ${d.nearest} 吗？`;
    return d.farm === null
      ? `${which}。现有服务器场：${list(d.farms, '、')}。`
      : `${which}。/ssis runners ${d.farm} 会列出其机器。`;
  },
  'runners.farm': (d, pen) =>
    `${pen.bold(d.farm)}：${d.count} 个 runner 中有 ${d.answering} 个响应${versions(d.versions)}。`,
  'runners.last-heard': (d, pen) =>
    tight`${pen.bold(d.farm)}：共 ${d.count} 个 runner，以下为各自最后一次有消息时的状态。${d.unheard.length === 0 ? '' : tight`自机器人开始接收以来尚未收到 ${hosts(d.unheard, 8, '、')} 的消息。`}`,
  'runners.more-last-heard': (d, pen) =>
    tight`另有 ${d.count} 个：${hosts(d.hosts, 8, '、')}${versions(d.versions)}，${within(d.skewMs)}，最后一次消息不早于 ${pen.dateTime(d.at)}。`,
  'runners.builds': (d) =>
    tight`机器人的版本是 ${d.bot}，${hosts(d.hosts, 8, '、')} 是另一个构建：请在没有轮换进行时换上与机器人同一构建的 runner；若它们的更新，请先更新机器人。`,
  'runners.early': (d, pen) =>
    tight`${pen.bold('尚未收到消息')}：${hosts(d.hosts, 8, '、')}。机器人于 ${pen.dateTime(d.since)} 开始接收，runner 每 15 秒发送一次：请在半分钟后再次发送。`,
  'runners.never': (d, pen) =>
    tight`${pen.bold('从未收到消息')}：${hosts(d.hosts, 8, '、')}。请在该处启动 runner；其密钥须与服务器场配置文件中的一致。`,
  'runners.not-since': (d, pen) =>
    tight`${pen.bold('没有消息')}：${hosts(d.hosts, 8, '、')}，自机器人于 ${pen.dateTime(d.since)} 开始接收以来。请查看 runner 是否在运行。若在运行，在该机器上运行 node runner.mjs status，可看到其所属服务器场以及 Redis 拒绝了什么。`,
  'runners.elsewhere': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.hosts, 8, '、')} 以服务器场 ${d.other} 的名义报告`)}，其签名密钥正是 ${d.farm} 的配置文件中所列的：请将该处 runner.json 中的服务器场名称改为 ${d.farm}，并重新启动 runner。若它已确定移到那个服务器场，请从 ${d.farm} 的配置文件中删去它。`,
  'runners.silent': (d, pen) =>
    `${pen.bold(`${d.host} 没有响应`)}，最后一次消息 ${pen.dateTime(d.at)}：${runner(d, pen)}`,
  'runners.more-silent': (d, pen) =>
    tight`另有 ${d.count} 个没有响应：${hosts(d.hosts, 8, '、')}${versions(d.versions)}，${within(d.skewMs)}，最久的从 ${pen.dateTime(d.at)} 起。`,
  'runners.runner': (d, pen) => `${pen.bold(d.host)}，最后一次消息 ${pen.dateTime(d.at)}：${runner(d, pen)}`,
  'runners.noted': (d, pen) => `${pen.bold(d.host)}：${runner(d, pen)}`,
  'runners.more': (d, pen) =>
    tight`另有 ${d.count} 个响应：${hosts(d.hosts, 8, '、')}${versions(d.versions)}，${within(d.skewMs)}，最后一次消息不早于 ${pen.dateTime(d.at)}。`,
} satisfies Same<typeof en>;
