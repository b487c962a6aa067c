import type { Pen } from '../../../pen.ts';
import type { existingWords as en } from '../../en/cards/existing.ts';
import type { Same } from '../../line.ts';
import { hosts, list, tight } from '../grammar.ts';

export const existingWords = {
  'plan.existing': () => '逐项核对这张证书',
  'existing.there': (d) => tight`${d.subject}：在 ${d.host} 的 ${d.store} 存储中，含私钥`,
  'existing.key': (d) => tight`${d.account} 可读取其私钥`,
  'existing.key-granted': (d) => tight`${d.account} 尚不能读取其私钥：第一步即授予，若全部还原则收回`,
  'existing.in-my': () => '它在 My 存储中：微软只描述了 Root，服务能否从 My 取用要到重启时才知道；若不能，则全部还原',
  'existing.names': (d) => tight`其名称包含服务器场和每个 Worker 的终结点：${list(d.names, '、', 5)}`,
  'existing.dates': (d, pen) => tight`有效期至 ${endsIn(d, pen)}`,
  'existing.ends-sooner': (d, pen) => tight`有效期至 ${endsIn(d, pen)}：比当前证书（${pen.date(d.old)}）更早到期`,
  'existing.strong': (d) => `RSA ${d.keyBits}，${d.hash}`,
  'existing.usages': () => '可用于 TLS 服务器',
  'existing.may-sign': () =>
    '它可以签发其他证书：持有其私钥者，就是信任它的每个 Worker 的颁发机构。管理员已按指纹允许它',
  'existing.may-not-sign': () => '它不能签发其他证书',
  'existing.self-signed': () => '自签名：Worker 直接信任这张证书',
  'existing.chain': (d) => tight`由 ${list(d.names, '、', 4)} 颁发：Worker 信任其证书链的根 ${d.names.at(-1) ?? ''}`,
  'existing.used': (d) => tight`${hosts(d.hosts, 5)} 上 runner 自己的操作日志表明 Scale Out 曾使用它`,
  'existing.kept': (d) => `配置已指定它：只重新绑定端口 ${d.port}，证书和配置均不变`,
  'existing.weak': (d) => tight`它弱于如今生成的证书：密钥 ${d.keyBits} 位，签名 ${d.hash}`,
  'existing.before': (d) => tight`${hosts(d.hosts, 5)}：之前的证书及其私钥仍在，服务可读取，Master 也信任`,
  'existing.before-ends': (d, pen) => tight`${hosts(d.hosts, 5)}：之前的证书有效期至 ${endsIn(d, pen)}`,
  'existing.allowed': (d) => tight`${hosts(d.hosts, 5)} 上 runner 自己的配置已按指纹允许它`,
} satisfies Same<typeof en>;

const endsIn = (d: { at: string; days: number }, pen: Pen): string =>
  d.days <= 1 ? `${pen.dateTime(d.at)}，不足一天` : tight`${pen.date(d.at)}，还有 ${d.days} 天`;
