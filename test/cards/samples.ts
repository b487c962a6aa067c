import fc from 'fast-check';
import { OWN_APP_ID } from '../../src/domain/plan/own-binding.ts';
import type { Json } from '../../src/domain/values.ts';

type Data = { readonly [name: string]: Json };
type Choices = { readonly [field: string]: readonly Json[] };

const THUMBPRINT = 'B8DE98D4E1C57F2A6B30914D7E8F5A6C1D022CBB';
const OTHER_THUMBPRINT = THUMBPRINT.replace('B8DE98', '0A1B2C');
const MACHINES = [['sqlw02'], ['sqlw02', 'sqlw03'], Array.from({ length: 40 }, (_, at) => `sqlw${at}`)];
const SOME = [...MACHINES, []];
const PEOPLE = [['Ana Ruiz'], ['Ana Ruiz', 'Tom Becker'], []];
const OUTCOMES = [
  'proved',
  'put-back',
  'stopped',
  'left-behind',
  'partly',
  'contained',
  'withdrawn',
  'denied',
  'lapsed',
  'refused',
];
const BACKS = ['prepared', 'rest', 'once-imported', 'again', 'unbound', 'unbound-alone', 'unbound-imported', 'cut-off'];
const UNBOUNDS = [null, { seen: true, workers: 0 }, { seen: true, workers: 2 }, { seen: false, workers: 2 }];
const RETURNS = [null, ...['goes-back', 'stays', 'unknown'].map((how) => ({ host: 'sqlm01', how }))];
const COUNTS = [0, 1, 2, 21];
const LENGTHS = [400, 8400, 64_000];
const AT = '2026-12-08T09:14:00.000Z';
const LATER = '2026-12-08T10:20:00.000Z';
const USES = [
  'presents',
  'binds',
  'sets',
  'publishes',
  'stores',
  'pins',
  'trusts',
  'untrusted',
  'trust-unknown',
  'missing',
  'elsewhere',
  'keyless',
  'reads',
  'left',
];

/**
 * What stands in the data of messages, by the name of the field: every kind of value that sentences make a difference
 * of.
 */
