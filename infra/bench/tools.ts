import { type BareHost, runBare } from './bare.ts';
import { median, percentile } from './statistics.ts';
import { bounded, type Figure } from './table.ts';

/** One reading call of each tool that the lab has. Without eventcreate, which only writes. */
const READS: readonly (readonly [tool: string, ...args: readonly string[]])[] = [
  ['netsh', 'http', 'show', 'sslcert'],
  ['reg', 'query', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo', '/s'],
  ['certutil', '-silent', '-store', 'Root'],
  ['sc', 'queryex', 'SSISScaleOutMaster160'],
  ['icacls', 'C:\\Windows\\System32'],
  ['whoami', '/groups'],
  ['netstat', '-ano'],
  ['sqlcmd', '-?'],
];

/** Milliseconds of each call, by tool. */
type ToolTimes = ReadonlyMap<string, readonly number[]>;

/** Calls the tools in turn, one at a time: each figure of a farm in the lab is made of such calls. */
export async function timeTools(master: BareHost, samples: number): Promise<ToolTimes> {
  const found = new Map<string, number[]>(READS.map(([tool]) => [tool, []]));
  for (let count = 0; count < samples; count += 1) {
    for (const [tool, ...args] of READS) {
      const from = performance.now();
      await runBare(master, tool, args);
      found.get(tool)?.push(performance.now() - from);
    }
  }
  return found;
}

/** (n): the slowest tool has to keep the bar. */
export function toolFigure(times: ToolTimes): Figure {
  const tools = [...times].map(([tool, all]) => ({ tool, p50: tenths(median(all)), p99: tenths(percentile(all, 99)) }));
  const each = tools.map(({ tool, p50, p99 }) => `${tool} ${p50} (p99 ${p99})`).join(', ');
  return bounded(
    'n',
    "a call of a lab's tool, p50, the slowest",
    Math.max(...tools.map(({ p50 }) => p50)),
    'ms',
    10,
    each,
  );
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
