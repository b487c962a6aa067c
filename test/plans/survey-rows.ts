import { alsoMaster, clustered, masterIn, type Plain, workerIn } from './plain-looks.ts';

export type Row = readonly [what: string, spoil: (one: Plain) => void, code: string, data: object];
export const worker = (of: (found: ReturnType<typeof workerIn>) => object) => (one: Plain) => {
  const found = workerIn(one);
  Object.assign(found, of(found));
};
export const service = (over: object) => (one: Plain) => Object.assign(workerIn(one).service, over);
export const problem =
  (host: string, code: string, data: object = {}) =>
  (one: Plain) => {
    one.looks[host]?.problems.push({ code, data: data as never });
  };

/** Refused alike by every rotation that has to do with a worker. */
export const OF_A_WORKER: readonly Row[] = [
  [
    'a worker is disabled',
    service({ start: 'disabled' }),
    'ServiceDisabled',
    { host: 'sqlw01', role: 'worker', service: 'SSISScaleOut' },
  ],
  [
    'a worker is starting',
    service({ state: 'start-pending', pid: 4711 }),
    'WorkerNotRunning',
    { host: 'sqlw01', state: 'start-pending', pid: 4711 },
  ],
  [
    'a worker’s endpoint cannot be read',
    worker(() => ({ masterEndpoint: 'sqlm01' })),
    'EndpointNotUnderstood',
    { host: 'sqlw01', found: 'sqlm01' },
  ],
  [
    'a worker connects to another port',
    worker(() => ({ masterEndpoint: 'https://sqlm01:8392' })),
    'EndpointElsewhere',
    { host: 'sqlw01', found: 'https://sqlm01:8392', port: 8391 },
  ],
];

/** Refused alike, whether workers get new certificates or only pin their master's. */
export const EITHER: readonly Row[] = [
  ['nobody looked at a worker', ({ looks }) => delete looks.sqlw01, 'HostNotLooked', { host: 'sqlw01' }],
  [
    'there is no master',
    ({ farm, looks }) => {
      farm.hosts.shift();
      delete looks.sqlm01;
    },
    'NoMaster',
    { farm: 'prod' },
  ],
  [
    'the master does not run',
    (one) => Object.assign(masterIn(one).service, { state: 'stopped' }),
    'MasterNotRunning',
    { host: 'sqlm01', state: 'stopped' },
  ],
  ['there are two masters', (one) => alsoMaster(one, 'sqlw02'), 'MoreThanOneMaster', { hosts: ['sqlm01', 'sqlw02'] }],
  [
    'one of two masters is no node of the cluster',
    (one) => {
      clustered(one, 'sqlw02');
      masterIn(one).clustered = false;
    },
    'MoreThanOneMaster',
    { hosts: ['sqlm01', 'sqlw02'] },
  ],
  [
    'no node of the cluster runs',
    (one) => {
      clustered(one, 'sqlw02');
      Object.assign(masterIn(one, 'sqlw02').service, { state: 'start-pending' });
    },
    'MasterNotRunning',
    { host: 'sqlm01', state: 'stopped' },
  ],
  [
    'the master answers nobody',
    (one) => Object.assign(masterIn(one).presented[0] ?? {}, { thumbprint: null, error: 'ECONNREFUSED' }),
    'MasterPresentsNothing',
    { host: 'sqlm01', error: 'ECONNREFUSED' },
  ],
  ...OF_A_WORKER,
  [
    'its runner is paused',
    problem('sqlw01', 'runner-paused'),
    'HostNotReady',
    { host: 'sqlw01', problem: 'runner-paused' },
  ],
  [
    'its settings cannot be written',
    problem('sqlw02', 'settings-not-writable', { role: 'worker' }),
    'HostNotReady',
    { host: 'sqlw02', role: 'worker', problem: 'settings-not-writable' },
  ],
];
