import type { Pen } from '../../pen.ts';
import type { whenNotices as en } from '../en/when.ts';
import type { Same } from '../line.ts';
import { approvers, hosts, list, lookedAgain, people, tight } from './grammar.ts';

/** When a rotation begins, and the ticket that it is booked under. */
export const whenNotices = {
  approved: (d, pen) => {
    const recorded = `您对 ${d.id} 的批准已记录。`;
    if (d.missing > 0)
      return `${recorded}还需 ${d.missing} 票${d.names.length === 0 ? '' : `：${approvers(d.missing, d.names, 4)}`}。`;
    if (!d.queueUp && d.from === null) return `${recorded}票数已足；Redis 恢复后开始执行。`;
    return `${recorded}票数已足，${pen.bold(d.liftBy !== null ? `只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始` : d.from !== null ? `将于 ${pen.dateTime(d.from)} 开始` : d.starts ? '现在开始' : '现在执行')}。`;
  },
  'summary.starts': (d, pen) => `${d.id} 已批准，${pen.bold(`${pen.dateTime(d.from)} 开始`)}。`,
  'summary.starts-late': (d, pen) => {
    const why =
      d.hosts.length > 0
        ? tight`未能查看 ${hosts(d.hosts)}。`
        : d.obstacle
          ? `其卡片上写有原因：/ssis show ${d.id}。`
          : '';
    return `${d.id} 已批准，但${pen.bold('尚未开始')}：原定于 ${pen.dateTime(d.from)} 开始，${pen.dateTime(d.until)} 之前仍可开始。${why}`;
  },
  'summary.starts-if-lifted': (d, pen) =>
    `${d.id} 已批准，${pen.bold(`只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始`)}。`,
  'note.waits': (d, pen) =>
    tight`${people(d.names)} 已批准：${pen.bold(`${d.id} 将于 ${pen.dateTime(d.from)} 开始`)}。在此之前不做任何更改，申请人或任一审批人都可以撤回。`,
  'note.held': (d, pen) =>
    `${d.by} 冻结到 ${pen.dateTime(d.frozen)}${d.reason === '' ? '' : `（${d.reason}）`}，涵盖其开始时间，因此 ${pen.bold(`${d.id} 改于 ${pen.dateTime(d.from)} ${d.asks ? '重新申请' : '开始'}`)}。`,
  'note.too-late': (d, pen) =>
    `${d.by} 冻结到 ${pen.dateTime(d.frozen)}${d.reason === '' ? '' : `（${d.reason}）`}，证书到期之前 ${d.id} 已没有可开始的时间：${pen.bold(`只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始`)}（/ssis unfreeze ${d.farm}），届时仍冻结则不予受理。`,
  'note.unseen': (d, pen) =>
    tight`${pen.bold(`${d.id} 将于 ${pen.dateTime(d.from)} 开始`)}，但未能查看 ${hosts(d.hosts)}。${d.answered ? '能再次查看' : '其 runner 响应'}之后才会开始。`,
  'note.unseen-at-start': (d, pen) =>
    tight`${pen.bold(`${d.id} 尚未开始`)}：原定于 ${pen.dateTime(d.from)} 开始，但未能查看 ${hosts(d.hosts)}。${d.answered ? `${pen.dateTime(d.until)} 之前能再次查看即会开始。` : `其 runner 在 ${pen.dateTime(d.until)} 之前响应即会开始。原因可用 /ssis runners 查看。`}`,
  'note.obstacle': (d, pen) =>
    `${pen.bold(`按目前情况，${d.id} 无法开始`)}。原定于 ${pen.dateTime(d.from)} 开始。请先处理下述问题；${lookedAgain(d.mark, pen.dateTime(d.until))}。`,
  'freeze.yields': (d) => `${d.id} 在其后的变更窗口中开始。`,
  'freeze.moves': (d, pen) => `${pen.bold(`${d.id} 改于 ${pen.dateTime(d.from)} 开始`)}。`,
  'freeze.too-late': (d) => `${d.id} 未受理：冻结结束后才开始，其证书届时已到期。卡片上写有应如何申请。`,
  'freeze.holds': (d, pen) =>
    `冻结结束后 ${d.id} 才开始的话，其证书届时已到期。${pen.bold(`只有在 ${pen.dateTime(d.liftBy)} 之前解除冻结才会开始`)}。`,
  'freeze.lapses': (d, pen) =>
    `${d.id} 只能在 ${pen.dateTime(d.at)} 之前批准，而冻结期间，会使它开始执行的那一票不予受理，因此届时失效。`,
  'freeze.asks-again': (d) => `${d.id} 无法按时开始：冻结结束后将重新申请。`,
  'refused.no-windows': (d) =>
    `${d.farm} 没有变更窗口：轮换在批准后立即开始，或在指定时间开始。请写 at tomorrow 08:00，或不写。`,
  'refused.outside-windows': (d, pen) =>
    `${pen.dateTime(d.at)} 不在 ${d.farm} 的任何变更窗口内。${d.next === null ? '' : `其后的下一个窗口从 ${pen.dateTime(d.next.from)} 到 ${pen.dateTime(d.next.to)}。`}请写窗口内的时间、at next-window 或 now。`,
  'refused.when-after-end': (d, pen) =>
    `证书于 ${pen.dateTime(d.notAfter)} 到期，早于 ${pen.dateTime(d.at)}。${d.last === null ? '到期之前不再有变更窗口：请写 now' : `到期之前的最后一个变更窗口从 ${pen.dateTime(d.last.from)} 到 ${pen.dateTime(d.last.to)}：请写其中的时间，或 now`}。`,
  'refused.window-closed': (d, pen) =>
    `${d.id} 的变更窗口已于 ${pen.dateTime(d.at)} 关闭，继续等待会在包结束时随时开始中断。请在其卡片上决定是否继续执行，或停止后重新申请。`,
  'refused.window-closes': (d, pen) =>
    `${d.id} 的变更窗口将于 ${pen.dateTime(d.at)} 关闭，早于再次等待的期限，中断可能因此在窗口之外开始。请在其卡片上决定现在是否继续执行，或停止后重新申请。`,
  'refused.ticket-missing': (d) =>
    `此服务器场的申请须有工单号，例如 ${d.example}。输入命令时请写在 because 之前：ticket ${d.example}。`,
  'refused.ticket-not-matching': (d) => `“${d.said}”不是此服务器场的工单号。正确的形式如 ${d.example}。`,
  'wrong.at-what': (d) => `什么时间？请写 /ssis ${d.word} at tomorrow 08:00、at next-window 或 now。`,
  'wrong.form-when-twice': (d) => `已填写时间“${d.said}”，却选择了另一种开始方式。请选择“在指定时间”，或清空时间。`,
  'wrong.form-at-what': () => '选择“在指定时间”时须填写时间，例如 tomorrow 22:00。',
  'wrong.form-when-unknown': (d) => `此表单来自另一版本，无法识别开始方式“${d.said}”。请重新打开表单。`,
  'wrong.ticket-what': (d) => `哪个工单？请写在该词之后，例如 /ssis ${d.word} ticket CHG0012345。`,
  'wrong.ticket-twice': (d) => `工单写了两次（还有“${d.said}”）。请只写一次。`,
  'wrong.when-twice': (d) => `开始时间写了两次（还有“${d.said}”）。请只写 at TIME、at next-window 或 now 之一。`,
  'why.start-after-end': (d, pen) =>
    `${pen.bold('证书会在开始之前到期')}：它于 ${pen.dateTime(d.notAfter)} 到期，而此次轮换要到 ${pen.dateTime(d.from)} 才开始。`,
  'why.start-after-end.todo': (d, pen) => {
    if (d.last !== null)
      return `到期之前的最后一个变更窗口从 ${pen.dateTime(d.last.from)} 到 ${pen.dateTime(d.last.to)}。请申请其中的时间${d.frozen === null ? '，或用 now 重新申请' : ''}。`;
    if (d.frozen === null && d.windows === false) return '请指定更早的时间，或用 now 重新申请。';
    return d.frozen === null
      ? '到期之前不再有变更窗口。请用 now 重新申请，或指定更早的时间。'
      : `冻结到 ${pen.dateTime(d.frozen)} 才结束，在此之前不会开始，之后则为时已晚。请由审批人用 /ssis unfreeze ${d.farm} 结束冻结，${d.windows === false ? '再用 now 重新申请' : '再重新申请；只有到期之前已没有变更窗口时才用 now'}。`;
  },
  'why.bot-clock-off': (d, pen) =>
    `${pen.bold(`机器人的时钟不准，或${ofMachines(d)}的时钟不准`)}：${said(d, pen)}。请校准有误的一方：若仍及时，将自动开始。`,
  'refused.lapsed-by-clock': (d, pen) =>
    `${pen.bold(`机器人的时钟不准，或${ofMachines(d)}的时钟不准`)}，而按机器人的时钟 ${d.id} 已失效：${said(d, pen)}。请校准有误的一方；若届时仍未失效，请再次决定。`,
  'why.start-missed': (d, pen) =>
    tight`${pen.bold('错过了开始时间')}：原定在 ${pen.dateTime(d.from)} 到 ${pen.dateTime(d.until)} 之间开始，${
      d.names !== undefined && d.names.length > 0
        ? tight`但 Slack 未告知 ${people(d.names)} 是否仍可审批。`
        : d.hosts.length === 0
          ? d.clocks != null
            ? `但机器人的时钟不准，或${ofMachines(d.clocks)}的时钟不准：${said(d.clocks, pen)}。`
            : '但当时机器人不在、服务器场已冻结，或机器人的时钟被拨快。'
          : tight`但未能查看 ${hosts(d.hosts)}。`
    }`,
  'next.asked-anew': () => '将以新编号和新计划重新申请；已投的票不计入。尚不能申请时，此卡片下方的消息会说明原因。',
  'note.not-asked': (d, pen) =>
    `${pen.bold(`${d.id} 的内容尚不能重新申请`)}。一旦可行便自动申请，直到 ${pen.dateTime(d.until)}。在此之前任何人都可以自行申请：/ssis ${d.words}`,
  'note.lacks-ticket': (d, pen) =>
    `${pen.bold(`${d.id} 缺少现在要求的工单号`)}，没有工单号就不会重新申请。请附上工单号申请：在其卡片上，或输入 /ssis ${d.words}`,
  'anew.no-runner': (d) => tight`${hosts(d.hosts)} 上没有 runner 响应：请在该处启动。`,
  'anew.clock-off': (d, pen) =>
    d.alike > 0
      ? `机器人自身的时钟不准，或全部 ${d.alike} 台机器的时钟都不准：它们显示 ${pen.dateTime(d.hostClock)}，机器人显示 ${pen.dateTime(d.botClock)}。请校准有误的一方。`
      : `${d.host} 的时钟不准：它显示 ${pen.dateTime(d.hostClock)}，此处为 ${pen.dateTime(d.botClock)}。请校准。`,
  'anew.quorum-unreachable': (d) =>
    tight`除申请人 ${d.by} 之外${d.able.length === 0 ? '无人' : `只有 ${people(d.able)}`} 可以批准，而共需 ${d.quorum} 票：还缺 ${d.missing} 人。${d.unread.length === 0 ? '请在服务器场配置文件中添加审批人，或改由他人申请。' : `Slack 尚未告知 ${list(d.unread, '、', 4)} 的成员。`}`,
  'anew.too-many-requests': (d) =>
    `${d.by} 一小时内已申请 ${d.count} 次，上限为 ${d.limit} 次。请稍候，或改由他人申请。`,
  'refused.requester-gone': (d) => `申请人 ${d.by} 已不在服务器场配置文件中，不能再以其名义申请：请改由他人申请。`,
} satisfies Same<typeof en>;

type Clocks = Parameters<(typeof en)['why.bot-clock-off']>[0];

const ofMachines = ({ host, alike }: Clocks): string => (alike > 0 ? `全部 ${alike} 台机器` : ` ${host} `);

const said = ({ hostClock, botClock, alike }: Clocks, pen: Pen): string =>
  `${alike > 0 ? '它们' : '它'}显示 ${pen.dateTime(hostClock)}，机器人显示 ${pen.dateTime(botClock)}`;
