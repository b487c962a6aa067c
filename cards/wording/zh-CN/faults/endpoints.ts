import type { endpointsFaults as en } from '../../en/faults/endpoints.ts';
import type { Same } from '../../line.ts';
import { named, SETTINGS, text, withoutIt } from './fault.ts';

/** The address at which a worker looks for its master. */
export const endpointsFaults = {
  EndpointNotUnderstood: { says: (d) => `其 MasterEndpoint 无法解析${named(d, 'found')}。`, todo: SETTINGS },
  EndpointElsewhere: { says: (d) => `其 MasterEndpoint 指向另一个端口${named(d, 'found')}。`, todo: SETTINGS },
  EndpointNotCovered: {
    says: (d) => `新证书不包含 Worker 使用的终结点${named(d, 'hosts')}。`,
    todo: '请把这些名称加入服务器场配置文件的 certificate.extraNames。',
  },
  PresentNotCovering: {
    says: (d) => `Master 出示的证书不包含它的 MasterEndpoint${named(d, 'hosts')}。`,
    todo: '请在 MasterEndpoint 中改用证书上的名称，然后重新申请。原来的名称可以加入 certificate.extraNames，写进下一张证书。',
  },
  MasterNotSeenFrom: {
    says: (d) => `从它的 MasterEndpoint 看到的不是 Master 出示的证书${named(d, 'endpoint', 'found')}。`,
    todo: (d) =>
      `请更正 MasterEndpoint 或其名称解析，或检查两者之间的防火墙、代理或同名机器。若只有 runner 无法解析该名称，请把地址写入那里 runner.json 中 overrides 的 addresses，并重启 runner。${withoutIt(d.around)}`,
  },
  OwnCertificateMissing: {
    says: (d) =>
      `该 Worker 自身的证书${named(d, 'thumbprint')}${d.key === true ? '已没有私钥' : `已不在本机的 ${text(d.store)} 存储中`}，重启之后其服务无法恢复运行。`,
    todo: (d) => `请先为它换上新的证书：/ssis rotate-worker ${text(d.host)}。${withoutIt(d.around)}`,
  },
  OwnCertificateNotTrusted: {
    says: (d) =>
      `${text(d.master)} 不信任该 Worker 自身的证书${named(d, 'thumbprint')}，它现在就未连接，切换之后也连接不上。`,
    todo: (d) => `请先为它换上受信任的证书：/ssis rotate-worker ${text(d.host)}。${withoutIt(d.around)}`,
  },
} satisfies Same<typeof en>;
