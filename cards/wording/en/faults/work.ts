import { isTold } from '../../fault-words.ts';
import { short } from '../grammar.ts';
import { unseenOn } from '../unseen.ts';
import { AGAIN, BUG, type ErrorData, type Fault, type Faults, fact, listed, named, text } from './fault.ts';
import { leftBy } from './left-by.ts';

const PUT_RIGHT = 'Ask again when what stood in the way is put right.';
const ONE_BUILD = 'Give bot and runner one build (/ssis runners names both), then ask again.';

const CLOCKS = {
  todo: 'Compare the clocks of bot and machine.',
  hand: "Compare its clock with the bot's and set the one that is wrong: it refuses orders while they are too far apart. Then look again.",
};

/** Orders and runners. */
export const workFaults = {
  NotTold: {
    says: (d) => `what it found cannot be reported as it is${named(d, 'path', 'code')}.`,
    todo: BUG,
  },
  FactsMoved: {
    says: (d) => `what was approved is not so any more${fact(d)}.`,
    todo: 'Ask again: the new plan shows what is there now.',
  },
  AddressSilent: {
    says: (d) =>
      `an address that is bound answers nobody, so no change could be proved there${fact(d)}${isTold(d.missing) ? `: ${lost(d)}` : ''}.`,
    todo: (d): string =>
      isTold(d.missing)
        ? `Import that certificate with its private key into LocalMachine\\${text(d.store)} of that machine again, then ask again.`
        : 'See what keeps it from answering: the new plan shows whether it answers now.',
  },
  PackagesRun: {
    says: (d) => `packages still run${after(': ', packagesIn(d))}.`,
    todo: 'Wait longer, or decide on the card.',
    alone: { head: 'Packages still run', about: (d) => after('', packagesIn(d), '.') },
  },
  PackagesUnseen: {
    says: (d) => `whether packages run cannot be seen any more${named(d, 'found')}.`,
    todo: 'See whether sqlcmd answers on that machine, then wait longer.',
    alone: { head: 'Whether packages run cannot be seen any more', about: (d, host) => unseenOn(host, d.found) },
  },
  OrderTooLarge: {
    says: 'its order would be too long to be sent, so it was not.',
    todo: 'Ask again for fewer machines at a time.',
  },
  RotationFaulty: {
    says: 'what comes next could not be worked out, so the rotation went back, or was left where it was.',
    todo: 'Look at each of its machines. This is a defect: report it with the journal.',
  },
  OrderExpired: { says: 'the order came too late.', ...CLOCKS },
  OrderNotRemembered: {
    says: "it took an order that is not in the bot's journal.",
    todo: "Find out who restored the bot's folder, or who else has its key.",
  },
  BotJournalCutShort: {
    says: "it took orders that the bot's journal lacks, because that journal was put back from a copy or a second bot runs.",
    todo: 'See with node runner.mjs status how far each machine is, then ask again: the new plan rests on what is there.',
  },
  LookFailed: { says: 'it could not be looked at.', todo: AGAIN },
  PlanFailed: { says: 'the plan could not be made.', todo: 'Report it with the journal.' },
  StateUnknown: {
    lead: 'unknown',
    says: 'what state it is in is not known.',
    todo: AGAIN,
    hand: '',
    elsewhere: true,
  },
  StepNotUnderstood: { says: 'it does not understand a step.', todo: ONE_BUILD },
  KindUnknown: { says: 'it does not know a kind of step.', todo: ONE_BUILD },
  RunnerPaused: { says: 'its runner is paused.', todo: 'Run node runner.mjs resume there.' },
  EnvelopeBadSignature: { says: 'the signature was not valid.', todo: 'Compare the keys of bot and runner.' },
  LetterOfOtherFarm: {
    says: (d) => `it found a letter of another farm in its queue${named(d, 'farm')}.`,
    todo: 'Two machines of one name need a Redis each; where there is no second one, see who can reach Redis.',
  },
  EnvelopeUnknownKey: {
    says: 'the order was signed with a key that it does not know.',
    todo: 'Compare the keys of bot and runner.',
  },
  PutBackDecided: {
    says: 'it was decided on the card to put all back.',
    todo: PUT_RIGHT,
    alone: { head: 'It was decided on the card to put all back', about: () => '' },
  },
  PutBackByHand: {
    says: 'somebody put it back by hand.',
    todo: PUT_RIGHT,
    alone: { head: 'Put back by hand', about: (_, host) => `somebody did so on ${host}.` },
  },
  LeftAsItIs: {
    says: 'it was decided on the card to leave all as it is.',
    todo: 'See how its machines stand.',
    alone: { head: 'It was decided on the card to leave all as it is', about: () => '' },
  },
  LeftForPackages: {
    says: (d) => `packages ran there, and it was decided to leave it behind${named(d, 'by')}.`,
    todo: 'Wait until no package runs there.',
    alone: { head: 'Left behind, for packages ran there', about: leftBy },
  },
  StopAsked: { says: 'it was asked to stop.', todo: PUT_RIGHT },
  MasterWentBack: {
    says: 'its master presents the old certificate again, so it went back too.',
    todo: 'The master says why it went back.',
  },
  ChangeDoesNotEnd: {
    lead: 'unknown',
    says: 'a change does not end.',
    todo: 'Ask again when the machine is quiet.',
    hand: 'Look again when the machine is quiet.',
    elsewhere: true,
  },
  ChangeStopped: { says: 'a change was stopped.', todo: PUT_RIGHT },
  TimeIsOver: { says: 'it was not done in time.', todo: AGAIN },
  Unexpected: { says: 'something happened that nobody foresaw.', todo: BUG },
  DigestDiffers: {
    says: 'the order names another plan than was approved.',
    todo: ONE_BUILD,
  },
  OrderTooEarly: { says: 'the order came too early.', ...CLOCKS },
  MakerReportNotUnderstood: {
    says: 'the report of who made the certificate cannot be read.',
    todo: 'Give all runners one build (/ssis runners names them), then ask again.',
  },
  PlanNotUnderstood: { says: 'it does not understand the plan.', todo: ONE_BUILD },
  OrderNotUnderstood: {
    says: (d) => `it does not understand the order${named(d, 'version')}.`,
    todo: ONE_BUILD,
  },
  UndoBehindAnother: {
    says: (d) => `another rotation${named(d, 'other')} has begun there and may go back to what this one has made.`,
    todo: 'Stop that one, or put it back first with `node runner.mjs undo ID --here`.',
  },
  OrderOfOtherVersion: {
    says: 'an order was begun by another version of its runner, and this one does not understand it.',
    todo: 'Put it back with the runner.mjs that was there then.',
  },
  EntryNotUnderstood: {
    says: (d) =>
      `the bot does not understand what its runner says, most likely because the runner is of a later version${named(d, 'version')}.`,
    todo: 'Update the bot. What runs goes on then; what was refused is to be asked again.',
  },
  NotTakenByBot: {
    says: 'the bot takes nothing of its journal.',
    todo: "Look into the bot's log: it may be of an earlier version than the runner.",
  },
  EntryOfNewerVersion: {
    says: 'its journal was written by a newer version.',
    todo: ONE_BUILD,
  },
  StateFolderOpen: {
    says: (d) => `others may write in its runner's folder${named(d, 'others')}.`,
    todo: 'Leave it to SYSTEM and Administrators, or make a new one with `node runner.mjs init`.',
  },
  NotElevated: {
    says: 'its runner is not elevated.',
    todo: 'Run it as a service or as an administrator.',
    hand: 'Run it as a service or as an administrator, then look again.',
  },
  NotInLook: { says: 'a fact of the plan was not looked at.', todo: BUG },
  ToolsStillRunning: {
    lead: 'unknown',
    says: 'tools of a runner that ended are still at work.',
    todo: 'Ask again when they have ended.',
    hand: 'Look again when they have ended.',
    elsewhere: true,
  },
  CertificateNotAllowed: {
    says: 'the certificate was made by no runner that it knows.',
    todo: 'If you know that certificate, put its thumbprint into allowedCertificates of runner.json there, restart the runner and ask again; else find out who sent that: see the journals of bot and runner.',
  },
  MakerNotPinned: {
    says: 'the certificate comes from a machine whose key it does not pin.',
    todo: 'Compare the keys of the farm file with what node runner.mjs keys prints on each machine. Then type there, restart the runner and ask again: node runner.mjs keys --farm-file FILE',
  },
  CertificateAllowedHere: {
    says: (d) =>
      `an administrator has allowed the certificate by its thumbprint on ${isTold(d.hosts) ? listed(d.hosts) : 'this machine'}.`,
    todo: 'If it is to go, take it off allowedCertificates of runner.json there, restart the runner and ask again.',
  },
  OldNotInUse: {
    says: 'the certificate to be replaced is not the one that it uses now.',
    todo: 'Find out who changed it there, then ask again: the new plan shows what is there now.',
  },
  ...notAllowed({
    BindingNotValid: 'a binding is not valid',
    CertificateNameRefused: 'a name cannot stand in a certificate',
    CertificateNamesMissing: 'the certificate would cover no name',
    CommonNameRefused: 'the common name cannot stand in a certificate',
    PathNotLocal: 'a path is not on this machine',
    PathOutsideHost: 'a path leads outside of this machine',
    ProfileRefused: 'the profile of the certificate is not valid',
    SecretUnknown: 'the key is not one that was made here',
    SettingRefused: 'the setting is not one that may be written',
    SidRefused: 'the account is not valid',
    ThumbprintsDiffer: 'certificate and thumbprint do not belong together',
    ToolArgumentRefused: 'an argument of a tool is not valid',

    CertificateCanSign: 'the certificate may sign others',
    CertificateIsCa: 'the certificate is that of an authority',
    CertificateHashDiffers: 'the certificate is signed with another hash than approved',
    CertificateKeyDiffers: 'the key of the certificate is of another kind or length than approved',
    CertificateLifetimeDiffers: 'the certificate has ended, or lives longer than approved',
    CertificateNamesDiffer: 'the certificate has other names than approved',
    CertificateNotSelfSigned: 'the certificate is not self-signed',
    CertificateVersionDiffers: 'the certificate is of an old version',
    CertificateUsagesDiffer: 'the certificate is good for other uses than its kind is made for',
    CertificateFieldsDiffer: 'the certificate has fields that no certificate of ours has',
    CertificateDiffers: 'the certificate is not the one that its maker named',
    CertificateDoneAwayWith: 'the certificate was done away with here: its key is compromised, or it was removed',
    CertificateNotWorkers: 'the certificate does not bear the name of a worker that it knows',
    CertificateNotRead: 'what it holds of the certificate was not read',
    KeyIsHere: 'the private key of the certificate is on this machine',
    CertificateNotScaleOuts: 'its own journal does not show that Scale Out ever used the certificate',
    EnvelopeMalformed: 'the letter is no letter of ours',
    EnvelopeTooLong: 'the letter is too long',
    EnvelopeWrongType: 'the letter is of another kind',
    FriendlyNameDiffers: 'the certificate would carry the name of another rotation',
    GapTooLong: 'the master would wait longer for its workers than any farm may',
    GrantNotAllowed: 'the key would be granted to another account than its own service has',
    RemovalNotAllowed: 'only a request of its own removes a certificate',
    RotationNotServed: 'rotations of this kind are not served',
    LetterNameForbidden: 'the letter holds a forbidden name',
    LetterNotJson: 'the letter cannot be read',
    LetterTooDeep: 'the letter is nested too deep',
    MakerReportDiffers: 'the report of who made the certificate does not name it',
    MakerSignatureWrong: 'the signature of who made the certificate is not valid',
    ExistingNotServed: 'a certificate that exists has no place in such a rotation',
    NameNotAllowed: 'a name is not one of the endpoint',
    NotMadeHere: 'the certificate was not made here',
    NothingToFollow: 'the armed order names no two certificates between which it could follow its master',
    OrderIncomplete: 'the order is not complete',
    OrderNumberUsed: 'the number of the order was used before',
    OrderNumberTooHigh: 'the number of the order is far above all before it',
    OtherFarm: 'the order is for another farm',
    OtherHost: 'the order is for another machine',
    OtherRotation: 'the order belongs to another rotation',
    RotationIsOver: 'the rotation that the order belongs to is over',
    NothingToUndo: 'nothing was begun here under the plan that is to be undone',
    PortNotAllowed: 'the port is not the one of its master',
    ProfileDiffers: 'the profile of the certificate is not the approved one',
    RefMissing: 'the order names a certificate that it does not bring',
    ReportForAnotherHost: 'the report speaks for another machine',
    ReportOfAnotherFarm: 'the report is of another farm',
    RoleNotAllowed: 'it has no such role',
    RunnerJournalBroken: 'its journal does not follow on what was heard before',
    RunnerEntryTooLong: 'an entry of its journal is longer than any of its kind can be',
    RunnerJournalGap: 'entries of its journal are missing',
    RunnerSaysMuch: 'it says far more in a day than any day makes',
    RunnerSaysTooMuch: 'it says more in an hour than is taken of one runner',
    SettingNotAllowed: 'the setting is not one that may be written',
    SignalNotUnderstood: 'it does not understand what is said about an armed order',
    StageNotInPlan: 'the stage is not in the plan',
    StepNotAllowed: 'a step does not belong to this kind of rotation',
    TrustNotAllowed: 'it would trust the certificate of another worker',
    PartNotAllowed: 'a part of a stage cannot be taken back by itself',
    StepForOtherHost: 'a step is for another machine',
    StepTwice: 'a step stands twice in the plan',
    StoreNotAllowed: 'the store is not the one that is served',
    UsageNotAllowed: 'the certificate would be good for more than a server',
  }),
} satisfies Faults;

