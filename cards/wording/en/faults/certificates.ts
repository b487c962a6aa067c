import { isDiskFull, isTold } from '../../fault-words.ts';
import { AGAIN, BUG, type Faults, FREE, FREE_FIRST, full, named, text } from './fault.ts';

const REMOVED_BY_HAND = {
  todo: 'Remove it by hand; nothing uses it.',
  hand: 'Remove it there by hand, as nothing uses it. Then look again.',
};

/** Certificates, stores and private keys. */
export const certificatesFaults = {
  CertificateMissing: { says: 'the certificate is not there.', todo: AGAIN },
  CertificateStillThere: { says: 'the certificate could not be removed.', todo: 'Remove it by hand; nothing uses it.' },
  CertificateNotMadeYet: { says: 'the new certificate is not made yet.', todo: BUG },
  CertificateNotAtHand: {
    says: 'the certificate to give back is nowhere to be found.',
    todo: 'Export it from another machine.',
  },
  CertificateUnreadable: {
    says: (d) =>
      isTold(d.file)
        ? `a file holds no certificate that can be read${named(d, 'file')}.`
        : 'a certificate could not be read.',
    todo: (d): string =>
      isTold(d.file) ? 'Put the certificate in use there, or take the file away, then ask again.' : BUG,
  },
  PrivateKeyMissing: { says: 'the certificate came without its private key.', todo: AGAIN },
  NotTrusted: { says: 'it does not trust the new certificate.', todo: 'Look for a policy that owns its Root store.' },
  KeyMissing: { says: 'the certificate is not there, or has no private key here.', todo: AGAIN },
  KeyReadersMissing: { says: 'an account may not read the new key.', todo: 'Grant it by hand, or ask again.' },
  KeyStillReadable: { says: 'an account may still read the key.', todo: 'Take that right away by hand.' },
  KeyRevokeFailed: { says: 'the right to read the key could not be taken back.', todo: 'Take it away by hand.' },
  KeyRevokeNotEffective: { says: 'an account may still read the key.', todo: 'Take that right away by hand.' },
  KeyNotReadable: { says: 'the service may not read the private key.', todo: 'Grant it by hand, or ask again.' },
  KeyFileMissing: {
    says: 'the file of the private key is nowhere to be found.',
    todo: 'Keys in hardware cannot be rotated from here.',
  },
  SecretLost: { says: 'the new key was lost in a restart; nothing uses it.', todo: 'Ask again.' },
  NothingMade: { says: 'nothing was made.', todo: BUG },
  CertificateImportFailed: {
    says: (d) => `the new certificate could not be imported${full(d)}.`,
    todo: (d): string => (isDiskFull(d) ? FREE : AGAIN),
  },
  CertificateNotImported: { says: 'the new certificate is not there after its import.', todo: AGAIN },
  CertificateTrustFailed: {
    says: (d) => `the new certificate could not be trusted${full(d)}.`,
    todo: (d): string => (isDiskFull(d) ? FREE : 'Look for a policy that owns its Root store.'),
  },
  CertificateNotTrusted: {
    says: 'the new certificate is not in Root after it was put there.',
    todo: 'Look for a policy that owns its Root store.',
  },
  CertificateRemoveFailed: { ...REMOVED_BY_HAND, says: 'the certificate could not be removed.' },
  CertificateNotRemoved: { ...REMOVED_BY_HAND, says: 'the certificate could not be removed.' },
  CertificateStillBound: {
    says: 'the certificate is bound, so it is not removed.',
    todo: 'Bind another one there first (`netsh http show sslcert` shows where), then ask again.',
  },
  KeyUsedElsewhere: {
    says: (d) => `its private key is used elsewhere, so it is not removed${named(d, 'users', 'store')}.`,
    todo: 'Give those who use it another one, then ask again.',
  },
  CertificateInUse: {
    says: (d) => `the certificate is in use here, so it is not removed${named(d, 'users')}.`,
    todo: 'Give those who use it another one, then ask again.',
  },
  KeyStillThere: {
    says: 'the private key is still there, so the certificate is not removed.',
    todo: 'Remove it by hand, or ask again.',
  },
  KeyNotRemoved: {
    says: 'the private key could not be removed.',
    todo: 'Remove it by hand (`certutil -csp PROVIDER -delkey CONTAINER`); nothing uses it.',
    hand: 'Remove it there by hand (`certutil -csp PROVIDER -delkey CONTAINER`), as nothing uses it. Then look again.',
  },
  KeyNotRemovable: {
    says: (d) => `the private key cannot be removed from here${named(d, 'where')}, so its certificate stays.`,
    todo: 'Remove both by hand, once nobody wants to go back to it; nothing that is looked at uses them.',
  },
  KeyGrantFailed: { says: 'reading the new key could not be granted.', todo: AGAIN },
  KeyGrantNotEffective: { says: 'the service still may not read the new key.', todo: AGAIN },
  KeyEntryThere: {
    says: (d) =>
      `${text(d.sid)} has an entry on the key file already that does not let it read, and an undo would take that away too.`,
    todo: 'Let that account read the key by hand (`icacls /grant`), then ask again.',
  },
  KeyNotInFile: { says: 'the private key lies in no file.', todo: 'Keys in hardware cannot be rotated from here.' },
  KeyFileMalformed: {
    says: 'a key file is not as it should be.',
    todo: 'Restore it, or move it away and make a new one: `certops keys new` (bot), `node runner.mjs init` (runner).',
  },
  AclUnreadable: {
    says: 'it cannot be seen who may read a key.',
    todo: (d): string => (isDiskFull(d) ? FREE : 'Report it with the answer: it is in the journal.'),
    hand: (d): string => (isDiskFull(d) ? FREE_FIRST : ''),
  },
  CertutilUnreadable: {
    says: 'the answer of certutil was not understood.',
    todo: 'Report it with that answer: it is in the journal.',
  },
  KeyFolderNotReadable: { says: 'the folder of the private keys cannot be read.', todo: 'Let the runner read it.' },
  MadeCertificateWrong: { says: 'the new certificate is not as it was wanted.', todo: BUG },
  StoreNotReadable: {
    says: (d) => `its certificate store cannot be read${full(d)}.`,
    todo: (d): string => (isDiskFull(d) ? FREE : 'Let the runner read it.'),
    hand: (d): string => (isDiskFull(d) ? FREE_FIRST : 'Let the runner read it, then look again.'),
  },
} satisfies Faults;
