import { brief } from './grammar.ts';

/** What came with an error: found beside wanted where there are two, else whatever names the place. */
export type ErrorData = { readonly [name: string]: unknown };

export interface Fault {
  /** Ends a sentence that begins with the machine's name and a colon. */
  readonly says: string | ((d: ErrorData) => string);
  /** One way on. */
  readonly todo: string;
  /** What became of the machine, where that is more than "failed". */
  readonly lead?: 'did not come back' | 'went silent' | 'is not known';
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : brief(value));
const named = (d: ErrorData, ...names: readonly string[]): string => {
  const name = names.find((one) => d[one] !== undefined && d[one] !== null);
  return name === undefined ? '' : ` (${text(d[name])})`;
};

const BACK = { lead: 'did not come back' } as const;
export const AGAIN = 'Ask again; if it comes back, look at the machine.';
const SYSTEM_LOG = 'Look at its System log{around} (events 7000, 7009, 7038), then ask again.';
const SETTINGS = 'Correct the settings file beside the service by hand, then ask again.';
const BUG = 'This is a defect: report it with the journal.';

/** What goes wrong, by the code of a CertopsError, a refusal or a verdict. Codes that stand nowhere here are shown as they are. */
export const faults: { readonly [code: string]: Fault } = {
  // Services
  ServiceNotRunning: { ...BACK, says: 'its service did not start.', todo: SYSTEM_LOG },
  ServiceNotRestarted: { ...BACK, says: 'its service still runs as the process of before.', todo: SYSTEM_LOG },
  ServicePending: { ...BACK, says: 'its service was still starting or stopping when time was up.', todo: SYSTEM_LOG },
  ServiceStuckStopping: {
    lead: 'is not known',
    says: 'its service does not stop. It is never killed from here.',
    todo: 'End its process on the machine, then look again.',
  },
  ServiceDisabled: { says: 'its service is disabled.', todo: 'Set its start type to automatic, then ask again.' },
  ServiceMissing: { says: 'it has no such Scale Out service.', todo: 'Correct the roles in the farm file.' },
  ServiceAmbiguous: {
    says: (d) => `several versions of the service are installed${named(d, 'found', 'services')}.`,
    todo: 'Name one in the overrides of `certops runner init`.',
  },
  ServiceLogonFailed: {
    ...BACK,
    says: 'Windows refused the log-on of its service account (1069).',
    todo: "Give the service its account's present password, then ask again.",
  },
  ServiceRefused: { says: (d) => `its service cannot be controlled now${named(d, 'exit', 'code')}.`, todo: SYSTEM_LOG },
  // Connection
  WorkerNotConnected: {
    ...BACK,
    says: 'its service runs, but is not connected.',
    todo: "Read the worker's log, then ask again.",
  },
  WorkerRefused: {
    ...BACK,
    says: (d) => `it is refused: ${text((d.found as ErrorData | undefined)?.line ?? d.line ?? 'see its log')}`,
    todo: "The worker's log names the cause.",
  },
  NoWitness: {
    ...BACK,
    says: 'not proved: neither its log nor its connections can be read here.',
    todo: "Let the runner read the service's log folder, then ask again.",
  },
  EndpointPresentsAnother: {
    ...BACK,
    says: 'the endpoint presents another certificate to it.',
    todo: 'Look for a proxy or a second binding between it and the master.',
  },
  PresentsAnother: { says: 'it presents another certificate.', todo: 'Look at every binding of the port.' },
  NotProved: { says: 'the final look did not agree.', todo: 'What does not agree stands below.' },
  GapLimitPassed: {
    says: (d) => `not every worker was proved ${text(d.seconds)} s after the master had switched${named(d, 'hosts')}.`,
    todo: 'Look at those workers, or raise gap.limit in the farm file, then ask again.',
  },
  // Bindings
  NothingBound: { says: 'nothing is bound to the port.', todo: 'Bind the present certificate first.' },
  BindingMissing: { says: 'the binding is not there.', todo: AGAIN },
  BindingDiffers: { says: 'the binding is not as it was wanted.', todo: AGAIN },
  BindingAppeared: { says: 'a binding appeared that nobody planned.', todo: 'Find out who made it, then ask again.' },
  BindingNotAsWanted: { says: 'the binding is not as it was wanted.', todo: AGAIN },
  BindingReadersDisagree: {
    lead: 'is not known',
    says: 'netsh and the registry tell different bindings.',
    todo: 'Compare `netsh http show sslcert` with SslBindingInfo in the registry.',
  },
  BindingNotUnderstood: {
    says: 'a binding has a value that netsh cannot set again.',
    todo: 'Rotate this one by hand.',
  },
  RehearsalNotBound: { says: 'the new certificate could not be bound in rehearsal.', todo: AGAIN },
  RehearsalStillBound: {
    says: 'the rehearsal binding could not be taken away.',
    todo: 'Delete it with netsh by hand.',
  },
  // Settings
  SettingMissing: { says: (d) => `its settings file does not hold the key${named(d, 'key')}.`, todo: SETTINGS },
  SettingTwice: { says: (d) => `its settings file holds the key twice${named(d, 'key')}.`, todo: SETTINGS },
  SettingNotAThumbprint: {
    says: (d) => `its setting is not a thumbprint${named(d, 'key')}.`,
    todo: SETTINGS,
  },
  SettingDiffers: { says: 'its setting is not as it was wanted.', todo: AGAIN },
  SettingsFileMissing: { says: 'its settings file is not there.', todo: SETTINGS },
  SettingsNotUnderstood: { says: 'its settings file cannot be read.', todo: SETTINGS },
  FileLocked: { says: (d) => `a file is held open by somebody${named(d, 'file')}.`, todo: AGAIN },
  FileNotWritable: {
    says: (d) => `a file cannot be written${named(d, 'file')}.`,
    todo: 'Give the runner the right to write it.',
  },
  DiskFull: { says: 'its disk is full.', todo: 'Free some space, then ask again.' },
  // Certificates and keys
  CertificateNotThere: { says: (d) => `the certificate is not there${named(d, 'thumbprint')}.`, todo: AGAIN },
  CertificateMissing: { says: 'the new certificate is not there.', todo: AGAIN },
  CertificateStillThere: { says: 'the certificate could not be removed.', todo: 'Remove it by hand; nothing uses it.' },
  CertificateNotMadeYet: { says: 'the new certificate is not made yet.', todo: BUG },
  CertificateNotAtHand: {
    says: 'the certificate to give back is nowhere to be found.',
    todo: 'Export it from another machine.',
  },
  CertificateUnreadable: { says: 'a certificate could not be read.', todo: BUG },
  PrivateKeyMissing: { says: 'the certificate came without its private key.', todo: AGAIN },
  PublishedDiffers: { says: 'its .cer file is not as it was wanted.', todo: AGAIN },
  NotTrusted: { says: 'it does not trust the new certificate.', todo: 'Look for a policy that owns its Root store.' },
  KeyReadersMissing: { says: 'an account may not read the new key.', todo: 'Grant it by hand, or ask again.' },
  KeyNotReadable: { says: 'the service may not read the private key.', todo: 'Grant it by hand, or ask again.' },
  KeyFileMissing: {
    says: 'the file of the private key is nowhere to be found.',
    todo: 'Keys in hardware cannot be rotated from here.',
  },
  SecretLost: { says: 'the new key was lost in a restart; nothing uses it.', todo: 'Ask again.' },
  NothingMade: { says: 'nothing was made.', todo: BUG },
  // Tools
  ToolTimedOut: { says: (d) => `a tool gave no answer in time${named(d, 'tool')}.`, todo: AGAIN },
  ToolBlocked: {
    says: (d) => `a tool may not run here${named(d, 'tool')}.`,
    todo: 'Ask who owns the policy of this machine to allow it.',
  },
  ToolMissing: { says: (d) => `a tool is not there${named(d, 'tool')}.`, todo: 'Look at System32 of the machine.' },
  ToolFailed: { says: (d) => `a tool failed${named(d, 'tool')}.`, todo: AGAIN },
  ToolStopped: { says: (d) => `a tool was stopped${named(d, 'tool')}.`, todo: AGAIN },
  ToolKilled: { says: (d) => `a tool was killed${named(d, 'tool')}.`, todo: AGAIN },
  ToolNotStarted: { says: (d) => `a tool did not start${named(d, 'tool')}.`, todo: AGAIN },
  ToolOutputNotUnderstood: {
    says: (d) => `the answer of a tool was not understood${named(d, 'tool')}.`,
    todo: 'Report it with that answer: it is in the journal.',
  },
  ToolOutputTooLong: { says: (d) => `the answer of a tool was too long${named(d, 'tool')}.`, todo: BUG },
  // Orders and runners
  FactsMoved: {
    says: (d) => `what was approved is not so any more${named(d, 'fact', 'facts', 'name')}.`,
    todo: 'Ask again: the new plan shows what is there now.',
  },
  RunnerSilent: { lead: 'went silent', says: 'its runner gives no answer.', todo: 'Start the runner or the machine.' },
  OrderLapsed: {
    lead: 'went silent',
    says: 'it did not take the order in time.',
    todo: 'Start the runner or the machine.',
  },
  OrderExpired: { says: 'the order came too late.', todo: 'Compare the clocks of bot and machine.' },
  StateUnknown: { lead: 'is not known', says: 'what state it is in is not known.', todo: 'Look again.' },
  JournalNotWritable: { says: 'its journal cannot be written, so it accepts no work.', todo: 'Free its disk.' },
  StepNotUnderstood: { says: 'it does not understand a step.', todo: 'Give bot and runner the same version.' },
  RunnerPaused: { says: 'its runner is paused.', todo: 'Remove the file STOP from its state folder.' },
  EnvelopeBadSignature: { says: 'the signature was not valid.', todo: 'Compare the keys of bot and runner.' },
  EnvelopeUnknownKey: {
    says: 'the order was signed with a key that it does not know.',
    todo: 'Compare the keys of bot and runner.',
  },
  PutBackDecided: { says: 'putting back was decided here.', todo: 'Ask again when it is right.' },
  StopAsked: { says: 'it was asked to stop.', todo: 'Ask again when it is right.' },
  ClusterNotReadable: { says: 'whether it is clustered cannot be read.', todo: 'Let the runner read the registry.' },
  MasterClustered: { says: 'the master is clustered, and clusters cannot be rotated yet.', todo: 'Rotate it by hand.' },
  ServiceClustered: {
    says: 'its service is clustered, and clusters cannot be rotated yet.',
    todo: 'Rotate it by hand.',
  },
  MoreThanOneMaster: {
    says: (d) => `the farm has more than one master${named(d, 'hosts')}, which cannot be rotated yet.`,
    todo: 'Name one master in the farm file.',
  },
  NoMaster: { says: 'the farm file names no master.', todo: 'Give one host the role master.' },
  HostNotLooked: { says: 'it has not told what is there.', todo: 'Start its runner, then ask again.' },
  HostNotReady: {
    says: (d) => `it is not ready${named(d, 'problem')}.`,
    todo: 'Put that right on the machine, then ask again.',
  },
  RoleNotInstalled: { says: (d) => `it has no ${text(d.role)} service.`, todo: 'Correct the roles in the farm file.' },
  MasterNotRunning: { says: (d) => `the master service is ${text(d.state)}.`, todo: 'Start it, then ask again.' },
  PortDiffers: {
    says: (d) => `the master listens on port ${text(d.found)}, the farm file says ${text(d.wanted)}.`,
    todo: 'Correct the endpoint in the farm file.',
  },
  NameNotValid: {
    says: (d) => `the name cannot stand in a certificate${named(d, 'name')}.`,
    todo: 'Correct it in the farm file.',
  },
  BindingFlagNotReturnable: {
    says: (d) => `a flag of its binding cannot be given back by its netsh${named(d, 'parameter')}.`,
    todo: 'Rotate this one by hand.',
  },
  MasterThumbprintsDisagree: {
    says: 'binding, settings and certificate of the master name different thumbprints.',
    todo: 'Make them agree by hand first.',
  },
  MasterCertificateMissing: {
    says: 'the certificate in use is in no store, so it could not be put back.',
    todo: 'Import it, then ask again.',
  },
  EndpointNotUnderstood: { says: (d) => `its MasterEndpoint cannot be read${named(d, 'found')}.`, todo: SETTINGS },
  EndpointElsewhere: { says: (d) => `its MasterEndpoint names another port${named(d, 'found')}.`, todo: SETTINGS },
  EndpointNotCovered: {
    says: (d) => `the new certificate would not cover the endpoint of workers${named(d, 'hosts')}.`,
    todo: 'Add those names to certificate.extraNames in the farm file.',
  },
  WorkerPinsAnother: {
    says: 'it pins another certificate than the master presents, so it is cut off already.',
    todo: 'Connect it by hand first.',
  },
  ServiceHasDependents: {
    says: 'other services depend on its service.',
    todo: 'Stop them for the rotation, or rotate by hand.',
  },
  ServiceNotScaleOut: {
    says: 'the service is not one of Scale Out.',
    todo: 'Correct the overrides of `certops runner init`.',
  },
  ServiceImageUnknown: {
    says: 'the folder of its service cannot be found.',
    todo: 'Name it in the overrides of `certops runner init`.',
  },
  SettingMoved: { says: 'its setting changed while it was written.', todo: AGAIN },
  SettingsFileNotUnderstood: { says: 'its settings file cannot be read.', todo: SETTINGS },
  KeyMissing: { says: (d) => `its settings file does not hold the key${named(d, 'key')}.`, todo: SETTINGS },
  KeyTwice: { says: (d) => `its settings file holds the key twice${named(d, 'key')}.`, todo: SETTINGS },
  FileBusy: { says: (d) => `a file is held open by somebody${named(d, 'file', 'path')}.`, todo: AGAIN },
  FileMissing: { says: (d) => `a file is not there${named(d, 'file', 'path')}.`, todo: 'Look at the machine.' },
  FileNotReadable: {
    says: (d) => `a file cannot be read${named(d, 'file', 'path')}.`,
    todo: 'Let the runner read it.',
  },
  FileNotWritten: { says: (d) => `a file could not be written${named(d, 'file', 'path')}.`, todo: AGAIN },
  CertificateImportFailed: { says: 'the new certificate could not be imported.', todo: AGAIN },
  CertificateNotImported: { says: 'the new certificate is not there after its import.', todo: AGAIN },
  CertificateTrustFailed: {
    says: 'the new certificate could not be trusted.',
    todo: 'Look for a policy that owns its Root store.',
  },
  CertificateNotTrusted: {
    says: 'the new certificate is not in Root after it was put there.',
    todo: 'Look for a policy that owns its Root store.',
  },
  CertificateRemoveFailed: {
    says: 'the certificate could not be removed.',
    todo: 'Remove it by hand; nothing uses it.',
  },
  CertificateNotRemoved: { says: 'the certificate could not be removed.', todo: 'Remove it by hand; nothing uses it.' },
  CertificateStillBound: {
    says: 'the certificate is bound, so it is not removed.',
    todo: 'Look at the bindings of the machine.',
  },
  KeyUsedElsewhere: { says: 'its private key is used elsewhere, so it is not removed.', todo: 'Look who uses it.' },
  KeyNotRemoved: { says: 'the private key could not be removed.', todo: 'Remove it by hand; nothing uses it.' },
  KeyNotRemovable: {
    says: 'the private key cannot be removed from here.',
    todo: 'Remove it by hand; nothing uses it.',
  },
  KeyGrantFailed: { says: 'reading the new key could not be granted.', todo: AGAIN },
  KeyGrantNotEffective: { says: 'the service still may not read the new key.', todo: AGAIN },
  KeyNotInFile: { says: 'the private key lies in no file.', todo: 'Keys in hardware cannot be rotated from here.' },
  AccountNotResolved: {
    says: (d) => `the account of its service is not known to Windows${named(d, 'account')}.`,
    todo: SYSTEM_LOG,
  },
  ChangeDoesNotEnd: {
    lead: 'is not known',
    says: 'a change does not end.',
    todo: 'Look again when the machine is quiet.',
  },
  ChangeStopped: { says: 'a change was stopped.', todo: 'Ask again when it is right.' },
  TimeIsOver: { says: 'it was not done in time.', todo: AGAIN },
  TemporaryFileLeft: { says: 'a temporary file could not be removed.', todo: 'Remove it by hand: it may hold a key.' },
  Unreadable: { says: 'what is there could not be read.', todo: AGAIN },
  Unexpected: { says: 'something happened that nobody foresaw.', todo: BUG },
  DigestDiffers: {
    says: 'the order names another plan than was approved.',
    todo: 'Give bot and runner the same version.',
  },
  OrderTooEarly: { says: 'the order came too early.', todo: 'Compare the clocks of bot and machine.' },
  OrderNotUnderstood: { says: 'it does not understand the order.', todo: 'Give bot and runner the same version.' },
  QueueAway: { says: 'Redis is away.', todo: 'It goes on by itself once Redis is back.' },
};
