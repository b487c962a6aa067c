import type { quietWords as en } from '../en/quiet.ts';
import type { Same } from '../line.ts';
import { hosts, list, tight } from './grammar.ts';
import { tillItTakes, whyRefused } from './redis.ts';

const CHATS: { readonly [platform: string]: string } = { slack: 'Slack', teams: 'Teams', web: '控制台' };
const chats = (names: readonly string[]): string => list(names.map((name) => CHATS[name] ?? name));
const addresses = (names: readonly string[]): string => list(names.map((name) => `notify.${name}`));

const SEE_ITS_DISK =
  '请检查机器人所在机器的磁盘是否已满，以及其账户能否写入状态文件夹；如该文件夹已被移动或从副本恢复，请重启机器人。';

/** What has gone quiet or is near its end, and what is well again; and what a webhook receives. */
export const quietWords = {
  'told.runner-quiet': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.names)} 的 runner 无响应`)}：自 ${pen.dateTime(d.since)} 起未收到消息。在此期间无法轮换或查看，请检查它是否在运行、时钟是否被调回，以及服务器场配置文件中的密钥是否与它的一致。`,
  'told.runner-well': (d) => tight`${hosts(d.names)} 的 runner 已恢复响应。`,
  'told.scan-quiet': (d, pen) =>
    tight`${pen.bold(tight`${hosts(d.names)} 未被查看`)}：自 ${pen.dateTime(d.since)} 起没有新的查看结果，提醒依据的是旧数据。/ssis certs ${d.farm} 会重新查看；每日查看为何失败，见机器人的日志。`,
  'told.scan-well': (d) => tight`${hosts(d.names)} 已恢复每日查看。`,
  'told.chat-quiet': (d, pen) =>
    tight`${pen.bold(tight`${chats(d.names)} 不接收机器人的消息`)}：自 ${pen.dateTime(d.since)} 起如此，其间那里的卡片是旧的。请在机器人所在机器上运行 certops validate。`,
  'told.chat-well': (d) => tight`${chats(d.names)} 已恢复接收机器人的消息。`,
  'told.channel-quiet': (d, pen) =>
    tight`${pen.bold(tight`频道 ${list(d.names)} 不接收机器人的消息`)}：自 ${pen.dateTime(d.since)} 起如此，那里的卡片缺失或是旧的，需要通知的人改在其他频道通知。请在机器人所在机器上运行 certops validate。`,
  'told.channel-well': (d) => tight`频道 ${list(d.names)} 已恢复接收机器人的消息。`,
  'told.chat-deaf': (d, pen) =>
    tight`${pen.bold(tight`在 ${chats(d.names)} 中输入或点击的内容到不了机器人`)}：自 ${pen.dateTime(d.since)} 起收不到申请、投票和停止。机器人的消息可能仍会到达。请在机器人所在机器上运行 certops validate。`,
  'told.chat-heard': (d) => tight`在 ${chats(d.names)} 中输入或点击的内容已能重新到达机器人。`,
  'told.credential-ends': (d, pen) =>
    tight`${pen.bold(tight`机器人用于 ${chats(d.names)} 的客户端密码${d.over ? '已' : '将'}于 ${pen.date(d.since)}失效`)}，${d.over ? '' : '此后'}机器人在那里无法发言。请在 Entra 中新建客户端密码，写入 TEAMS_APP_PASSWORD，把其失效日写入 TEAMS_APP_PASSWORD_ENDS，然后重启机器人。`,
  'told.credential-well': (d) => tight`机器人用于 ${chats(d.names)} 的客户端密码已更新。`,
  'told.refused': (d, pen) =>
    tight`${pen.bold(tight`${chats(d.names)} 拒绝机器人`)}：自 ${pen.dateTime(d.since)} 起，机器人自己的令牌或客户端密码已失效。换上新的之前，机器人在那里既不能发言也收不到消息。请在机器人所在机器上运行 certops validate 查看原因。`,
  'told.refused-well': (d) => tight`${chats(d.names)} 已重新接受机器人自己的令牌或客户端密码。`,
  'told.queue-quiet': (d, pen) =>
    tight`${pen.bold(d.refuses === null ? tight`机器人无法连接 ${list(d.names)}` : tight`无法写入 ${list(d.names)}`)}：${d.refuses === null ? '' : `${whyRefused(d.refuses)}。`}自 ${pen.dateTime(d.since)} 起机器人与任何机器都不通，不查看机器，也不提醒。${d.refuses === null ? '请启动 Redis 或检查网络。' : tillItTakes(d.refuses)}投票会被记录，已批准的工作在恢复后自行继续。`,
  'told.queue-well': (d) => tight`${list(d.names)} 已恢复收发消息。`,
  'told.address-quiet': (d, pen) =>
    tight`${pen.bold(tight`${addresses(d.names)} 不接收机器人的消息`)}：自 ${pen.dateTime(d.since)} 起如此，依赖它的一方收不到任何消息。对方的应答见机器人的日志；地址在服务器场配置文件中。`,
  'told.address-well': (d) => tight`${addresses(d.names)} 已恢复接收机器人的消息。`,
  'told.bots-many': (d, pen) =>
    tight`${pen.bold(tight`有多个机器人同时服务 ${d.farm}`)}：自 ${pen.dateTime(d.since)} 起，它们从 ${list(d.names)} 连接 Redis。runner 和人员发来的内容会分散到各个机器人，runner 会拒绝与另一个机器人的指令不符的指令。请只保留一个；在机器人所在机器上运行 certops validate 可确认。`,
  'told.bots-one': (d) => tight`${d.farm} 已恢复为只有一个机器人服务。`,
  'told.unwritable': (d, pen) =>
    tight`${pen.bold(tight`机器人无法写入 ${d.farm} 的操作日志`)}：自 ${pen.dateTime(d.since)} 起，申请、投票和停止都不会被记录，机器人也不会开始任何操作。各机器已开始的操作会自行结束。${SEE_ITS_DISK}之后会自行继续。`,
  'status.unwritable': (d, pen) =>
    tight`${pen.bold(tight`机器人未能写入 ${d.farm} 的操作日志`)}：最近一次在 ${pen.dateTime(d.failed)}${d.failed === d.since ? '' : tight`（最早在 ${pen.dateTime(d.since)}）`}，当时的内容没有记录。${SEE_ITS_DISK}下一次申请、投票或停止会表明是否已恢复。`,
  'told.writable': (d, pen) =>
    tight`机器人已恢复写入 ${d.farm} 的操作日志。自 ${pen.dateTime(d.since)} 起未被受理的内容需要重新提交。`,
  'notify.queue-away': (d, pen) =>
    d.refuses === null
      ? tight`${d.farm}：机器人自 ${pen.dateTime(d.since)} 起无法连接 Redis，与任何机器都不通。请启动 Redis 或检查网络。`
      : tight`${d.farm}：自 ${pen.dateTime(d.since)} 起无法写入 Redis：${whyRefused(d.refuses)}，机器人与任何机器都不通。${tillItTakes(d.refuses)}`,
  'notify.chat-refused': (d, pen) =>
    tight`${d.farm}：${chats([d.platform])} 自 ${pen.dateTime(d.since)} 起拒绝机器人，其令牌或客户端密码已失效。请在机器人所在机器上运行 certops validate 查看原因。`,
  'notify.chat-deaf': (d, pen) =>
    tight`${d.farm}：自 ${pen.dateTime(d.since)} 起，在 ${chats([d.platform])} 中输入或点击的内容到不了机器人，收不到申请、投票和停止。请在机器人所在机器上运行 certops validate。`,
  'notify.master-silent': (d, pen) =>
    `${d.farm}：自 ${pen.dateTime(d.since)} 起没有收到 Master ${d.host} 的 runner 的消息。`,
  'notify.over': (d) =>
    d.event === 'master-silent'
      ? tight`${d.farm}：Master ${list(d.hosts)} 的 runner 已恢复响应。`
      : d.event === 'chat-refused'
        ? tight`${d.farm}：${chats(d.hosts)} 已重新接受机器人自己的令牌或客户端密码。`
        : d.event === 'chat-deaf'
          ? tight`${d.farm}：在 ${chats(d.hosts)} 中输入或点击的内容已能重新到达机器人。`
          : d.event === 'queue-away'
            ? tight`${d.farm}：Redis 已恢复收发消息。`
            : d.event === 'journal-unwritable'
              ? tight`${d.farm}：机器人已恢复写入操作日志。`
              : `${d.farm}：${d.id} 不再需要人工决定。`,
} satisfies Same<typeof en>;
