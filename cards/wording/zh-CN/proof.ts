import { inTable } from '../../../src/domain/in-table.ts';
import type { proof as en } from '../en/proof.ts';
import { isDiskFull, isUnanswered, quotedLine } from '../fault-words.ts';
import type { Same } from '../line.ts';
import { before } from './cards/running.ts';
import { inBrief, wayOn } from './faults/index.ts';
import { brief, buildOf, hosts, join, list, masterOf, roleName, serviceState, short, tight } from './grammar.ts';
import { whole } from './measure.ts';
import { factOf, seenAs } from './names.ts';
import { cameBackOn, returning } from './returning.ts';

const WITNESSES: { readonly [witness: string]: string } = {
  log: '各自的日志',
  tcp: '各自的 TCP 连接',
  handshake: '从各自机器发起的 TLS',
  ssisdb: 'SSISDB 中重启后的在线记录',
};

const under = ({ ticket }: { ticket?: string }): string => (ticket === undefined ? '' : ` ticket ${ticket}`);
const named = (names: readonly string[]): string => (names.length > 20 ? '加上其名称' : names.join(' '));

/** Words before, beside and after a rotation: warnings, evidence, what is next. */
export const proof = {
  'warning.root-crowded': (d) =>
    `${d.host}：Root 存储中有 ${d.count} 张证书；超过约 ${d.limit ?? 200} 张时 Worker 可能被拒绝（403）。`,
  'warning.root-not-self-signed': (d) =>
    `${d.host}：Root 存储中有 ${d.count} 张证书不是自签名证书；Master 重启后 Worker 可能被拒绝（403）。请先移至 LocalMachine\\CA。`,
  'warning.other-build': (d) =>
    tight`${hosts(d.hosts, 5, '、')}：其 runner 的版本是 ${buildOf(d.version)}，而机器人是 ${d.bot}。runner 不识别的内容在批准之后才会被拒绝，已准备的内容随之还原：请先让两者使用同一构建。`,
  'warning.password-account': (d) =>
    `${d.host}：${roleName(d.role)} 服务以 ${d.account} 运行，该账户使用密码。若密码已更改，服务将无法恢复。`,
  'warning.service-not-running': (d) =>
    `${d.host}：${roleName(d.role)} 服务${serviceState(d.state)}。配置会更改，但不会启动它。`,
  'warning.key-readable-by-many': (d) => `${d.host}：当前私钥人人可读（${list(d.readers)}），新私钥也将如此。`,
  'warning.key-readers-not-given': (d) =>
    `${d.host}：可读取当前私钥的账户中，有的无法获得新私钥的读取权限（${list(d.readers)}），因为 Windows 未说明其所属的域。如有需要，请在之后人工授权。`,
  'warning.worker-not-connected': (d) =>
    `${d.host} 当前未连接${d.line === null ? '' : `：${d.line.replace(/[.。]+$/u, '')}`}。`,
  'warning.master-ends': (d, pen) =>
    tight`${d.host}：${pen.bold(`它出示的证书${d.ended ? '已' : '将'}于 ${pen.dateTime(d.at)} ${d.ended ? '过期' : '到期'}`)}。此后重启的 Worker 无法连接，须由人工决定。请先更换 Master 的证书${d.clustered ? '' : `：/ssis rotate-master in ${d.farm}`}。`,
  'warning.setting-hidden-characters': (d) => `${d.host}：${d.key} 当前含有不可见字符，写入时会去除。`,
  'warning.log-unreadable': (d) => `${d.host}：无法读取服务日志，少了一项依据。`,
  'warning.program-open': (d) =>
    tight`${d.host}：其 runner 的程序（${d.place}）可被 ${list(d.others, '和', 5)} 替换，替换者即可控制该机器。请放在只有管理员能写入的位置。`,
  'warning.folder-open': (d) =>
    tight`${d.host}：只要 ${list(d.others, '和', 5)} 能写入 ${d.folder}，其 runner 就无法再次启动（在资源管理器中点击“继续”的人即会获得该权限）：请将其从访问列表中移除。`,
  'warning.folder-not-read': (d) =>
    tight`${d.host}：看不到谁可以写入 ${d.folder}；若他人可以写入，其 runner 将无法再次启动。`,
  'warning.program-not-read': (d) => `${d.host}：看不到谁可以替换其 runner 的程序（${list(d.places, '、', 3)}）。`,
  'warning.nothing-bound': (d) =>
    `${d.host}：端口 ${d.port} 当前没有绑定，Worker 都无法连接。将在 ${d.key} 新建一个，appid 为 ${d.appId}，要求客户端证书，其余均为默认值。`,
  'warning.old-gone': (d) =>
    `${d.host}：其配置中的证书或其私钥已不存在。一旦配置改为新证书，那里就不再还原：Master 保持使用新证书，未验证通过的由人工决定。`,
  'warning.no-rehearsal': (d) => `${d.host}：此处无法预演新绑定，首次尝试就是正式切换。`,
  'warning.address-silent': (d) =>
    tight`${d.host}：${list(d.at, '和', 3)} 已绑定但当前没有应答，验证时不计入，除非届时有应答。`,
  'warning.outside-not-seen': (d) =>
    `${d.host}：看不到 SSISDB，无从得知是否另有服务器场配置文件未列出的 Worker 在使用此 Master；若有，它们会断开。`,
  'warning.left-outside': (d) =>
    tight`${hosts(d.hosts, 5)}：服务器场配置文件未列为 Worker，仍使用旧证书；若仍在运行，切换后断开。`,
  'warning.gone-since': (d) =>
    tight`${hosts(d.hosts, 5)}：服务器场配置文件不再列为 Worker，仍使用 ${d.of} 换上的证书。只是改名的，可以新名称换一张证书：/ssis rotate-worker 加该名称。`,
  'warning.left-unseen': (d) =>
    tight`${hosts(d.hosts, 5)}：不在服务器场配置文件中，SSISDB 一周内也未见过，名称可能有误。若确有此 Worker，它仍使用旧证书，切换后断开。`,
  'warning.own-certificate-missing': (d) =>
    `${d.host}：自身的证书不在任何存储中，要等 /ssis rotate-worker ${d.host} 之后 Master 才会接受它；请在此次完成后申请。`,
  'warning.own-certificate-untrusted': (d) =>
    tight`${d.host}：${d.host === d.master ? '本机的 Master 不信任本机 Worker 的证书' : `${d.master} 不信任它自身的证书`}，要等 /ssis rotate-worker ${d.host} 之后才会接受它；请在此次完成后申请。`,
  'warning.own-certificate-falls': (d) =>
    tight`${d.host}：现在仍然连接，但${d.host === d.master ? '本机的 Master 不信任本机 Worker 的证书' : ` ${d.master} 不信任它自身的证书`}，切换之后可能不再接受它，届时会全部还原。请先执行 /ssis rotate-worker ${d.host}，换上受信任的证书。`,
  'warning.own-certificate-refused': (d) =>
    `${d.host}：指纹和信任都正确却仍被拒绝，可能是 Master 不信任它自身的证书。那样的话，/ssis rotate-worker ${d.host} 会生成受信任的证书。`,
  'warning.connected-already': (d) => tight`${hosts(d.hosts, 5)}：指纹和信任都正确且已连接，因此不会对其做任何更改。`,
  'warning.pins-not-told': (d) =>
    tight`${hosts(d.hosts, 5)}：runner 版本较旧，不知道登记了其他 runner 的哪些密钥。若缺少，批准之后才会被拒绝，已准备的内容会恢复原状。`,
  'warning.window-short': (d, pen) =>
    `变更窗口在 ${pen.dateTime(d.until)} 关闭，而等待包结束最多需 ${whole(d.waitMs)}：其后的操作可能在窗口关闭之后才开始。`,
  'warning.slow': (d) =>
    tight`${hosts(d.hosts, 5, '、')}：查看${d.hosts.length === 1 ? '' : '最长'}用了 ${whole(d.ms)}。若中断期间同样缓慢，${whole(d.limitMs)} 可能不够：请在服务器场配置文件中调大 gap.limit，或查明变慢的原因。`,
  'warning.nothing-published': (d) => `${d.host}：没有可读取并更新的 SSISScaleOutMaster.cer 文件，新 Worker 无从取用。`,
  'proof.presents': (d) => tight`从 ${d.count} 台机器发起 TLS，${d.target} 出示的是 ${short(d.thumbprint)}。`,
  'proof.workers': (d) => {
    const how = d.witnesses.map((one) => inTable(WITNESSES, one) ?? one);
    const by = how.length === 0 ? '' : `，依据${list(how)}`;
    const rest = d.connected === d.count && d.unproved !== true ? '；服务正在运行，配置已回读核对' : '';
    if (d.count === 0) return `没有需要连接的 Worker${rest}。`;
    return `${d.ended === true ? '结束时，' : ''}${d.count} 个 Worker 中已连接 ${d.connected} 个${by}${rest}。`;
  },
  'proof.rejoined': (d, pen) =>
    d.hosts.length === 1
      ? tight`${hosts(d.hosts, 6)} ${d.asItWas ? '保持原样' : '曾被放弃，后来已跟上'}：${pen.dateTime(d.at)} 的查看显示，它已连接，使用 Master 出示的 ${short(d.thumbprint)}。`
      : tight`${hosts(d.hosts, 6)} ${d.asItWas ? '保持原样' : '曾被放弃，后来已跟上'}：至 ${pen.dateTime(d.at)} 的查看显示，它们均已连接，使用 Master 出示的 ${short(d.thumbprint)}。`,
  'proof.ssisdb-late': (d) => tight`重启后三次心跳之内，SSISDB 未记录 ${hosts(d.hosts, 4)} 在线。`,
  'proof.ssisdb-thumbprint': (d) => tight`SSISDB 中登记的 Master 证书是 ${short(d.thumbprint)}。`,
  'proof.ssisdb-other': (d) => tight`SSISDB 中登记的 Master 证书仍是 ${brief(d.found)}。`,
  'proof.against': (d) => {
    const line = quotedLine(d);
    if (d.fact === 'stores' && d.found === null) return `${d.host}：无法读取其存储中的内容。`;
    if (line !== null) return `${d.host} 未连接。其日志：${line}`;
    if (isUnanswered(d.found) && d.fact.startsWith('TLS '))
      return tight`${d.host}：${d.fact.slice(4)} 没有应答（${d.found}），应为 ${brief(seenAs(d.wanted))}。`;
    return tight`${d.host}：${factOf(d.fact)} 实为 ${brief(seenAs(d.found))}，应为 ${brief(seenAs(d.wanted))}。`;
  },
  'proof.left-as-it-is': (d) => `${d.host} 保持原样：其状态未经验证。`,
  'proof.kept': (d) =>
    tight`${hosts(d.hosts, 6)}：已${d.of === null ? '使用新证书' : `恢复使用 ${d.of} 之前的证书`}，${masterOf(d.hosts, d.master)} 已接受。`,
  'proof.back-on-old': (d) => tight`${hosts(d.hosts, 6)}：已还原为${before(d.of)}。`,
  'proof.never-began': (d) => tight`${hosts(d.hosts, 6)}：尚未开始，使用${before(d.of)}。`,
  'proof.in-line': (d) =>
    tight`${hosts(d.hosts, 6)}：指定并信任 ${masterOf(d.hosts, d.master)} 出示的 ${short(d.thumbprint)}。`,
  'proof.not-connecting': (d) =>
    tight`${hosts(d.hosts, 6)}：未连接，也未要求连接：服务未运行，或自身的证书缺失、不受 Master 信任。`,
  'proof.unbound': (d) => `${d.host}：端口 ${d.port} 没有绑定，与之前一样。`,
  'proof.cut-off-as-before': (d) => tight`${hosts(d.hosts, 6)}：已还原，与之前一样断开。`,
  'proof.not-begun': (d) => tight`${hosts(d.hosts, 6)}：尚未开始，与之前一样断开。`,
  'proof.connected-already': (d) => tight`${hosts(d.hosts, 6)}：制定计划时已连接，未对其做任何操作。`,
  'proof.removed': (d) => {
    const several = d.several === true;
    return d.taken === true
      ? `${d.count} 台机器上对${several ? '这些' : '该'}证书的信任已取消，没有程序使用${several ? '它们' : '它'}。`
      : `${several ? '这些' : ''}新证书已无人使用，已从 ${d.count} 台机器上删除。`;
  },
  'proof.retired': (d) => {
    const { keyGone = [] } = d;
    const gone = keyGone.length === 0 ? '' : tight`${hosts(keyGone, 4)} 上的私钥已删除。`;
    if (d.hosts.length === 0) return tight`持有 ${short(d.thumbprint)} 的 ${d.count} 台机器上都还有它。${gone}`;
    const key = d.keyOn.length === 0 ? '' : join('，其中', hosts(d.keyOn, 4), '连同私钥');
    const rest = d.hosts.length === d.count ? '' : `（${d.hosts.length}/${d.count}）`;
    return join(
      tight`${short(d.thumbprint)} 已从`,
      hosts(d.hosts, 4),
      `删除${rest}${key}：重新查看时${d.keyOn.length === 0 ? '已找不到它' : '两者均已不在'}。`,
      gone,
    );
  },
  'proof.trust-stays': (d) =>
    tight`${hosts(d.hosts, 4)} 仍信任 ${short(d.thumbprint)}：其配置此前就已指向 Master 的证书，离不开这项信任。`,
  'proof.left-over': (d) => {
    const what = tight`新证书 ${list(d.thumbprints.map(short), '和', 4)}`.trimEnd();
    if (d.unseen === true)
      return tight`${d.host} 上可能仍有${what}。没有程序使用它，但最近一次查看看不出它是否还在；若还在，请人工删除。`;
    return d.unknown
      ? tight`${d.host} 上可能仍有${what}。那里是否有程序使用它尚不清楚：待 ${d.host} 有应答后，可用 /ssis certs ${d.host} 查看。`
      : tight`${d.host} 上仍有${what}。没有程序使用它，请人工删除。`;
  },
  'next.old-stays': (d, pen) => {
    const [all, them] = d.several ? ['都', '它们'] : ['', '它'];
    const asked = d.at === null ? '' : `；自 ${pen.date(d.at)}起，频道会询问是否删除${them}`;
    return tight`${before(d.of).trimStart()}${all}仍在，${d.ended ? `但已过期，无法回退到${them}` : '可以回退'}${asked}。`;
  },
  'next.master-unproved': (d) =>
    `请在 ${d.host} 上人工处理：绑定一张连同私钥存放在该机器上的证书，把其指纹写入 SSLCertThumbprint，并重启 Master 服务；然后重新连接与之不符的 Worker。`,
  'next.master-silent': (d) =>
    `${returning(d)}待它恢复服务，或以同名重新搭建的机器开始服务之后，请重新连接与之不符的 Worker：/ssis reconnect ${named(d.hosts)}。`,
  'next.undone-by-hand': (d) =>
    tight`结束之后有人在 ${hosts(d.hosts)} 上手动还原${d.sure ? '' : '，且并非全部得到验证'}：此处所写为结束时的情况。/ssis certs 会显示当前使用的证书。`,
  'next.changed-since': (d) => `${d.by} 此后已改变这一状况：此处所写为结束时的情况。/ssis show ${d.by} 可查看。`,
  'next.pins-new': (d) =>
    tight`结束时 ${hosts(d.hosts)} 已指定新证书；仍指定它的 Worker 已断开：/ssis reconnect ${named(d.hosts)}。`,
  'next.master-back': (d) =>
    `${d.host} 此后已恢复，${cameBackOn(d.on)}。请重新连接与之不符的 Worker：/ssis reconnect ${named(d.hosts)}。`,
  'next.not-proved': (d) => tight`未验证已使用新证书：${hosts(d.hosts)}。`,
  'next.left-behind': (d) =>
    tight`${hosts(d.hosts)} 已断开，不运行任何包。排除故障后：/ssis reconnect ${named(d.hosts)}。`,
  'next.left-outside': (d) =>
    d.isBack
      ? tight`${hosts(d.hosts, 5)} 已按申请放弃。其间已改用较新证书的机器处于断开状态：请在其上人工把恢复使用的证书导入 Root，把其指纹写入 MasterHttpsCertThumbprint，并重启 Worker 服务。`
      : tight`${hosts(d.hosts)} 已按申请放弃。若仍有 Worker 以该名称运行，它处于断开状态：请在其上人工把新证书导入 Root，写入 MasterHttpsCertThumbprint，并重启 Worker 服务。`,
  'next.left-unseen': (d) =>
    tight`${hosts(d.hosts)} 已按申请放弃；它不在服务器场配置文件中，SSISDB 一周内也未见过。若确有 Worker 在其上运行，它处于断开状态：请在其上人工把新证书导入 Root，写入 MasterHttpsCertThumbprint，并重启 Worker 服务。`,
  'next.left-unproved': (d) => tight`请先排除 ${hosts(d.hosts, 4)} 的问题，再用 /ssis certs ${d.farm} 查看其状态。`,
  'next.start-service': (d) => tight`请启动 ${hosts(d.hosts)} 的 Worker 服务：随后即会连接。`,
  'next.rotate-own': (d) =>
    tight`接着请为 ${hosts(d.hosts)} 申请自身的证书，否则 Master 不会接受：/ssis rotate-worker ${named(d.hosts)}。`,
  'next.rest-ends': (d, pen) =>
    tight`${hosts(d.hosts, 4)} 仍在使用旧证书，最早于 ${pen.date(d.at)}到期：${pen.bold(d.days === 0 ? '已过期' : `剩余 ${d.days} 天`)}。`,
  'next.reconnect-rest': (d) => `要继续，请申请：/ssis reconnect ${named(d.hosts)}${under(d)}。`,
  'next.ask-rest': (d) =>
    `要继续，请申请：/ssis ${d.of === null ? `rotate-worker ${d.hosts.length > 20 ? 'all' : d.hosts.join(' ')}` : `rollback ${d.of}`}${under(d)}。`,
  'next.retire-again': (d) =>
    join(
      hosts(d.hosts, 4),
      `上仍有部分旧证书。${d.failed ? '请先处理以下事项，再重新申请删除其余部分' : '没有程序使用它们：可重新申请删除'}。`,
    ),
  'next.retire-stays': (d) =>
    `尚不能删除，仍然保留：${list(d.thumbprints.map(short), '、', 3)}。持有其私钥的人仍受信任；/ssis certs ${d.farm} 显示其所在位置。`,
  'next.failed-too': (d) =>
    d.hosts.length === 0
      ? `最多可放弃 ${d.most} 个 Worker。`
      : tight`${hosts(d.hosts, 4)} 也失败了，请一并检查：最多可放弃 ${d.most} 个 Worker。`,
  'next.failed-also': ({ host, code, data = {} }) =>
    `${host} 也失败了：${inBrief(code, isDiskFull(data))}。${wayOn(code, data)}`,
  'next.ask-again': () => '排除故障后重新申请。',
} satisfies Same<typeof en>;
