import { inTable } from '../../../src/domain/in-table.ts';
import type { notices as en } from '../en/notices.ts';
import type { Names, Same } from '../line.ts';
import { whatWasAsked } from './cards/person.ts';
import { compromisedNotices } from './compromised.ts';
import { freezeWords } from './freeze.ts';
import { buildOf, hosts, join, list, people, roleName, tight } from './grammar.ts';
import { helpWords } from './help.ts';
import { inventoryWords } from './inventory.ts';
import { whole } from './measure.ts';
import { noteWords } from './notes.ts';
import { quietWords } from './quiet.ts';
import { reconnectNotices } from './reconnect.ts';
import { tillItTakes, whyRefused } from './redis.ts';
import { retireNotices } from './retire.ts';
import { reviewWords } from './review.ts';
import { rollbackWords } from './rollback.ts';
import { snoozeWords } from './snooze.ts';
import { standsStill, stopWords } from './stops.ts';
import { strangeWords } from './strange.ts';
import { makeWritable, whyUnwritable } from './unwritable.ts';
import { whenNotices } from './when.ts';
import { whoamiWords } from './whoami.ts';
import { reasonTooLong, wrong } from './wrong.ts';

const OUTCOMES: { readonly [outcome: string]: string } = {
  proved: '已完成',
  'put-back': '已还原',
  stopped: '已停止并还原',
  'left-behind': '已完成，部分机器除外',
  partly: '部分完成',
  withdrawn: '已撤回',
  denied: '已被拒绝',
  lapsed: '已失效',
  refused: '未受理',
  untold: '已结束，做过什么在此无从得知',
  planned: '只是一份计划',
  approved: '早已批准',
  settled: '早已决定',
  unknown: '结果未知',
};

const PLATFORMS: { readonly [platform: string]: string } = { slack: '在 Slack 中', teams: '在 Teams 中' };

const others = (names: Names): string =>
  names.length === 0
    ? '已无人可以批准：请查看服务器场配置文件中的 approval.approvers。'
    : tight`可由 ${people(names, '或')} 批准。`;

/** `（Ana Ruiz，2026-12-08 22:31 UTC+8）`, as far as it is known. */
const aside = (...parts: readonly string[]): string => {
  const known = parts.filter((part) => part !== '');
  return known.length === 0 ? '' : `（${known.join('，')}）`;
};