const FIELDS: Choices = {
  ...Object.fromEntries(
    [
      ...[
        'approved',
        'bad',
        'connected',
        'count',
        'days',
        'good',
        'least',
        'leaveBehind',
        'left',
        'machines',
        'missing',
      ],
      ...['needed', 'nth', 'quorum', 'running', 'unknownCount', 'waiting', 'workers', 'answering', 'seconds', 'limit'],
    ].map((name) => [name, COUNTS]),
  ),
  ...Object.fromEntries(['able', 'again', 'back', 'cut', 'canary', 'rest', 'stillCut'].map((name) => [name, SOME])),
  ...Object.fromEntries(['hosts', 'unknown', 'others', 'names', 'heldUp'].map((name) => [name, SOME])),
  ...Object.fromEntries(['ms', 'minMs', 'maxMs', 'limitMs', 'tookMs'].map((name) => [name, LENGTHS])),
  ...Object.fromEntries(['at', 'notAfter', 'lapsesAt', 'hostClock', 'botClock', 'since'].map((name) => [name, [AT]])),
  ...Object.fromEntries(
    [
      'all',
      'both',
      'compromised',
      'contained',
      'changed',
      'cutOffAlready',
      'each',
      'ended',
      'exportable',
      'failed',
      'late',
      'asked',
      'goesFirst',
      'queueUp',
      'kept',
      'over',
      'final',
      'ran',
      'silent',
      'starts',
      'taken',
      'twice',
      'waits',
    ].map((name) => [name, [true, false]]),
  ),
  account: ['CORP\\svc'],
  appId: [null, OWN_APP_ID],
  as: [null, 'sqlw02'],
  asOf: [AT],
  before: [null, AT],
  binding: ['127.0.0.2:8391'],
  bindings: [[], ['0.0.0.0:8391']],
  buttons: [true, false],
  by: ['Ana Ruiz'],
  choice: ['leave-behind', 'put-all-back'],
  code: ['', 'ServiceNotRunning', 'RunnerSilent', 'StateUnknown', 'StopAsked'],
  data: [{}, { found: { state: 'stopped' }, wanted: [], exit: 5 }, { by: 'Ana Ruiz', since: AT }],
  day: ['2026-12-01'],
  digest: ['5c900001'],
  endedBy: [null, 'Tom Becker'],
  example: ['CHG0012345'],
  fact: ['SslBindingInfo'],
  executions: COUNTS,
  farm: ['prod'],
  farms: [['prod'], ['prod', 'test']],
  found: ['', 'sqlm02', [], { state: 'stopped' }],
  from: [1, 2],
  gaps: [[], [8400], [8400, 64_000], [1, 2, 3, 4]],
  groups: [[], ['dba'], ['dba', 'sql']],
  hash: ['SHA-256'],
  host: ['sqlw01'],
  id: ['prod-17'],
  key: ['SSLCertThumbprint'],
  keyBits: [2048],
  kind: [
    ...['create-certificate', 'trust-certificate', 'rehearse-binding', 'rehearsal-presents', 'end-rehearsal'],
    ...['publish-cer', 'bind-port', 'write-setting', 'restart-service', 'leave-service', 'presents', 'service-runs'],
    ...['worker-connected', 'remove-key', 'remove-certificate', 'distrust-certificate', 'unheard-of'],
  ],
  keyOn: SOME,
  known: [[], ['SSLCertThumbprint']],
  lastUsed: [null, AT],
  length: [900],
  line: [null, '403.16'],
  made: [null, THUMBPRINT],
  madeBy: [null, 'prod-17'],
  master: ['sqlm01'],
  name: ['Wei Zhang'],
  nearest: ['', 'status'],
  next: [null, '2026-12-01'],
  number: ['2–4'],
  old: [null, THUMBPRINT],
  order: ['apply', 'undo', 'stop'],
  outcome: [...OUTCOMES, 'untold', 'planned', 'approved', 'unknown', 'looked', 'unchanged'],
  owner: [null, 'Mei Lin'],
  packages: MACHINES,
  people: [['wei', 'mei']],
  phase: ['contain', 'prepare', 'cutover', 'retire', 'prove'],
  platform: ['slack', 'teams', 'web'],
  port: [8391],
  problem: ['clustered', 'service-disabled'],
  provedOn: ['new', 'old', 'mixed'],
  readers: [[], ['S-1-5-18'], ['SYSTEM']],
  reason: ['', 'CHG0031877'],
  request: ['rotate-master', 'rotate-worker', 'reconnect'],
  role: ['master', 'worker'],
  said: ['FOO'],
  sign: ['✓'],
  spans: [
    [{ from: 5, to: 7 }],
    [
      { from: 22, to: 2 },
      { from: 13, to: 14 },
    ],
  ],
  stage: [
    ...['create', 'trust', 'rehearse', 'rehearse-end', 'publish', 'master', 'workers'],
    ...['worker-create', 'worker-publish', 'worker-switch', 'reconnect', 'retire', 'polish'],
  ],
  state: ['running', 'stopped', 'paused', 'start-pending', 'stop-pending', 'continue-pending', 'pause-pending'],
  step: [3],
  steps: [13],
  store: ['Root', 'My'],
  stores: [['Root'], ['Root', 'My']],
  target: ['sqlm01:8391'],
  text: ['status'],
  thumbprint: [null, THUMBPRINT],
  timeZone: ['Asia/Shanghai'],
  to: [2],
  unbound: [null, { port: 8391, seen: true }, { port: 8391, seen: false }],
  until: [null, AT],
  verb: ['', 'FOO'],
  versions: [[], ['1.2.0'], ['1.2.0', '1.3.0']],
  vote: ['approve', 'deny'],
  wanted: ['sqlm01', []],
  what: ['certhash', 'prod-17'],
  why: [null, '8391'],
  witnesses: [[], ['log'], ['log', 'tcp', 'handshake', 'ssisdb']],
  word: ['', 'status'],
  would: ['tomorrow 08:00', '3 days'],
  zone: ['Asia/Shanghai'],
};

