import type { Lines } from '../line.ts';
import { list, tight } from './grammar.ts';
import { proxyWords } from './proxy.ts';

/** What a chat platform says about somebody, and what it refuses to do. */
export const chatWords = {
  'refused.chat-guest': () => '来宾不能在这里申请或表决，因此什么也没有做。请由正式成员操作。',
  'refused.chat-bot': () => '程序不能在这里申请或表决，因此什么也没有做。请以您本人的身份操作。',
  'refused.chat-deleted': () => '此账户已停用，因此什么也没有做。工作区管理员可以重新启用它。',
  'refused.chat-not-member': () =>
    '您不是这里的成员，或您的账户已停用，因此什么也没有做。请让此团队或聊天的所有者添加您。',
  'refused.chat-stranger': () => '您的账户不属于本组织，因此什么也没有做。请使用本组织的账户。',
  'refused.chat-unsure': () => '刚才无法确认您的身份，因此什么也没有做。请一分钟后再试。',
  'refused.chat-unread': () =>
    'Slack 不允许我查看您是谁，因此什么也没有做，重试也没有用。请告诉机器人的管理员：在机器人所在机器上运行 certops validate 可查看缺少什么。',
  'chat.not-opened': () => '窗口未能及时打开。请再按一次按钮。',
  'chat.not-opened-again': () => '窗口未能及时打开。请再输入一次。',
  'chat.failed': () => '操作未成功，也不确定已做到哪一步。请用 /ssis 查看当前状态。',
  'chat.shortened': (d: { held: boolean }) =>
    `Slack 没有接收全部内容，因此这里只有开头部分${d.held ? '，不能据此批准或让其继续' : ''}。被拒绝的内容见机器人的日志。`,
  'chat.unbuttoned': (d: { typed: string; id: string | null; isOver: boolean }) =>
    `Slack 没有接收全部内容，因此这里只有开头部分，没有按钮。/ssis ${d.typed} 会重试${d.id === null || d.isOver ? '' : `，/ssis stop ${d.id} 照常可用`}。被拒绝的内容见机器人的日志。`,
  'chat.unpressed': (d: { typed: readonly string[] }) =>
    tight`此处缺少按钮：${
      d.typed.length === 0
        ? '/ssis help 会说明可改为输入什么'
        : tight`请改为输入 ${list(
            d.typed.map((one) => `/ssis ${one}`),
            '或',
          )}`
    }。`,
  'chat.alone': () =>
    '答复只给您本人，但我无法向您发消息。请打开与我的聊天（“应用”，搜索本应用，“添加”），然后在那里重新提问。',
  'chat.called': () => '通知：',
  'chat.bare': (d: { typed: string; id: string | null; isOver: boolean }) =>
    `Teams 没有接受完整的卡片：此处缺少须阅读的内容，也没有以其为前提的按钮。/ssis ${d.typed} 会重试${d.id === null || d.isOver ? '' : `，/ssis stop ${d.id} 照常可用`}；原因见机器人的日志。`,
  'chat.more': (d: { buttons: boolean }) => `此答复的其余内容${d.buttons ? '和按钮' : ''}将发到您与我的聊天中。`,
  'button.chat-form': () => '打开表单',

  'validate.slack-token': (d: { bot: string; workspace: string }) => `Slack：已在 ${d.workspace} 中以 ${d.bot} 登录。`,
  'validate.slack-token.failed': (d: { code?: string; reason: string }) =>
    unasked(d) ??
    `Slack 不接受机器人令牌（${d.reason}）。请重新安装应用，并从 OAuth & Permissions 复制 Bot User OAuth Token（xoxb-...）。`,
  'validate.slack-workspace.failed': (d: { workspace: string; team: string }) =>
    `机器人令牌属于工作区 ${d.workspace}（${d.team}），而服务器场配置文件的 slack.workspaces 没有列出它。请在那里添加，或把应用安装到别处。`,
  'validate.slack-enterprise.failed': (d: { enterprise: string }) =>
    `该工作区属于组织 ${d.enterprise}，而服务器场配置文件的 slack.enterprises 没有列出它。请在那里添加。`,
  'validate.slack-scopes': (d: { scopes: number }) => `Slack：${d.scopes} 项权限均已授予。`,
  'validate.slack-scope.failed': (d: { scope: string }) =>
    `Slack：缺少权限 ${d.scope}。请在 OAuth & Permissions 中添加，然后重新安装应用。`,
  'validate.slack-app': (d: { app: string }) => `Slack：机器人令牌属于应用 ${d.app}，与服务器场配置文件一致。`,
  'validate.slack-app.failed': (d: { app: string; named: string }) =>
    `Slack：机器人令牌属于应用 ${d.app}，而服务器场配置文件的 slack.app 是 ${d.named}：输入或点击的内容都会被丢弃。请更正 slack.app（Basic Information 中的应用 ID），或改用该应用的令牌。`,
  'validate.slack-app.unread': (d: { named: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack 没有说明机器人令牌属于哪个应用（${d.reason}）。请将服务器场配置文件的 slack.app（${d.named}）与 Basic Information 中的应用 ID 对照。`,
  'validate.slack-secret': () =>
    'Slack：签名密钥是否正确，要等 Slack 调用时才能看出：请在机器人运行时输入 /ssis whoami。',
  'validate.slack-channel': (d: { name: string }) => `Slack：#${d.name} 存在，机器人已在其中。`,
  'validate.slack-channel.failed': (d: { channel: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack：无法访问频道 ${d.channel}（${d.reason}）。请将服务器场配置文件中的 ID 与 Slack 的“复制链接”对照；私有频道要先在其中输入 /invite @certops 才能看到。`,
  'validate.slack-channel.shared': (d: { name: string }) =>
    `Slack：#${d.name} 与其他公司共享或即将共享，因此不会向其发送卡片。请在服务器场配置文件中改用其他频道。`,
  'validate.slack-channel.not-member': (d: { name: string }) =>
    `Slack：机器人不在 #${d.name} 中。请在该频道输入 /invite @certops。`,
  'validate.slack-group': (d: { group: string; members: number }) =>
    `Slack：可以读取用户组 ${d.group}，有 ${d.members} 名成员。`,
  'validate.slack-group.failed': (d: { group: string; code?: string; reason: string }) =>
    unasked(d) ??
    `Slack：无法读取用户组 ${d.group}（${d.reason}），因此它不向服务器场提供任何人。请将配置文件中的 ID 与 Slack 中的用户组对照：该组可能已停用或删除。`,
  'validate.slack-socket': () => 'Slack：可以用应用级令牌打开套接字。',
  'validate.slack-socket.failed': (d: { code?: string; reason: string }) =>
    unasked(d) ??
    `Slack 未能打开套接字（${d.reason}）。请开启 Socket Mode，并在 Basic Information 下创建带有 connections:write 的应用级令牌。`,
} satisfies Lines;

function unasked(d: { readonly code?: string; readonly reason: string }): string | null {
  const { code, reason } = d;
  if (code === 'ChatBusy') return 'Slack 要求暂停一会儿。请过一分钟再检查一次。';
  if (code !== 'ChatAway') return null;
  const throughProxy = proxyWords(d);
  if (throughProxy !== null) return `Slack：${throughProxy}`;
  return reason === 'network' || reason === 'not-slack'
    ? `目前无法访问 Slack（${reason}）。请检查到 *.slack.com 端口 443 的出站连接，然后再检查一次。`
    : `Slack 目前无法应答（${reason}）。请稍后再检查一次。`;
}
