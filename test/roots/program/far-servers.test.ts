import { execa } from 'execa';
import { ensureBuilt } from '../../e2e/demo-process.ts';

const TELLING = `import net from 'node:net';
process.on('exit', () => console.log(net.getDefaultAutoSelectFamilyAttemptTimeout()));`;

test.each([
  ['dist/certops.mjs', '', 1000],
  ['dist/runner.mjs', '', 1000],
  ['dist/runner.mjs', '--network-family-autoselection-attempt-timeout=3000', 3000],
])(
  '%s gives each address of a far server time to answer, or longer if Node is told so: %s',
  async (program, told, ms) => {
    ensureBuilt();
    const preload = `--import=data:text/javascript,${encodeURIComponent(TELLING)}`;
    const { stdout } = await execa(process.execPath, [preload, program, '--version'], { env: { NODE_OPTIONS: told } });
    expect(Number(stdout.split('\n').at(-1))).toBe(ms);
  },
);
