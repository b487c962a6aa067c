import type { servicesFaults as en } from '../../en/faults/services.ts';
import {
  type ErrorData,
  fileOf,
  isForbidden,
  isTold,
  OWN_ERROR,
  PROCESS_ABORTED,
  stoppedOf,
  strangerAt,
  unansweredIn,
  unboundIn,
} from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { serviceState } from '../grammar.ts';
import { whole } from '../measure.ts';
import { BACK, named, SYSTEM_LOG, SYSTEM_LOG_FIRST, startByHand, startIt, text } from './fault.ts';

const SEE_ITS_PROGRAM = '请检查服务账户能否读取并运行其程序，以及是否被安全软件阻止';
const NOT_STARTED = { ...BACK, todo: SYSTEM_LOG, hand: startByHand('其服务') };
const IN_SYSTEM_LOG = { todo: SYSTEM_LOG, hand: SYSTEM_LOG_FIRST };

/** By hand, what the final look found that no further look mends. */
function byHand(d: ErrorData): string {
  const stopped = stoppedOf(d);
  const file = fileOf(d);
  if (stopped !== null) return startByHand(` ${stopped}`);
  if (unboundIn(d))
    return '请把其配置所指定的证书绑定到端口，然后重新查看；也可以保持原样：下一次 rotate-master 会建立绑定。';
  const at = strangerAt(d);
  if (at !== null)
    return `请查明是什么在 ${at} 代替 Master 的服务应答：代理，或该端口的另一个绑定。若都没有，请重启该服务。然后重新查看。`;
  return file === null ? '' : `请查明还有什么在写 ${file}，把所要求的证书放入其中，然后重新查看。`;
}

const service = ({ role }: ErrorData): string =>
  role === 'master' ? ' Master 服务' : role === 'worker' ? ' Worker 服务' : '服务';

/** What Windows tells of a service that ran: with 0 one ends that somebody stops, or that stops itself. */
function sinceThen({ found, exitCode, ownExitCode }: ErrorData): string {
  if (typeof found === 'string' && found !== 'stopped') return `变为“${serviceState(found)}”`;
  if (exitCode === 0) return '又停止了，是有人停止还是自行停止不得而知：未报告错误';
  if (exitCode === PROCESS_ABORTED) return `其进程意外结束（${PROCESS_ABORTED}）`;
  return `又停止了${named({ code: exitCode === OWN_ERROR ? ownExitCode : exitCode }, 'code')}`;
}

