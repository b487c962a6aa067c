const LOAD = '请将 Redis 中的用户、密码和权限与 REDIS_URL 以及 certops redis acl 打印的行核对。';

/** Why a reachable Redis stores nothing, by the first word of its answer, and what to do. */
const REFUSES: { readonly [word: string]: readonly [why: string, todo: string] } = {
  OOM: ['内存已满', '请调大 maxmemory，或清除其中不属于机器人的数据。'],
  READONLY: ['处于只读状态，例如是副本', '请将其提升为主节点，或在 REDIS_URL 中填写主节点。'],
  MISCONF: ['无法保存到磁盘', '请检查其磁盘和日志。'],
  WRONGPASS: ['不让机器人的用户登录', LOAD],
  NOAUTH: ['不让机器人的用户登录', LOAD],
  NOPERM: ['机器人的用户缺少所需权限', LOAD],
  NOREPLICAS: ['缺少必需的副本', '请启动副本，或检查 min-replicas-to-write。'],
};

export const whyRefused = (word: string): string => `${REFUSES[word]?.[0] ?? '拒绝写入'}（${word}）`;

export const tillItTakes = (word: string): string => REFUSES[word]?.[1] ?? '请查看其日志。';
