import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { hostOver } from '../../../adapters/windows/host.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { runWhole } from '../../../adapters/windows/whole.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { fakeContext } from './fake-context.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ onebox: true });
afterAll(end);

const base = contextOf(lab, 'sqlm01');
type Host = ReturnType<typeof hostOver>;
const honest = hostOver(base, '/none');
const bound = (await honest.setting('master', 'SSLCertThumbprint')) as Thumbprint;

/** Ways in which output breaks off while the tool exits with 0. */
const CUTS: readonly (readonly [how: string, cut: (text: string) => string])[] = [
  ['to nothing', () => ''],
  ['after a quarter', (text) => text.slice(0, text.length / 4)],
  [
    'after half of its lines',
    (text) =>
      `${text
        .split('\n')
        .slice(0, text.split('\n').length / 2)
        .join('\n')}\n`,
  ],
  ['after three quarters', (text) => text.slice(0, (text.length * 3) / 4)],
  ['before its last line', (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`],
];

/** What is read where the call of this number breaks off, and how many calls there were. */
async function readWith(read: (host: Host) => Promise<unknown>, at: number, cut: (text: string) => string) {
  let calls = 0;
  const run: Tools['run'] = async (tool, args, options) => {
    calls += 1;
    const isCut = calls - 1 === at;
    const result = await base.tools.run(tool, args, options);
    return isCut ? { ...result, text: cut(result.text) } : result;
  };
  const context: WindowsContext = { ...base, tools: { run }, accounts: new Map(), exactTexts: new Map() };
  const found = await read(hostOver(context, '/none')).catch((error: { code: string }) => error.code);
  return { found, calls };
}

test('an answer about a certificate that broke off is asked for again, without the file that is there by then', async () => {
  const whole = await honest.certificate('Root', bound);
  for (const [, cut] of CUTS)
    expect((await readWith((host) => host.certificate('Root', bound), 0, cut)).found).toEqual(whole);
});

const refusals =
  /^(?:ToolOutputNotUnderstood|RegistryNotReadable|BindingReadersDisagree|StoreNotReadable|Certutil\w+)$/u;

test.each<[what: string, read: (host: Host) => Promise<unknown>]>([
  ['the bindings of a port', (host) => host.sslBindings(8391)],
  [
    'the users of a certificate',
    (host) => host.traces([bound]).then(([trace]) => trace?.users.map(({ kind }) => kind)),
  ],
  ['the certificates in the stores', (host) => host.stored()],
  ['the number of roots', (host) => host.rootSummary()],
  ['a certificate and whether it has its key', (host) => host.certificate('Root', bound)],
  ['who may read its key', (host) => host.keyReaders('Root', bound)],
])('of what was cut off, nothing passes for absent: %s', async (_what, read) => {
  const whole = await read(honest);
  const { calls } = await readWith(read, -1, String);
  expect(calls).toBeGreaterThan(0);
  for (let at = 0; at < calls; at += 1) {
    const found = await Promise.all(
      CUTS.map(async ([how, cut]) => [how, at, (await readWith(read, at, cut)).found] as const),
    );
    for (const one of found)
      expect(one).toEqual([...one.slice(0, 2), typeof one[2] === 'string' ? expect.stringMatching(refusals) : whole]);
  }
});

describe('a list whose end is not shown', () => {
  const listing = (...texts: readonly string[]) => {
    let asked = 0;
    const run: Tools['run'] = async (tool, args) => {
      const text = texts[asked] ?? texts.at(-1) ?? '';
      asked += 1;
      return { tool, args: args.map(String), code: 0, text, bytes: Buffer.from(text) };
    };
    return runWhole(fakeContext({ run }), 'netsh', ['http', 'show', 'sslcert']).then(
      ({ text }) => ({ text, asked }),
      (error: { code: string }) => ({ text: error.code, asked }),
    );
  };
  test.each([
    ['is asked for once where an empty line ends it', ['a\r\nb\r\n\r\n'], 'a\r\nb\r\n\r\n', 1],
    ['counts where it comes twice alike, as from a build that ends it otherwise', ['a\r\nb\r\n'], 'a\r\nb\r\n', 2],
    ['is the second one where only the first broke off', ['a\r\n', 'a\r\nb\r\n\r\n'], 'a\r\nb\r\n\r\n', 2],
    ['is no answer where both differ', ['a\r\n', 'a\r\nb\r\n'], 'ToolOutputNotUnderstood', 2],
    ['counts as well where no line end follows it', ['a\r\nb'], 'a\r\nb', 2],
  ])('%s', async (_what, texts, text, asked) => {
    expect(await listing(...texts)).toEqual({ text, asked });
  });
});
