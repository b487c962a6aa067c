import type { pinnedFaults as en } from '../../en/faults/pinned.ts';
import { type ErrorData, keyFlags, listOf } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { tight } from '../grammar.ts';
import { listed, named, text } from './fault.ts';

/** What runners pin in their own configuration, and for which they would refuse an order after its approval. */
export const pinnedFaults = {
  BotKeyNotPinned: {
    says: '其 runner 不认可本机器人的密钥，拒绝其发出的一切指令。',
    todo: (d) =>
      `若机器人或 runner 的文件夹是更换密钥之前的副本，请恢复较新的副本。若机器人已换用新密钥，请在该机器上以管理员身份输入下列命令，重启其 runner，然后重新申请：node runner.mjs keys --bot-key ${text(d.key ?? '…')}`,
  },
  RunnerKeyNotNamed: {
    lead: 'silent',
    says: (d) => `以其名义发来的消息所用密钥不在服务器场配置文件中${named(d, 'key')}。`,
    todo: '若其 runner 已换用新密钥，或其文件夹是带有旧密钥的副本，请将该机器上 node runner.mjs keys 输出的密钥写入服务器场配置文件，并重启机器人。否则是他人所写：请查看谁能访问 Redis。',
  },
  RunnerKeyNotPinned: {
    says: (d) => {
      const other = listOf(d.other);
      const missing = listOf(d.makers).filter((maker) => !other.includes(maker));
      const parts = [
        ...(missing.length === 0 ? [] : [tight`未登记 ${listed(missing)} 的 runner 的密钥`]),
        ...(other.length === 0 ? [] : [tight`所登记的 ${listed(other)} 的 runner 密钥与服务器场配置文件不同`]),
      ];
      return tight`${runners(d)}${parts.join('，')}，因此会拒绝来自那里的证书。`;
    },
    todo: (d) =>
      tight`请与 ${listed(d.makers)} 上 node runner.mjs keys 显示的密钥核对。然后在 ${listed(d.hosts)} 上执行下面的命令，重启该处的 runner，再重新申请：node runner.mjs keys ${keyFlags(d)}`,
  },
  MasterPinnedDiffers: {
    says: (d) => tight`${runners(d)}把 ${text(d.found)} 当作服务器场的 Master，而实际的 Master 是 ${text(d.wanted)}。`,
    todo: (d) =>
      tight`若 ${text(d.wanted)} 正确，请在 ${listed(d.hosts)} 上执行下面的命令，重启该处的 runner，再重新申请：node runner.mjs keys --master ${text(d.wanted)}`,
  },
  MadeUnderOtherKey: {
    says: (d) =>
      tight`Master 出示的证书是在 ${text(d.maker)} 的 runner 使用另一密钥时生成的，服务器场配置文件没有该密钥，${runners(d)}也未登记它。`,
    todo: '若认得它，请把其指纹写入该机器 runner.json 的 allowedCertificates，重启 runner 并重新申请；或在该 Worker 上人工操作：在 Root 存储中信任它，写入 MasterHttpsCertThumbprint，并重启 Worker 服务。',
  },
} satisfies Same<typeof en>;

/** The sentence begins with the first machine's name. */
const runners = (d: ErrorData): string =>
  listOf(d.hosts).length > 1 ? tight`${listed(d.hosts)} 的 runner ` : '其 runner ';
