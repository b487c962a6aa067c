import { inTable } from '../../../src/domain/in-table.ts';
import { clipMiddle } from '../../literal.ts';
import type { steps as en } from '../en/steps.ts';
import type { Same } from '../line.ts';
import { inBrief } from './faults/index.ts';
import { hosts, join, list, serviceState, short, tight } from './grammar.ts';
import { whole } from './measure.ts';
import { proof } from './proof.ts';
import { tillItTakes, whyRefused } from './redis.ts';
import { makeWritable, saysOfItself, whyUnwritable } from './unwritable.ts';

const SETTINGS = { master: 'MasterSettings', worker: 'WorkerSettings' } as const;
const SERVICES = { master: 'Scale Out Master', worker: 'Scale Out Worker' } as const;

const becomes = (old: string | null | undefined, next: string | null | undefined): string => {
  if (old === null || old === undefined) return short(next);
  return old === next ? tight`仍为 ${short(next)}` : `${short(old)} → ${short(next)}`;
};

/** What a machine is doing, by the kind of its step or check. */
const DOING: { readonly [kind: string]: string } = {
  'create-certificate': '正在生成证书',
  'grant-key': '正在允许服务读取私钥',
  'trust-certificate': '正在信任该证书',
  'distrust-certificate': '正在撤销对 Worker 的信任',
  'rehearse-binding': '正在试用绑定',
  'end-rehearsal': '正在结束预演',
  'publish-cer': '正在更新 .cer 文件',
  'bind-port': '正在绑定端口',
  'write-setting': '正在写入配置',
  'restart-service': '正在重启服务',
  'remove-key': '正在删除旧私钥',
  'remove-certificate': '正在删除旧证书',
  presents: '正在查看出示的证书',
  'worker-connected': '服务正在启动',
  'service-runs': '服务正在启动',
  'packages-end': '等待包运行结束',
};

const DOING_BACK: { readonly [kind: string]: string } = {
  ...DOING,
  'create-certificate': '正在删除新证书',
  'grant-key': '正在收回读取权限',
  'trust-certificate': '正在取消对该证书的信任',
  'publish-cer': '正在还原 .cer 文件',
  'bind-port': '正在还原绑定',
  'write-setting': '正在写回原配置',
};

const STAGES_BACK: { readonly [stage: string]: string } = {
  create: '删除新证书',
  grant: '收回私钥读取权限',
  trust: '取消对该证书的信任',
  rehearse: '结束预演',
  publish: '还原 .cer 文件',
  master: '还原绑定、写回原配置、重启',
  workers: '写回原配置、重启',
  'worker-create': '删除新证书及其私钥',
  'worker-trust': '取消对它的信任',
  'master-trust': '取消对新证书的信任',
  'worker-publish': '还原 .cer 文件',
  'worker-switch': '写回原配置、重启',
};

/** An account by its name; by its SID where nobody knows the name. */
const account = (name: string): string => (name.startsWith('S-1-') ? clipMiddle(name, 16) : name);

