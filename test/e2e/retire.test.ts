import { jest } from '@jest/globals';
import { makeCertificate } from '../../infra/lab/certificate.ts';
import type { LabOptions } from '../../infra/lab/index.ts';
import { makeKeyPool } from '../../infra/lab/keys.ts';
import type { RetireView } from '../../src/domain/views/retire-view.ts';
import type { ClosedView } from '../../src/domain/views/view.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

const DAY = 86_400_000;
const WORKER = 'sqlw01';

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;
let old: string;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** A farm that was rotated this many days ago; its runners have been restarted since. */
async function rotated(days: number, options: Partial<LabOptions> = {}): Promise<void> {
  opened = await openLab(options);
  rig = await startE2e(opened.lab);
  await rig.approved();
  expect((await rig.closed()).outcome).toBe('proved');
  old = (rig.rotation().plan?.header.old?.thumbprint ?? '').toLowerCase();
  await later(days);
}

async function later(days: number): Promise<void> {
  await rig.pass(days * DAY);
  for (const { name } of opened.lab.hosts) {
    await rig.stopRunner(name);
    await rig.startRunner(name);
  }
  await rig.until(() => rig.heard());
}

async function asked(text = '/ssis retire prod because It has proved itself'): Promise<void> {
  const before = rig.state().order.length;
  const reply = await rig.type('mei', text);
  expect(saidOf(reply)).toEqual(['looking']);
  await rig.until(() => rig.state().order.length > before && (rig.rotation().plan ?? rig.rotation().closed) !== null);
}

async function removed(): Promise<string> {
  await asked();
  if (rig.rotation().plan === null) throw new Error(JSON.stringify(rig.rotation().closed));
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome ?? '';
}

const certificatesOf = (host: string): readonly string[] => worldOf(opened.lab)[host]?.certificates ?? [];
const keysOf = (host: string): readonly string[] => worldOf(opened.lab)[host]?.keys ?? [];
const holds = (host: string): boolean => certificatesOf(host).some((one) => one.includes(old));

test('after the grace period the old certificate is removed from every machine, with its key, and nothing else is', async () => {
  await rotated(8);
  const { lab } = opened;
  const before = worldOf(lab);
  expect(await removed()).toBe('proved');
  for (const { name, roles } of lab.hosts) {
    const isMaster = roles.includes('master');
    const gone = `Root ${old}${isMaster ? ' key' : ''}`;
    expect(certificatesOf(name)).toEqual(before[name]?.certificates.filter((one) => one !== gone));
    expect(before[name]?.certificates).toContain(gone);
    expect(keysOf(name)).toEqual(before[name]?.keys.filter((one) => !one.startsWith(old)));
    expect(worldOf(lab)[name]?.files).toEqual(before[name]?.files);
  }
  expect(keysOf(MASTER).length).toBe((before[MASTER]?.keys.length ?? 0) - 1);
  const master = rig.state().latest[MASTER]?.master?.sslCertThumbprint;
  expect(await connectedOn(lab)).toEqual(workersOn(lab, master));
  // When asked again, there is nothing left.
  await asked();
  expect(rig.rotation().closed?.data.code).toBe('NothingToRetire');
});

test('the card names the certificate, when it was used last, its machines and where its key is, and the requester may not approve it', async () => {
  await rotated(8);
  const ended = Date.parse(rig.rotation().closed?.at ?? '');
  await asked();
  const shown = () => rig.chat.cards().find((view): view is RetireView => view.kind === 'retire');
  await rig.until(() => shown() !== undefined);
  const card = shown();
  expect(card?.certificates).toMatchObject([
    { thumbprint: old.toUpperCase(), madeBy: null, hosts: [MASTER, WORKER, 'sqlw02'], keyOn: [MASTER] },
  ]);
  // Used until the rotation that replaced it, and not since.
  expect((ended - Date.parse(card?.certificates[0]?.lastUsed ?? '')) / DAY).toBeCloseTo(0, 1);
  const before = worldOf(opened.lab);
  const own = await rig.vote('mei');
  expect(saidOf(own)).toContain('refused.own-request');
  expect(worldOf(opened.lab)).toEqual(before);
});

test('within the grace period the removal is refused with the day on which it ends, and nothing is changed', async () => {
  await rotated(3);
  const before = worldOf(opened.lab);
  await asked();
  const { closed } = rig.rotation();
  expect(closed?.data).toMatchObject({ code: 'GraceNotOver', thumbprint: old.toUpperCase() });
  // It is seven days long.
  expect((Date.parse(String(closed?.data.until)) - Date.parse(closed?.at ?? '')) / DAY).toBeCloseTo(4, 1);
  expect(worldOf(opened.lab)).toEqual(before);
});

