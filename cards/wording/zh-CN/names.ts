import { inTable } from '../../../src/domain/in-table.ts';
import { shortThumbprint } from '../../../src/domain/values.ts';
import { unquoted } from '../fault-words.ts';

/** Chinese names for facts and the data of errors; Windows' own terms stay. */
const NAMES: { readonly [name: string]: string } = {
  TLS: '其端口出示的证书',
  account: '账户',
  appId: 'appid',
  bindings: '其端口的绑定数',
  botClock: 'bot 的时钟',
  cn: '公用名',
  code: '返回码',
  codePage: '代码页',
  connection: '其连接',
  container: '密钥容器',
  error: '错误',
  exit: '返回码',
  exitCode: '退出代码',
  field: '字段',
  file: '文件',
  folder: '文件夹',
  goesBackAt: '还原时间',
  granted: '读取私钥的权限',
  hostClock: '其时钟',
  keyBits: '密钥位数',
  keyFile: '密钥文件',
  keys: '私钥所在位置',
  limit: '上限',
  limitBytes: '字节上限',
  masterEndpoint: 'MasterEndpoint',
  maxBytes: '字节上限',
  maxCharacters: '字符上限',
  missing: '缺少',
  name: '名称',
  names: '名称',
  notAfter: '到期时间',
  oldReaders: '可读取旧私钥的账户',
  ownExitCode: '服务自身的错误',
  path: '路径',
  pid: '进程 ID',
  port: '端口',
  provider: '提供程序',
  published: '其 .cer 文件',
  ran: '之前的进程 ID',
  reason: '原因',
  role: '角色',
  seq: '操作日志行',
  service: '服务',
  sid: 'SID',
  state: '服务状态',
  step: '步骤',
  store: '存储',
  stores: '所在存储',
  subject: '使用者',
  target: '地址',
  tcp: 'TCP 连接',
  thumbprint: '指纹',
  tool: '工具',
  until: '至',
  users: '使用者',
  value: '其设置的值',
  version: '版本',
  where: '位置',
  windowsError: 'Windows 错误',
};

/** Facts about a machine's own services. As data of an error these two name another machine. */
const SERVICES: { readonly [fact: string]: string } = { master: '其 Master 服务', worker: '其 Worker 服务' };

/** What the judges of proofs have seen or wanted, where they say it in words of their own. */
const SEEN: { readonly [seen: string]: string } = {
  'a master service': 'Master 服务',
  'a worker service': 'Worker 服务',
  'another one: restart it': '另一个进程（请重启该服务）',
  connected: '已连接',
  'no witness': '未知',
  'nobody asked': '未看到',
  NAME_NOT_COVERED: '不含该名称的证书',
  CERTIFICATE_UNREADABLE: '无法读取的证书',
  none: '无',
};

export function seenAs(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [, pid] = /^(\d+), as before it was told /u.exec(value) ?? [];
  return pid === undefined ? (inTable(SEEN, unquoted(value)) ?? value) : `${pid}（与撤销信任之前相同）`;
}

/** Also `TLS host:port`, `SSISScaleOutMaster160 process` and `Root THUMBPRINT`, as proofs name what they judge. */
export function nameOf(name: string): string {
  const [, at] = /^TLS (\S+)$/u.exec(name) ?? [];
  if (at !== undefined) return `${at} 出示的证书`;
  const [, service] = /^(\S+) process$/u.exec(name) ?? [];
  if (service !== undefined) return `${service} 的进程 ID`;
  const [, root] = /^Root ([0-9A-F]{40})$/u.exec(name) ?? [];
  return root === undefined ? (inTable(NAMES, name) ?? name) : `Root 中的 ${shortThumbprint(root)}`;
}

/** The same of what is judged about a machine. */
export const factOf = (fact: string): string => inTable(SERVICES, fact) ?? nameOf(fact);
