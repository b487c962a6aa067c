import type { PlannedCheck, PlannedStep } from '../../../../src/domain/plan/plan.ts';
import type { HostName, Json } from '../../../../src/domain/values.ts';
import type { HostChange } from '../../../../src/ports/windows-host.ts';
import { jobOn } from './job-on.ts';

export const [OLD, NEW] = ['AB'.repeat(20), 'CD'.repeat(20)];
export const PIN = 'MasterHttpsCertThumbprint';
export const OWN = 'WorkerHttpsCertThumbprint';

export const planned = (id: string, kind: string, params: Json, expected: PlannedStep['expected']): PlannedStep => ({
  ...{ id, kind, host: 'sqlw01' as HostName, params, expected },
});
const write = (id: string, key: string) =>
  planned(id, 'write-setting', { role: 'worker', key, thumbprint: NEW }, { value: OLD });
export const PINS = write('pin', PIN);
export const NAMES = write('own', OWN);
export const RESTARTS = planned('restart', 'restart-service', { role: 'worker' }, { state: 'running' });
export const REMOVES = planned(
  'remove',
  'remove-certificate',
  { thumbprint: OLD },
  { stores: ['My'], keys: [], users: [] },
);
export const check = (id: string, kind: string, wanted: Json, wantedAfterUndo: Json): PlannedCheck => ({
  ...{ id, kind, host: 'sqlw01' as HostName, wanted, wantedAfterUndo },
  params: kind === 'service-runs' ? { role: 'worker' } : {},
});
export const RUNS = check('runs', 'service-runs', 'running', 'running');
export const CONNECTED = check('connected', 'worker-connected', NEW, OLD);

interface Worker {
  settings: { [key: string]: string };
  pid: number;
  state: string;
  stores: string[];
  /** What the worker's log says, and its last line. */
  log: { state: string; line: string };
  performed: string[];
  /** Called in place of a change. */
  tool: (change: HostChange, doIt: () => void) => void | Promise<void>;
  /** Called before each reading of that kind. */
  look: (what: 'setting' | 'service' | 'traces' | 'witness') => void;
}

/** A worker that pins the old certificate; each restart gives it another process. */
export function worker(how: Parameters<typeof jobOn>[1] = {}) {
  const machine: Worker = {
    ...{ settings: { [PIN]: OLD, [OWN]: OLD }, pid: 1, state: 'running', stores: ['My'], performed: [] },
    ...{ log: { state: 'connected', line: '' }, tool: (_change, doIt) => doIt(), look: () => {} },
  };
  const doIt = (change: HostChange): void => {
    if (change.type === 'setting.write') machine.settings[change.key] = change.to;
    if (change.type === 'service.restart') machine.pid += 1;
    if (change.type === 'certificate.remove') machine.stores = [];
  };
  const host = {
    async setting(_role: string, key: string) {
      machine.look('setting');
      return machine.settings[key];
    },
    async service() {
      machine.look('service');
      return { state: machine.state, pid: machine.pid };
    },
    async traces() {
      machine.look('traces');
      return [{ stores: machine.stores, keys: [], users: [] }];
    },
    async connectionWitness() {
      machine.look('witness');
      const handshake = { thumbprint: machine.settings[PIN], error: null };
      return { endpoint: 'sqlm01:8391', handshake, log: machine.log, tcp: null };
    },
    async perform(change: HostChange) {
      machine.performed.push(change.type === 'setting.write' ? change.key : change.type);
      await machine.tool(change, () => doIt(change));
    },
  };
  return { ...jobOn(host, how), machine };
}
