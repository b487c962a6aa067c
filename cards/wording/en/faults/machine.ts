import { hasTried, isDiskFull, isTold, mayBeDenied, rehearsal } from '../../fault-words.ts';
import { AGAIN, BUG, type Faults, FREE, named, SETTINGS, text } from './fault.ts';

/** Machines that go back by themselves; bindings, settings files, files and folders. */
export const machineFaults = {
  NotConfirmed: {
    says: (d) =>
      d.early === undefined
        ? 'nobody confirmed in time that the workers had followed, so it went back by itself.'
        : `it went back by itself ${text(d.early)} s before its time by the bot's clock: its runner began anew, and by the clock there that time had passed.`,
    todo: (d): string =>
      d.early === undefined
        ? 'See whether the bot, Redis and the network between them run, then ask again.'
        : "One of the two clocks was set meanwhile, that machine's forward or the bot's back: compare them, then ask again.",
  },
  NothingBound: {
    says: 'nothing is bound to the port.',
    todo: 'Find out what took the binding away, then ask again: the new plan makes one.',
  },
  RunnerMakesNoBinding: {
    says: 'nothing is bound to the port, and its runner is of an older version, which makes no binding.',
    todo: 'Update that runner, then ask again.',
  },
  BindingMissing: { says: 'the binding is not there.', todo: AGAIN },
  BindingDiffers: { says: 'the binding is not as it was wanted.', todo: AGAIN },
  BindingAppeared: { says: 'a binding appeared that nobody planned.', todo: 'Find out who made it, then ask again.' },
  BindingMoved: {
    says: 'the binding was changed by somebody else meanwhile.',
    todo: 'Find out who changed it, then ask again.',
  },
  BindingRefused: { says: (d) => `Windows refused the binding${named(d, 'error')}.`, todo: AGAIN },
  BindingCertificateNotUsable: {
    says: 'Windows cannot use the certificate for the binding: it is not in the store, or has no private key (1312).',
    todo: AGAIN,
  },
  OldCertificateGone: {
    lead: 'unknown',
    says: (d) =>
      `${d.missing === 'key' ? 'the private key of the certificate that it is to go back to is gone' : 'the certificate that it is to go back to is gone'}, so nothing was put back there.`,
    todo: (d) =>
      `Where there is a copy of that certificate with its private key, import it into LocalMachine\\${text(d.store) === '' ? 'My' : text(d.store)}, then put all back.`,
  },
  BindingNotAsWanted: { says: 'the binding is not as it was wanted.', todo: AGAIN },
  BindingReadersDisagree: {
    lead: 'unknown',
    says: 'netsh and the registry tell different bindings.',
    todo: 'Compare `netsh http show sslcert` with SslBindingInfo in the registry.',
  },
  BoundByCentralStore: {
    says: 'its port is bound to a central certificate store, which nobody changes here.',
    todo: (d) =>
      `Where nothing else needs that, take it away (\`netsh http delete sslcert ccs=${text(d.port)}\`), then ask again: a port without a binding gets one.`,
  },
  RehearsalNotBound: { says: 'the new certificate could not be bound in rehearsal.', todo: AGAIN },
  RehearsalStillBound: {
    says: 'the rehearsal binding could not be taken away.',
    todo: (d) => `Delete it by hand: \`netsh http delete sslcert ipport=${rehearsal(d)}\`.`,
  },
  SettingMissing: { says: (d) => `its settings file does not hold the key${named(d, 'key')}.`, todo: SETTINGS },
  SettingTwice: { says: (d) => `its settings file holds the key twice${named(d, 'key')}.`, todo: SETTINGS },
  SettingNotAThumbprint: {
    says: (d) => `its setting is ${d.found === '' ? 'empty' : 'not a thumbprint'}${named(d, 'key')}.`,
    todo: (d): string =>
      isTold(d.wanted) ? `Write ${text(d.wanted)} to ${text(d.key)} there by hand, then ask again.` : SETTINGS,
  },
  SettingDiffers: { says: 'its setting is not as it was wanted.', todo: AGAIN },
  SettingsFileMissing: { says: 'its settings file is not there.', todo: SETTINGS },
  FileNotWritable: {
    says: (d) => `a file cannot be written${named(d, 'file')}.`,
    todo: (d): string => (isDiskFull(d) ? FREE : 'Give the runner the right to write it.'),
  },
  PublishedDiffers: {
    says: 'its .cer file is not as it was wanted.',
    todo: AGAIN,
    hand: 'See what else writes that file, and put the certificate into it that the service there uses now. Then look again.',
  },
  SettingMoved: {
    says: (d) =>
      d.key === undefined && d.file !== undefined
        ? `a file changed while it was written${named(d, 'file', 'path')}.`
        : 'its setting changed while it was written.',
    todo: AGAIN,
  },
  SettingsFileNotUnderstood: { says: 'its settings file cannot be read.', todo: SETTINGS },
  KeyTwice: { says: (d) => `its settings file holds the key twice${named(d, 'key')}.`, todo: SETTINGS },
  FileBusy: {
    says: (d) =>
      `${mayBeDenied(d) ? 'a file does not open' : 'another program holds a file open'}${named(d, 'file', 'path')}${hasTried(d) ? `, and ${text(d.seconds)} s of trying did not help` : ''}.`,
    todo: (d): string =>
      mayBeDenied(d)
        ? 'See whether the runner may read and write it, and whether a scanner or a backup holds it, then ask again.'
        : 'Close it there, or let the scanner or backup leave it alone, then ask again.',
  },
  FileMissing: { says: (d) => `a file is not there${named(d, 'file', 'path')}.`, todo: 'Put it back, then ask again.' },
  FileNotReadable: {
    says: (d) => `a file cannot be read${named(d, 'file', 'path')}.`,
    todo: 'Let the runner read it.',
  },
  FileIsLink: {
    says: (d) => `a file is a link that leads elsewhere${named(d, 'file')}.`,
    todo: 'See who put the link there; put the file itself in its place.',
  },
  FileTooLarge: {
    says: (d) => `a file is far too large to be what it should be${named(d, 'file')}.`,
    todo: 'Put the right file in its place.',
  },
  FileNotWritten: { says: (d) => `a file could not be written${named(d, 'file', 'path')}.`, todo: AGAIN },
  TemporaryFileLeft: { says: 'a temporary file could not be removed.', todo: 'Remove it by hand: it may hold a key.' },
  Unreadable: { says: 'what is there could not be read.', todo: AGAIN },
  CodePageUnknown: { says: (d) => `its code page is not known${named(d, 'codePage')}.`, todo: BUG },
  EventNotWritten: {
    says: 'its event log took no record.',
    todo: 'See whether its Application log is full, or closed to the account of the runner.',
  },
  FolderNotNew: {
    says: (d) => `a folder for its runner is there already${named(d, 'folder')}.`,
    todo: 'Move it away, or name another.',
  },
  FolderNotProtected: {
    says: (d) =>
      isTold(d.others)
        ? `others may write into a folder of the runner${named(d, 'folder')}.`
        : `a folder of the runner could not be closed to others${named(d, 'folder')}.`,
    todo: (d): string =>
      isTold(d.others)
        ? 'Cut its inheritance: SYSTEM and Administrators only.'
        : 'See what keeps its runner from changing access lists below that folder, then ask again.',
  },
  NetshParameterUnknown: {
    says: (d) => `its netsh does not know a flag${named(d, 'parameters')}.`,
    todo: 'Rotate this one by hand.',
  },
  RegistryNotReadable: {
    says: 'its registry cannot be read.',
    todo: 'Let the runner read it.',
    hand: 'Let the runner read it, then look again.',
  },
  TemporaryFolderNotEmptied: {
    says: 'its temporary folder could not be emptied.',
    todo: 'Empty it by hand: it may hold a key.',
  },
} satisfies Faults;
