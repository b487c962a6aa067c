import type { FarmHost } from '../../../../domain/farm/farm.ts';
import type { HostLook } from '../../../../domain/machine/host-facts.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { type HostName, type Message, parseThumbprint, type Thumbprint } from '../../../../domain/values.ts';
import type { ConsoleHost, HostRow } from '../../../../domain/views/view.ts';
import type { Desk } from '../../desk.ts';
import { gapOf, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { currentKind, hostRow } from '../running/host-row.ts';
import { type Ages, ageOf, agesOf } from './certificate-ages.ts';

/**
 * A machine of the picture: from the newest look and, while a rotation is open, from what its runner has said since.
 */
export function consoleHost(
  desk: Desk,
  rotation: RotationState | null,
  { name: host, roles }: FarmHost,
  direction: 'forth' | 'back',
): ConsoleHost {
  const look = desk.state().latest[host];
  const certificate = certificateNow(rotation, look, host, agesOf(rotation));
  const open = rotation !== null && rotation.closed === null;
  const slice = open ? rotation.plan?.slices.find((one) => one.host === host) : undefined;
  if (open && slice !== undefined) {
    const { now } = desk.moment();
    const row = hostRow(rotation, slice, direction, now);
    const state = row.state === 'unknown' ? 'unknown' : row.cutOff ? 'cut' : 'connected';
    const what = atWork(rotation, row, now) ?? (row.state === 'waiting' ? standing(look).what : row.what);
    return { host, roles, state, certificate, what };
  }
  return { host, roles, certificate, ...after(rotation, host, standing(look)) };
}

/** The state of a machine in an open rotation, where its row on the card would say less, or the same twice. */
function atWork(rotation: RotationState, row: HostRow, now: number): Message | null {
  const { host } = row;
  // The card says why it failed; a machine of the picture has room for a few words only.
  if (row.state === 'unknown') return row.what.id === 'row.unknown' ? { id: 'row.unknown', data: {} } : null;
  if (row.state === 'bad' && !row.cutOff) return row.what.id === 'row.left' ? null : { id: row.what.id, data: {} };
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const order = rotation.orders.findLast((one) => one.host === host && (one.kind === 'apply' || one.kind === 'undo'));
  const kind =
    row.state === 'running' && slice !== undefined && order !== undefined ? currentKind(rotation, slice, order) : null;
  if (row.cutOff) {
    const { ms } = gapOf(rotation, host, now);
    return {
      id: 'console.cut-off',
      data: { ms: ms.at(-1) ?? null, kind, waits: row.state === 'waiting', failed: row.state === 'bad' },
    };
  }
  if (row.state !== 'good') return null;
  if (row.role === 'master')
    return { id: 'console.master-ready', data: { port: rotation.plan?.header.endpoint.port ?? 0 } };
  return connectedAfter(rotation, host);
}

function connectedAfter(rotation: RotationState, host: HostName): Message | null {
  if (!workersOf(rotation).some((one) => one === host)) return null;
  const { ms, forthAt, backAt } = gapOf(rotation, host, 0);
  // Nobody has measured how long a worker that was left behind took to connect.
  return ms.length === 0 || (forthAt === null && backAt === null)
    ? null
    : { id: 'console.connected-after', data: { ms: [...ms] } };
}

/** The picture is about the newest rotation: a connected worker says how long it was cut off. */
function after(rotation: RotationState | null, host: HostName, stands: Standing): Standing {
  if (rotation === null || stands.what.id !== 'console.connected') return stands;
  return { ...stands, what: connectedAfter(rotation, host) ?? stands.what };
}

type Standing = Pick<ConsoleHost, 'state' | 'what'>;
const say = (id: string, data: Message['data'] = {}): Message => ({ id, data });

/** The state of a machine at its newest look. */
function standing(look: HostLook | undefined): Standing {
  if (look === undefined) return { state: 'not-looked', what: say('console.not-looked') };
  const service = look.master?.service ?? look.worker?.service;
  if (service !== undefined && service.state !== 'running')
    return { state: 'cut', what: say('console.service', { state: service.state }) };
  if (look.master !== null)
    return { state: 'connected', what: say('console.master-ready', { port: look.master.port }) };
  const connection = look.worker?.connection;
  if (connection?.log?.state === 'connected' || connection?.tcp === true)
    return { state: 'connected', what: say('console.connected') };
  const unknown = connection?.log === null && connection.tcp === null;
  return { state: unknown ? 'unknown' : 'cut', what: say('console.cut-off', { ms: null }) };
}

function certificateNow(
  rotation: RotationState | null,
  look: HostLook | undefined,
  host: string,
  ages: Ages,
): ConsoleHost['certificate'] {
  const seen = look === undefined ? null : certificateOf(look);
  const thumbprint = (rotation === null ? null : movedTo(rotation, host)) ?? seen?.thumbprint;
  if (seen === null || thumbprint === undefined) return null;
  return { verb: seen.verb, thumbprint, age: ageOf(thumbprint, ages) };
}

/** A setting or binding that this rotation has written already, before the next look shows it. */
function movedTo(rotation: RotationState, host: string): Thumbprint | null {
  if (rotation.closed !== null || isOfWorkers(rotation)) return null;
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const steps = Object.values(slice?.stages ?? {}).flatMap((stage) => stage.steps);
  const step = steps.find((one) => one.kind === 'bind-port' || one.kind === 'write-setting');
  const state = step === undefined ? undefined : rotation.steps[host]?.[step.id];
  if (state === undefined) return null;
  if (state.state === 'done' || state.state === 'proved') return newMaster(rotation);
  return state.state === 'undone' ? (rotation.plan?.header.old?.thumbprint ?? null) : null;
}

function certificateOf(look: HostLook): { verb: 'presents' | 'pins'; thumbprint: Thumbprint } | null {
  const presented =
    look.master?.presented.find((one) => one.thumbprint !== null)?.thumbprint ?? look.master?.bindings[0]?.thumbprint;
  if (look.master !== null && presented != null) return { verb: 'presents', thumbprint: presented };
  const pinned = look.worker === null ? null : parseThumbprint(look.worker.masterThumbprint);
  return pinned === null ? null : { verb: 'pins', thumbprint: pinned };
}