/** A refusal goes to the person alone: one sentence, and one remedy. */
const refusals = {
  'refused.own-request': (d, pen) => {
    const whose = pen.bold(d.asked ? `对 ${d.id} 的这项决定由您提出` : `${d.id} 是您本人的申请`);
    if (d.withdraw) return `${whose}，须由他人拒绝。要结束它，请撤回：其卡片上有此按钮。`;
    if (d.vote === 'deny') return `${whose}，您的拒绝无效。${tight`可由 ${people(d.others, '或')} 拒绝。`}`;
    return `${whose}，您的批准无效。${others(d.others)}`;
  },
  'refused.not-an-approver': (d, pen) =>
    `${pen.bold('您不是此服务器场的审批人。')} ${d.id} 须由审批人决定：${others(d.others)}`,
  'refused.already-voted': (d, pen) =>
    `您已于 ${pen.dateTime(d.at)} ${inTable(PLATFORMS, d.platform) ?? ''}${d.vote === 'deny' ? '拒绝' : '批准'} ${d.id}。每人一票${d.vote === 'deny' ? '' : '；您仍可改为拒绝'}。`,
  'refused.stale-plan': (d) => `该卡片之后 ${d.id} 已有变化。请再次显示 ${d.id}，按最新内容决定。`,
  'refused.question-void': (d) =>
    tight`${d.by} 曾申请${whatWasAsked(d)}。该申请已作废，没有可批准的内容。${d.id} 的卡片列出现在可以选择的做法：请在其中选择，再行投票。`,
  'refused.closed': (d, pen) =>
    d.id === null || d.id === undefined
      ? '它已经结束。发送 /ssis 查看未结束的轮换。'
      : `${pen.bold(d.id)} ${inTable(OUTCOMES, d.outcome ?? '') ?? '已结束'}${aside(d.by ?? '', d.at == null ? '' : pen.dateTime(d.at))}，${d.outcome === 'approved' ? '不再需要批准。还能做什么，请看其卡片。' : '不能再作决定。'}`,
  'refused.ambiguous-person': (d) =>
    `此账户在服务器场配置文件中属于多人（${list(d.people)}），因此不能操作。请其负责人更正。`,
  'refused.reason-needed': () => '拒绝须填写理由：申请人会看到。',
  'refused.JournalNotWritable': (_, pen) =>
    `${pen.bold('机器人无法写入其操作日志，因此未记录任何内容')}。请检查机器人所在机器的磁盘是否已满，以及其账户能否写入状态文件夹，然后重新操作。`,
  'refused.master-not-left': (d) =>
    d.back
      ? `${d.host} 是 ${d.id} 的 Master：没有它，任何 Worker 都无法工作。${d.tried ? '请重新查看。若仍无法结束' : '请重新查看，或全部还原。若两者都无法结束'}，请在该机器上手动绑定之前的证书并写入配置（机器已无法恢复时，请先重新搭建），然后重新查看。若查看时发现该证书已不存在${d.afterMs === null ? '' : `，或它没有响应已达 ${whole(d.afterMs)}`}，则可全部保持现状。`
      : `${d.host} 是 ${d.id} 的 Master：只要不知道它是否仍信任已泄露的证书，就不能结束。请启动其 runner 并重新查看；不会还原到已泄露的证书。`,
  'refused.nothing-left-to-undo': (d) =>
    tight`${d.id} 现在询问的情况，再次还原不会改变。请在 ${hosts(d.hosts)} 上手动处理查看所见的问题，然后重新查看。`,
  'refused.nothing-unknown': (d) => `${d.id} 目前没有状态未知的机器。请显示 ${d.id} 查看进展。`,
  'refused.packages-not-left': (d) =>
    d.alone
      ? `${d.id} 正在等待包结束：放弃该 Worker，就没有任何 Worker 换上新证书。全部还原即可让它保留旧证书。`
      : `${d.id} 正在 Master 切换之前等待包结束：被放弃的 Worker 同样会断开，其上的包会在原来的运行之外再次运行。请继续等待、继续执行或全部还原。`,
  'refused.not-in-question': (d) =>
    tight`${d.hosts.length === 0 ? '没有写明机器' : tight`${hosts(d.hosts)} 不在待决定之列`}：${d.id} 现在询问的是 ${hosts(d.asked)}。请显示 ${d.id}，按其内容决定。`,
  'refused.too-many-left': (d) =>
    `在 ${d.id} 所询问的机器中，一次决定最多可放弃 ${d.most} 台，以便审批人看到每个名称。其余的请之后再申请，或全部放弃。`,
  'refused.others-would-begin': (d) =>
    tight`若只放弃 ${d.id} 所询问的一部分，${hosts(d.hosts)} 会随即开始，而对此没有人作过决定。请全部放弃、继续执行或全部还原。`,
  'refused.others-would-stay': (d) =>
    tight`若只放弃 ${d.id} 所询问的一部分，${hosts(d.hosts)} 将不再开始，而对此没有人作过决定。请再次查看、全部放弃或全部还原。`,
  'refused.decides-already': (d) =>
    `${d.by} 已申请${d.hosts != null ? tight`放弃 ${hosts(d.hosts)}` : d.choice.startsWith('leave') ? '放弃它' : d.choice === 'go-on' ? '继续执行' : '全部还原'}。请在其卡片上批准或拒绝。`,
  'refused.open-rotation': (d) =>
    d.ends === 'waits-for-person'
      ? `${d.by} 申请的 ${d.id} 需要人工决定，一个服务器场同时只能有一项。请在其卡片上决定：/ssis resolve ${d.id}。`
      : `${d.by} 申请的 ${d.id} 尚未结束，一个服务器场同时只能有一项。${d.ends === 'stop' ? `请显示它，等它结束，或用 /ssis stop ${d.id} 停止它` : '它即将结束，请等待'}。`,
  'refused.too-many-requests': (d, pen) =>
    `您一小时内已请求 ${d.count} 次，上限为 ${d.limit} 次。请在 ${pen.time(d.at)} 之后再试。`,
  'refused.no-runner': (d) =>
    tight`${hosts(d.hosts)} 上没有 runner 响应，无法制定计划。请在${d.hosts.length === 1 ? '该机器' : '这些机器'}上启动 runner，然后重新申请；已不再存在的 Worker 请从服务器场配置文件中删除。${d.others?.length ? tight`也可只申请其余的 ${d.others.length} 个 Worker。` : ''}${unnamed(d.unnamed, d.keys)}`,
  'refused.clock-off': (d, pen) =>
    d.alike > 0
      ? `${pen.bold('机器人自身的时钟不准')}，或全部 ${d.alike} 台机器的时钟都不准：它们显示 ${pen.dateTime(d.hostClock)}，机器人显示 ${pen.dateTime(d.botClock)}。请校准有误的一方，然后重新申请。`
      : `${d.host} 的时钟不准：它显示 ${pen.dateTime(d.hostClock)}，此处为 ${pen.dateTime(d.botClock)}。请校准后重新申请。`,
  'refused.runner-not-ready': (d) => {
    if (d.code === 'bot-key-unknown') return notPinned(d.host, d.data?.key);
    const isOther = d.code === 'not-understood' && d.version !== undefined && d.version !== d.bot;
    const versions = isOther ? `其版本是 ${buildOf(d.version ?? '')}，机器人的版本是 ${d.bot}。` : '';
    return `${d.host} 不接受任务：${inTable(NOTES, d.code) ?? `${d.code}。`}${versions}`;
  },
  'refused.quorum-unreachable': (d) =>
    tight`除您之外${d.able.length === 0 ? '无人' : `只有 ${people(d.able)}`} 可以批准，而共需 ${d.quorum} 票：还缺 ${d.missing} 人。${d.unread.length === 0 ? '请在服务器场配置文件中添加审批人，或改由他人申请。' : `Slack 尚未告知 ${list(d.unread, '、', 4)} 的成员：请一分钟后重试。如仍如此，原因见机器人日志。`}`,
  'refused.unknown-id': (d) =>
    d.id ? `没有 ${d.id} 这项轮换。/ssis 会列出未结束的轮换。` : '没有这项轮换。/ssis 会列出未结束的轮换。',
  ...rollbackWords,
  'refused.unknown-worker': (d) =>
    `${d.farm} 没有名为 ${d.said} 的机器。其 Worker：${list(d.names, '、', 8)}。${meant(d)}`,
  'refused.not-a-worker': (d) => `${d.host} 不是 ${d.farm} 的 Worker。其 Worker：${list(d.names, '、', 8)}。`,
  'refused.no-workers': (d) => `${d.farm} 没有 Worker：请看服务器场配置文件的 hosts。`,
  'refused.unknown-farm': (d) => `此处没有名为 ${d.said} 的服务器场。现有：${list(d.farms, '、')}。${meant(d)}`,
  'refused.which-farm': (d) => `哪个服务器场？请指明：${list(d.farms, '或', 8)}。`,
  'refused.reason-too-long': reasonTooLong,
  'refused.unknown-action': (d) =>
    d.verb === ''
      ? '此版本不认识该按钮的内容，因此什么也没有做。请再次显示卡片。'
      : `此版本没有“${d.verb}”这个操作。请再次显示卡片。`,
} satisfies Same<typeof en>;

