import type { HostLook } from '../../../domain/host-facts.ts';
import { next } from '../../../domain/next/index.ts';
import type { FarmState, RotationState } from '../../../domain/rotation.ts';
import { type HostName, type Instant, type Message, parseThumbprint, type Thumbprint } from '../../../domain/values.ts';
import type { ConsoleHost, ConsoleView } from '../../../domain/view.ts';
import type { Desk } from '../desk.ts';
import { gapOf, masterSwitch, workersOf } from './gaps.ts';
import { hostRow } from './host-row.ts';

const JOURNAL_LINES = 60;

/** What the web console shows beside the chat, from the journal and the newest looks alone. */
export function consoleView(desk: Desk): ConsoleView {
  const state = desk.state();
  const rotation = newestRotation(state);
  const { farm } = desk;
  const { now } = desk.moment();
  const direction = rotation === null ? 'forth' : next(rotation, desk.moment()).direction;
  const hosts = farm.hosts.map((host) => consoleHost(desk, rotation, host.name, direction));
  return {
    farm: farm.name,
    endpoint: `${farm.endpoint.host}:${farm.endpoint.port}`,
    quorum: farm.approval.quorum,
    approvers: farm.approval.approvers.length,
    hosts: hosts.map((host) => ({ ...host, roles: farm.hosts.find((one) => one.name === host.host)?.roles ?? [] })),
    certificates: certificatesOf(state, rotation, hosts),
    timeline: rotation === null ? null : timelineOf(rotation, now),
    journal: journalOf(rotation),
  };
}

/** The newest rotation that was approved: what picture, lanes and journal are about. */
const newestRotation = (state: FarmState): RotationState | null => {
  const id = state.order.findLast((one) => state.rotations[one]?.gate?.how === 'approved');
  return id === undefined ? null : (state.rotations[id] ?? null);
};

type Ages = { readonly old: Thumbprint | null; readonly made: Thumbprint | null };

const agesOf = (rotation: RotationState | null): Ages => ({
  old: rotation?.plan?.header.old.thumbprint ?? null,
  made: rotation?.made?.certificate.thumbprint ?? null,
});

function age(thumbprint: Thumbprint, ages: Ages): 'old' | 'new' | 'only' {
  if (thumbprint === ages.made) return 'new';
  return thumbprint === ages.old && ages.made !== null ? 'old' : 'only';
}

function consoleHost(
  desk: Desk,
  rotation: RotationState | null,
  host: HostName,
  direction: 'forth' | 'back',
): Omit<ConsoleHost, 'roles'> {
  const { now } = desk.moment();
  const look = desk.state().latest[host];
  const ages = agesOf(rotation);
  const seen = look === undefined ? null : certificateOf(look);
  const moved = rotation === null || rotation.closed !== null ? null : movedTo(rotation, host);
  const certificate = moved === null ? seen : seen === null ? null : { ...seen, thumbprint: moved };
  const shown = certificate === null ? null : { ...certificate, age: age(certificate.thumbprint, ages) };
  const slice = rotation?.closed === null ? rotation.plan?.slices.find((one) => one.host === host) : undefined;
  if (rotation !== null && slice !== undefined) {
    const row = hostRow(rotation, slice, direction, now);
    const state = row.state === 'unknown' ? 'unknown' : row.cutOff ? 'cut' : 'connected';
    return { host, state, certificate: shown, what: row.what };
  }
  if (look === undefined)
    return { host, state: 'not-looked', certificate: null, what: { id: 'console.not-looked', data: {} } };
  return { host, certificate: shown, ...standing(look) };
}

/** A setting or binding that this rotation has written already, before the next look says so. */
function movedTo(rotation: RotationState, host: string): Thumbprint | null {
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const stage = slice === undefined ? undefined : Object.values(slice.stages).at(-1);
  const step = stage?.steps.find((one) => one.kind === 'bind-port' || one.kind === 'write-setting');
  const state = step === undefined ? undefined : rotation.steps[host]?.[step.id];
  if (state === undefined) return null;
  if (state.state === 'done' || state.state === 'proved') return rotation.made?.certificate.thumbprint ?? null;
  return state.state === 'undone' ? (rotation.plan?.header.old.thumbprint ?? null) : null;
}

function certificateOf(look: HostLook): { verb: 'presents' | 'pins'; thumbprint: Thumbprint } | null {
  const presented =
    look.master?.presented.find((one) => one.thumbprint !== null)?.thumbprint ?? look.master?.bindings[0]?.thumbprint;
  if (look.master !== null && presented != null) return { verb: 'presents', thumbprint: presented };
  const pinned = look.worker === null ? null : parseThumbprint(look.worker.masterThumbprint);
  return pinned === null ? null : { verb: 'pins', thumbprint: pinned };
}

