import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { packageTeller } from '../../../src/domain/machine/package-teller.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import type { HostName } from '../../../src/domain/values.ts';

const NODES = ['sqlm01', 'sqlm02'] as HostName[];

interface Node {
  /** Has the group. */
  readonly runs?: boolean;
  readonly server?: string;
  readonly sees?: boolean;
  /** The master that its runner's own configuration names. */
  readonly pins?: string;
}

const lookOf = ({ runs = false, server = 'ssiscatalog', sees = true, pins }: Node): HostLook =>
  ({
    master: { service: { state: runs ? 'running' : 'stopped' } },
    ssisdb: { ...blindLook(server, 'login-refused'), ...(sees ? { running: seen([]) } : {}) },
    ...(pins === undefined ? {} : { pins: { own: '', master: pins, runners: [] } }),
  }) as unknown as HostLook;

const teller = (...nodes: readonly Node[]): HostName | null =>
  packageTeller(
    Object.fromEntries(nodes.map((node, at) => [NODES[at] ?? '', lookOf(node)])),
    NODES.slice(0, nodes.length),
  );

test.each<[string, readonly Node[], string | null]>([
  ['the only master', [{ runs: true }], 'sqlm01'],
  ['nobody where the only master cannot see', [{ runs: true, sees: false }], null],
  ['the node that has the group', [{}, { runs: true }], 'sqlm02'],
  ['the other node where that one cannot see, and both ask one server', [{}, { runs: true, sees: false }], 'sqlm01'],
  ['nobody where the other node asks another server', [{ server: 'elsewhere' }, { runs: true, sees: false }], null],
  ...['.', '(local)', 'localhost,1433', 'tcp:127.0.0.1', 'lpc:SQLM01', '.\\SSIS', 'np:\\\\.\\pipe\\sql\\query'].map(
    (server): [string, readonly Node[], null] => [
      `nobody where ${server} means another server on each node`,
      [{ server }, { server, runs: true, sees: false }],
      null,
    ],
  ),
  [
    'the node that has the group, whatever its server is called',
    [{ server: '.' }, { server: '.', runs: true }],
    'sqlm02',
  ],
  ['the other node where that one may not wait', [{}, { runs: true, pins: 'sqlm01' }], 'sqlm01'],
  ['nobody where neither may wait', [{ pins: 'sqlm02' }, { runs: true, pins: 'sqlm01' }], null],
  [
    'the only master, whatever its runner goes by: the plan is refused then',
    [{ runs: true, pins: 'sqlm09' }],
    'sqlm01',
  ],
])('packages are reported by %s', (_what, nodes, wanted) => {
  expect(teller(...nodes)).toBe(wanted);
});
