import type { LabControl } from '../lab/control.ts';
import type { Measured } from '../lab/index.ts';
import { type BareHost, restartBare, runBare } from './bare.ts';
import type { Chat } from './chat.ts';
import { askAndApprove, sleep } from './clicks.ts';
import { type BotRecord, type Call, readBot } from './recording.ts';

const ROTATION_MS = 600_000;
const SERVICES = { master: 'SSISScaleOutMaster160', worker: 'SSISScaleOutWorker160' } as const;

/** One proved rotation, and what the lab measured of it. Milliseconds. */
export interface RotationSeen {
  readonly id: string;
  /** Time from the bot's record of the last vote to its record of the end. */
  readonly wallMs: number;
  readonly canaryGapMs: number;
  readonly otherGapsMs: readonly number[];
  /** Length of each moment in which nothing was bound. */
  readonly unboundMs: readonly number[];
  readonly records: readonly BotRecord[];
}

/** Requests and approves a rotation and waits until it is proved. Rejects when it ends in any other way. */
export async function rotate(chat: Chat, lab: LabControl, state: string, asker: string): Promise<RotationSeen> {
  const before = await lab.measure();
  const { summary, ...ended } = await askAndWait(chat, state, asker, 'rotate-master');
  const { id, records } = ended;
  const canary = records.find(({ type, stage }) => type === 'ordered' && stage === 'workers')?.host ?? '';
  const gaps = gapsSince(await lab.measure(), before.now);
  const canaryGapMs = gaps.get(canary);
  if (canaryGapMs === undefined) throw new Error(`${id} did not run to its end: ${summary.slice(0, 1500)}`);
  gaps.delete(canary);
  return {
    ...ended,
    canaryGapMs,
    otherGapsMs: [...gaps.values()],
    unboundMs: unboundSince(await lab.measure(), before.now),
  };
}

/**
 * The same for workers' own certificates; `request` names the workers. `gapsMs`: the gaps of those that were cut off.
 */
export async function rotateWorkers(
  chat: Chat,
  lab: LabControl,
  state: string,
  asker: string,
  request: string,
): Promise<{ readonly wallMs: number; readonly gapsMs: readonly number[]; readonly records: readonly BotRecord[] }> {
  const { now } = await lab.measure();
  const { id, wallMs, records, summary } = await askAndWait(chat, state, asker, request);
  const { workers } = await lab.measure();
  const gapsMs = Object.values(workers).flatMap(({ gaps }) =>
    gaps.flatMap(({ from, ms }) => (from > now && ms !== null ? [ms] : [])),
  );
  if (gapsMs.length === 0) throw new Error(`${id} restarted nobody: ${summary.slice(0, 1500)}`);
  return { wallMs, gapsMs, records };
}

async function askAndWait(chat: Chat, state: string, asker: string, request: string) {
  await askAndApprove(chat, asker, request);
  const summary = await chat.until(
    ({ body }) => (body.type === 'card' && body.kind === 'closed' ? JSON.stringify(body.card) : null),
    ROTATION_MS,
  );
  const all = await readBot(state);
  const id = all.findLast(({ type }) => type === 'closed')?.id ?? '';
  const records = all.filter((record) => record.id === id);
  const from = records.findLast(({ type }) => type === 'voted')?.at ?? Number.NaN;
  const to = records.findLast(({ type }) => type === 'closed')?.at ?? Number.NaN;
  return { id, wallMs: to - from, records, summary };
}

/** Per worker, from its last answer under one certificate to its first connection under another. */
export function gapsSince({ workers }: Measured, since: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const [host, { history }] of Object.entries(workers)) {
    const next = history.findIndex(
      ({ from, thumbprint }, at) => from > since && history[at - 1]?.thumbprint !== thumbprint,
    );
    const [last, first] = [history[next - 1], history[next]];
    if (next > 0 && last !== undefined && first !== undefined) found.set(host, first.from - last.lastAnswer);
  }
  return found;
}

export const unboundSince = ({ unbound }: Measured, since: number): readonly number[] =>
  Object.values(unbound).flatMap((times) => times.flatMap(({ from, ms }) => (from > since && ms !== null ? [ms] : [])));

/** A bare stop and start of the master, then of the worker: no rotation can be faster. Milliseconds. */
export async function bareRestarts(
  lab: LabControl,
  hosts: { readonly master: BareHost; readonly worker: BareHost },
  samples: number,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let count = 0; count < samples; count += 1) {
    const from = performance.now();
    await restartBare(hosts.master, SERVICES.master);
    await restartBare(hosts.worker, SERVICES.worker);
    found.push(performance.now() - from);
    await allConnected(lab);
  }
  return found;
}

/** A bare stop and start of one worker: no rotation of its certificate can be faster. Milliseconds. */
export async function bareRestartsOf(lab: LabControl, worker: BareHost, samples: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let count = 0; count < samples; count += 1) {
    const from = performance.now();
    await restartBare(worker, SERVICES.worker);
    found.push(performance.now() - from);
    await allConnected(lab);
  }
  return found;
}

/**
 * The same for all workers side by side, to show what many restarts cost this machine. Each worker's gap, as the lab
 * measured it.
 */
export async function bareRestartsAtOnce(lab: LabControl, workers: readonly BareHost[]): Promise<readonly number[]> {
  const { now } = await lab.measure();
  await Promise.all(workers.map((worker) => restartBare(worker, SERVICES.worker)));
  await allConnected(lab);
  const measured = Object.values((await lab.measure()).workers);
  return measured.flatMap(({ gaps }) => gaps.flatMap(({ brokeAt, ms }) => (brokeAt > now && ms !== null ? [ms] : [])));
}

/**
 * Deletes the binding and repeats the product's last `add sslcert`. How long nothing was bound, as the lab measured it.
 * Milliseconds.
 */
export async function bareSwaps(lab: LabControl, host: BareHost, calls: readonly Call[]): Promise<readonly number[]> {
  const add = calls.findLast(({ tool, args, code }) => isAdd(tool, args) && code === 0)?.args;
  const key = add?.find((arg) => arg.startsWith('ipport=')) ?? '';
  if (add === undefined) throw new Error('the product has not added the binding that would be compared');
  const { now } = await lab.measure();
  await runBare(host, 'netsh', ['http', 'delete', 'sslcert', key]);
  await runBare(host, 'netsh', [...add]);
  return unboundSince(await lab.measure(), now);
}

const isAdd = (tool: string, args: readonly string[]): boolean =>
  tool === 'netsh' &&
  args[1] === 'add' &&
  args.includes('sslcert') &&
  args.some((arg) => arg.startsWith('ipport=0.0.0.0:'));

const CONNECTED_LIMIT_MS = 30_000;

export async function allConnected(lab: LabControl): Promise<void> {
  for (const until = performance.now() + CONNECTED_LIMIT_MS; performance.now() < until; await sleep(20)) {
    const { workers } = await lab.measure();
    if (Object.values(workers).every(({ connected }) => connected)) return sleep(400);
  }
  throw new Error(`not every worker of the lab was connected again after ${CONNECTED_LIMIT_MS} ms`);
}
