import type { machineFaults as en } from '../../en/faults/machine.ts';
import { hasTried, isDiskFull, isTold, mayBeDenied, rehearsal } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { AGAIN, BUG, FREE, named, SETTINGS, text } from './fault.ts';

const LET_READ = '请授予 runner 读取权限。';

/** Machines that go back by themselves; bindings, settings files, files and folders. */
export const machineFaults = {
  NotConfirmed: {
    says: (d) =>
      d.early === undefined
        ? '没有人及时确认各 Worker 已跟上，因此它自行还原了。'
        : `按机器人的时钟，它提前 ${text(d.early)} 秒自行还原：其 runner 重新启动，而按该机器的时钟期限已过。`,
    todo: (d): string =>
      d.early === undefined
        ? '请检查机器人、Redis 以及它们之间的网络是否正常，然后重新申请。'
        : '期间两个时钟之一被改动过：该机器的被拨快，或机器人的被拨慢。请比对两者，然后重新申请。',
  },
  NothingBound: { says: '端口上没有绑定。', todo: '请查明绑定为何消失，然后重新申请：新的计划会新建一个。' },
  RunnerMakesNoBinding: {
    says: '端口上没有绑定，而其 runner 是旧版本，不会新建绑定。',
    todo: '请更新该 runner，然后重新申请。',
  },
  BindingMissing: { says: '绑定不存在。', todo: AGAIN },
  BindingDiffers: { says: '绑定与要求不符。', todo: AGAIN },
  BindingAppeared: { says: '出现了计划之外的绑定。', todo: '请查明是谁建立的，然后重新申请。' },
  BindingMoved: { says: '绑定在此期间被他人更改。', todo: '请查明是谁更改的，然后重新申请。' },
  BindingRefused: { says: (d) => `Windows 拒绝了该绑定${named(d, 'error')}。`, todo: AGAIN },
  BindingCertificateNotUsable: {
    says: 'Windows 无法将该证书用于绑定：它不在存储中，或没有私钥（1312）。',
    todo: AGAIN,
  },
  OldCertificateGone: {
    lead: 'unknown',
    says: (d) => `要改回的证书${d.missing === 'key' ? '的私钥' : ''}已不在该机器上，因此未做任何还原。`,
    todo: (d) =>
      `若另有该证书连同私钥的副本，请导入 LocalMachine\\${text(d.store) === '' ? 'My' : text(d.store)}，然后全部还原。`,
  },
  BindingNotAsWanted: { says: '绑定与要求不符。', todo: AGAIN },
  BindingReadersDisagree: {
    lead: 'unknown',
    says: 'netsh 与注册表中的绑定不一致。',
    todo: '请比较 `netsh http show sslcert` 与注册表中的 SslBindingInfo。',
  },
  BoundByCentralStore: {
    says: '其端口绑定到集中式证书存储，本程序不会更改它。',
    todo: (d) =>
      `如果没有其他程序需要该绑定，请将其删除（\`netsh http delete sslcert ccs=${text(d.port)}\`），然后重新提出请求：没有绑定的端口会得到一个绑定。`,
  },
  RehearsalNotBound: { says: '预演时未能绑定新证书。', todo: AGAIN },
  RehearsalStillBound: {
    says: '未能移除预演绑定。',
    todo: (d) => `请人工删除：\`netsh http delete sslcert ipport=${rehearsal(d)}\`。`,
  },
  SettingMissing: { says: (d) => `配置文件中没有该键${named(d, 'key')}。`, todo: SETTINGS },
  SettingTwice: { says: (d) => `配置文件中该键重复${named(d, 'key')}。`, todo: SETTINGS },
  SettingNotAThumbprint: {
    says: (d) => `配置值${d.found === '' ? '为空' : '不是指纹'}${named(d, 'key')}。`,
    todo: (d): string =>
      isTold(d.wanted) ? `请在该机器上手动把 ${text(d.wanted)} 写入 ${text(d.key)}，然后重新申请。` : SETTINGS,
  },
  SettingDiffers: { says: '配置与要求不符。', todo: AGAIN },
  SettingsFileMissing: { says: '找不到配置文件。', todo: SETTINGS },
  FileNotWritable: {
    says: (d) => `文件无法写入${named(d, 'file')}。`,
    todo: (d) => (isDiskFull(d) ? FREE : '请授予 runner 写入权限。'),
  },
  PublishedDiffers: {
    says: '.cer 文件与要求不符。',
    todo: AGAIN,
    hand: '请查明还有什么在写该文件，把那里的服务当前使用的证书放入其中，然后重新查看。',
  },
  SettingMoved: {
    says: (d) =>
      d.key === undefined && d.file !== undefined
        ? `写入期间文件被更改${named(d, 'file', 'path')}。`
        : '写入期间配置被更改。',
    todo: AGAIN,
  },
  SettingsFileNotUnderstood: { says: '配置文件无法解析。', todo: SETTINGS },
  KeyTwice: { says: (d) => `配置文件中该键重复${named(d, 'key')}。`, todo: SETTINGS },
  FileBusy: {
    says: (d) =>
      `${mayBeDenied(d) ? '文件无法打开' : '文件被其他程序占用'}${named(d, 'file', 'path')}${hasTried(d) ? `，重试 ${text(d.seconds)} 秒后仍是如此` : ''}。`,
    todo: (d): string =>
      mayBeDenied(d)
        ? '请查看 runner 能否读写该文件，以及是否被扫描或备份程序占用，然后重新申请。'
        : '请在该程序中关闭文件，或让扫描或备份程序跳过该文件，然后重新申请。',
  },
  FileMissing: { says: (d) => `找不到文件${named(d, 'file', 'path')}。`, todo: '请放回该文件，然后重新申请。' },
  FileNotReadable: { says: (d) => `文件无法读取${named(d, 'file', 'path')}。`, todo: LET_READ },
  FileIsLink: {
    says: (d) => `文件是指向别处的链接${named(d, 'file')}。`,
    todo: '请查明是谁放置了该链接，并换回文件本身。',
  },
  FileTooLarge: { says: (d) => `文件过大，不可能是应有的文件${named(d, 'file')}。`, todo: '请放回正确的文件。' },
  FileNotWritten: { says: (d) => `文件未能写入${named(d, 'file', 'path')}。`, todo: AGAIN },
  TemporaryFileLeft: { says: '临时文件未能删除。', todo: '请人工删除：其中可能有密钥。' },
  Unreadable: { says: '现有内容无法读取。', todo: AGAIN },
  CodePageUnknown: { says: (d) => `代码页未知${named(d, 'codePage')}。`, todo: BUG },
  EventNotWritten: {
    says: '事件日志未能记录。',
    todo: '请检查其“应用程序”日志是否已满，或 runner 的账户是否无权写入。',
  },
  FolderNotNew: {
    says: (d) => `runner 的文件夹已存在${named(d, 'folder')}。`,
    todo: '请移走该文件夹，或指定另一个。',
  },
  FolderNotProtected: {
    says: (d) =>
      isTold(d.others)
        ? `其他账户可以写入 runner 的文件夹${named(d, 'folder')}。`
        : `未能禁止他人访问 runner 的文件夹${named(d, 'folder')}。`,
    todo: (d) =>
      isTold(d.others)
        ? '请断开其权限继承：仅限 SYSTEM 和 Administrators。'
        : '请查明是什么使 runner 无法更改该文件夹的访问控制列表，然后重新申请。',
  },
  NetshParameterUnknown: {
    says: (d) => `该机器的 netsh 不支持某个标志${named(d, 'parameters')}。`,
    todo: '请人工轮换此证书。',
  },
  RegistryNotReadable: { says: '无法读取注册表。', todo: LET_READ, hand: `${LET_READ}然后重新查看。` },
  TemporaryFolderNotEmptied: { says: '临时文件夹未能清空。', todo: '请人工清空：其中可能有密钥。' },
} satisfies Same<typeof en>;