function standing(look: HostLook): { state: ConsoleHost['state']; what: Message } {
  if (look.master !== null) {
    const { service, port } = look.master;
    return service.state === 'running'
      ? { state: 'connected', what: { id: 'console.master-ready', data: { port } } }
      : { state: 'cut', what: { id: 'console.service', data: { state: service.state } } };
  }
  const connection = look.worker?.connection;
  if (look.worker !== null && look.worker.service.state !== 'running')
    return { state: 'cut', what: { id: 'console.service', data: { state: look.worker.service.state } } };
  const connected = connection?.log?.state === 'connected' || connection?.tcp === true;
  return connected
    ? { state: 'connected', what: { id: 'console.connected', data: {} } }
    : {
        state: connection?.log === null && connection.tcp === null ? 'unknown' : 'cut',
        what: { id: 'console.cut-off', data: { ms: null } },
      };
}

function certificatesOf(
  state: FarmState,
  rotation: RotationState | null,
  hosts: readonly Omit<ConsoleHost, 'roles'>[],
): ConsoleView['certificates'] {
  const ages = agesOf(rotation);
  const ends = new Map<string, Instant>();
  for (const look of Object.values(state.latest))
    if (look.master?.certificate != null)
      ends.set(look.master.certificate.thumbprint, look.master.certificate.notAfter);
  const { header } = rotation?.plan ?? {};
  if (header !== undefined) ends.set(header.old.thumbprint, header.old.notAfter);
  const madeAt = Date.parse(rotation?.plannedAt ?? '');
  if (ages.made !== null && !ends.has(ages.made) && header !== undefined)
    ends.set(ages.made, new Date(madeAt + header.profile.lifetimeDays * 86_400_000).toISOString());
  const shown = [...new Set(hosts.flatMap((host) => host.certificate?.thumbprint ?? []))];
  const all =
    ages.made === null ? shown : [...new Set([ages.made, ...(ages.old === null ? [] : [ages.old]), ...shown])];
  return all.flatMap((thumbprint) => {
    const notAfter = ends.get(thumbprint);
    return notAfter === undefined ? [] : [{ thumbprint, age: age(thumbprint, ages), notAfter }];
  });
}

function timelineOf(rotation: RotationState, now: number): ConsoleView['timeline'] {
  const swap = masterSwitch(rotation);
  if (rotation.plan === null || rotation.gate === null || swap === null) return null;
  // The limit counts from the moment the workers were cut off; a little of what was before is shown.
  const start = (swap.cut ?? swap.from) - 400;
  const end = rotation.closed === null ? now : Date.parse(rotation.closed.at);
  const to = (at: number): number => Math.max(0, at - start);
  const master = {
    host: rotation.plan.header.profile.host,
    segments: [
      { fromMs: 0, toMs: to(swap.cut ?? swap.from), kind: 'connected' as const },
      { fromMs: to(swap.cut ?? swap.from), toMs: to(swap.to ?? end), kind: 'restart' as const },
      ...(swap.to === null ? [] : [{ fromMs: to(swap.to), toMs: to(end), kind: 'connected' as const }]),
    ],
    totalMs: swap.to === null ? null : swap.to - (swap.cut ?? swap.from),
    open: swap.to === null && rotation.closed === null,
  };
  const lanes = workersOf(rotation)
    .filter((host) => host !== master.host)
    .map((host) => {
      const gap = gapOf(rotation, host, now);
      const marks = [
        { at: gap.cutAt, kind: 'cut' as const },
        { at: gap.forthAt, kind: 'connected' as const },
        { at: gap.backCutAt, kind: 'cut' as const },
        { at: gap.backAt, kind: 'connected' as const },
      ].flatMap(({ at, kind }) => (at === null ? [] : [{ at, kind }]));
      const segments = [{ at: start, kind: 'connected' as const }, ...marks].map((mark, index, all) => ({
        fromMs: to(mark.at),
        toMs: to(all[index + 1]?.at ?? end),
        kind: mark.kind,
      }));
      return {
        host,
        segments,
        totalMs: gap.ms.length === 0 ? null : gap.ms.reduce((a, b) => a + b, 0),
        open: gap.open,
      };
    });
  return {
    rotation: rotation.id,
    startedAt: new Date(start).toISOString(),
    // Drawn from the same zero as the lanes: the limit counts from the moment the workers were cut off.
    limitMs: rotation.plan.header.gap.limitMs + to(swap.cut ?? swap.from),
    nowMs: rotation.closed === null ? to(now) : null,
    lanes: [master, ...lanes],
  };
}

function journalOf(rotation: RotationState | null): ConsoleView['journal'] {
  if (rotation === null) return { rotation: null, lines: [] };
  const start = Date.parse(rotation.gate?.at ?? rotation.at);
  const lines = rotation.trail.slice(-JOURNAL_LINES).reverse();
  return {
    rotation: rotation.id,
    lines: lines.map(({ at, host, code, data }) => ({
      at,
      atMs: Date.parse(at) - start,
      host,
      what: { id: code.replace('runner.', 'journal.'), data: { ...data, step: kindOf(data.step) } },
    })),
  };
}

/** Ids of steps end in their kind: `host/stage/kind`. */
const kindOf = (step: unknown): string => (typeof step === 'string' ? (step.split('/').at(-1) ?? '') : '');