test('a farm that nobody has rotated has nothing to remove', async () => {
  opened = await openLab();
  rig = await startE2e(opened.lab);
  await asked('/ssis retire');
  expect(rig.rotation().closed?.data.code).toBe('NothingToRetire');
});

const USERS: readonly (readonly [what: string, arrange: () => void, where: string])[] = [
  [
    'a binding of another port',
    () => {
      const { host } = opened.lab.machine(MASTER);
      const [plain] = host.state.bindings;
      if (plain !== undefined)
        host.setBindings([...host.state.bindings, { ...plain, key: '0.0.0.0:443', thumbprint: old }]);
    },
    '0.0.0.0:443',
  ],
  [
    'the SQL engine of a worker',
    () => {
      const key = 'SOFTWARE\\Microsoft\\Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQLServer\\SuperSocketNetLib';
      opened.lab.machine(WORKER).host.state.registry[key] = { Certificate: ['REG_SZ', old] };
    },
    'MSSQL16.MSSQLSERVER',
  ],
];

test.each(USERS)('while %s uses it, the old certificate stays on every machine', async (_what, arrange, where) => {
  await rotated(8);
  arrange();
  const before = worldOf(opened.lab);
  await asked();
  expect(rig.rotation().closed?.data).toMatchObject({ code: 'StillInUse', where: [where] });
  expect(worldOf(opened.lab)).toEqual(before);
});

test('if something begins to use it after the plan, it stays on every machine, and the card names what and where', async () => {
  await rotated(8);
  await asked();
  USERS[0]?.[1]();
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  const data = { code: 'StillInUse', host: MASTER, where: ['0.0.0.0:443'] };
  expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data });
  expect([holds(MASTER), holds(WORKER)]).toEqual([true, true]);
  expect(keysOf(MASTER).some((one) => one.startsWith(old))).toBe(true);
});

const FAULTS: readonly (readonly [fault: string, isKeyGone: boolean])[] = [
  ['certutil-delkey-lies', false],
  ['certutil-delkey-fails', false],
  ['certutil-delstore-fails', true],
  ['certutil-delstore-lies', true],
];

test.each(FAULTS)(
  '%s on the master: the card names the machine that still holds it, and the next try completes it',
  async (fault, isKeyGone) => {
    await rotated(8);
    await opened.lab.break(MASTER, fault);
    expect(await removed()).toBe('left-behind');
    expect([holds(MASTER), holds(WORKER)]).toEqual([true, false]);
    const shown = () => rig.chat.cards().findLast((view): view is ClosedView => view.kind === 'closed');
    await rig.until(() => shown()?.id === rig.rotation().id);
    const keyGone = isKeyGone ? [MASTER] : [];
    expect(shown()).toMatchObject({
      evidence: [
        {
          state: 'bad',
          what: { id: 'proof.retired', data: { hosts: [WORKER, 'sqlw02'], count: 3, keyOn: [], keyGone } },
        },
        { state: 'bad', what: { id: 'why.host.in-full', data: { host: MASTER } } },
      ],
      next: [
        { id: 'next.retire-again', data: { hosts: [MASTER], failed: true } },
        { id: 'why.host.todo', data: { host: MASTER } },
      ],
    });
    expect(keysOf(MASTER).some((one) => one.startsWith(old))).toBe(!isKeyGone);
    expect(rig.journalOf(MASTER).at(-1)).toMatchObject({ type: 'finished' });
    expect(rig.journalOf(MASTER).findLast((one) => one.type === 'finished' && one.look === null)).toMatchObject({
      outcome: 'kept',
    });
    expect(await removed()).toBe('proved');
    expect(holds(MASTER)).toBe(false);
    expect(keysOf(MASTER).some((one) => one.startsWith(old))).toBe(false);
  },
);

test('on a machine that is master and worker it is removed with its key', async () => {
  await rotated(8, { onebox: true });
  expect(await removed()).toBe('proved');
  expect(opened.lab.hosts.map(({ name }) => holds(name))).toEqual(opened.lab.hosts.map(() => false));
  const [onebox] = opened.lab.hosts;
  expect(keysOf(onebox?.name ?? '').some((one) => one.startsWith(old))).toBe(false);
});

