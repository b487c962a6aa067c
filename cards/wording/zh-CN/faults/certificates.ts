import type { certificatesFaults as en } from '../../en/faults/certificates.ts';
import { isDiskFull, isTold } from '../../fault-words.ts';
import type { Same } from '../../line.ts';
import { AGAIN, BUG, FREE, FREE_FIRST, full, named, text } from './fault.ts';

const REMOVE = '请人工删除；没有程序使用它。';
const REMOVED_BY_HAND = { todo: REMOVE, hand: '没有程序使用它，请在该机器上人工删除，然后重新查看。' };
const ROOT_POLICY = '请检查是否有策略管理其 Root 存储。';
const GRANT = '请人工授权，或重新申请。';
const HARDWARE = '存放在硬件中的私钥无法在此轮换。';
const LET_READ = '请授予 runner 读取权限。';

/** Certificates, stores and private keys. */
export const certificatesFaults = {
  CertificateMissing: { says: '找不到该证书。', todo: AGAIN },
  CertificateStillThere: { says: '证书未能删除。', todo: REMOVE },
  CertificateNotMadeYet: { says: '新证书尚未生成。', todo: BUG },
  CertificateNotAtHand: { says: '找不到要还原的证书。', todo: '请从其他机器导出。' },
  CertificateUnreadable: {
    says: (d) => (isTold(d.file) ? `文件中没有可读取的证书${named(d, 'file')}。` : '有证书无法读取。'),
    todo: (d) => (isTold(d.file) ? '请将使用中的证书放入该文件，或移走该文件，然后重新申请。' : BUG),
  },
  PrivateKeyMissing: { says: '证书缺少私钥。', todo: AGAIN },
  NotTrusted: { says: '不信任新证书。', todo: ROOT_POLICY },
  KeyMissing: { says: '找不到该证书，或此处没有它的私钥。', todo: AGAIN },
  KeyReadersMissing: { says: '有账户无权读取新私钥。', todo: GRANT },
  KeyStillReadable: { says: '有账户仍可读取私钥。', todo: '请人工收回该权限。' },
  KeyRevokeFailed: { says: '未能收回私钥的读取权限。', todo: '请人工收回该权限。' },
  KeyRevokeNotEffective: { says: '有账户仍可读取私钥。', todo: '请人工收回该权限。' },
  KeyNotReadable: { says: '服务无权读取私钥。', todo: GRANT },
  KeyFileMissing: { says: '找不到私钥文件。', todo: HARDWARE },
  SecretLost: { says: '新私钥在重启中丢失；没有程序使用它。', todo: '请重新申请。' },
  NothingMade: { says: '没有生成任何证书。', todo: BUG },
  CertificateImportFailed: { says: (d) => `新证书未能导入${full(d)}。`, todo: (d) => (isDiskFull(d) ? FREE : AGAIN) },
  CertificateNotImported: { says: '导入后仍找不到新证书。', todo: AGAIN },
  CertificateTrustFailed: {
    says: (d) => `未能信任新证书${full(d)}。`,
    todo: (d) => (isDiskFull(d) ? FREE : ROOT_POLICY),
  },
  CertificateNotTrusted: { says: '写入后 Root 存储中仍没有新证书。', todo: ROOT_POLICY },
  CertificateRemoveFailed: { ...REMOVED_BY_HAND, says: '证书未能删除。' },
  CertificateNotRemoved: { ...REMOVED_BY_HAND, says: '证书未能删除。' },
  CertificateStillBound: {
    says: '证书仍被绑定，因此未删除。',
    todo: '请先在绑定处换上另一张证书（`netsh http show sslcert` 可查看），然后重新申请。',
  },
  KeyUsedElsewhere: {
    says: (d) => `其私钥另有用途，因此未删除${named(d, 'users', 'store')}。`,
    todo: '请让使用者改用另一把私钥，然后重新申请。',
  },
  CertificateInUse: {
    says: (d) => `该证书在此仍被使用，因此未删除${named(d, 'users')}。`,
    todo: '请先为使用者换用其他证书，然后重新申请。',
  },
  KeyStillThere: { says: '私钥仍然存在，因此未删除证书。', todo: '请人工删除，或重新申请。' },
  KeyNotRemoved: {
    says: '私钥未能删除。',
    todo: '请人工删除（`certutil -csp 提供程序 -delkey 容器`）；没有程序使用它。',
    hand: '没有程序使用它，请在该机器上人工删除（`certutil -csp 提供程序 -delkey 容器`），然后重新查看。',
  },
  KeyNotRemovable: {
    says: (d) => `私钥无法在此删除${named(d, 'where')}，因此保留其证书。`,
    todo: '不再需要回退后，请人工删除两者；所查看的程序均未使用它们。',
  },
  KeyGrantFailed: { says: '未能授予新私钥的读取权限。', todo: AGAIN },
  KeyGrantNotEffective: { says: '授权后服务仍无权读取新私钥。', todo: AGAIN },
  KeyEntryThere: {
    says: (d) => `${text(d.sid)} 在私钥文件上已有一个不含读取权限的条目，撤销时会一并去除它。`,
    todo: '请人工授予该账户读取私钥的权限（`icacls /grant`），然后重新申请。',
  },
  KeyNotInFile: { says: '私钥不在文件中。', todo: HARDWARE },
  KeyFileMalformed: {
    says: '密钥文件格式不正确。',
    todo: '请恢复它，或将其移走后重新生成：`certops keys new`（机器人），`node runner.mjs init`（runner）。',
  },
  AclUnreadable: {
    says: '无法判断谁可以读取私钥。',
    todo: (d) => (isDiskFull(d) ? FREE : '请附上命令输出报告：操作日志中有记录。'),
    hand: (d) => (isDiskFull(d) ? FREE_FIRST : ''),
  },
  CertutilUnreadable: { says: 'certutil 的输出无法识别。', todo: '请附上该输出报告：操作日志中有记录。' },
  KeyFolderNotReadable: { says: '无法读取私钥文件夹。', todo: LET_READ },
  MadeCertificateWrong: { says: '新证书与要求不符。', todo: BUG },
  StoreNotReadable: {
    says: (d) => `无法读取其证书存储${full(d)}。`,
    todo: (d) => (isDiskFull(d) ? FREE : LET_READ),
    hand: (d) => (isDiskFull(d) ? FREE_FIRST : `${LET_READ}然后重新查看。`),
  },
} satisfies Same<typeof en>;
