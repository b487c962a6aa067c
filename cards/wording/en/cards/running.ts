import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { all, count, list } from '../grammar.ts';
import { exact, sum, whole } from '../measure.ts';
import { before } from './put-back.ts';
import { reconnecting } from './reconnect.ts';

type Phase = 'contain' | 'prepare' | 'cutover' | 'retire' | 'prove';

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

interface CutOff {
  readonly cut: Names;
  /** For how long; null: not measured. */
  readonly ms: number | null;
  readonly unheard: boolean;
}

function whoIsCutOff({ cut, ms, unheard }: CutOff): string {
  if (cut.length === 0) return '';
  const [is, was, has] = cut.length === 1 ? ['is', 'was', 'has'] : ['are', 'were', 'have'];
  const how = unheard
    ? `${was} cut off when last heard`
    : ms === null
      ? `${is} cut off`
      : `${has} been cut off for ${whole(ms)} so far`;
  return ` ${list(cut, 'and', 4)} ${how}.`;
}

export const runningWords = {
  'running.state': (d: { step: number; steps: number }) => `RUNNING · STEP ${d.step} OF ${d.steps}`,
  'running.state-back': () => 'PUTTING BACK',
  'running.title': (d: About) => {
    if (d.request === 'reconnect') return reconnecting(d, false);
    const verb = d.of === null ? 'Rotating' : `Rolling ${d.of} back:`;
    return d.request === 'rotate-worker'
      ? `${verb} the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
      : `${verb} ${d.farm}'s master certificate`;
  },
  'running.title-back': (d: About) => {
    if (d.request === 'reconnect') return reconnecting(d, true);
    if (d.unbound) return `Taking the new binding of ${d.farm}'s port away again`;
    if (d.request !== 'rotate-worker')
      return `Putting ${d.farm}'s ${d.of === null ? 'old master certificate' : `master certificate from ${d.of}`} back`;
    const certificates = d.hosts.length === 1 ? 'certificate' : 'certificates';
    return d.of === null
      ? `Putting the old ${certificates} of ${whose(d)} back`
      : `Putting back the ${certificates} that ${d.of} made for ${whose(d)}`;
  },
  'running.about': (d: { id: string; ticket: string | null; names: Names; at: string }, pen: Pen) =>
    [
      d.id,
      ...(d.ticket === null ? [] : [d.ticket]),
      `approved by ${list(d.names, 'and', 4)}`,
      `started ${pen.time(d.at)}`,
    ].join(' · '),
  'running.phase': (d: { sign: string; phase: Phase }) => `${d.sign} ${PHASES[d.phase]}`,
  'running.phase-done': (d: { ms: number }) => exact(d.ms),
  'running.phase-done-unmeasured': () => 'done',
  'running.phase-now': (d: { step: number; to: number }) => `step ${d.step} of ${d.to}`,
  'running.phase-later': (d: { from: number; to: number }) =>
    d.from === d.to ? `step ${d.to}` : `steps ${d.from} to ${d.to}`,
  'running.cut-off': (d: { count: number; ms: number; limitMs: number | null; leaveBehind: number }, pen: Pen) => {
    const who = d.count === 1 ? '1 worker is' : `${d.count} workers are`;
    return `${who} cut off: ${pen.bold(whole(d.ms))} so far.${d.limitMs === null ? '' : putBackAt(d.limitMs, d.leaveBehind)}`;
  },
  'running.cut-before': (d: { count: number; all: boolean }) =>
    `${d.all ? 'Every worker is' : d.count === 1 ? '1 worker is' : `${d.count} workers are`} cut off still, as before this began.`,
  'running.refused-before': (d: { count: number; all: boolean }) =>
    `${d.all ? 'Every worker' : d.count === 1 ? '1 worker' : `${d.count} workers`} ${d.all || d.count === 1 ? 'was' : 'were'} cut off before this began, and ${d.all || d.count === 1 ? 'has' : 'have'} not been seen connected since.`,
  'running.cut-off-unmeasured': (d: { count: number }) =>
    `${d.count === 1 ? '1 worker is' : `${d.count} workers are`} cut off. How long was not measured.`,
  'running.unheard': (d: { count: number; master: string | null; limitMs: number | null }) => {
    const cut =
      d.count === 0
        ? 'Whether workers are cut off now is not known, because not every machine can be heard.'
        : `${d.count === 1 ? '1 worker was' : `${d.count} workers were`} cut off when last heard.`;
    return d.master === null || d.limitMs === null
      ? cut
      : `${cut} Unless ${d.master} is confirmed within ${whole(d.limitMs)} of its switch, it goes back by itself, and the workers with it.`;
  },
  'running.unsure': (d: { hosts: readonly string[] }) =>
    `Whether ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off now is not known.`,
  'running.nobody-yet': () => 'No worker is cut off.',
  'running.nobody-now': () => 'No worker is cut off any more.',
  'running.nobody-heard': () => 'No worker is cut off, by what was heard last.',
  'running.stop-asked': (d: { by: string }, pen: Pen) =>
    `${pen.bold(d.by)} asked to stop: the change in hand is finished, then all is put back.`,
  'running.stop-contained': (d: { by: string }, pen: Pen) =>
    `${pen.bold(d.by)} asked to stop: the change in hand is finished; what is contained stays contained.`,
  'running.row-cut-off': (d: { ms: number | null }) => (d.ms === null ? 'cut off' : `cut off ${whole(d.ms)}`),
  'running.row-ms': (d: { ms: readonly number[] }) => sum(d.ms),
  'running.rows-cut': (d: {
    left: number;
    good: number;
    running: number;
    waiting: number;
    bad: number;
    unknown: number;
  }) => {
    const parts = [
      d.good > 0 ? `${d.good} done` : '',
      d.running > 0 ? `${d.running} under way` : '',
      d.waiting > 0 ? `${d.waiting} waiting` : '',
      d.bad > 0 ? `${d.bad} failed` : '',
      d.unknown > 0 ? `${d.unknown} unknown` : '',
    ].filter((part) => part !== '');
    return `and ${d.left} more: ${parts.join(', ')}`;
  },
  'running.steps': () => 'Steps',
  'running.step': (d: { number: string; names: Names }) => {
    if (d.names.length === 0) return `${d.number} · all: `;
    return `${d.number} · ${d.names.length > 3 ? count(d.names.length, 'machine') : list(d.names)}: `;
  },
  'running.step-at': (d: { ms: number }) => `+${exact(d.ms)}`,
  'running.steps-cut': (d: { left: number }) => `and ${count(d.left, 'more line')}`,
  'running.new-thumbprint': (d: { thumbprint: string }) => `New certificate ${d.thumbprint}`,
  'running.stop': () => 'Stop and put back…',
  'running.stop-do': () => 'Stop and put back',
  'running.every-button': () => 'Every step',
  'running.fallback': (d: {
    id: string;
    step: number;
    steps: number;
    back: Names;
    cut: Names;
    ms: number | null;
    unheard: boolean;
  }) => {
    const back = d.back.length === 0 ? '' : ` ${list(d.back, 'and', 4)} ${d.back.length === 1 ? 'is' : 'are'} back.`;
    return `${d.id} is running: step ${d.step} of ${d.steps}.${back}${whoIsCutOff(d)}`;
  },
  'running.fallback-back': (d: { id: string; why: string | null }) =>
    `${d.id} is being put back${d.why === null ? '.' : `: ${d.why}`}`,
  'stop.prepare': () =>
    'Stops before the next machine and takes back what was prepared so far. That cuts no worker off.',
  'stop.unbound': (d: { port: number; workers: number }) =>
    `Stops before the next machine and takes back what was done so far: port ${d.port} has no binding then, as before${d.workers === 0 ? '' : ', and every worker is cut off'}.`,
  'stop.old-gone': () =>
    'Stops before the next machine and takes back what was prepared. Once the settings of the master name the new certificate nothing is put back there, for the old one is gone: then a person is asked.',
  'stop.contained': (d: { hosts: Names }, pen: Pen) =>
    `Stops before the next machine. Nobody is made to trust a compromised key again: ${pen.bold(list(d.hosts, 'and', 4))} ${d.hosts.length === 1 ? 'stays' : 'stay'} cut off until a new certificate is in use there.`,
  'stop.workers': (d: { again: Names; stillCut: Names; of?: string | null }, pen: Pen) => {
    const all = [...d.again, ...d.stillCut];
    const who = pen.bold(all.length === 0 ? 'every worker' : list(all, 'and', 4));
    const [goes, restarts] = all.length < 2 ? ['goes', 'restarts'] : ['go', 'restart'];
    return `Stops before the next machine and puts back what was changed so far: ${who} ${goes} back to ${before(d.of)} and ${restarts} once more.`;
  },
  'stop.cutover': (
    d: { master: string; workers: number; again: Names; stillCut: Names; of?: string | null },
    pen: Pen,
  ) => {
    const everybody =
      d.workers === 0 ? d.master : `${d.master} and ${d.workers === 1 ? 'its worker' : all(d.workers, 'worker')}`;
    const again = d.again.length === 0 ? '' : `cuts ${list(d.again, 'and', 4)} off once more`;
    const still = d.stillCut.length === 0 ? '' : `keeps ${list(d.stillCut, 'and', 4)} cut off until they are back`;
    const cost = [again, still].filter((part) => part !== '').join(' and ');
    return `Stops before the next machine and puts back what was changed so far: ${pen.bold(everybody)} ${d.workers === 0 ? 'goes' : 'go'} back to ${before(d.of)}${cost === '' ? '' : `, which ${cost}`}.`;
  },
} satisfies Lines;
