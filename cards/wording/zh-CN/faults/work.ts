import type { workFaults as en } from '../../en/faults/work.ts';
import { type ErrorData, type Fault, isTold } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { list, short, tight } from '../grammar.ts';
import { unseenOn } from '../unseen.ts';
import { AGAIN, BUG, fact, listed, named, text } from './fault.ts';

const ONE_BUILD = '请让机器人和 runner 使用同一构建（/ssis runners 会列出两者），然后重新申请。';
const CLOCKS = {
  todo: '请比对机器人与该机器的时钟。',
  hand: '请比对它与机器人的时钟，校准有误的一方：两者相差太远时，它拒绝指令。然后重新查看。',
};
const KEYS = '请比对机器人和 runner 的密钥。';
const WHEN_RIGHT = '请排除障碍后重新申请。';
/** Orders and runners. */
export const workFaults = {
  NotTold: { says: (d) => `查看到的内容无法原样报告${named(d, 'path', 'code')}。`, todo: BUG },
  FactsMoved: {
    says: (d) => `批准时的情况已有变化${fact(d)}。`,
    todo: '请重新申请：新计划会显示当前情况。',
  },
  AddressSilent: {
    says: (d) => `有绑定的地址没有应答，因此无法验证那里的变更${fact(d)}${isTold(d.missing) ? `：${lost(d)}` : ''}。`,
    todo: (d): string =>
      isTold(d.missing)
        ? `请将该证书连同私钥重新导入该机器的 LocalMachine\\${text(d.store)}，然后重新申请。`
        : '请查明其无应答的原因：新计划会显示现在是否有应答。',
  },
  PackagesRun: {
    says: (d) => `仍有包在运行${after('：', packagesIn(d))}。`,
    todo: '请继续等待，或在卡片上决定。',
    alone: { head: '仍有包在运行', about: (d) => after('', packagesIn(d), '。') },
  },
  PackagesUnseen: {
    says: (d) => `已无法看到是否有包在运行${named(d, 'found')}。`,
    todo: '请查看该机器上的 sqlcmd 能否得到应答，然后继续等待。',
    alone: { head: '已无法看到是否有包在运行', about: (d, host) => unseenOn(host, d.found) },
  },
  OrderTooLarge: { says: '发给它的指令将过长，因此没有发送。', todo: '请重新申请，每次少选一些机器。' },
  RotationFaulty: {
    says: '无法确定下一步，因此已还原，或停留在当时的状态。',
    todo: '请逐台查看其机器。这是程序缺陷：请附上操作日志报告。',
  },
  OrderExpired: { says: '指令到得太晚。', ...CLOCKS },
  OrderNotRemembered: {
    says: '它接受了一条不在机器人操作日志中的指令。',
    todo: '请查明是谁恢复了机器人的文件夹，或还有谁持有其密钥。',
  },
  BotJournalCutShort: {
    says: '它接受过机器人操作日志中缺失的指令：该日志是从副本恢复的，或有第二个机器人在运行。',
    todo: '请用 node runner.mjs status 查看每台机器的进度，然后重新申请：新计划以实际状态为准。',
  },
  LookFailed: { says: '未能查看该机器。', todo: AGAIN },
  PlanFailed: { says: '未能制定计划。', todo: '请附上操作日志报告。' },
  StateUnknown: { lead: 'unknown', says: '无法判断它处于什么状态。', todo: AGAIN, hand: '', elsewhere: true },
  StepNotUnderstood: { says: '不识别某个步骤。', todo: ONE_BUILD },
  KindUnknown: { says: '不识别某种步骤。', todo: ONE_BUILD },
  RunnerPaused: { says: 'runner 已暂停。', todo: '请在该机器上运行 node runner.mjs resume。' },
  EnvelopeBadSignature: { says: '签名无效。', todo: KEYS },
  LetterOfOtherFarm: {
    says: (d) => `它在队列中发现另一个服务器场的消息${named(d, 'farm')}。`,
    todo: '同名的两台机器须各用一个 Redis；若没有第二台，请查看谁能访问 Redis。',
  },
  EnvelopeUnknownKey: { says: '指令的签名密钥不为它所知。', todo: KEYS },
  PutBackDecided: {
    says: '已在卡片上决定全部还原。',
    todo: WHEN_RIGHT,
    alone: { head: '已在卡片上决定全部还原', about: () => '' },
  },
  PutBackByHand: {
    says: '有人人工将其还原。',
    todo: WHEN_RIGHT,
    alone: { head: '已人工还原', about: (_, host) => `由人员在 ${host} 上完成。` },
  },
  LeftAsItIs: {
    says: '已在卡片上决定全部保持现状。',
    todo: '请查看各机器的状态。',
    alone: { head: '已在卡片上决定全部保持现状', about: () => '' },
  },
  LeftForPackages: {
    says: (d) => `其上有包在运行，已决定放弃它${named(d, 'by')}。`,
    todo: '请等到其上没有包运行。',
    alone: { head: '因有包在运行而放弃', about: leftBy },
  },
  StopAsked: { says: '已被要求停止。', todo: WHEN_RIGHT },
  MasterWentBack: {
    says: '其 Master 重新出示旧证书，因此它也还原了。',
    todo: 'Master 会说明还原的原因。',
  },
  ChangeDoesNotEnd: {
    lead: 'unknown',
    says: '有一项更改迟迟未结束。',
    todo: '请待该机器空闲后重新申请。',
    hand: '请待该机器空闲后重新查看。',
    elsewhere: true,
  },
  ChangeStopped: { says: '有一项更改被中止。', todo: WHEN_RIGHT },
  TimeIsOver: { says: '未能按时完成。', todo: AGAIN },
  Unexpected: { says: '发生了意料之外的情况。', todo: BUG },
  DigestDiffers: { says: '指令所指的计划不是已批准的那份。', todo: ONE_BUILD },
  OrderTooEarly: { says: '指令到得太早。', ...CLOCKS },
  MakerReportNotUnderstood: {
    says: '证书生成方的报告无法读取。',
    todo: '请让所有 runner 使用同一构建（/ssis runners 会列出），然后重新申请。',
  },
  PlanNotUnderstood: { says: '不识别该计划。', todo: ONE_BUILD },
  OrderNotUnderstood: { says: (d) => `不识别该指令${named(d, 'version')}。`, todo: ONE_BUILD },
  UndoBehindAnother: {
    says: (d) => `另一项轮换${named(d, 'other')}已在该处开始，可能要还原到本次轮换生成的证书。`,
    todo: '请停止该轮换，或先用 `node runner.mjs undo ID --here` 将其还原。',
  },
  OrderOfOtherVersion: {
    says: '有一条指令由其 runner 的另一版本开始执行，当前版本不识别。',
    todo: '请用当时的 runner 程序将其还原。',
  },
  EntryNotUnderstood: {
    says: (d) => `机器人无法理解其 runner 所报的内容，多半因为该 runner 的版本更新${named(d, 'version')}。`,
    todo: '请更新机器人。之后正在进行的会继续；被拒绝的须重新申请。',
  },
  NotTakenByBot: { says: '机器人不接收其操作日志。', todo: '请查看机器人的日志：其版本可能比 runner 旧。' },
  EntryOfNewerVersion: { says: '其操作日志由更新的版本写入。', todo: ONE_BUILD },
  StateFolderOpen: {
    says: (d) => `其他账户可以写入 runner 的文件夹${named(d, 'others')}。`,
    todo: '请仅留给 SYSTEM 和 Administrators，或用 `node runner.mjs init` 新建一个。',
  },
  NotElevated: {
    says: 'runner 没有管理员权限。',
    todo: '请以服务或管理员身份运行它。',
    hand: '请以服务或管理员身份运行它，然后重新查看。',
  },
  NotInLook: { says: '计划中有一项情况未曾查看。', todo: BUG },
  ToolsStillRunning: {
    lead: 'unknown',
    says: '已退出的 runner 所启动的工具仍在运行。',
    todo: '请待它们结束后重新申请。',
    hand: '请待它们结束后重新查看。',
    elsewhere: true,
  },
  CertificateNotAllowed: {
    says: '证书不是它所知的 runner 生成的。',
    todo: '若您认得该证书，请把其指纹写入该机器 runner.json 的 allowedCertificates，重启 runner，然后重新申请；否则请查明是谁发出的：见机器人和 runner 的操作日志。',
  },
  MakerNotPinned: {
    says: '证书来自一台密钥未经登记的机器。',
    todo: '请将服务器场配置文件中的密钥与 node runner.mjs keys 在各机器上的输出比对。然后在该机器上执行以下命令，重启 runner，再重新申请：node runner.mjs keys --farm-file FILE',
  },
  CertificateAllowedHere: {
    says: (d) => tight`管理员已在${isTold(d.hosts) ? listed(d.hosts) : '此机器'}上按指纹允许该证书。`,
    todo: '若确要删除，请先从该机器 runner.json 的 allowedCertificates 中去掉它，重启 runner，然后重新申请。',
  },
  OldNotInUse: {
    says: '要更换的证书并非其当前所用的证书。',
    todo: '请查明是谁作了更改，然后重新申请：新计划会显示现状。',
  },
  ...notAllowed({
    BindingNotValid: '绑定无效',
    CertificateNameRefused: '有名称不能用于证书',
    CertificateNamesMissing: '证书不包含任何名称',
    CommonNameRefused: '公用名不能用于证书',
    PathNotLocal: '路径不在本机',
    PathOutsideHost: '路径指向本机之外',
    ProfileRefused: '证书规格无效',
    SecretUnknown: '该密钥不是在此生成的',
    SettingRefused: '不允许写入该配置项',
    SidRefused: '账户无效',
    ThumbprintsDiffer: '证书与指纹不相符',
    ToolArgumentRefused: '工具的参数无效',

    CertificateCanSign: '该证书可签发其他证书',
    CertificateIsCa: '该证书是颁发机构的证书',
    CertificateHashDiffers: '该证书签名所用的散列算法与所批准的不同',
    CertificateKeyDiffers: '该证书的密钥种类或长度与所批准的不同',
    CertificateLifetimeDiffers: '该证书已到期，或有效期长于所批准的',
    CertificateNamesDiffer: '该证书的名称与所批准的不同',
    CertificateNotSelfSigned: '该证书不是自签名证书',
    CertificateVersionDiffers: '该证书的版本过旧',
    CertificateUsagesDiffer: '该证书的用途与此类证书应有的不同',
    CertificateFieldsDiffer: '该证书含有本产品的证书所没有的字段',
    CertificateDiffers: '证书不是生成方所报告的那张',
    CertificateDoneAwayWith: '该证书在此已被弃用：其私钥已泄露，或证书已被删除',
    CertificateNotWorkers: '该证书的名称不属于它所知的 Worker',
    CertificateNotRead: '未读取它持有的该证书',
    KeyIsHere: '该证书的私钥在这台机器上',
    CertificateNotScaleOuts: '它自己的操作日志未显示 Scale Out 用过该证书',
    EnvelopeMalformed: '消息并非由本产品发出',
    EnvelopeTooLong: '消息过长',
    EnvelopeWrongType: '消息类型不符',
    FriendlyNameDiffers: '证书会带上另一项轮换的名称',
    GapTooLong: 'Master 等待 Worker 的时间会超过任何服务器场所允许的上限',
    GrantNotAllowed: '私钥会授权给并非其服务所用的账户',
    RemovalNotAllowed: '只有专门的申请才能删除证书',
    RotationNotServed: '不处理这种轮换',
    LetterNameForbidden: '消息中有禁用的名称',
    LetterNotJson: '消息无法读取',
    LetterTooDeep: '消息嵌套过深',
    MakerReportDiffers: '证书生成方的报告中没有该证书',
    MakerSignatureWrong: '证书生成方的签名无效',
    ExistingNotServed: '此类轮换不使用已有的证书',
    NameNotAllowed: '有名称不属于终结点',
    NotMadeHere: '该证书不是在此生成的',
    NothingToFollow: '待命指令未写明随 Master 在哪两张证书之间切换',
    OrderIncomplete: '指令不完整',
    OrderNumberUsed: '指令编号已用过',
    OrderNumberTooHigh: '指令编号远高于此前所有编号',
    OtherFarm: '指令属于另一个服务器场',
    OtherHost: '指令属于另一台机器',
    OtherRotation: '指令属于另一项轮换',
    RotationIsOver: '指令所属的轮换已经结束',
    NothingToUndo: '要还原的计划在这里从未开始过',
    PortNotAllowed: '端口不是其 Master 的端口',
    ProfileDiffers: '证书规格与批准的不同',
    RefMissing: '指令提到的证书并未随附',
    ReportForAnotherHost: '报告冒用另一台机器的名义',
    ReportOfAnotherFarm: '报告属于另一个服务器场',
    RoleNotAllowed: '该机器没有这个角色',
    RunnerJournalBroken: '操作日志与先前所知不相衔接',
    RunnerEntryTooLong: '操作日志中有条目超出同类条目可能的长度',
    RunnerJournalGap: '操作日志缺少条目',
    RunnerSaysMuch: '一天内发来的内容远多于平常任何一天',
    RunnerSaysTooMuch: '一小时内发来的内容超出单个 runner 的限额',
    SettingNotAllowed: '不允许写入该配置项',
    SignalNotUnderstood: '不识别关于待命指令的消息',
    StageNotInPlan: '计划中没有该阶段',
    StepNotAllowed: '某个步骤不属于这种轮换',
    TrustNotAllowed: '它会信任另一个 Worker 的证书',
    PartNotAllowed: '不能单独还原一个阶段的一部分',
    StepForOtherHost: '有步骤属于另一台机器',
    StepTwice: '计划中有步骤重复',
    StoreNotAllowed: '该存储不在允许之列',
    UsageNotAllowed: '证书的用途超出服务器验证',
  }),
} satisfies Same<typeof en>;