const WINDOW = { from: AT, to: LATER };
/** When something begins. */
const START = { from: [AT], until: [LATER], hosts: MACHINES };

/** Where a field of this message is of another kind than elsewhere. */
const OTHERWISE: { readonly [id: string]: Choices } = {
  'proof.ssisdb-other': { found: [THUMBPRINT] },
  'unseen.*': { roles: [['ssis_logreader']], login: [null, 'CORP\\svc'], output: [null, '403.16'] },
  'why.*': { code: ['ServiceNotRunning', 'RunnerSilent', 'StopAsked'] },
  'closed.about': { names: PEOPLE, outcome: OUTCOMES },
  'closed.gap': { ms: [[8400], [8400, 64_000]] },
  'console.connected-after': { ms: [[8400], [8400, 64_000]] },
  'closed.fallback': { outcome: OUTCOMES, of: [null, 'prod-17'] },
  'retire.*': { outcome: OUTCOMES.filter((one) => !['put-back', 'partly', 'contained'].includes(one)) },
  'compromised.*': {
    thumbprint: [THUMBPRINT],
    hosts: MACHINES,
    request: ['rotate-master', 'rotate-worker', 'retire'],
    old: [true, false],
  },
  'warning.address-silent': { at: [['[::1]:8391'], ['[::1]:8391', '10.0.0.9:8391']] },
  'warning.contain': { masters: MACHINES },
  'warning.contain-workers': { hosts: MACHINES },
  'stop.contained': { hosts: MACHINES },
  'plan.contain': { hosts: MACHINES },
  'plan.contain-what': { hosts: MACHINES },
  'proof.contained': { hosts: MACHINES },
  'proof.cut-off': { hosts: MACHINES },
  'next.contained': { hosts: MACHINES },
  'note.started-contain': { by: PEOPLE.slice(0, 2), names: MACHINES },
  'person.choices': {
    back: [null, ...BACKS],
    leave: [null, 'cut-off', 'not-known', 'as-it-is', 'all-as-it-is'],
    returns: RETURNS,
    paused: [true, false],
  },
  'person.back-packages': { back: BACKS },
  'chat.unbuttoned': { typed: ['show prod-17'], isOver: [true, false] },
  'chat.bare': { typed: ['show prod-17'], isOver: [true, false] },
  'chat.unpressed': { typed: [[], ['show prod-17'], ['show prod-17', 'show prod-18']] },
  stopping: { stays: [null, 'removed', 'contained'] },
  'note.put-back': { unbound: UNBOUNDS },
  'note.stopped': { unbound: UNBOUNDS },
  'next.left-outside': { hosts: MACHINES, isBack: [false, true] },
  'person.approval': { back: [true, false] },
  'step.distrust-certificate': { thumbprint: [THUMBPRINT] },
  'refused.may-not-review': { others: PEOPLE },
  'refused.may-not-stop': { others: PEOPLE },
  'told.review': { names: PEOPLE, dueDay: ['2026-12-01'] },
  'told.review-late': { names: PEOPLE, dueDay: ['2026-12-01'] },
  'summary.review': { dueDay: ['2026-12-01'] },
  'status.review': { names: PEOPLE, dueDay: ['2026-12-01'] },
  'next.retire-stays': { thumbprints: [[THUMBPRINT], [THUMBPRINT, OTHER_THUMBPRINT]] },
  'told.retire-compromised': { thumbprint: [THUMBPRINT], hosts: MACHINES },
  'told.retire': { thumbprint: [THUMBPRINT], count: [1, 2], machines: [1, 3], since: [null, AT] },
  'retire.fallback': { names: PEOPLE },
  'retire.where': { names: MACHINES },
  'retire.stay': { where: ['sqlw01 MasterHttpsCertThumbprint'], subject: [null, 'sqlw01'] },
  'closed.state': { outcome: OUTCOMES, untold: [false, true], unproved: [false, true] },
  'certs.*': {
    ...{
      from: [AT, ''],
      to: [AT, LATER],
      hosts: MACHINES,
      at: [null, AT],
      silent: SOME,
      days: [null, 0, 1, 14],
      notAfter: [null, AT],
    },
    ...{ looked: [1, 3], machines: [1, 3], next: [null, AT], thumbprint: ['B8DE98…2CBB'], keyBits: [null, 2048] },
    where: ['SSLCertThumbprint', 'sqlm01:8391'],
    uses: USES.map((kind) => [
      { kind, where: ['SSLCertThumbprint'], hosts: ['sqlm01'] },
      { kind: 'stores', where: ['Root', 'My'], hosts: MACHINES[2] ?? [] },
    ]),
  },
  'note.not-asked': { until: [LATER], words: ['rotate-master'] },
  'anew.*': { hosts: MACHINES, able: [...PEOPLE], by: ['Mei Lin'], quorum: [1, 2], missing: [1, 2], limit: [20] },
  'certs.of-host': {
    ...{ from: [AT], to: [AT, LATER], days: [null, 0, 1, 14], notBefore: [null, AT], notAfter: [null, AT] },
    ...{ thumbprint: [THUMBPRINT], keyBits: [null, 2048], names: [['sqlw01'], MACHINES[2] ?? [], []] },
    uses: USES.map((kind) => [{ kind, where: ['SSLCertThumbprint'], hosts: ['sqlw01'] }]),
    elsewhere: [[], [{ kind: 'pins', where: ['MasterHttpsCertThumbprint'], hosts: MACHINES[2] ?? [] }]],
  },
  'certs.way': { host: ['sqlw01'], hosts: SOME, others: [0, 7] },
  'certs.left-thumbprints': { thumbprints: [[THUMBPRINT], [THUMBPRINT, OTHER_THUMBPRINT]] },
  'refused.unknown-machine': { said: ['sqlw7'], farm: [null, 'prod'], farms: [['prod']], nearest: ['', 'sqlw07'] },
  'runners.*': {
    ...{
      hosts: MACHINES,
      skewMs: [0, -300, 1400, -64_000, null],
      isOff: [true, false],
      lastN: [0, 17],
      version: ['1.2.0'],
    },
    codes: [[], ['paused'], ['journal-full', 'FOO']],
  },
  'page.*': { changed: ['22:31'], thumbprint: ['B8DE98…2CBB'] },
  'told.*': { until: [AT], before: [null, LATER] },
  'warning.frozen': { until: [AT] },
  'status.frozen': { until: [AT] },
  'refused.frozen': { until: [AT] },
  'refused.frozen-meanwhile': { until: [AT] },
  'person.choices-packages': {
    frozen: [null, ...['', 'prod-17'].map((reason) => ({ until: LATER, by: 'Tom Becker', reason }))],
  },
  'note.packages': { frozen: [null, LATER] },
  'notify.over': {
    hosts: MACHINES,
    event: ['needs-person', 'master-silent', 'chat-refused', 'chat-deaf', 'queue-away'],
  },
  'refused.may-not-freeze': { others: PEOPLE },
  'wrong.freeze-why': { farm: ['', 'prod'], until: ['tomorrow'] },
  'wrong.freeze-until': { farm: ['', 'prod'] },
  'running.title': { of: [null, 'prod-17'] },
  'running.title-back': { unbound: [true, false] },
  'closed.title': { of: [null, 'prod-17'], outcome: OUTCOMES },
  'plan.title': { of: [null, 'prod-17'] },
  'plan.fallback': { of: [null, 'prod-17'] },
  'plan.fallback-dry': { of: [null, 'prod-17'] },
  'existing.*': { names: MACHINES, subject: ['sqlm01'], hosts: MACHINES, days: [0, 1, 14], old: [AT] },
  frozen: { until: [AT], before: [null, LATER] },
  'plan.old-thumbprint': { thumbprint: [THUMBPRINT] },
  'refused.runner-not-ready': { code: ['paused', 'journal-full'] },
  'running.new-thumbprint': { thumbprint: [THUMBPRINT] },
  'journal.*': { back: [true, false], thumbprint: [null, '', THUMBPRINT] },
  'person.asked': { unknown: MACHINES, returns: RETURNS },
  'person.approve-what': { unknown: MACHINES, back: BACKS, returns: RETURNS },
  'person.leave-what': { unknown: MACHINES, returns: RETURNS },
  'next.master-silent': { hosts: MACHINES, how: ['goes-back', 'stays', 'unknown'] },
  'next.master-back': { hosts: MACHINES, on: ['old', 'new', 'unknown'] },
  'next.not-proved': { hosts: MACHINES },
  'note.came-back': { on: ['old', 'new', 'unknown'] },
  'refused.master-not-left': { afterMs: [null, 720_000] },
  'person.back-what': { unknown: MACHINES, back: BACKS },
  'refused.no-runner': { hosts: MACHINES, others: MACHINES },
  'waiting.silent': { hosts: MACHINES },
  'why.left': { hosts: MACHINES },
  'form.ticket-hint': {
    policies: [
      [{ farm: 'prod', pattern: '[0-9]{7}', example: '0031877', required: true }],
      ['prod', 'test'].map((farm) => ({ farm, pattern: '[0-9]{7}', example: '0031877', required: farm === 'prod' })),
    ],
  },
  'reminder.unseen-since': { hosts: MACHINES },
  'reminder.windows-when': { opens: [[], [AT], [LATER, AT]] },
  'next.old-stays': { at: [null, AT], ended: [false, true] },
  'error.RunnerKeyNotPinned': { hosts: MACHINES, makers: MACHINES, other: [[], ['sqlw02'], ['sqlm01']] },
  'error.RunnerKeyNotPinned.todo': {
    ...{ hosts: MACHINES, makers: MACHINES },
    peers: [[], [`sqlw02=ed25519:${'8'.repeat(43)}`]],
  },
  'error.MasterPinnedDiffers': { hosts: MACHINES, found: ['sqlw01'], wanted: ['sqlm01'] },
  'error.MasterPinnedDiffers.todo': { hosts: MACHINES, wanted: ['sqlm01'] },
  'error.MadeUnderOtherKey': { hosts: MACHINES, maker: ['sqlm01'] },
  'error.PortDiffers': { found: [8391], wanted: [8392] },
  looking: { hosts: COUNTS },
  'looking-dry': { hosts: COUNTS, alone: [true, false] },
  'note.canary': { hosts: MACHINES },
  'note.needs-person': { hosts: MACHINES },
  'note.prepared': { hosts: COUNTS },
  'note.proved': { of: [null, 'prod-17'] },
  'note.started': { by: PEOPLE.slice(0, 2), hosts: COUNTS },
  'plan.approve-what': { names: MACHINES, from: [null, AT], frozenUntil: [null, LATER] },
  approved: { from: [null, AT], liftBy: [null, LATER] },
  'note.retire-started': { by: PEOPLE.slice(0, 2), hosts: COUNTS },
  'plan.group': { names: MACHINES },
  'row.doing': { back: [true, false] },
  'running.rows-cut': { unknown: COUNTS },
  'step.bind-port': { old: [[], [THUMBPRINT]] },
  'warning.nothing-bound': { key: ['0.0.0.0:8391'], appId: [OWN_APP_ID] },
  'step.create-certificate': { names: MACHINES },
  'row.prepared': { thumbprint: ['', THUMBPRINT] },
  'row.presents': { thumbprint: [THUMBPRINT] },
  'row.trusts': { thumbprint: ['', THUMBPRINT] },
  'plan.starts-when': {
    ...START,
    ...{
      from: [null, AT],
      until: [null, LATER],
      outside: [true, false],
      frozenUntil: [null, LATER],
      quorum: [1, 2],
      executions: [null, 0, 1, 400],
    },
  },
  'plan.waits': { ...START, executions: [null, 0, 1, 400] },
  'plan.held': START,
  'plan.asked-then': START,
  'plan.looked': START,
  'plan.unseen': START,
  'plan.obstacle': { until: [LATER], mark: ['day', 'hour', 'start'] },
  'plan.too-late': { liftBy: [LATER] },
  'summary.starts-if-lifted': { liftBy: [LATER] },
  'note.too-late': { ...START, frozen: [LATER], liftBy: [AT] },
  'freeze.holds': { liftBy: [LATER] },
  'plan.fallback-waits': {
    ...START,
    liftBy: [null, LATER],
    of: [null, 'prod-17'],
    request: ['rotate-master', 'rotate-worker'],
  },
  'summary.starts': START,
  'freeze.moves': START,
  'freeze.lapses': { at: [AT] },
  'note.waits': { ...START, names: PEOPLE.slice(0, 2) },
  'note.held': { ...START, frozen: [LATER], asks: [true, false] },
  'note.unseen': START,
  'note.obstacle': { ...START, until: [LATER], mark: ['day', 'hour', 'start'] },
  'refused.outside-windows': { next: [null, WINDOW] },
  'wrong.at-what': { word: ['rotate-master'] },
  'wrong.ticket-what': { word: ['rotate-master'] },
  'why.start-after-end': { ...START, last: [null, WINDOW] },
  'why.start-after-end.todo': { ...START, last: [null, WINDOW], frozen: [null, LATER] },
  'why.start-missed': { ...START, hosts: SOME },
  'next.ask-rest': { hosts: MACHINES },
  'next.start-service': { hosts: MACHINES },
  'next.rotate-own': { hosts: MACHINES },
  'next.reconnect-rest': { hosts: MACHINES },
  'reconnect.*': {
    ...{ hosts: MACHINES, restart: MACHINES, stay: SOME, pinned: [THUMBPRINT], notAfter: [null, AT], from: [AT] },
    ...{
      trusted: [true, false, null],
      presented: [true, false],
      names: PEOPLE,
      by: ['Ana Ruiz'],
      thumbprint: [THUMBPRINT],
      root: [null, OTHER_THUMBPRINT],
    },
  },
  'told.out-of-line': { pinned: ['', THUMBPRINT], presented: [THUMBPRINT, OTHER_THUMBPRINT], since: [AT] },
  'told.out-of-line-many': { hosts: MACHINES, presented: [THUMBPRINT], since: [AT] },
  'told.in-line': { presented: [THUMBPRINT] },
  'note.reconnect-started': { by: PEOPLE.slice(0, 2), hosts: MACHINES },
  'wrong.reconnect-whom': { word: ['reconnect'] },
  'refused.unknown-worker': { names: MACHINES },
  'refused.not-a-worker': { names: MACHINES },
  'next.left-behind': { hosts: MACHINES },
  'next.left-unproved': { hosts: MACHINES },
  'next.failed-too': { hosts: MACHINES },
};

