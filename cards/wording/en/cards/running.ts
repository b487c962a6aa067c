import type { Line, Lines } from '../../line.ts';
import { count, list } from '../grammar.ts';
import { exact, whole } from '../measure.ts';
import { reconnecting } from './reconnect.ts';

type Phase = 'contain' | 'prepare' | 'cutover' | 'retire' | 'prove';
type Names = readonly string[];

interface About {
  readonly farm: string;
  readonly request: string;
  readonly hosts: Names;
  /** The rotation that is rolled back. */
  readonly of: string | null;
  /** The port had no binding before. */
  readonly unbound: boolean;
}

const whose = ({ farm, hosts }: Pick<About, 'farm' | 'hosts'>): string =>
  hosts.length === 1 ? (hosts[0] ?? '') : `${hosts.length} workers of ${farm}`;

const PHASES: { readonly [phase in Phase]: string } = {
  contain: 'Contain',
  prepare: 'Prepare',
  cutover: 'Cutover',
  retire: 'Remove',
  prove: 'Prove',
};

const putBackAt = (limitMs: number, leaveBehind: number): string =>
  leaveBehind === 0
    ? ` All is put back at ${whole(limitMs)}.`
    : ` At ${whole(limitMs)} all is put back if more than ${leaveBehind} ${leaveBehind === 1 ? 'is' : 'are'} missing.`;

