import type { planningFaults as en } from '../../en/faults/planning.ts';
import { type ErrorData, isTold, listOf } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { hosts, roleName, serviceState, tight } from '../grammar.ts';
import { BUG, named, SETTINGS, serviceOption, startFirst, text } from './fault.ts';
import { problem } from './problems.ts';

const ROLES = '请更正服务器场配置文件中的 roles。';
/** Microsoft's page, reordered: nobody is cut off before everybody trusts the new certificate. */
const CLUSTER_BY_HAND = [
  '请人工轮换：（1）为群集的 DNS 名称生成证书，连同私钥导入每个节点的 LocalMachine\\Root，并允许服务账户读取私钥。',
  '（2）把不含私钥的证书导入每个 Worker 的 LocalMachine\\Root。',
  '（3）在每个节点上绑定：先 `netsh http delete sslcert`，再用原 appid 和标志 `add sslcert`；并在 MasterSettings.config 中写入 SSLCertThumbprint。',
  '（4）将群集资源脱机再联机，切勿使用 `sc stop`。',
  '（5）在每个 Worker 的 WorkerSettings.config 中写入 MasterHttpsCertThumbprint，并重启其服务。',
  '（6）全部连接后，做一次故障转移并再次检查。',
].join('');

/**
 * Somebody has the key: the master must forget the certificate first, and restarts for that: nothing tells when a
 * running service reads a store again.
 */
const containByHand = (d: ErrorData): string =>
  [
    tight`请人工隔离：（1）以管理员身份在每个节点${named(d, 'nodes')}上执行${forgetting(d)}。`,
    '（2）将群集资源脱机再联机，切勿使用 `sc stop`：运行中的 Master 可能继续信任它已接受的证书。其间所有 Worker 断开。',
    `（3）再申请，不带 compromised：/ssis rotate-worker ${listOf(d.workers).join(' ')} in ${text(d.farm)} because ...；验证通过后申请 /ssis retire ${text(d.farm)} compromised because ...`,
  ].join('');

/** `-delstore` leaves the key: certutil has another verb for that, `-delkey`. */
const withoutKey = ({ stores, thumbprint }: ErrorData): string =>
  listOf(stores)
    .map((store) => `\`certutil -delstore ${store} ${text(thumbprint)}\``)
    .join(' 和 ');

/** The card has no room for more thumbprints in full, and a part of one is of no use. */
const MOST_TYPED = 4;

function forgetting({ stolen }: ErrorData): string {
  const thumbprints = listOf(stolen);
  return thumbprints.length > MOST_TYPED
    ? ' `certutil -delstore Root`，对这些 Worker 逐一写上 /ssis certs WORKER 显示的其配置中的完整指纹'
    : thumbprints
        .map((one) => ` \`certutil -delstore Root ${one}\` `)
        .join('和')
        .trimEnd();
}

