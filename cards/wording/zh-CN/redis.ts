const LOAD = '请将 Redis 中的用户、密码和权限与 REDIS_URL 以及 certops redis acl 打印的行核对。';

const UNTRUSTED = [
  '其出示的证书不受机器人所在机器信任',
  '如证书已更换，请把其颁发机构的根证书加入 NODE_EXTRA_CA_CERTS 所指的文件并重启机器人；如无人更换，请查明该地址由谁应答。',
] as const;

/** Why a reachable Redis stores nothing, by the first word of its answer or of TLS, and what to do. */
const REFUSES: { readonly [word: string]: readonly [why: string, todo: string] } = {
  OOM: ['内存已满', '请调大 maxmemory，或清除其中不属于机器人的数据。'],
  READONLY: ['处于只读状态，例如是副本', '请将其提升为主节点，或在 REDIS_URL 中填写主节点。'],
  MISCONF: ['无法保存到磁盘', '请检查其磁盘和日志。'],
  WRONGPASS: ['不让机器人的用户登录', LOAD],
  NOAUTH: ['不让机器人的用户登录', LOAD],
  NOPERM: ['机器人的用户缺少所需权限', LOAD],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: ['其证书已过期', '请更新该证书，并检查机器人所在机器的时钟。'],
  CERT_NOT_YET_VALID: ['其证书尚未生效', '请检查机器人所在机器的时钟和 Redis 的证书。'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    '其证书所属的名称与 REDIS_URL 中的不同',
    '请为其配置该名称的证书，或在 REDIS_URL 中使用其证书包含的名称。',
  ],
  NOREPLICAS: ['缺少必需的副本', '请启动副本，或检查 min-replicas-to-write。'],
};

export const whyRefused = (word: string): string => `${REFUSES[word]?.[0] ?? '拒绝写入'}（${word}）`;

export const tillItTakes = (word: string): string => REFUSES[word]?.[1] ?? '请查看其日志。';
