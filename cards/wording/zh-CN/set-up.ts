import { isOutOfReach } from '../../../src/domain/calls/way-out.ts';
import type { Pen } from '../../pen.ts';
import type { setUpWords as english } from '../en/set-up.ts';
import type { Lines, Same } from '../line.ts';
import { proxyWords } from './proxy.ts';

export const setUpWords = {
  'notice.sample': (d: { farm: string }, pen: Pen) =>
    `${pen.bold('示例卡片')}：certops 可以在这里为服务器场 ${d.farm} 发送卡片。没有提出任何申请，也没有任何更改。`,
  'validate.teams-token': () => 'Teams：Microsoft Entra 向机器人发放了令牌。',
  'validate.teams-token.failed': (d: Why) =>
    unanswered(d) ??
    (d.code === 'ChatAway'
      ? `Teams：无法连接 Microsoft Entra${because(d)}。请检查到 login.microsoftonline.com 443 端口的出站连接。`
      : `Teams：Microsoft Entra 没有发放令牌${because(d)}。请将服务器场配置文件中的 teams.app 和 teams.tenant 与应用注册的概述页对照，并确认 TEAMS_APP_PASSWORD 是未过期客户端密码的值（而不是其 ID）。`),
  'validate.teams-channel': (d: { channel: string; members: number }) =>
    `Teams：机器人已在 ${d.channel} 中，共 ${d.members} 名成员。`,
  'validate.teams-channel.unknown': (d: { channel: string }) =>
    `Teams：机器人尚未收到来自 ${d.channel} 的消息。请把应用添加到该团队或聊天，或在 certops bot 运行时在那里提及它一次，并核对服务器场配置文件中的 ID。专用频道和共享频道不接受此应用。`,
  'validate.teams-channel.failed': (d: Why & { channel: string }) =>
    unanswered(d) ??
    (d.code === 'ChatAway'
      ? `无法连接 Teams${because(d)}。请检查到 smba.trafficmanager.net 443 端口的出站连接。`
      : `Teams：无法读取 ${d.channel} 的成员${because(d)}。请确认应用仍安装在那里，且频道没有被删除。`),
} satisfies Lines & Same<typeof english>;

interface Why {
  readonly code: string;
  readonly reason: string;
}

const because = ({ code, reason }: Why): string => `（${reason === '' ? code : reason}）`;

function unanswered(d: Why): string | null {
  if (d.code !== 'ChatAway') return null;
  const throughProxy = proxyWords(d);
  if (throughProxy !== null) return `Teams：${throughProxy}`;
  return isOutOfReach(d.reason) ? null : `Teams：Microsoft 目前无法应答${because(d)}。请稍后再检查一次。`;
}
