import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../src/roots/commands.ts';
import { SAYINGS } from '../../src/roots/sayings/index.ts';

/** What a wrong command line prints, and the exit code. */
async function refused(...args: readonly string[]): Promise<{ readonly code: unknown; readonly said: string }> {
  const said: string[] = [];
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`ended with ${code}`);
  });
  try {
    const code = await createProgram()
      .parseAsync(['node', 'certops', ...args])
      .then(() => 'no error', String);
    return { code, said: said.join('') };
  } finally {
    write.mockRestore();
    exit.mockRestore();
  }
}

test.each([
  ['something that is no number', ['demo', '--workers', 'x'], 'Allowed: a whole number, 0 to 200.'],
  ['more machines than a rehearsal takes', ['demo', '--workers', '201'], 'Allowed: a whole number, 0 to 200.'],
  ['a word that is misspelt', ['farm', 'chek', 'farm.yaml'], 'Did you mean check?'],
  ['a word that is misspelt where none is needed', ['runner', 'statsu'], 'no command "statsu". Did you mean status?'],
  [
    'a word that is close to none',
    ['runner', 'xyzzy'],
    'no command "xyzzy". It has status, undo, pause, resume, keys, init.',
  ],
  ['a short word that two edits make one of them', ['runner', 'and'], 'no command "and". It has status, undo,'],
  [
    'a file that is named without its option',
    ['validate', 'farm.yaml'],
    '"farm.yaml". It takes --farm <file>, --state',
  ],
  ['a word too many', ['farm', 'check', 'a.yaml', 'b.yaml'], 'does not take "b.yaml". It takes <file>.'],
  ['a word too many for a command that takes none', ['keys', 'new', 'x'], 'certops keys new does not take "x".'],
  ['a file that is not named', ['farm', 'check'], "missing required argument 'file'"],
  ['an error that names no next step by itself', ['farm', 'check'], 'certops farm check --help says what it takes.'],
  ['a folder without a name', ['keys', 'new', '--state', ''], '--state <folder> is empty'],
  ['a folder without a name before the subcommand', ['runner', '--folder', '', 'status'], '--folder <folder> is empty'],
  ['one of several files without a name', ['validate', '--farm', 'a', '--farm', ''], '--farm <file> is empty'],
  ['a file without a name', ['farm', 'check', ''], 'file is empty'],
  ['an option before the command', ['--farm', 'x', 'bot'], 'certops --help says what it takes.'],
  ['an unknown command', ['xyzzy'], 'certops has no command "xyzzy". It has bot, runner, '],
  ['a short word that is near nothing', ['now'], 'certops has no command "now". It has bot, runner, '],
  ['a command that is misspelt', ['validat'], 'Did you mean validate?'],
  ['a word of chats', ['rotate-master', 'prod'], 'rotate-master is said in chat: /ssis rotate-master.'],
  [
    'a word of chats and of a machine',
    ['status'],
    'status is said in chat: /ssis status. Here it is certops runner status.',
  ],
  [
    'a command without the one that it belongs to',
    ['undo', 'prod-1'],
    'no command undo. Here it is certops runner undo.',
  ],
  ['help with an unknown command', ['help', 'validat'], 'certops has no command "validat". Did you mean validate?'],
  ['help with a word of chats', ['help', 'rotate-master'], 'rotate-master is said in chat: /ssis rotate-master.'],
  ['help with a word too many', ['help', 'farm', 'check', 'x'], 'certops farm check does not take "x".'],
  ["help with an unknown word of a runner's", ['help', 'runner', 'statsu'], 'certops runner has no command "statsu".'],
  ["a runner's help with an unknown word", ['runner', 'help', 'statsu'], 'certops runner has no command "statsu".'],
])('%s ends with exit code 2 and a sentence', async (_what, args, sentence) => {
  const { code, said } = await refused(...args);
  expect(said).toContain(sentence);
  expect(code).toBe('Error: ended with 2');
});

