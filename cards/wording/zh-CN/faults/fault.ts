import { type ErrorData, isDiskFull, isTold } from '../../fault-words.ts';
import { brief, list } from '../grammar.ts';
import { factOf } from '../names.ts';

export const text = (value: unknown): string => (typeof value === 'string' ? value : brief(value));
/** A list by its names, at most twelve; anything else as `text` words it. */
export const listed = (value: unknown): string =>
  Array.isArray(value) ? list(value.map(String), '、', 12) : text(value);
/** `（value）` of the first datum that is present; an empty list does not count. */
export const named = (d: ErrorData, ...names: readonly string[]): string => {
  const name = names.find((one) => isTold(d[one]));
  return name === undefined ? '' : `（${text(d[name])}）`;
};

/** The fact that is not as planned, as `named` words it. */
export const fact = ({ fact }: ErrorData): string =>
  typeof fact === 'string' ? named({ fact: factOf(fact) }, 'fact') : '';

export const DISK_FULL = '：其磁盘已满';
/** For a sentence about a tool that failed: that there was no room, if so. */
export const full = (d: ErrorData): string => (isDiskFull(d) ? DISK_FULL : '');

export const BACK = { lead: 'not-back' } as const;
export const AGAIN = '请重新申请；若再次失败，请检查该机器。';
const SERVICE_EVENTS = '事件 7000、7009、7031、7034、7038';
export const SYSTEM_LOG = `请查看其系统日志（${SERVICE_EVENTS}），然后重新申请。`;
export const SYSTEM_LOG_FIRST = `请查看其系统日志（${SERVICE_EVENTS}），然后重新查看。`;
/** By hand, for `其服务` or one that has a name. */
export const startByHand = (service: string): string =>
  `请启动${service}；若无法启动，系统日志（${SERVICE_EVENTS}）会说明原因。然后重新查看。`;
export const FREE = '请释放其磁盘空间，然后重新申请。';
export const FREE_FIRST = '请释放其磁盘空间，然后重新查看。';
export const SETTINGS = '请人工更正服务所在文件夹中的配置文件，然后重新申请。';
export const BUG = '这是程序缺陷：请附上操作日志报告。';

/** The option in a runner's own configuration for the service of the role that the fault names. */
export const serviceOption = ({ role }: ErrorData): string =>
  role === 'master' ? 'masterService' : role === 'worker' ? 'workerService' : 'masterService 或 workerService';

const ifItHangs = (pid: ErrorData[string]): string =>
  `若一直没有结果，请在该机器上结束其进程${pid === undefined ? '' : `（以管理员身份运行 \`taskkill /F /PID ${text(pid)}\`）`}。`;

/** For a service that only has to be started, which one that is still stopping cannot be. */
export const startIt =
  (then: string) =>
  ({ state, pid }: ErrorData): string =>
    state === 'stop-pending' ? `请等它停止；${ifItHangs(pid)}然后启动该服务：${then}。` : `请启动该服务：${then}。`;

/** What cannot wait for a worker may be asked for `around` it. */
export const withoutIt = (around: ErrorData[string]): string =>
  around === true
    ? '若轮换无法等待：请从服务器场配置文件中删去它那一行，重启机器人，再带上 leave behind 及其名称重新申请。'
    : '';

/** For a service that is off, and may be because its certificate is `gone`: how to bring it back then. */
export const startFirst =
  (byHand: string) =>
  ({ gone, state, pid, around }: ErrorData): string => {
    if (state === 'start-pending' || state === 'stop-pending')
      return `请等它开始运行或停止后再申请；${ifItHangs(pid)}${withoutIt(around)}`;
    return gone === true
      ? `请启动它，然后重新申请。若因其配置中的证书或其私钥已不存在而无法启动：${byHand}`
      : '请启动它，然后重新申请。';
  };
