import { readLine, readLog, timeOf } from '../../../adapters/windows/log-lines.ts';
import type { ToolResult, Tools } from '../../../adapters/windows/tools.ts';
import { witnessOf } from '../../../adapters/windows/witness.ts';
import type { ServiceFacts } from '../../../src/domain/host-facts.ts';
import { fakeContext } from './fake-context.ts';

test.each([
  [
    'There was no endpoint listening at https://sqlm01:8391/ClusterManagement/ that could accept the message.',
    'refused',
  ],
  ['Could not establish trust relationship for the SSL/TLS secure channel with authority', 'refused'],
  ['The remote certificate is invalid according to the validation procedure.', 'refused'],
  ["Could not establish secure channel for SSL/TLS with authority 'sqlm01:8391'.", 'refused'],
  ['The request was aborted: Could not create SSL/TLS secure channel.', 'refused'],
  ["The HTTP request was forbidden with client authentication scheme 'Anonymous'.", 'refused'],
  ['The remote server returned an error: (403) Forbidden.', 'refused'],
  ['the server certificate is not configured properly with HTTP.SYS in the HTTPS case', 'refused'],
  ['Cannot open certificate store on the machine.', 'refused'],
  ['Connected to Scale Out Master at https://sqlm01:8391.', 'connected'],
  ['Registered with the master.', 'connected'],
  ['Not connected to the master.', null],
  ['Failed to connect: connected to master was lost', null],
  ['Worker agent is starting up.', 'started'],
  ['The service has not started', null],
  ['Task 5 finished.', null],
])('%s: %s', (line, says) => {
  expect(readLine(line)).toBe(says);
});

const utc = (text: string): number => Date.parse(text);

test.each([
  ['2026-11-24T15:43:00.123Z Error: x', '2026-11-24T15:43:00.123Z', 0],
  ['2026-11-24 15:43:00,5 +01:00 x', '2026-11-24T14:43:00.500Z', 0],
  ['[2026-11-24 15:43:00Z] x', '2026-11-24T15:43:00.000Z', 999],
])('%s is read to the figure', (line, from, blur) => {
  expect(timeOf(line)).toEqual({ from: utc(from), to: utc(from) + blur });
});

test.each(['11/12/2026 3:43:00 PM x', '10.11.2026 15:43:00 x', '   at System.Net', '2026-13-77T15:43:00Z', ''])(
  'a date that may mean two days, or none, is not guessed: %s',
  (line) => {
    expect(timeOf(line)).toBeNull();
  },
);

const at = (second: number, rest: string): string => `2026-11-24T15:00:${String(second).padStart(2, '0')}.000Z ${rest}`;
const CONNECTED = 'Connected to Scale Out Master at https://m:8391.';
const REFUSED = 'The remote certificate is invalid.';

test('only lines of the present process count, by its id', () => {
  const lines = [at(1, `Information: 0 : [7] ${CONNECTED}`), at(2, `Error: 0 : [9] failure`), `   ${REFUSED}`];
  expect(readLog(lines, { pid: 9, since: null })).toMatchObject({
    state: 'refused',
    line: REFUSED,
    at: utc(at(2, '').trim()),
  });
  expect(readLog(lines.slice(0, 2), { pid: 9, since: null })).toMatchObject({ state: 'silent' });
  expect(readLog(lines, { pid: 11, since: null })).toBeNull();
});

test('only lines since the start count, when the start is known', () => {
  const lines = [at(1, REFUSED), at(5, 'x'), at(9, CONNECTED)];
  expect(readLog(lines, { pid: 9, since: utc(at(5, '').trim()) })).toMatchObject({ state: 'connected' });
  expect(readLog(lines.slice(0, 2), { pid: 9, since: utc(at(5, '').trim()) })).toMatchObject({ state: 'silent' });
  expect(
    readLog([`2026-11-24T15:00:05Z ${CONNECTED}`], { pid: 9, since: utc('2026-11-24T15:00:05.700Z') }),
  ).toMatchObject({
    state: 'connected',
  });
});

test('a line of a start opens the log of a process whose start nobody noted', () => {
  expect(
    readLog([at(1, REFUSED), at(2, 'The worker is starting up'), at(3, CONNECTED)], { pid: 9, since: null }),
  ).toMatchObject({
    state: 'connected',
  });
  expect(readLog([at(1, CONNECTED), at(2, 'The worker is starting up')], { pid: 9, since: null })).toMatchObject({
    state: 'silent',
  });
});

test('a log whose process cannot be told is no witness', () => {
  expect(readLog([at(1, CONNECTED)], { pid: 9, since: null })).toBeNull();
});

const service: ServiceFacts = {
  name: 'SSISScaleOutWorker150',
  state: 'running',
  pid: 4711,
  start: 'auto',
  account: 'NT Service\\SSISScaleOutWorker150',
  accountSid: 'S-1-5-80-1',
  folder: 'C:\\x',
  dependents: [],
};

const V4 = '  TCP    10.0.0.7:50112         10.0.0.5:8391          HERGESTELLT     4711';
const V6 = '  TCP    [fe80::a1%5]:50112     [fe80::a1%5]:8391      HERGESTELLT     4711';
const UDP = '  UDP    [::]:8391              *:*                                    4711';

test.each([
  ['version 4', [V4, UDP], true],
  ['version 6, as a machine that is master and worker reaches itself', [V6, UDP], true],
  ['none', [UDP], false],
])('the connection of the process is seen over IP %s', async (_, rows, seen) => {
  const answer = (tool: ToolResult['tool'], code: number, text: string): ToolResult => {
    return { tool, code, text, bytes: Buffer.from(text), args: [] };
  };
  const tools: Tools = {
    async run(tool, args) {
      if (tool !== 'netstat') return answer(tool, 1, '');
      // `-p TCP` leaves version 6 out
      const shown = args.includes('TCP') ? rows.filter((row) => row === V4) : rows;
      return answer(tool, 0, ['', 'Aktive Verbindungen', '', ...shown, ''].join('\r\n'));
    },
  };
  const context = fakeContext(tools, { connect: { 'sqlm01:8391': '127.0.0.1:1' } });
  expect(await witnessOf(context, service, 'https://sqlm01:8391')).toMatchObject({ tcp: seen });
});