/** The bound certificate that is gone, or whose key is. */
const lost = (d: ErrorData): string =>
  tight`${d.missing === 'key' ? '那里绑定的证书的私钥' : '那里绑定的证书'} ${short(text(d.thumbprint))} 已不在 LocalMachine\\${text(d.store)} 中`;

/** What the last gate refuses: nothing was changed, and somebody should ask why it was sent. */
function notAllowed<Code extends string>(
  codes: { readonly [code in Code]: string },
): { readonly [code in Code]: Fault } {
  const todo = '未因此做任何更改。请查明是谁发出的：见机器人和 runner 的操作日志。';
  const faults = Object.entries<string>(codes).map(([code, says]) => [code, { says: `${says}。`, todo }]);
  return Object.fromEntries(faults);
}

/** The packages' names, from a datum that a machine sent. */
function packagesIn({ found }: ErrorData): string {
  const { count = 0, packages = [] } = (found ?? {}) as { count?: number; packages?: readonly string[] };
  if (!Array.isArray(packages) || packages.length === 0) return '';
  return `${packages.join('、')}${count > packages.length ? ` 等 ${count} 个` : ''}`;
}

/** Who was left, and who asked for that. */
function leftBy({ hosts, by }: ErrorData, host: string): string {
  const names = Array.isArray(hosts) && hosts.length > 0 ? hosts.map(String) : [host];
  return `${list(names, '、', 4, '台')}。${typeof by === 'string' ? `申请人：${by}。` : ''}`;
}

/** Words with the text around them; empty if there are no words. */
const after = (before: string, words: string, behind = ''): string =>
  words === '' ? '' : `${before}${words}${behind}`;