const notPinned = (host: string, key: unknown): string =>
  `${host} 的 runner 不认可本机器人的密钥，拒绝其发出的一切指令。若机器人或 runner 的文件夹是更换密钥之前的副本，请恢复较新的副本。若机器人已换用另一密钥，请先将下面的密钥与机器人处 certops keys 的输出比对，再在 ${host} 上以管理员身份输入下列命令，重启其 runner，然后重新申请：node runner.mjs keys --bot-key ${typeof key === 'string' ? key : '…'}`;

const meant = ({ near }: { near?: string }): string => (near ? `您是不是要用 ${near}？` : '');

const unnamed = (of: Names = [], keys: Names = []): string =>
  of.length === 0
    ? ''
    : tight`但有以 ${hosts(of)} 的名义发来的消息，所用密钥（${list(keys, '、', 4)}）不在服务器场配置文件中：若该 runner 已换用新密钥，或其文件夹是带有旧密钥的副本，请将该机器上 node runner.mjs keys 输出的密钥写入服务器场配置文件，并重启机器人。否则是他人所写：请查看谁能访问 Redis。`;

const NOTES: { readonly [code: string]: string } = {
  paused: '它的 runner 已暂停。请在该机器上运行 node runner.mjs resume，然后重新申请。',
  'journal-full':
    '它无法写入操作日志。请检查磁盘是否已满，状态文件夹是否仍在原处，以及其账户能否写入该文件夹，然后重新申请：数秒内即会察觉。',
  'orders-refused':
    '它的 Redis 用户缺少接收指令的权限。请授予 certops redis acl 为该机器列出的权限，然后重新申请：半分钟内即会察觉。',
  'not-understood': '无法理解其 runner 所报的内容，多半因为其版本比机器人新。请更新机器人，然后重新申请。',
};