export const steps = {
  'step.create-certificate.title': (d) => `${d.store} 存储`,
  'step.create-certificate': (d) => {
    const readers = d.readers.map(account);
    return tight`${list(d.names, '和', 5)} 的新证书，含私钥（${d.exportable ? '可' : '不可'}导出）；${readers.length === 0 ? '系统' : list(readers, '和', 3)} 可读`;
  },
  'step.grant-key.title': (d) => `${d.store} 存储`,
  'step.grant-key': (d) => tight`${account(d.reader)} 也可读取 ${short(d.thumbprint)} 的私钥`,
  'step.trust-certificate.title': (d) => `${d.store} 存储`,
  'step.trust-certificate': (d) =>
    d.thumbprint === null ? '新证书，仅公共部分' : `${short(d.thumbprint)}，仅公共部分`,
  'step.distrust-certificate.title': (d) => `${d.store} 存储`,
  'step.distrust-certificate': (d) => tight`移出 ${d.host} 的 ${short(d.thumbprint)}，其内容保留在操作日志中；不会还原`,
  'step.trust-workers.title': (d) => `${d.store} 存储`,
  'step.trust-workers': (d) => tight`${hosts(d.hosts, 5)} 的新证书，仅公共部分`,
  'step.rehearse-binding.title': () => '预演',
  'step.rehearse-binding': (d) => join('把', short(d.thumbprint), `绑定到无人访问的 ${d.binding}`),
  'check.rehearsal-presents.title': () => '预演',
  'check.rehearsal-presents': () => '以 TLS 确认已出示',
  'step.end-rehearsal.title': () => '预演',
  'step.end-rehearsal': () => '随即移除',
  'step.publish-cer.title': () => '.cer 文件',
  'step.publish-cer': (d) =>
    `SSISScaleOut${d.role === 'master' ? 'Master' : 'Worker'}.cer ${becomes(d.old, d.thumbprint)}，${d.role === 'master' ? '供日后安装 Worker' : '供手动安装到 Master'}`,
  'step.bind-port.title': (d) => (d.bindings.length === 0 ? `端口 ${d.port}` : list(d.bindings, '和', 4)),
  'step.bind-port': (d) =>
    d.appId == null
      ? `${d.old.length === 0 ? '无' : list(d.old.map(short))} → ${short(d.thumbprint)}；保留 appid 和所有标志`
      : `当前没有绑定，将新建 → ${short(d.thumbprint)}，appid 为 ${d.appId}；还原时会移除`,
  'step.write-setting.title': (d) => SETTINGS[d.role],
  'step.write-setting': (d) => `${d.key} ${becomes(d.old, d.thumbprint)}`,
  'step.restart-service.title': () => '服务',
  'step.restart-service': (d) => `重启 ${SERVICES[d.role]}`,
  'step.leave-service.title': () => '服务',
  'step.leave-service': (d) => `${SERVICES[d.role]} ${serviceState(d.state)}，保持原状`,
  'step.remove-key.title': () => '私钥',
  'step.remove-key': (d) => join('永久删除', short(d.thumbprint), '的私钥'),
  'step.remove-certificate.title': (d) => `${list(d.stores)} 存储`,
  'step.remove-certificate': (d) => join('删除', short(d.thumbprint)),
  'check.presents.title': () => '验证',
  'check.presents': (d) => `端口 ${d.port} 的每个地址都以 TLS 出示该证书`,
  'check.packages-end.title': () => '包',
  'check.packages-end': (d) => `${d.each ? '各 Worker 重启前，其上' : ''}不再有包运行：最多等待 ${whole(d.ms)}`,
  'check.service-runs.title': () => '验证',
  'check.service-runs': () => '服务正在运行',
  'check.worker-connected.title': () => '验证',
  'check.worker-connected': () => '已连接：从本机发起的 TLS，加上日志或 TCP 连接',
  'row.waiting': () => '等待',
  'row.next': () => '随后',
  'row.arming': () => '准备待命',
  'row.armed': () => '已待命，随 Master 切换',
  'row.doing': (d) =>
    inTable(d.back === true ? DOING_BACK : DOING, d.kind) ?? (d.back === true ? '正在还原' : '进行中'),
  'row.prepared': (d) => (d.thumbprint === '' ? '已就绪' : tight`${short(d.thumbprint)} 已就绪`),
  'row.trusts': (d) =>
    d.thumbprint === ''
      ? `同时信任它${d.issued === true ? '的根证书' : ''}和原来的证书`
      : tight`同时信任 ${short(d.thumbprint)} ${d.issued === true ? '的根证书' : ''}和原来的证书`,
  'row.trusts-workers': (d) => `信任 ${d.count} 张新证书`,
  'row.presents': (d) => join('出示', short(d.thumbprint)),
  'row.connected-already': () => '之前已连接',
  'row.connected': () => '已重新连接',
  'row.off': () => '已完成；不要求连接',
  'row.put-back': () => '已还原',
  'row.retired': () => '旧证书已删除',
  'row.holds-none': () => '没有这些旧证书',
  'row.unchanged': () => '此处不作更改',
  'row.left': () => '已放弃',
  'row.failed': (d) => (d.code ? `失败：${inBrief(d.code, d.full)}` : '失败'),
  'row.refused': (d) => (d.code ? `拒绝了指令：${inBrief(d.code)}` : '拒绝了指令'),
  'row.unknown': (d) => {
    if (d.known !== undefined && d.known.length > 0) return `已知：${list(d.known)}；其余未知`;
    return d.code && d.code !== 'StateUnknown' ? `未知：${inBrief(d.code)}` : '未知';
  },
  'row.silent': (d, pen) => {
    if (d.since !== undefined) return `自 ${pen.dateTime(d.since)} 起无响应`;
    return d.seconds === undefined ? '无响应' : `已 ${d.seconds} 秒无响应`;
  },
  'row.overdue': (d, pen) => `有响应，自 ${pen.dateTime(d.since)} 起没有进展`,
  'row.unread': () => '有响应，但无法理解：请更新机器人',
  'row.unwritten': (d) => `报告${saysOfItself(d)}，但无法写入操作日志`,
  'row.drains': () => '等待包运行结束',
  'row.packages-run': () => '仍有包在运行',
  'row.unseen': () => '不知是否已连接',
  'progress.contain': () => '不再信任泄露的密钥，重启',
  'progress.create': () => '生成证书',
  'progress.grant': () => '允许服务读取私钥',
  'progress.trust': () => '信任该证书',
  'progress.rehearse': () => '试用新绑定',
  'progress.rehearse-end': () => '结束预演',
  'progress.drain': () => '等待包运行结束',
  'progress.publish': () => '更新 .cer 文件',
  'progress.master': () => '绑定端口、写入配置、重启、验证',
  'progress.workers': () => '写入配置、重启、验证',
  'progress.retire': () => '删除旧私钥和旧证书',
  'progress.worker-create': (d) => (d.count === 1 ? '生成证书' : '各自生成证书'),
  'progress.worker-trust': () => '信任自己的证书',
  'progress.master-trust': (d) => `信任 ${d.steps} 张新证书`,
  'progress.worker-publish': () => '更新自己的 .cer 文件',
  'progress.worker-switch': () => '写入配置、重启、验证',
  'progress.reconnect': () => '信任、写入指纹、重启、验证',
  'progress.final-look': (d) => (d.count === 1 ? '从该机器做最后查看' : `从 ${d.count} 台机器做最后查看`),
  'progress.back': (d) => inTable(STAGES_BACK, d.stage) ?? `还原 ${d.stage}`,
  'waiting.queue': (d) =>
    `${d.refuses === null ? 'Redis 不可用' : `无法写入 Redis：${whyRefused(d.refuses)}`}，工作暂停。${d.refuses === null ? '' : tillItTakes(d.refuses)}已作的决定都有记录，恢复后自动继续。`,
  'waiting.silent': (d, pen) => tight`自 ${pen.dateTime(d.since)} 起没有 ${hosts(d.hosts)} 的消息。`,
  'waiting.overdue': (d, pen) =>
    tight`${hosts(d.hosts)} 有响应，但自 ${pen.dateTime(d.since)} 起没有报告进展：那里可能有工具或服务卡住。`,
  'waiting.unread': (d) =>
    tight`无法理解 ${hosts(d.hosts)} 所报的内容，因为其 runner 是另一版本：请更新机器人，之后会继续。`,
  'waiting.packages': (d, pen) => {
    const { refusing = [] } = d;
    const off =
      refusing.length === 0
        ? ''
        : tight`${list(refusing, '、', 4)} 的 runner 已暂停，会拒绝随后的操作：请在该机器上运行 ${pen.bold('node runner.mjs resume')}。`;
    return `正在等待 SSISDB 显示没有包在运行${d.heldUp.length === 0 ? '' : tight`，再重启 ${list(d.heldUp, '、', 4)}`}，最晚至 ${pen.time(d.until)}；届时由人工决定。${off}`;
  },
  'waiting.put-back': (d, pen) =>
    tight`${hosts(d.hosts)} 仍在还原。若到 ${pen.time(d.until)} 仍没有新的进展，${d.again ? '会再试一次，然后' : '就'}由人工决定。${meanwhile(d)}`,
  'waiting.orders-refused': (d) =>
    tight`${hosts(d.hosts)} 的 Redis 用户缺少权限，收不到指令：请授予 certops redis acl 为该机器列出的权限，半分钟内即会察觉。`,
  'waiting.orders-not-writable': (d) =>
    tight`机器人的 Redis 用户缺少权限，无法写入 ${hosts(d.hosts)} 的指令：请授予 certops redis acl 列出的权限，指令会自动重发。`,
  'waiting.paused': (d, pen) =>
    tight`${hosts(d.hosts)} 已暂停，不会跟随 Master：请在那里运行 ${pen.bold('node runner.mjs resume')}。`,
  'waiting.order': (d) => `${d.host} 尚未答复指令，指令会自动重发。`,
  'waiting.unwritable': (d) =>
    tight`${hosts(d.hosts)} 无法写入操作日志${whyUnwritable(d)}：${d.begun ? '已开始的部分会尽量还原，' : ''}不会开始新的操作。${makeWritable(d)}：数秒内即会察觉。`,
  ...proof,
} satisfies Same<typeof en>;

function meanwhile({ stuck = [], down = [] }: Parameters<(typeof en)['waiting.put-back']>[0]): string {
  const end =
    stuck.length === 0 ? '' : tight`${hosts(stuck)} 的服务可能已卡住：在该机器上结束其进程后，runner 会继续。`;
  return down.length === 0
    ? end
    : `${end}${tight`${hosts(down)} 的服务为何未能启动，请查看该机器的系统日志；服务运行后，runner 会继续。`}`;
}
