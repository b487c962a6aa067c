import { readFileSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { type LabKey, type MadeLabCertificate, makeCertificate } from '../../infra/lab/certificate.ts';
import type { HostChanges, Lab, LabOptions } from '../../infra/lab/index.ts';
import { makeKeyPool } from '../../infra/lab/keys.ts';
import { alignments } from '../../src/domain/inventory/out-of-line.ts';
import type { Thumbprint } from '../../src/domain/values.ts';
import { connectedOn, expectOld, workersOn } from './ends.ts';
import { type E2e, type E2eOptions, MASTER, openLab, startE2e } from './rig.ts';
import { pidsOf, type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

const DAY = 86_400_000;
const FOLDER = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';

let keys: readonly LabKey[];
let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

beforeAll(async () => {
  keys = await makeKeyPool(2);
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

type Certificate = Partial<Parameters<typeof makeCertificate>[0]>;
type Imported = NonNullable<HostChanges['certificates']>[number];

const own = (): LabKey => keys[0] as LabKey;
const authorityKey = (): LabKey => keys[1] as LabKey;

const make = (how: Certificate = {}): MadeLabCertificate =>
  makeCertificate({
    ...{ key: own(), cn: 'Contoso', names: [MASTER], client: false },
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 700 * DAY),
    ...how,
  });

const upper = ({ thumbprint }: MadeLabCertificate): Thumbprint => thumbprint.toUpperCase() as Thumbprint;

const held = (made: MadeLabCertificate, how: Partial<Imported> = {}): Imported => ({
  ...made,
  store: 'Root',
  key: own(),
  readable: false,
  ...how,
});

async function start(
  certificates: readonly Imported[],
  allowed: readonly Thumbprint[] | E2eOptions['allowed'],
  of: Partial<LabOptions> = {},
): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  await lab.change(MASTER, { certificates });
  before = worldOf(lab);
  rig = await startE2e(lab, { allowed: typeof allowed === 'function' ? allowed : () => allowed ?? [] });
}

/** As the certificate window shows it: in pairs, with a hidden character in front. */
const pasted = (thumbprint: string): string => `\u200e${thumbprint.toLowerCase().match(/../gu)?.join(' ') ?? ''}`;

async function rotated(thumbprint: Thumbprint): Promise<string> {
  await rig.type('mei', `/ssis rotate-master use ${pasted(thumbprint)} because The company's own`);
  const asked = await rig.planned();
  if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
  await rig.until(() => rig.chat.cards().length > 0);
  expect(rig.chat.cards().at(-1)).toMatchObject({ kind: 'plan', next: { thumbprint } });
  await rig.vote('ana');
  await rig.vote('tom');
  return (await rig.closed()).outcome;
}

const workers = (): readonly string[] =>
  lab.hosts.filter(({ roles }) => roles.includes('worker')).map(({ name }) => name);

/** All are connected on this one; no store lost anything, or gained anything but what is to be trusted. */
async function expectTaken(taken: Thumbprint, store: 'Root' | 'My', trusted: MadeLabCertificate): Promise<void> {
  expect(await connectedOn(lab)).toEqual(workersOn(lab, taken));
  const after = worldOf(lab);
  expect(after[MASTER]?.bindings).toEqual(
    before[MASTER]?.bindings.map((binding) => ({ ...binding, thumbprint: taken.toLowerCase(), store })),
  );
  for (const name of Object.keys(after)) {
    const was = before[name]?.certificates ?? [];
    const isThere = was.some((line) => line.startsWith(`Root ${trusted.thumbprint}`));
    const added = isThere || !workers().includes(name) ? [] : [`Root ${trusted.thumbprint}`];
    expect([name, after[name]?.certificates]).toEqual([name, [...was, ...added].sort()]);
  }
  expect(rig.chat.cards().findLast(({ kind }) => kind === 'closed')).toMatchObject({
    outcome: 'proved',
    presented: { thumbprint: taken },
  });
}

const PLACES = [
  ['Root', {}],
  ['My', {}],
  ['My', { onebox: true, workers: 1 }],
] as const;

describe.each(PLACES)('An existing certificate in %s of the master (%j)', (store, of) => {
  test('is presented by the master and pinned by every worker, and its key can be read by the service', async () => {
    const made = make();
    await start([held(made, { store })], [upper(made)], of);
    expect(await rotated(upper(made))).toBe('proved');
    await expectTaken(upper(made), store, made);
  });

  test('is left as it was, with its key and its readers, if a worker cannot follow and all is put back', async () => {
    const made = make();
    await start([held(made, { store })], [upper(made)], of);
    await lab.break(workers()[0] ?? '', 'start-1069');
    expect(await rotated(upper(made))).toBe('put-back');
    await expectOld(lab, rig, before);
  });
});

describe("A company's certificate", () => {
  const root = () => make({ cn: 'Contoso Root', names: ['contoso'], ca: true, key: authorityKey() });
  const issued = () => make({ issuer: { cn: 'Contoso Root', key: authorityKey() } });
  const authority = (made: MadeLabCertificate) => held(made, { key: null });

  test('is presented, and workers trust only its authority', async () => {
    const [above, made] = [root(), issued()];
    await start([authority(above), held(made, { store: 'My', readable: true })], [upper(made), upper(above)]);
    expect(await rotated(upper(made))).toBe('proved');
    await expectTaken(upper(made), 'My', above);
  });

  test('leaves every worker in line, and one that is set up anew is reconnected to it by its root', async () => {
    const [above, made] = [root(), issued()];
    await start([authority(above), held(made, { store: 'My', readable: true })], [upper(made), upper(above)]);
    expect(await rotated(upper(made))).toBe('proved');
    const lines = () => alignments(rig.farm, rig.state()).map(({ host, inLine }) => [host, inLine]);
    expect(lines()).toEqual(workers().map((name) => [name, true]));
    const { host, scm } = lab.machine('sqlw02');
    const [service] = host.state.services;
    const file = host.real(`${FOLDER}\\WorkerSettings.config`) ?? '';
    const old = rig.rotation().plan?.header.old?.thumbprint ?? '';
    writeFileSync(file, readFileSync(file, 'utf8').replace(new RegExp(made.thumbprint, 'iu'), old));
    host.state.certificates = host.state.certificates.filter(({ thumbprint }) => thumbprint !== above.thumbprint);
    if (service === undefined) throw new Error('no service');
    scm.stop(service);
    host.save();
    await rig.until(() => scm.query(service).state === 1);
    await scm.start(service);
    await rig.type('mei', '/ssis reconnect sqlw02 because It was set up anew');
    await rig.until(() => rig.rotation().id === 'prod-2' && (rig.rotation().plan ?? rig.rotation().closed) !== null);
    expect(rig.rotation().closed).toBeNull();
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'reconnect');
    expect(rig.chat.cards().at(-1)).toMatchObject({
      present: { thumbprint: upper(made), authority: { thumbprint: upper(above), names: ['Contoso Root'] } },
    });
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
    await expectTaken(upper(made), 'My', above);
    expect(lines()).toEqual(workers().map((name) => [name, true]));
    expect(rig.chat.cards().filter((one) => JSON.stringify(one).includes('told.out-of-line'))).toEqual([]);
  });

  test('that is put back leaves its authority trusted by no worker', async () => {
    const [above, made] = [root(), issued()];
    await start([authority(above), held(made, { store: 'My' })], [upper(made), upper(above)]);
    await lab.break('sqlw01', 'start-1069');
    expect(await rotated(upper(made))).toBe('put-back');
    await expectOld(lab, rig, before);
  });

  test('whose authority a runner does not allow is refused before anybody is asked', async () => {
    const [above, made] = [root(), issued()];
    const allowed = (name: string) => (name === 'sqlw02' ? [upper(made)] : [upper(made), upper(above)]);
    await start([authority(above), held(made)], allowed);
    await expectRefused(upper(made), 'ExistingNotAllowed', { hosts: ['sqlw02'], add: [upper(above)] });
  });
});

/** The request is refused on the card before anybody could approve, and nothing changes on any machine. */
async function expectRefused(use: Thumbprint, code: string, data: object = {}): Promise<void> {
  const felt = [worldOf(lab), pidsOf(lab)];
  await rig.type('mei', `/ssis rotate-master use ${use}`);
  expect(await rig.closed()).toMatchObject({ outcome: 'refused', data: { code, ...data } });
  expect([worldOf(lab), pidsOf(lab)]).toEqual(felt);
}

const BAD: readonly (readonly [string, string, () => { made: MadeLabCertificate; there: readonly Imported[] }])[] = [
  ['is not there', 'ExistingMissing', () => ({ made: make(), there: [] })],
  [
    'has no private key',
    'ExistingWithoutKey',
    () => {
      const made = make();
      return { made, there: [held(made, { key: null })] };
    },
  ],
  [
    'has ended',
    'ExistingExpired',
    () => {
      const made = make({ notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) });
      return { made, there: [held(made)] };
    },
  ],
  [
    'lacks the name of the endpoint',
    'ExistingNotCovering',
    () => {
      const made = make({ names: ['sqlm09'] });
      return { made, there: [held(made)] };
    },
  ],
  [
    'was issued by an authority that nobody knows',
    'ExistingChainBroken',
    () => {
      const made = make({ issuer: { cn: 'Contoso Root', key: authorityKey() } });
      return { made, there: [held(made)] };
    },
  ],
];

test.each(BAD)('One that %s is refused before anybody is asked (%s)', async (_, code, how) => {
  const { made, there } = how();
  await start(there, [upper(made)]);
  await expectRefused(upper(made), code);
});

test('One that no runner allows is refused, with the machines and what to add there', async () => {
  const made = make();
  await start([held(made)], []);
  const hosts = lab.hosts.map(({ name }) => name);
  await expectRefused(upper(made), 'ExistingNotAllowed', { hosts, add: [upper(made)] });
});

test('The one in use is refused', async () => {
  await start([], []);
  const inUse = before[MASTER]?.bindings.map((binding) => (binding as { thumbprint: string }).thumbprint)[0] ?? '';
  await expectRefused(inUse.toUpperCase() as Thumbprint, 'ExistingInUse');
});