const looked = (machines: number | undefined): string => (machines === undefined ? '各台机器' : `${machines} 台机器`);

const lookingAt = ({ id, queueUp = true }: { readonly id: string; readonly queueUp?: boolean }): string =>
  queueUp ? `${id}：正在查看` : `${id} 已记录。Redis 不可用，工作暂停；恢复后自动查看`;

/** What was done with a click or a line. */
const answers = {
  looking: (d) => {
    const where = d.channels === undefined || d.channels.length === 0 ? '在此' : join('在', list(d.channels), '中');
    return join(lookingAt(d), `${looked(d.hosts)}。随后${where}显示计划。`);
  },
  'looking-dry': (d) =>
    join(
      lookingAt(d),
      `${looked(d.hosts)}。随后在${d.alone === true ? '您与我的单独对话中' : '此'}显示计划；不发起审批。`,
    ),
  denied: (d) => `${d.id} 已拒绝。申请人会看到您的理由。`,
  'resolve.look-again': (d) => `${d.id}：正在重新查看。`,
  'resolve.wait-longer': (d) => `${d.id}：继续等待包运行结束。`,
  'resolve.leave-behind': (d) => `${d.id}：放弃该机器须在其卡片上获得 ${d.needed} 票批准。`,
  'resolve.leave-out': (d) => `${d.id}：放弃有包在运行的 Worker 须在其卡片上获得 ${d.needed} 票批准。`,
  'resolve.leave-some': (d) => {
    if (d.rest.length > 0) return tight`将放弃 ${hosts(d.hosts)}；${hosts(d.rest)} 如何处理仍待决定。`;
    if (!d.packages) return tight`${d.id} 将不计 ${hosts(d.hosts)} 而结束。`;
    const goesOn = d.toGo.length === 0 ? '' : tight`${hosts(d.toGo)} 将继续执行。`;
    return `${tight`将放弃 ${hosts(d.hosts)}：保留旧证书，不重启。`}${goesOn}`;
  },
  'resolve.go-on': (d) => `${d.id}：继续执行须在其卡片上获得 ${d.needed} 票批准。`,
  'resolve.put-all-back': (d) => `${d.id}：全部还原须在其卡片上获得 ${d.needed} 票批准。`,
  'how-to-ask': (d, pen) =>
    `发送 ${pen.bold(`/ssis ${d.request} in ${d.farm} because`)} 加上理由，或不填理由直接申请。`,
  'button.farm': (d) => d.farm,
  'button.leave': (d) => tight`放弃 ${hosts(d.hosts)}`,
  'button.show': (d) => `显示 ${d.id}`,
  'button.rotate': (d) => `轮换 ${d.farm}…`,
  'button.request': () => '不填理由申请',
  'button.with-ticket': () => '填写工单号后申请…',
  'button.act-as': (d) => `以 ${d.name} 的身份操作`,
  'button.time': (d) => d.time,
  'button.type': (d) => `/ssis ${d.text}`,
} satisfies Same<typeof en>;