/** Requested, approved and proved, eight days ago. */
async function workersRotated(): Promise<void> {
  await asked('/ssis rotate-worker all because Yearly renewal');
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  expect(rig.rotation().closed?.outcome).toBe('proved');
  await later(8);
}

/** What an administrator imports on the master, without its key. */
async function putOnMaster(cn: string): Promise<string> {
  const { host } = opened.lab.machine(MASTER);
  const [key] = await makeKeyPool(1);
  if (key === undefined) throw new Error('no key');
  const [notBefore, notAfter] = [new Date(Date.now() - DAY), new Date(Date.now() + 300 * DAY)];
  const made = makeCertificate({ key, cn, names: [cn], notBefore, notAfter, client: false });
  host.state.certificates.push({ store: 'Root', ...made, container: null });
  host.save();
  return `Root ${made.thumbprint}`;
}

test("a worker's old certificate is removed from the worker with its key, and from the master that trusted it since set-up", async () => {
  opened = await openLab();
  rig = await startE2e(opened.lab);
  const others = [await putOnMaster(WORKER), await putOnMaster('monitor')];
  const before = worldOf(opened.lab);
  await workersRotated();
  const rotated = worldOf(opened.lab);
  expect(await removed()).toBe('proved');
  const gone = [WORKER, 'sqlw02'].map((worker) => {
    const [was = ''] = before[worker]?.certificates.filter((one) => one.startsWith('My ')) ?? [];
    expect(rotated[worker]?.certificates).toContain(was);
    expect(certificatesOf(worker)).toEqual(rotated[worker]?.certificates.filter((one) => one !== was));
    expect(keysOf(worker)).toHaveLength(1);
    return `Root ${was.split(' ')[1]}`;
  });
  // Its own journal does not know them; one that no worker ever used stays, though it bears a worker's name.
  expect(rotated[MASTER]?.certificates).toEqual(expect.arrayContaining([...gone, ...others]));
  expect(certificatesOf(MASTER)).toEqual(rotated[MASTER]?.certificates.filter((one) => !gone.includes(one)));
  const master = rig.state().latest[MASTER]?.master?.sslCertThumbprint;
  expect(await connectedOn(opened.lab)).toEqual(workersOn(opened.lab, master));
  await asked();
  expect(rig.rotation().closed?.data.code).toBe('NothingToRetire');
});

test("a master where the trust in a worker's old certificate was not removed is named, and the next try completes it", async () => {
  opened = await openLab();
  rig = await startE2e(opened.lab);
  const before = worldOf(opened.lab);
  await workersRotated();
  await opened.lab.break(MASTER, 'certutil-delstore-fails');
  expect(await removed()).toBe('left-behind');
  expect(rig.rotation().closed?.data.left).toEqual([MASTER]);
  expect(await removed()).toBe('proved');
  const first = [WORKER, 'sqlw02'].flatMap(
    (worker) => before[worker]?.certificates.filter((one) => one.startsWith('My ')) ?? [],
  );
  expect(first).toHaveLength(2);
  for (const one of first) expect(certificatesOf(MASTER)).not.toContain(`Root ${one.split(' ')[1]}`);
});

test('an orphan of an earlier try is removed by its mark only once it was unused for long enough; another mark stays', async () => {
  opened = await openLab();
  const { host } = opened.lab.machine(WORKER);
  const [key] = await makeKeyPool(1);
  if (key === undefined) throw new Error('no key');
  const put = (friendlyName: string): string => {
    const [notBefore, notAfter] = [new Date(Date.now() - DAY), new Date(Date.now() + 300 * DAY)];
    const made = makeCertificate({ key, cn: 'sqlm01', names: ['sqlm01'], notBefore, notAfter, client: false });
    host.state.certificates.push({ store: 'Root', ...made, container: null, friendlyName });
    host.save();
    return made.thumbprint;
  };
  const [orphan, strange] = [put('certops prod-9'), put('certops test-9')];
  rig = await startE2e(opened.lab);
  // No journal knows it: it may have been in use until an hour ago.
  await asked();
  expect(rig.rotation().closed?.data).toMatchObject({ code: 'GraceNotOver', thumbprint: orphan.toUpperCase() });
  await later(8);
  expect(await removed()).toBe('proved');
  expect(certificatesOf(WORKER)).not.toContain(`Root ${orphan}`);
  expect(certificatesOf(WORKER)).toContain(`Root ${strange}`);
});
