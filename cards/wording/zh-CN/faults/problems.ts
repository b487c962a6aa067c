import { inTable } from '../../../../src/domain/in-table.ts';
import type { PROBLEMS as EN_PROBLEMS } from '../../en/faults/problems.ts';
import type { ErrorData } from '../../fault-words.ts';
import { tight } from '../grammar.ts';
import { named, text } from './fault.ts';

/** Obstacles to a rotation that a look reports. */
const PROBLEMS: { readonly [problem in keyof typeof EN_PROBLEMS]: (d: ErrorData) => string } = {
  'service-disabled': (d) => `服务已禁用${named(d, 'service')}。`,
  'service-has-dependents': (d) => `有正在运行的服务依赖它的服务${named(d, 'dependents')}。`,
  'settings-not-writable': (d) =>
    d.reason === 'FileIsLink'
      ? `其配置文件是指向别处的链接${named(d, 'file')}：请换回文件本身。`
      : `其配置文件无法写入${named(d, 'file')}${named(d, 'reason')}：文件可能是只读的，或被安全软件阻止。`,
  'cer-not-writable': (d) =>
    `其 .cer 文件无法写入${named(d, 'file')}${named(d, 'reason')}：文件可能是只读的，或被安全软件阻止。`,
  'not-readable': (d) =>
    d.error === 'KeyNotInFile'
      ? '当前使用的证书的私钥不在这台机器的文件中，无法查看谁可以使用它。'
      : `有内容无法读取${named(d, 'what')}。`,
  'no-scale-out-service': () => '没有 Scale Out 服务。',
  'runner-paused': () => 'runner 已暂停：请在该机器上运行 node runner.mjs resume。',
  'certificate-missing': (d) => `当前使用的证书不在任何存储中${named(d, 'thumbprint')}。`,
  'private-key-missing': (d) => `当前使用的证书没有私钥${named(d, 'thumbprint')}。`,
  'private-key-unreadable': (d) => `当前使用的证书的私钥已丢失或无法打开${named(d, 'thumbprint')}。`,
  clustered: () => '其服务是故障转移群集的资源。',
  'setting-not-a-thumbprint': (d) => `有配置值不是指纹${named(d, 'key')}。`,
  'binding-missing': (d) => tight`端口 ${text(d.port)} 上没有绑定。`,
  'binding-flags-not-returnable': (d) => `绑定中有一个标志无法还原${named(d, 'flags')}。`,
  'binding-not-valid': (d) => `绑定中有无法再次写入的内容${named(d, 'key')}${named(d, 'wrong')}。`,
  'binding-differs-from-setting': (d) => `绑定与配置中的证书不同${named(d, 'key')}。`,
  'master-not-answering': (d) => tight`Master 在端口 ${text(d.port)} 上没有响应${named(d, 'error')}。`,
};

export const problem = (d: ErrorData): string | undefined => {
  const name = text(d.problem);
  return inTable(PROBLEMS, name)?.(d);
};