/** Services, and whether a worker is connected. */
export const servicesFaults = {
  ServiceNotRunning: {
    ...NOT_STARTED,
    says: (d) =>
      isTold(d.ran)
        ? `${service(d)}启动后${sinceThen(d)}。`
        : typeof d.limitMs === 'number'
          ? `${service(d)}在 ${whole(d.limitMs)}内未能启动。`
          : `${service(d)}未能启动，或启动后又停止了。`,
    todo: '请查看其系统日志（事件 7000、7009、7031、7034、7038）。`sc qfailure` 会显示 Windows 之后是否会再次启动它；本产品不等待这一启动。然后重新申请。',
  },
  ServiceStartTimedOut: { ...NOT_STARTED, says: '服务未能及时启动（1053）。' },
  ServiceStartRefused: { ...NOT_STARTED, says: (d) => `Windows 未能启动服务${named(d, 'error')}。` },
  ServiceStartDenied: {
    ...BACK,
    says: 'Windows 启动服务时被拒绝访问（5）。',
    todo: `${SEE_ITS_PROGRAM}，然后重新申请。`,
    hand: `${SEE_ITS_PROGRAM}。启动服务，然后重新查看。`,
  },
  ServiceStopRefused: { ...IN_SYSTEM_LOG, says: (d) => `Windows 未能停止服务${named(d, 'error')}。` },
  ServiceDependencyFailed: { ...NOT_STARTED, says: '服务所依赖的服务未能启动（1068）。' },
  ServiceMarkedForDeletion: {
    says: '服务已标记为删除（1072）。',
    todo: '请关闭占用它的程序并重新安装服务，然后重新申请。',
  },
  ServiceRestartsItself: { ...BACK, ...IN_SYSTEM_LOG, says: '服务无法保持运行：反复自行退出并重启。' },
  ServiceNotReadable: { ...IN_SYSTEM_LOG, says: (d) => `无法查询服务状态${named(d, 'error')}。` },
  ServiceNotRestarted: { ...BACK, ...IN_SYSTEM_LOG, says: '服务仍是原来的进程。' },
  ServicePending: { ...BACK, ...IN_SYSTEM_LOG, says: '时限已到，服务仍在启动或停止。' },
  ServiceStuckStopping: {
    lead: 'unknown',
    says: (d) => `服务${d.found === 'start-pending' ? '卡在启动中，' : ''}未能停止。本产品绝不强制结束它。`,
    todo: '请在该服务的日志中查明它为何未能停止；若仍卡住，请在该机器上结束其进程。然后重新申请。',
    hand: '请在该机器上结束其进程，然后重新查看。',
  },
  InLineNotRunning: {
    says: (d) => `它已指定并信任 Master 出示的证书；Worker 服务${serviceState(text(d.state))}。`,
    todo: startIt('随后即会连接'),
  },
  ServiceLogonFailed: {
    ...BACK,
    says: 'Windows 拒绝了服务账户的登录（1069）。',
    todo: '请为服务更新其账户的当前密码，然后重新申请。',
    hand: '请为服务更新其账户的当前密码并启动它，然后重新查看。',
  },
  WorkerNotConnected: { ...BACK, says: '服务正在运行，但未连接。', todo: '请阅读 Worker 的日志，然后重新申请。' },
  WorkerRefused: {
    ...BACK,
    says: (d) => `连接被拒绝：${text((d.found as ErrorData | undefined)?.line ?? d.line ?? '见其日志')}`,
    todo: (d) =>
      isForbidden(d)
        ? 'Master 不接受其连接：请确认 Master 的 Root 存储中有该 Worker 自身的证书，且没有非自签名证书（应放入 CA 存储）。'
        : '原因见 Worker 的日志。',
  },
  NoWitness: {
    ...BACK,
    says: '未验证：此处既无法读取其日志，也无法读取其连接。',
    todo: '请授予 runner 读取服务日志文件夹的权限，然后重新申请。',
  },
  NotPresentedNow: {
    says: '其 MasterEndpoint 此刻没有出示该证书。',
    todo: (d): string =>
      d.found === null
        ? '请检查其 MasterEndpoint 为何没有应答（Master 已停止或防火墙），然后重新申请。'
        : '请检查其 MasterEndpoint 出示的证书（Master 已还原、代理或同名机器），然后重新申请。',
  },
  EndpointPresentsAnother: {
    ...BACK,
    says: (d) =>
      unansweredIn(d) === null ? '终结点没有向它出示应有的证书。' : `终结点没有应答它（${unansweredIn(d)}）。`,
    todo: (d) =>
      unansweredIn(d) === null
        ? '请检查它与 Master 之间是否有代理或另一个绑定。'
        : '请检查 Master 的服务是否在运行、其端口是否已绑定，然后重新申请。',
  },
  EndpointNotTrusted: {
    ...BACK,
    says: (d) => `终结点出示的证书正确，但客户端不会接受它${named((d.found ?? {}) as ErrorData, 'error')}。`,
    todo: '请比较证书中的名称与其 MasterEndpoint。',
  },
  PresentsAnother: { says: '出示的是另一张证书。', todo: '请检查该端口的每个绑定。' },
  PresentsNothing: {
    says: '它并非在其端口的每个绑定处都有应答。',
    todo: '请检查其服务，以及 Windows 侦听 HTTP 的地址：`netsh http show iplisten`。',
  },
  NotProved: {
    says: (d) => `最后查看的结果不一致${stoppedOf(d) === null ? '' : `：${stoppedOf(d)} 已停止`}。`,
    todo: '不一致之处见下。',
    hand: byHand,
  },
  GapLimitPassed: {
    says: (d) =>
      `Master 切换 ${text(d.seconds)} 秒后，仍有 Worker 未验证通过${named(d, 'hosts')}。${isTold(d.line) ? `${text(d.logOf)} 的日志：${text(d.line)}` : ''}`,
    todo: '请检查这些 Worker，以及它们与 Master、机器人之间的网络；或调高服务器场配置文件中的 gap.limit，然后重新申请。',
  },
  ServiceHasDependents: {
    says: (d) => `有其他服务依赖它的服务${named(d, 'dependents')}。`,
    todo: '请在轮换期间停止它们，或人工轮换。',
  },
  ServiceNotScaleOut: {
    says: '该服务不是 Scale Out 的服务。',
    todo: '请更正其 runner.json 的 overrides 中的 masterService 或 workerService，重启该 runner，然后重新申请。',
  },
  ServiceImageUnknown: {
    says: '找不到其服务所在的文件夹。',
    todo: '请在其 runner.json 的 overrides 中用 masterFolder 或 workerFolder 指明，重启该 runner，然后重新申请。',
  },
  AccountNotResolved: { says: (d) => `Windows 无法识别其服务账户${named(d, 'account')}。`, todo: SYSTEM_LOG },
} satisfies Same<typeof en>;
