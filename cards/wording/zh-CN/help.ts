import type { helpWords as en } from '../en/help.ts';
import type { Same } from '../line.ts';

/** `help` and `help WORD`. */
export const helpWords = {
  'help.intro': () => '在此轮换 SSIS Scale Out 的证书：申请、审批、验证，不成则还原。在 /ssis 之后发送：',
  'help.asking': (_d, pen) =>
    `${pen.bold('rotate-master because 年度续期')}：申请新的 Master 证书。${pen.bold('rotate-worker all because 续期')}：申请各 Worker 自身的新证书。`,
  'help.looking': (_d, pen) =>
    `${pen.bold('plan rotate-master')}：只显示计划，不发起审批。${pen.bold('status')}、${pen.bold('certs')}、${pen.bold('runners')}：查看现状。`,
  'help.one': (_d, pen) =>
    `${pen.bold('show prod-17')}：再次显示一次轮换的卡片。${pen.bold('stop prod-17')}：撤回或停止它。`,
  'help.words': (d, pen) => `全部命令：${d.words.join('、')}。${pen.bold('help rotate-master')} 说明其中一个。`,
  'help.rotate-master': (_d, pen) =>
    `${pen.bold('rotate-master [FARM] [use THUMBPRINT] [at TIME] [ticket TICKET] [leave behind NAME] [compromised] [because REASON]')} 制定 Master 证书的轮换计划，并请审批人审批；use 使用 Master 的 Root 或 My 中已有的证书。`,
  'help.rotate-worker': (_d, pen) =>
    `${pen.bold('rotate-worker WORKER... | all [in FARM] [at TIME] [ticket TICKET] [compromised] [because REASON]')} 制定 Worker 自身证书的轮换计划，并请审批人审批。`,
  'help.reconnect': (_d, pen) =>
    `${pen.bold('reconnect WORKER... [in FARM] [at TIME] [ticket TICKET] [because REASON]')} 使曾关机或重装的 Worker 与 Master 出示的证书重新一致，并请审批人审批。`,
  'help.retire': (_d, pen) =>
    `${pen.bold('retire [FARM] [at TIME] [ticket TICKET] [compromised] [because REASON]')} 永久删除旧证书及其私钥；须在宽限期内一直无人使用，写明 compromised 则不等待宽限期。`,
  'help.rollback': (_d, pen) =>
    `${pen.bold('rollback ID [at TIME] [ticket TICKET] [because REASON]')} 在之前的证书仍在时回退到它；与其他轮换一样制定计划并审批。`,
  'help.plan': (_d, pen) =>
    `${pen.bold('plan')} 写在任何申请之前，只显示其计划，不发起审批：plan rotate-master、plan retire。`,
  'help.status': (_d, pen) => `${pen.bold('status [FARM]')} 显示未结束的轮换、证书何时到期、runner 是否有响应。`,
  'help.certs': (_d, pen) =>
    `${pen.bold('certs [FARM]')} 显示每台机器出示、绑定、指定和存储的证书，以及谁可读取密钥，最紧迫的在前；${pen.bold('certs HOST [in FARM]')} 显示一台机器的全部证书及完整指纹。`,
  'help.runners': (_d, pen) => `${pen.bold('runners [FARM]')} 显示哪些 runner 有响应，及其版本和时钟，没有响应的在前。`,
  'help.reminders': (_d, pen) =>
    `${pen.bold('reminders [FARM]')} 只对您显示当前的提醒；${pen.bold('reminders test [FARM]')} 向每个频道发送样例。`,
  'help.show': (_d, pen) => `${pen.bold('show ID')} 再次显示卡片；只能用卡片上的按钮投票。`,
  'help.stop': (_d, pen) => `${pen.bold('stop ID')} 撤回尚未开始的申请；停止已在执行的并还原，已删除或已隔离的除外。`,
  'help.by-button': (d, pen) =>
    `${d.word} 不能靠输入完成：请按轮换卡片上的按钮，先看清内容再决定。${pen.bold(`${d.word} ID`)} 与 ${pen.bold('show ID')} 一样，会显示该卡片。`,
  'help.resolve': (_d, pen) =>
    `${pen.bold('resolve ID [leave NAME...]')} 有机器状态未知时，显示可以作哪些决定；多台待决定时写明名称，则回复一个按钮，用于申请只放弃这些机器。`,
  'help.review': (_d, pen) => `${pen.bold('review ID because SENTENCE')} 记录您已复核因私钥泄露所做的轮换。`,
  'help.freeze': (_d, pen) =>
    `${pen.bold('freeze FARM until TIME because REASON')} 在该时间之前不让任何轮换开始；仅限审批人。`,
  'help.when': () =>
    '服务器场有变更窗口时，在下一个窗口开始，否则批准后立即开始。如需另定，请写 at TIME、at next-window 或 now。',
  'help.compromised': (d) =>
    `私钥泄露时请写明 compromised：批准后立即开始，按服务器场配置文件中为此规定的人数审批，旧证书不再等待宽限期。${d.workers ? 'Worker 会先被断开，直到出示新证书。' : ''}`,
  'help.times': () =>
    '时间可写作 2026-12-24、2026-12-24 18:00、18:00、tomorrow 08:00、明天 08:00、周六 22:00、中午或 3 days，按您的时区计算，也可在其后写明时区（18:00 Europe/Berlin）；最长 90 天。',
  'help.unfreeze': (_d, pen) => `${pen.bold('unfreeze FARM [because REASON]')} 提前解除冻结；仅限审批人。`,
  'help.whoami': (_d, pen) => `${pen.bold('whoami')} 显示您在此处的身份和权限。`,
  'help.help': (_d, pen) => `${pen.bold('help [WORD]')} 说明某一条命令。`,
} satisfies Same<typeof en>;
