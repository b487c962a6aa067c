import type { existingFaults as en } from '../../en/faults/existing.ts';
import type { Same } from '../../line.ts';
import { tight } from '../grammar.ts';
import { listed, named, text } from './fault.ts';

const OTHER = '请重新申请轮换，由产品生成新证书；Master 也可以用 use 指定另一张。';
const NAME_IT = '请核对指纹，把证书连同私钥导入该机器的 LocalMachine\\Root 或 My';

/** What stands in the way of a certificate that a request names; said before anybody is asked to approve. */
export const existingFaults = {
  ExistingInUse: { says: 'Master 已在出示这张证书。', todo: '无需操作；若要更换，请指明另一张。' },
  ExistingNotRead: {
    says: '无法读取它所存的这张证书。',
    todo: '请允许其 runner（本版本或更新）读取两个存储，然后重新申请。',
  },
  ExistingMissing: {
    says: (d) => `Root 和 My 中都没有这张证书${named(d, 'thumbprint')}。`,
    todo: `${NAME_IT}，然后重新申请。`,
  },
  ExistingWithoutKey: {
    says: (d) => `它存有这张证书，但没有私钥${named(d, 'stores')}。`,
    todo: `${NAME_IT}（PFX），然后重新申请。`,
  },
  ExistingKeyUnreadable: {
    says: '这张证书的私钥已不存在，或连 runner 也无权打开。',
    todo: `${NAME_IT}（PFX），然后重新申请。`,
  },
  ExistingKeyNotInFile: {
    says: '这张证书的私钥不在文件中，无法查看或授予使用权。',
    todo: '存放在硬件中的私钥无法在此轮换。',
  },
  ExistingUnreadable: { says: '无法读取这张证书。', todo: OTHER },
  ExistingExpired: { says: (d, day) => tight`这张证书已于 ${day(d.at)} 过期。`, todo: OTHER },
  ExistingNotYetValid: { says: (d, day) => tight`这张证书 ${day(d.at)} 才生效。`, todo: '请在证书生效后再申请。' },
  ExistingKeyWeak: { says: (d) => `这张证书的密钥不是 2048 位及以上的 RSA${named(d, 'found')}。`, todo: OTHER },
  ExistingHashWeak: { says: (d) => `这张证书的签名弱于 SHA-256${named(d, 'found')}。`, todo: OTHER },
  ExistingNotForServers: {
    says: (d) => `这张证书不能用于 TLS 服务器${named(d, 'found')}。`,
    todo: (d): string =>
      Array.isArray(d.wanted) ? '请使用密钥用法允许数字签名或密钥加密的证书。' : '请使用带 serverAuth 用途的证书。',
  },
  ExistingChainBroken: {
    says: (d) => `这张证书的证书链没有终止于该机器信任的根证书${named(d, 'names')}。`,
    todo: '请把颁发机构的根证书放入该机器的 LocalMachine\\Root，中间证书放入 CA，然后重新申请。',
  },
  ExistingChainNotValid: {
    says: (d) => `其上级颁发机构已过期，或不是颁发机构${named(d, 'name')}。`,
    todo: OTHER,
  },
  ExistingCompromised: { says: '这张证书的私钥已泄露。', todo: OTHER },
  RollbackGone: {
    says: (d) => `之前的证书已不在${named(d, 'thumbprint')}：它已被删除。`,
    todo: '删除的无法恢复；请重新轮换以生成新证书。',
  },
  RollbackRemoved: {
    says: (d) => tight`之前的证书${named(d, 'thumbprint')}已从 ${listed(d.hosts)} 删除。`,
    todo: '删除的无法恢复；请重新轮换以生成新证书。',
  },
  RollbackInUse: { says: '它已在使用之前的证书。', todo: '无需操作。' },
  RollbackUnknown: { says: '不知道它之前使用哪张证书。', todo: '那次轮换前未能读取其现状；请重新轮换以生成新证书。' },
  RollbackKeyNotReadable: {
    says: (d) => `服务已无权读取之前证书的私钥${named(d, 'account')}。`,
    todo: '请人工授予权限，然后重新申请。',
  },
  RollbackNotTrusted: {
    says: (d) => tight`它已不信任 ${text(d.worker)} 之前的证书。`,
    todo: '请把其公共部分放入该机器的 LocalMachine\\Root，然后重新申请。',
  },
  ExistingNotCovering: {
    says: (d) => {
      const [needed, own] = [listed(d.hosts), listed(d.names)];
      return `这张证书不包含${needed === '' ? '所需的名称' : ` ${needed}`}${own === '' ? '' : `；它只适用于 ${own}`}。`;
    },
    todo: '请使用包含这些名称的证书，否则 Worker 会拒绝。',
  },
  ExistingNotAllowed: {
    says: (d) => tight`${listed(d.hosts)} 上 runner 自己的配置 allowedCertificates 中没有 ${listed(d.add)}。`,
    todo: (d) =>
      d.wasUsed === true
        ? '它曾在此使用：若是在某次轮换之前使用的，可用 rollback 加该轮换的编号回到它。否则请由这些机器的管理员加入并重启 runner，然后重新申请。'
        : '请由这些机器的管理员加入并重启 runner，然后重新申请。',
  },
} satisfies Same<typeof en>;
