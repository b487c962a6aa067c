import type { Lab } from '../../infra/lab/index.ts';
import type { E2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

/** What is asked about a rotation that has ended, in one process or in many. */
type Ended = Pick<E2e, 'rotation' | 'thumbprint' | 'journalOf'> & { readonly chat: E2e['chat'] | null };

const TOLD_LINES = 16;

/** Whether every worker is connected, or will be in a moment. */
export const settled = (lab: Lab, limitMs = 3000): Promise<boolean> =>
  lab.connected(limitMs).then(
    () => true,
    () => false,
  );

/** The thumbprint of the master on which each worker is connected, as the lab measures it. */
export async function connectedOn(lab: Lab): Promise<readonly (string | null)[]> {
  await settled(lab, 20_000);
  const { workers } = await lab.measure();
  return Object.values(workers).map(({ thumbprint }) => thumbprint);
}

/** Every worker is connected on this certificate; if not, throws with what explains it. */
export async function expectConnected(lab: Lab, rig: Ended, thumbprint: string | null | undefined): Promise<void> {
  const found = await connectedOn(lab);
  const wanted = workersOn(lab, thumbprint);
  const isMet = found.every((one, index) => one === wanted[index]);
  expect({ found, told: isMet ? [] : toldOf(lab, rig) }).toEqual({ found: wanted, told: [] });
}

/** Of each machine: its services, and the end of its runner's journal; then the card. */
const toldOf = (lab: Lab, rig: Ended): readonly string[] => [
  ...lab.hosts.flatMap(({ name }) => {
    const { host, scm } = lab.machine(name);
    const services = host.state.services.map((service) => ({ service, ...scm.query(service) }));
    const journal = rig.journalOf(name).slice(-TOLD_LINES);
    return [...services, ...journal].map((one) => `${name}: ${JSON.stringify(one, shorter)}`);
  }),
  ...rig
    .rotation()
    .orders.map(({ host, n, kind, stage, status, outcome, code }) =>
      ['order', host, n, kind, stage, status, outcome, code].join(' '),
    ),
  `card: ${JSON.stringify(rig.chat?.cards().at(-1) ?? null)}`,
];

const shorter = (name: string, value: unknown): unknown =>
  ['order', 'look', 'made', 'facts'].includes(name) ? undefined : value;

/** What connectedOn returns when every worker is connected on this one. */
export const workersOn = <T>(lab: Lab, one: T): readonly T[] =>
  lab.hosts.filter(({ roles }) => roles.includes('worker')).map(() => one);

/**
 * All is as before, byte for byte: files, stores, keys with their access lists, bindings, services; the journals agree.
 */
export async function expectOld(lab: Lab, rig: Ended, before: World): Promise<void> {
  const old = rig.rotation().plan?.header.old?.thumbprint ?? '';
  await expectConnected(lab, rig, old);
  expect(worldOf(lab)).toEqual(before);
  // What earlier tests have left in the stores may be offered for removal, in a message of its own.
  if (rig.chat !== null) expect(rig.chat.cards().findLast(({ kind }) => kind !== 'notice')?.kind).toBe('closed');
  for (const { name } of lab.hosts) expect([name, leftForth(rig, name)]).toEqual([name, []]);
}

/** Everybody is on the new certificate, nothing else has changed, and the journals agree. */
export async function expectNew(lab: Lab, rig: Ended, before: World): Promise<void> {
  const made = rig.thumbprint() ?? '';
  await expectConnected(lab, rig, made);
  const thumbprint = made.toLowerCase();
  const after = worldOf(lab);
  for (const { name, roles } of lab.hosts) {
    const was = before[name];
    const is = after[name];
    if (was === undefined || is === undefined) throw new Error(name);
    const isMaster = roles.includes('master');
    expect(is.certificates).toEqual([...was.certificates, `Root ${thumbprint}${isMaster ? ' key' : ''}`].sort());
    expect(is.bindings).toEqual(was.bindings.map((binding) => ({ ...binding, thumbprint, store: 'Root' })));
    expect(is.services).toEqual(was.services);
    expect(changedFiles(was.files, is.files)).toEqual([
      ...(isMaster ? ['MasterSettings.config', 'SSISScaleOutMaster.cer'] : []),
      ...(roles.includes('worker') ? ['WorkerSettings.config'] : []),
    ]);
    expect(readersOf(is.keys, thumbprint)).toEqual(
      isMaster ? readersOf(was.keys, rig.rotation().plan?.header.old?.thumbprint.toLowerCase() ?? '') : [],
    );
    expect(rig.journalOf(name).filter((entry) => entry.type === 'finished' && entry.outcome === 'unknown')).toEqual([]);
  }
}

/** Steps that a runner's journal shows as done and not as undone. */
function leftForth(rig: Ended, name: string): readonly string[] {
  const left = new Set<string>();
  for (const entry of rig.journalOf(name)) {
    if (entry.type === 'started' && entry.direction === 'forth') left.add(entry.step);
    if (entry.type === 'undone') left.delete(entry.step);
  }
  return [...left];
}

const changedFiles = (was: { readonly [name: string]: string }, is: { readonly [name: string]: string }) =>
  Object.keys(is).filter((name) => was[name] !== is[name]);

/** SIDs and rights on the key of a certificate, sorted. */
const readersOf = (keys: readonly string[], thumbprint: string): readonly string[] =>
  keys
    .filter((key) => key.startsWith(thumbprint))
    .flatMap((key) => [...key.matchAll(/\(A;[^;]*;[^;]*;;;([^)]+)\)/gu)].map((found) => String(found[1])))
    .sort();