test.each([
  ['of certops', ['help'], 'Usage: certops ['],
  ['of a runner', ['runner', 'help'], 'Usage: certops runner ['],
  ["of a runner's word", ['runner', 'help', 'undo'], 'Usage: certops runner undo '],
  ['of a command that does nothing by itself', ['farm', 'help'], 'Usage: certops farm ['],
  ['of keys', ['keys', 'help', 'new'], 'Usage: certops keys new '],
  ['of a command and its word', ['help', 'runner', 'init'], 'Usage: certops runner init '],
  ['of itself', ['help', 'help'], 'Usage: certops ['],
  ["of a command's help", ['runner', 'help', 'help'], 'Usage: certops runner ['],
])('the word help shows what --help shows: %s', async (_whose, args, usage) => {
  const said: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const { code } = await refused(...args).finally(() => write.mockRestore());
  expect(code).toBe('Error: ended with 0');
  expect(said.join('')).toContain(usage);
});

test('no line of the help is wider than the terminal', async () => {
  const said: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  await refused('help').finally(() => write.mockRestore());
  const lines = said.join('').split('\n');
  expect(lines.some((line) => line.includes('REDIS_URL'))).toBe(true);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('no help shows a default as the program writes it', () => {
  const helpOf = (command: Command): readonly string[] => [
    command.helpInformation(),
    ...command.commands.flatMap(helpOf),
  ];
  const help = helpOf(createProgram());
  expect(help.length).toBeGreaterThan(20);
  expect(help.filter((text) => /default:\s*\[/u.test(text))).toEqual([]);
});

test('a bot without the address of its Redis is not pointed to a file of a runner', () => {
  expect(SAYINGS.RedisUrlMissing?.say({})).not.toContain('runner');
  expect(SAYINGS.RedisUrlMissing?.say({ file: 'r/runner.json' })).toContain('or redisUrl in r/runner.json.');
});

test('for a runner that was never set up, the error says how to do that', async () => {
  const { code } = await refused('runner', '--folder', '/nowhere/certops');
  expect(code).toContain('RunnerNotSetUp');
  expect(SAYINGS.RunnerNotSetUp?.say({ file: 'runner.json' })).toContain('certops runner init');
});

test('an undo of the whole rotation is said in the words of one that runs and of one that is over', () => {
  const said = SAYINGS.UndoNotHere?.say({ rotation: 'prod-17' });
  expect(said).toContain('stop prod-17');
  expect(said).toContain('rollback prod-17');
});

describe('a folder that is named before the subcommand', () => {
  const folder = path.join(tmpdir(), `certops-named-${process.pid}`);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['of a runner', ['runner', '--folder', folder, 'status'], 'runner.json'],
    ['of the bot', ['keys', '--state', folder, 'former', `ed25519:${'A'.repeat(43)}`], 'key.pem'],
  ])('%s is the one that is used', async (_whose, args, file) => {
    const ended = createProgram().parseAsync(['node', 'certops', ...args]);
    await expect(ended).rejects.toMatchObject({ data: { file: path.join(folder, file) } });
  });

  test('gives way to one that is named after it', async () => {
    const args = ['runner', '--folder', '/nowhere/before', 'status', '--folder', folder];
    const ended = createProgram().parseAsync(['node', 'certops', ...args]);
    await expect(ended).rejects.toMatchObject({ data: { file: path.join(folder, 'runner.json') } });
  });
});

test.each([
  ['demo', ['--script', '/nowhere/tour.chat']],
  ['lab', ['serve', '--folder', '/nowhere/lab', '--workers', 'x']],
  ['lab', ['faults']],
])('on Windows itself certops %s says where a rehearsal can run, and starts none', async (name, args) => {
  const ended = createProgram('win32').parseAsync(['node', 'certops', name, ...args]);
  await expect(ended).rejects.toMatchObject({ code: 'RehearsalNotHere' });
  expect(SAYINGS.RehearsalNotHere?.say({})).toContain('inside WSL');
});

test('certops lab serve lists every option that the lab takes', () => {
  const main = readFileSync(new URL('../../infra/lab/main.ts', import.meta.url), 'utf8');
  const taken = [...main.matchAll(/^ {6}(\w+): \{ type: '/gmu)].map(([, name]) => `--${name}`);
  const lab = createProgram().commands.find((command) => command.name() === 'lab');
  const serve = lab?.commands.find((command) => command.name() === 'serve');
  expect(serve?.options.map(({ long }) => long)).toEqual(taken);
});