/** What stands in the way before anybody is asked to approve. */
export const planningFaults = {
  ServiceDisabled: {
    says: '服务已禁用。',
    todo: '请将其启动类型设为自动，然后重新申请。',
    hand: '请将其启动类型设为自动并启动它，然后重新查看。',
  },
  ServiceMissing: { says: '没有这个 Scale Out 服务。', todo: ROLES },
  ServiceAmbiguous: {
    says: (d) => `安装了多个版本的服务${named(d, 'found', 'services')}。`,
    todo: (d) => `请在其 runner.json 的 overrides 中用 ${serviceOption(d)} 指明其中一个，重启该 runner，然后重新申请。`,
  },
  ClusterNotReadable: { says: '无法判断它是否属于群集。', todo: '请授予 runner 读取注册表的权限。' },
  MasterClustered: {
    says: 'Master 是故障转移群集的资源：各节点必须共用同一私钥，也不能绕过群集停止其服务。此处不能代为轮换。',
    todo: CLUSTER_BY_HAND,
  },
  ContainClustered: {
    says: 'Master 是故障转移群集的资源。要不再信任某个 Worker，它必须重启，而不能绕过群集停止其服务。此处不能代为隔离。',
    todo: containByHand,
  },
  ServiceClustered: {
    says: '其服务属于故障转移群集，群集会把已停止的服务当作故障。',
    todo: CLUSTER_BY_HAND,
  },
  MoreThanOneMaster: {
    says: (d) => `服务器场有不止一个 Master${named(d, 'hosts')}，目前不能轮换。`,
    todo: '请为每个 Master 各写一个服务器场配置文件，连同它的 Worker，再在那里申请。',
  },
  NoMaster: { says: '服务器场配置文件未指定 Master。', todo: '请为一台主机指定 master 角色。' },
  HostNotLooked: { says: '尚未报告其现状。', todo: '请启动它的 runner，然后重新申请。' },
  ClockOff: {
    says: (d) => `时钟偏差超过一分钟${named(d, 'hostClock')}。`,
    todo: (d): string =>
      Number(d.alike ?? 0) > 0
        ? '其他机器的偏差也都相同：请检查并校准机器人所在机器的时钟，然后重新申请。'
        : '请校准其时钟，然后重新申请。',
  },
  PlanTooLarge: {
    says: (d) => `一次申请的 Worker 太多：发给它的指令大约只能容纳 ${text(d.most)} 个。`,
    todo: '请在一次申请中只写这么多，其余的写在下一次申请中。',
  },
  PlanFailed: { says: '未能制定计划。', todo: BUG },
  HostNotReady: {
    says: (d) => problem(d) ?? `尚未就绪${named(d, 'problem')}。`,
    todo: (d): string => {
      if (d.problem === 'private-key-missing')
        return '请恢复私钥。若无人持有，请删除该端口的绑定（netsh http delete sslcert；此后该端口不再应答），然后申请 rotate-master：没有绑定的端口会重新绑定。';
      if (d.error !== 'KeyNotInFile') return '请在该机器上排除该问题，然后重新申请。';
      return d.role === 'master'
        ? '存放在硬件中的私钥无法在此轮换。请在该机器上导入另一张私钥存放在文件中的证书，然后发送：/ssis rotate-master use THUMBPRINT。'
        : '存放在硬件中的私钥无法在此轮换：请人工更换这个 Worker 的证书（让 Master 信任它，设置 WorkerHttpsCertThumbprint，重启 Worker）。';
    },
  },
  RoleNotInstalled: { says: (d) => `没有 ${roleName(text(d.role))} 服务。`, todo: ROLES },
  MasterNotRunning: {
    says: (d) => `Master 服务${serviceState(text(d.state))}。`,
    todo: startFirst(
      '请把一张连同私钥存放在该机器上的证书的指纹写入 SSLCertThumbprint，人工绑定该证书，启动服务，并重新连接各 Worker。',
    ),
  },
  MasterNotConfirmed: {
    says: (d) => `它已为轮换 ${text(d.rotation)} 切换，但未经确认，因此会自行还原：它现在出示的证书可能只是暂时的。`,
    todo: '请在几分钟后、待它还原后重新申请：在该机器上运行 `node runner.mjs status` 可以确认。',
  },
  WorkersOutside: {
    says: (d) => `一周内见过服务器场配置文件未列为 Worker 的 Worker${named(d, 'hosts')}：切换会使它们断开。`,
    todo: '请为每台设置 runner，并在服务器场配置文件中列为 Worker，或在申请中写明 leave behind NAME。',
  },
  LeaveBehindKnown: {
    says: '它在服务器场配置文件中，不能事先放弃。',
    todo: '请去掉它再申请：允许失败的数量由 gap.leaveBehind 决定；或先把它从服务器场配置文件中移除。',
  },
  MasterPresentsNothing: {
    says: (d) => `Master 没有出示证书${named(d, 'error')}，因此无法验证 Worker 的连接。`,
    todo: (d): string =>
      d.error === 'ETIMEDOUT'
        ? '其端口在 5 秒内没有应答：请重新申请。若仍如此，请查看该机器在忙什么，或是什么阻塞了该端口。'
        : '请先修复 Master：其端口没有应答。若端口上没有绑定，/ssis rotate-master 会新建一个。',
  },
  MasterSilentAt: {
    says: (d) => `Master 并非在其端口的每个绑定处都有应答${named(d, 'at')}，因此无法验证那里的变更。`,
    todo: '请修复该处的绑定，若无人使用则删除它，然后重新申请。若其 runner 版本较旧，请先升级。',
  },
  ClusterNodesUnknown: {
    says: 'Master 属于群集，每个节点都须信任新证书，但服务器场配置文件只写了一个节点。',
    todo: '请在服务器场配置文件中写明每个节点（master 角色及其 runner），然后重新申请。',
  },
  CertificateCompromised: {
    says: '该证书的私钥已泄露，不能再使用它。',
    todo: '请写明另一张证书，或去掉 use 以生成新证书。',
  },
  WorkerSharesMasters: {
    says: (d) => tight`其证书与 ${d.host === d.master ? '本机的 Master' : text(d.master)} 自身使用的证书相同。`,
    todo: '请先轮换 Master：/ssis rotate-master compromised。',
  },
  StolenNotSelfSigned: {
    says: '它的证书由 Master 信任的颁发机构签发：从 Root 存储中移除什么都无法断开持有该密钥的人。',
    todo: '请让颁发机构吊销该证书，并用 `netsh http show sslcert` 确认 Master 的绑定会检查客户端证书吊销。然后申请不带 compromised 的 rotate-worker。',
  },
  StolenNotRead: {
    says: '它和 Master 都没有其配置中的证书，因此无法得知 Master 是否信任它或其颁发机构。',
    todo: '若由颁发机构签发，请先在那里吊销。然后申请不带 compromised 的 rotate-worker。',
  },
  WorkerNotRunning: {
    says: (d) => `Worker 服务${serviceState(text(d.state))}，因此无法验证。`,
    todo: startFirst(
      '请把一张连同私钥的证书放入该存储，授予其账户读取私钥的权限，把指纹写入 WorkerHttpsCertThumbprint，在 Master 的 Root 中信任它，然后启动服务。',
    ),
  },
  WorkerStoreElsewhere: {
    says: (d) => `其 StoreLocation 不受支持${named(d, 'found')}，目前只支持 LocalMachine：在那里生成的证书不会被找到。`,
    todo: '请把证书连同私钥导入 LocalMachine 的 My 存储，授予其账户读取私钥的权限，把 StoreLocation 设为 LocalMachine，重启服务，然后重新申请。',
  },
  WorkerStoreNotServed: {
    says: (d) => `其证书在 ${text(d.store)} 存储中，目前只支持 My。`,
    todo: '请把证书连同私钥导入 LocalMachine 的 My 存储，授予其账户读取私钥的权限，把 StoreName 设为 My，重启服务，然后重新申请。',
  },
  PortDiffers: {
    says: (d) => tight`Master 侦听端口 ${text(d.found)}，服务器场配置文件中是 ${text(d.wanted)}。`,
    todo: '请更正服务器场配置文件中的 endpoint。',
  },
  NameNotValid: { says: (d) => `该名称不能用于证书${named(d, 'name')}。`, todo: '请在服务器场配置文件中更正。' },
  BindingFlagNotReturnable: {
    says: (d) => `绑定中有一个标志无法由该机器的 netsh 还原${named(d, 'parameter', 'flags')}。`,
    todo: '请人工轮换此证书。',
  },
  MasterThumbprintsDisagree: {
    says: 'Master 的绑定、配置和证书中的指纹不一致。',
    todo: '请先人工使它们一致。',
  },
  MasterCertificateMissing: {
    says: '当前使用的证书不在任何存储中，因此无法还原。',
    todo: '请把它连同私钥导入该机器的 LocalMachine\\Root，然后重新申请。若没有副本：请用 netsh 人工删除其端口上的每个绑定（仍连接着的 Worker 会断开），然后重新申请：端口上没有绑定时，计划会新建证书和绑定。',
  },
  MasterStoreNotServed: {
    says: (d) => `当前使用的证书从 ${text(d.store)} 存储绑定（${text(d.binding)}），而只读取 Root 和 My。`,
    todo: '请把它连同私钥也导入 LocalMachine\\Root，绑定保持不变：轮换时新证书从其所在存储绑定，还原时仍从原来的存储绑定。然后重新申请。本产品不会删除原存储中的证书：执行 retire 后，请在那里人工删除它及其私钥。',
  },
  NamesTooMany: {
    says: (d) => `新证书的名称多于允许的 ${text(d.most)} 个${named(d, 'found')}。`,
    todo: '请从服务器场配置文件的 certificate.extraNames 中删去一些，或让多个 Worker 在 MasterEndpoint 中使用同一个名称：证书包含其中的每个名称。',
  },
  WorkerPinsAnother: {
    says: '它指定的证书与 Master 出示的不同，现在就已断开。',
    todo: '请先重新连接它：/ssis reconnect 加上其名称。',
  },
  WorkerPinsUnnamed: {
    says: '它指定的证书与 Master 配置中的不同，而 Master 的端口上没有绑定，无法先重新连接它。',
    todo: (d) =>
      `请在该机器上手动把 ${text(d.presented)} 写入 MasterHttpsCertThumbprint，然后重新申请：其余由计划完成。`,
  },
  AlreadyConnected: {
    says: (d) => `它指定并信任 Master 出示的证书${named(d, 'presented')}，并且已经连接。`,
    todo: (d) =>
      isTold(d.others) ? tight`${hosts(listOf(d.others), 6)} 也是如此：无需任何操作。` : '对它无需任何操作。',
  },
  MakerNotKnown: {
    says: 'Master 出示的证书不是由此处已知的轮换生成的，因此该机器不会仅凭机器人的说法就接受它。',
    todo: '若 Master 已由人在该机器上从某次轮换还原，该 Worker 也可以：在该 Worker 上运行 `node runner.mjs undo ID --here`。否则，若认得它，请把其指纹写入该机器 runner 的 allowedCertificates；或在该 Worker 上人工操作：在 Root 存储中信任它，写入 MasterHttpsCertThumbprint，并重启 Worker 服务。',
  },
  IssuerNotAllowed: {
    says: (d) =>
      `Master 出示的证书（${text(d.thumbprint)}）由颁发机构签发，而该机器的 runner 未同时允许它及其根证书（${text(d.authority)}）。`,
    todo: '请把两者写入该机器 runner.json 的 allowedCertificates，然后重新申请；或在该 Worker 上人工操作：仅把该根证书导入 LocalMachine\\Root，把所出示的指纹写入 MasterHttpsCertThumbprint，并重启 Worker 服务。',
  },
  IssuerNotKnown: {
    says: (d) =>
      `Master 出示的证书（${text(d.thumbprint)}）由颁发机构签发，但在该机器上读不到直至有效根证书的完整证书链。`,
    todo: '请把根证书放入 Master 的 LocalMachine\\Root，中间证书放入 CA，然后重新申请；或在每个 Worker 上人工操作：把该根证书导入 LocalMachine\\Root，把所出示的指纹写入 MasterHttpsCertThumbprint，并重启 Worker 服务。',
  },
  PolicyChanged: {
    says: '制定计划之后，服务器场配置文件中的策略、人员或工单规则有变，因此对它的投票无效。',
    todo: '请重新申请：新计划以当前的配置文件为准。',
  },
  MachinesChanged: {
    says: (d) => `制定计划之后，服务器场配置文件中的机器有变${named(d, 'hosts')}，因此对它的投票无效。`,
    todo: '请重新申请：新计划以其现有的机器为准。',
  },
  FarmFileChanged: {
    says: (d) => `制定计划之后，服务器场配置文件有变${named(d, 'changes')}，因此对它的投票无效。`,
    todo: '请重新申请：新计划以当前的配置文件为准。',
  },
  LeftoversNotRead: {
    says: (d) =>
      isTold(d.file)
        ? `其 ${text(d.file)} 无法读取，可能是旧证书，因此任何机器上都不删除。`
        : '无法读取它还留有哪些旧证书，因此任何机器上都不删除。',
    todo: (d) =>
      isTold(d.file)
        ? '请将使用中的证书放入该文件，或移走该文件，然后重新申请。'
        : '请授予其 runner 读取证书存储和注册表的权限，然后重新申请。',
  },
  StillInUse: {
    says: (d) => `旧证书仍在使用${named(d, 'where')}。`,
    todo: '请先恢复连接或更换使用处的证书，然后重新申请。',
  },
  KeyShared: {
    says: (d) => `旧证书已无人使用，但其私钥也属于另一张证书${named(d, 'where')}，因此两张都不删除。`,
    todo: (d) =>
      `请以管理员身份在 ${text(d.host)} 上只删除这张证书、保留私钥：${withoutKey(d)}。然后重新申请：另一张无人使用后，会连同私钥一起删除。`,
  },
  GraceNotOver: {
    says: (d, day) =>
      d.several === true
        ? tight`各旧证书暂时保留，以备不时之需：其中最早的保留至 ${day(d.until)}。`
        : tight`旧证书保留至 ${day(d.until)}，以备不时之需。`,
    todo: '请在保留期满后重新申请；届时频道会收到通知。',
  },
  NobodyKnowsWhose: {
    says: (d) => `它信任一张证书，但场内没有机器说明该证书属于谁${named(d, 'subject')}。`,
    todo: '请把相应的 Worker 加入服务器场配置文件；如果它已不再存在，请人工删除该证书。',
  },
  NothingToRetire: { says: '没有可删除的旧证书。', todo: '无需任何操作。' },
  ApproverGone: {
    says: (d) => `曾批准它的人已不能审批${named(d, 'names')}。`,
    todo: '请重新申请：由现在的审批人决定。',
  },
  ApproverUnseen: {
    says: (d) => `自机器人启动以来，Slack 尚未告知曾批准它的人是否仍在组内${named(d, 'names')}。`,
    todo: '正在等待答复。请确认 Slack 能答复机器人。',
  },
  StartMissed: { says: '错过了开始时间。', todo: '请重新申请。' },
  StartAfterEnd: { says: '证书会在开始之前到期。', todo: '请用 now 重新申请，或指定更早的时间。' },
  PortNotUnderstood: { says: (d) => `其端口无法解析${named(d, 'found')}。`, todo: SETTINGS },
} satisfies Same<typeof en>;