/** The bound certificate that is gone, or whose key is. */
const lost = (d: ErrorData): string =>
  `${d.missing === 'key' ? 'the private key of the certificate' : 'the certificate'} that is bound there (${short(text(d.thumbprint))}) is not in LocalMachine\\${text(d.store)} any more`;

/** What the last gate refuses: nothing was changed, and somebody should ask why it was sent. */
function notAllowed<Code extends string>(
  codes: { readonly [code in Code]: string },
): { readonly [code in Code]: Fault } {
  const todo = 'Nothing was changed by it. Find out who sent that: see the journals of bot and runner.';
  const faults = Object.entries<string>(codes).map(([code, says]) => [code, { says: `${says}.`, todo }]);
  return Object.fromEntries(faults);
}

/** The packages' names, from a datum that a machine sent. */
function packagesIn({ found }: ErrorData): string {
  const { count = 0, packages = [] } = (found ?? {}) as { count?: number; packages?: readonly string[] };
  if (!Array.isArray(packages) || packages.length === 0) return '';
  return `${packages.join(', ')}${count > packages.length ? ` and ${count - packages.length} more` : ''}`;
}

/** Words with the text around them; empty if there are no words. */
const after = (before: string, words: string, behind = ''): string =>
  words === '' ? '' : `${before}${words}${behind}`;
