import { inTable } from '../../../src/domain/in-table.ts';
import type { journalWords as en, Told } from '../en/journal.ts';
import type { Same } from '../line.ts';
import { inBrief } from './faults/index.ts';
import { join, list, serviceState, short } from './grammar.ts';

type Entry = Parameters<(typeof en)['journal.done']>[0];

const the = (thumbprint: string | null | undefined): string =>
  thumbprint == null || thumbprint === '' ? '新证书' : short(thumbprint);
const places = (d: Entry): string =>
  d.bindings === undefined || d.bindings.length === 0 ? `端口 ${d.port ?? ''}` : list(d.bindings, '和', 3);
const nowhere = (d: Entry): string => d.binding ?? '无人访问的地址';

const isMade = ({ appId }: Entry): boolean => appId != null;

const KINDS: { readonly [kind: string]: Told } = {
  'create-certificate': {
    begins: () => '证书：开始生成，含私钥',
    did: (d) => `证书已生成：${short(d.made)}`,
    beginsBack: (d) => join('开始删除', the(d.made), '及其私钥'),
    didBack: (d) => join('已删除', the(d.made), '及其私钥'),
  },
  'grant-key': {
    begins: () => '私钥：允许服务读取',
    did: () => '私钥：服务可读取',
    beginsBack: () => '私钥：收回读取权限',
    didBack: () => '私钥：服务不再可读取',
  },
  'trust-certificate': {
    begins: (d) => join('信任：把', the(d.made), '加入 Root 存储'),
    did: (d) => join('除旧证书外，同时信任', the(d.made)),
    beginsBack: (d) => join('信任：从 Root 存储删除', the(d.made)),
    didBack: (d) => join('不再信任', the(d.made)),
  },
  'distrust-certificate': {
    begins: (d) => join('信任：从 Root 存储删除', short(d.thumbprint)),
    did: (d) => join('不再信任', short(d.thumbprint)),
  },
  'rehearse-binding': {
    begins: (d) => join('预演：绑定', nowhere(d)),
    did: (d) => join('预演：已绑定', nowhere(d)),
    beginsBack: () => '预演：移除绑定',
    didBack: () => '预演：绑定已移除',
  },
  'rehearsal-presents': {
    begins: () => '预演：发起 TLS',
    did: (d) => join('预演：出示', the(d.thumbprint)),
  },
  'end-rehearsal': {
    begins: () => '预演：移除绑定',
    did: () => '预演结束，绑定已移除',
  },
  'publish-cer': {
    begins: () => '.cer 文件：开始写入',
    did: (d) => `.cer 文件已写入：${the(d.thumbprint)}`,
  },
  'remove-key': {
    begins: (d) => join('删除', short(d.thumbprint), '的私钥'),
    did: (d) => join(short(d.thumbprint), '的私钥已删除'),
  },
  'remove-certificate': {
    begins: (d) => join('删除', short(d.thumbprint)),
    did: (d) => join(short(d.thumbprint), '已删除'),
  },
  'bind-port': {
    begins: (d) => (isMade(d) ? `${places(d)}：当前没有绑定，开始新建` : `${places(d)}：开始换绑`),
    did: (d) =>
      isMade(d)
        ? join(places(d), '已绑定到', `${the(d.thumbprint)}，appid 为 ${d.appId}`)
        : join(places(d), '已换绑到', `${the(d.thumbprint)}，appid 和标志不变`),
    beginsBack: (d) => (isMade(d) ? `${places(d)}：开始移除新建的绑定` : `${places(d)}：开始换绑`),
    didBack: (d) =>
      isMade(d)
        ? `${places(d)}：没有绑定，与之前一样`
        : join(places(d), '已换绑到', `${the(d.thumbprint)}，appid 和标志不变`),
  },
  'write-setting': {
    begins: () => '配置：开始写入',
    did: (d) => `配置已写入：${d.key ?? ''} → ${the(d.thumbprint)}`,
  },
  'restart-service': { begins: () => '开始重启服务', did: () => '服务已重启' },
  'leave-service': {
    begins: () => '服务：保持原状',
    did: (d) => (d.state === undefined ? '服务保持原状' : `服务保持原状（${serviceState(d.state)}）`),
  },
  presents: { begins: () => '发起 TLS', did: (d) => join('出示', the(d.thumbprint)) },
  'packages-end': { begins: () => '等待包运行结束', did: () => '没有包在运行' },
  'service-runs': { begins: () => '查看服务', did: () => '服务正在运行' },
  'worker-connected': {
    begins: () => '查看连接',
    did: (d) => join('已连接，TLS 出示', the(d.thumbprint)),
  },
};

const told = (d: Entry, when: 'begins' | 'did'): string => {
  const kind = inTable(KINDS, d.kind);
  if (kind === undefined) return when === 'begins' ? '进行中' : '完成';
  const back = d.back === true ? kind[`${when}Back`] : undefined;
  return (back ?? kind[when])(d);
};

const cause = ({ code, full }: Entry): string => (code ? inBrief(code, full) : '未说明原因');

const ENDS: { readonly [outcome: string]: (order: string) => string } = {
  looked: () => '已重新查看',
  unchanged: (order) => (order === 'stop' ? '已停止' : '无须更改'),
  kept: () => '失败，已删除的不会恢复',
  'put-back': (order) => ({ undo: '已按指令还原', stop: '已停止' })[order] ?? '已还原自己的更改',
  unknown: () => '无法判断当前状态',
};

/** Lines of the journal beside the chat: what a machine begins, what it has done. No bold and no dates there. */
export const journalWords = {
  'journal.accepted': (d) => (d.order === 'stop' ? '收到停止指令' : '接收指令'),
  'journal.armed': () => '已待命：有无机器人都会随 Master 切换',
  'journal.switched': (d) => {
    if (d.goesBackAt) return '已切换；若无人确认会自行还原';
    return d.lead === true ? '已切换并保持：之前没有绑定' : '已随 Master 切换';
  },
  'journal.refused': (d) => `拒绝了指令：${cause(d)}`,
  'journal.started': (d) => `${d.back === true ? '还原 · ' : ''}${told(d, 'begins')}`,
  'journal.done': (d) => (d.changed === false ? `已符合要求：${told(d, 'did')}` : told(d, 'did')),
  'journal.proved': (d) => `验证通过：${told(d, 'did')}`,
  'journal.failed': (d) => (d.code === 'StopAsked' ? '在下一项更改之前停止' : `失败：${cause(d)}`),
  'journal.undone': (d) => `已还原 · ${told(d, 'did')}`,
  'journal.trust-stays': () => '仍信任它：与之前一样，其配置离不开这项信任',
  'journal.finished': (d) => inTable(ENDS, d.outcome ?? '')?.(d.order ?? '') ?? '指令已结束',
} satisfies Same<typeof en>;