export const runningWords = {
  'running.state': ((d) => `RUNNING · STEP ${d.step} OF ${d.steps}`) as Line<{ step: number; steps: number }>,
  'running.state-back': () => 'PUTTING BACK',
  'running.title': ((d) => {
    if (d.request === 'reconnect') return reconnecting(d, false);
    const verb = d.of === null ? 'Rotating' : `Rolling ${d.of} back:`;
    return d.request === 'rotate-worker'
      ? `${verb} the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
      : `${verb} ${d.farm}'s master certificate`;
  }) as Line<About>,
  'running.title-back': ((d) =>
    d.request === 'reconnect'
      ? reconnecting(d, true)
      : d.unbound
        ? `Taking the new binding of ${d.farm}'s port away again`
        : d.request === 'rotate-worker'
          ? `Putting the old certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)} back`
          : `Putting ${d.farm}'s old master certificate back`) as Line<About>,
  'running.about': ((d, pen) =>
    [
      d.id,
      ...(d.ticket === null ? [] : [d.ticket]),
      `approved by ${list(d.names, 'and', 4)}`,
      `started ${pen.time(d.at)}`,
    ].join(' · ')) as Line<{
    id: string;
    ticket: string | null;
    names: Names;
    at: string;
  }>,
  'running.phase': ((d) => `${d.sign} ${PHASES[d.phase]}`) as Line<{ sign: string; phase: Phase }>,
  'running.phase-done': ((d) => exact(d.ms)) as Line<{ ms: number }>,
  'running.phase-done-unmeasured': () => 'done',
  'running.phase-now': ((d) => `step ${d.step} of ${d.to}`) as Line<{ step: number; to: number }>,
  'running.phase-later': ((d) => (d.from === d.to ? `step ${d.to}` : `steps ${d.from} to ${d.to}`)) as Line<{
    from: number;
    to: number;
  }>,
  'running.cut-off': ((d, pen) => {
    const who = d.count === 1 ? '1 worker is' : `${d.count} workers are`;
    return `${who} cut off: ${pen.bold(whole(d.ms))} so far.${d.limitMs === null ? '' : putBackAt(d.limitMs, d.leaveBehind)}`;
  }) as Line<{ count: number; ms: number; limitMs: number | null; leaveBehind: number }>,
  'running.cut-before': ((d) =>
    `${d.all ? 'Every worker is' : d.count === 1 ? '1 worker is' : `${d.count} workers are`} cut off still, as before this began.`) as Line<{
    count: number;
    all: boolean;
  }>,
  'running.cut-off-unmeasured': ((d) =>
    `${d.count === 1 ? '1 worker is' : `${d.count} workers are`} cut off. How long was not measured.`) as Line<{
    count: number;
  }>,
  'running.nobody-yet': () => 'No worker is cut off.',
  'running.nobody-now': () => 'No worker is cut off any more.',
  'running.stop-asked': ((d, pen) =>
    `${pen.bold(d.by)} asked to stop: the change in hand is finished, then all is put back.`) as Line<{ by: string }>,
  'running.stop-contained': ((d, pen) =>
    `${pen.bold(d.by)} asked to stop: the change in hand is finished; what is contained stays contained.`) as Line<{
    by: string;
  }>,
  'running.row-cut-off': ((d) => (d.ms === null ? 'cut off' : `cut off ${whole(d.ms)}`)) as Line<{ ms: number | null }>,
  'running.row-ms': ((d) => exact(d.ms)) as Line<{ ms: number }>,
  'running.rows-cut': ((d) => {
    const parts = [
      d.good > 0 ? `${d.good} done` : '',
      d.running > 0 ? `${d.running} under way` : '',
      d.waiting > 0 ? `${d.waiting} waiting` : '',
      d.bad > 0 ? `${d.bad} failed` : '',
      d.unknown > 0 ? `${d.unknown} unknown` : '',
    ].filter((part) => part !== '');
    return `and ${d.left} more: ${parts.join(', ')}`;
  }) as Line<{ left: number; good: number; running: number; waiting: number; bad: number; unknown: number }>,
  'running.steps': () => 'Steps',
  'running.step': ((d) => {
    if (d.names.length === 0) return `${d.number} · all: `;
    return `${d.number} · ${d.names.length > 3 ? count(d.names.length, 'machine') : list(d.names)}: `;
  }) as Line<{ number: string; names: Names }>,
  'running.step-at': ((d) => `+${exact(d.ms)}`) as Line<{ ms: number }>,
  'running.steps-cut': ((d) => `and ${count(d.left, 'more line')}`) as Line<{ left: number }>,
  'running.new-thumbprint': ((d) => `New certificate ${d.thumbprint}`) as Line<{ thumbprint: string }>,
  'running.stop': () => 'Stop and put back…',
  'running.stop-do': () => 'Stop and put back',
  'running.every-button': () => 'Every step',
  'running.fallback': ((d) => {
    const cut =
      d.cut.length === 0
        ? ''
        : ` ${list(d.cut, 'and', 4)} ${d.cut.length === 1 ? 'is' : 'are'} cut off${d.ms === null ? '' : ` for ${whole(d.ms)} so far`}.`;
    const back = d.back.length === 0 ? '' : ` ${list(d.back, 'and', 4)} ${d.back.length === 1 ? 'is' : 'are'} back.`;
    return `${d.id} is running: step ${d.step} of ${d.steps}.${back}${cut}`;
  }) as Line<{ id: string; step: number; steps: number; back: Names; cut: Names; ms: number | null }>,
  'running.fallback-back': ((d) => `${d.id} is being put back${d.why === null ? '.' : `: ${d.why}`}`) as Line<{
    id: string;
    why: string | null;
  }>,
  'stop.prepare': (() =>
    'Stops before the next machine and takes back what was prepared so far. No worker is cut off, none will be.') as Line<object>,
  'stop.unbound': ((d) =>
    `Stops before the next machine and takes back what was done so far: port ${d.port} has no binding then, as before${d.workers === 0 ? '' : ', and every worker is cut off'}.`) as Line<{
    port: number;
    workers: number;
  }>,
  'stop.contained': ((d, pen) =>
    `Stops before the next machine. Nobody is made to trust a compromised key again: ${pen.bold(list(d.hosts, 'and', 4))} ${d.hosts.length === 1 ? 'stays' : 'stay'} cut off until a new certificate is in use there.`) as Line<{
    hosts: Names;
  }>,
  'stop.workers': ((d, pen) =>
    `Stops before the next machine and puts back what was changed so far: ${pen.bold(d.again.length + d.stillCut.length === 0 ? 'every worker' : list([...d.again, ...d.stillCut], 'and', 4))} ${d.again.length + d.stillCut.length === 1 ? 'goes' : 'go'} back to the old certificate and ${d.again.length + d.stillCut.length === 1 ? 'restarts' : 'restart'} once more.`) as Line<{
    again: Names;
    stillCut: Names;
  }>,
  'stop.cutover': ((d, pen) => {
    const all =
      d.workers === 0 ? d.master : `${d.master} and ${d.workers === 1 ? 'its worker' : `all ${d.workers} workers`}`;
    const again = d.again.length === 0 ? '' : `cuts ${list(d.again, 'and', 4)} off once more`;
    const still = d.stillCut.length === 0 ? '' : `keeps ${list(d.stillCut, 'and', 4)} cut off until they are back`;
    const cost = [again, still].filter((part) => part !== '').join(' and ');
    return `Stops before the next machine and puts back what was changed so far: ${pen.bold(all)} ${d.workers === 0 ? 'goes' : 'go'} back to the old certificate${cost === '' ? '' : `, which ${cost}`}.`;
  }) as Line<{ master: string; workers: number; again: Names; stillCut: Names }>,
} satisfies Lines;