const draw = (choices: Choices): readonly Data[] => {
  const values = Object.entries(choices).map(([name, some]) => [name, fc.constantFrom(...some)]);
  return fc.sample(fc.record(Object.fromEntries(values)) as fc.Arbitrary<Data>, { seed: 17, numRuns: 60 });
};
const SAMPLES = draw(FIELDS);

/** Data as the message may get them; the same each time. Fields that it does not read are there too. */
export function samplesOf(id: string): readonly Data[] {
  const own = OTHERWISE[id] ?? OTHERWISE[`${id.split('.')[0]}.*`];
  if (own === undefined) return SAMPLES;
  const more = draw(own);
  return SAMPLES.map((sample, at) => ({ ...sample, ...more[at] }));
}

/** What a field holds that is not listed above: a name, or several where its own name is a plural. */
const guess = (name: string): Json => (name.endsWith('s') ? ['8391'] : '8391');

/** The same data, and which of its fields are read. */
export function watched(data: Data): { readonly data: Data; readonly read: Set<string> } {
  const read = new Set<string>();
  const get = (target: Data, name: string | symbol): Json | undefined => {
    if (typeof name === 'symbol') return undefined;
    read.add(name);
    return Object.hasOwn(target, name) ? target[name] : guess(name);
  };
  return { data: new Proxy(data, { get }), read };
}