/** `/ssis` alone, `status`, `whoami`. */
const lines = {
  'summary.waits-for-you': (d, pen) => `${pen.bold(`${d.id} 等待您审批`)}，申请人 ${d.by}。`,
  'summary.waits': (d) => `${d.id} 等待审批，申请人 ${d.by}。`,
  'summary.runs': (d) => `${d.id} 正在执行，申请人 ${d.by}。`,
  'summary.looks': (d) => `${d.id} 正在查看机器以制定计划，申请人 ${d.by}。`,
  'summary.needs-person': (d, pen) =>
    tight`${pen.bold(`${d.id} 需要人工决定`)}：${standsStill(d)}。请在卡片上决定：/ssis resolve ${d.id}。`,
  'summary.packages': (d, pen) =>
    `${pen.bold(`${d.id} 等待决定`)}：${d.unseen ? '无法查看是否有包在运行' : '仍有包在运行'}。请在卡片上决定：/ssis resolve ${d.id}。`,
  'summary.nothing-waits': () => '没有待您审批的申请，也没有正在执行的轮换。',
  'summary.farm': (d, pen) => {
    const what = `${d.host} 的 ${roleName(d.role)} 证书`;
    const end =
      d.days === 0
        ? pen.bold(`${what}已于 ${pen.date(d.notAfter)}过期`)
        : `最先到期的是 ${what}，还有 ${d.days} 天，${pen.date(d.notAfter)}`;
    return `${pen.bold(d.farm)}：${end}。${d.asOf == null ? '' : `截至 ${pen.dateTime(d.asOf)}。`}`;
  },
  'summary.farm-not-looked': (d, pen) =>
    `${pen.bold(d.farm)}：尚未查看。请启动各机器的 runner，再发送 /ssis certs ${d.farm}。`,
  'status.waits': (d) => `${d.id} 等待审批：已有 ${d.approved} 票，共需 ${d.quorum} 票。`,
  'status.runners': (d) =>
    `${d.count} 个 runner 中有 ${d.answering} 个响应${d.versions.length === 0 ? '' : `，版本 ${list(d.versions)}`}。`,
  'status.left-behind': (d) => tight`${hosts(d.hosts)} 曾被 ${d.id} 放弃，此后尚未查看。`,
  'status.left-not-back': (d) =>
    tight`${hosts(d.hosts)} 曾被 ${d.id} 放弃，此后的查看都未见其已连接：请到该机器上排除障碍。`,
  'status.queue': (d) =>
    `${d.refuses === null ? 'Redis 不可用' : `无法写入 Redis：${whyRefused(d.refuses)}`}，收不到任何 runner 的消息，工作暂停。${d.refuses === null ? '' : tillItTakes(d.refuses)}已作的决定都有记录，恢复后自动继续。`,
  'status.box-refused': (d) =>
    `另一个机器人替 ${d.farm} 收下的消息，Redis 不予交付：${whyRefused(d.refuses)}，因此可能较晚才收到其 runner 的消息。${tillItTakes(d.refuses)}`,
  'status.much-said': (d) =>
    tight`${hosts(d.hosts)}：今天收到的内容远多于平常任何一天（${d.code}），正在填满机器人的操作日志。请检查其 runner。`,
  'status.journal-full': (d) =>
    tight`${d.host}：其 runner 有响应，但报告无法写入操作日志${whyUnwritable(d)}，因此不接受指令。${makeWritable(d)}：数秒内即会察觉。`,
  'status.unwell': (d) =>
    tight`${hosts(d.hosts)}：其 runner 有响应，但请求可能因此被拒绝，原因可用 /ssis runners 查看。`,
  'status.silent': (d, pen) => `${d.host}：最后一次收到其 runner 的消息是 ${pen.dateTime(d.at)}。请查看它是否在运行。`,
} satisfies Same<typeof en>;

export const notices = {
  ...refusals,
  ...wrong,
  ...answers,
  ...lines,
  ...freezeWords,
  ...whenNotices,
  ...inventoryWords,
  ...helpWords,
  ...noteWords,
  ...quietWords,
  ...snoozeWords,
  ...stopWords,
  ...strangeWords,
  ...whoamiWords,
  ...retireNotices,
  ...compromisedNotices,
  ...reviewWords,
  ...reconnectNotices,
};
