import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { type RunnerPlace, tellOfProgram } from '../../../src/roots/runner/own-program.ts';
import { runnerInit } from '../../../src/roots/runner/runner-init.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const OPEN = { code: 'program-open', data: { place: 'C:\\certops', others: ['Authenticated Users', 'Users'] } };
const NOT_READ = { code: 'program-not-read', data: { places: ['C:\\Program Files\\nodejs'] } };

let folder: string;
const said: string[] = [];
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'certops-program-')), 'state');
  said.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(path.dirname(folder), { recursive: true });
});

/** A Windows where these problems are found with the program. */
const windows = (...problems: HostLook['problems']): RunnerPlace => ({
  makeFolder: async () => void mkdirSync(path.join(folder, 'tmp'), { recursive: true }),
  program: async () => problems,
});

const init = (place: RunnerPlace) =>
  runnerInit(
    {
      ...{ farm: 'prod', host: 'sqlw01', master: 'sqlm01', role: ['worker'] },
      ...{ botKey: [`ed25519:${'A'.repeat(43)}`], peer: [], allow: [], folder },
    },
    place,
  );

describe('a new runner', () => {
  test('is not made where others may replace its program, and can be made where they may not', async () => {
    await expect(init(windows(OPEN))).rejects.toMatchObject({ code: 'ProgramOpen', data: OPEN.data });
    expect(existsSync(folder)).toBe(false);
    await init(windows());
    expect(existsSync(path.join(folder, 'key.pem'))).toBe(true);
  });

  test('is made where that cannot be found out, and says so', async () => {
    await init(windows(NOT_READ));
    expect(existsSync(path.join(folder, 'key.pem'))).toBe(true);
    expect(said.join('')).toContain('Could not find out who may replace');
  });

  test('is told who may write where, and what to do', () => {
    expect(SAYINGS.ProgramOpen?.say(OPEN.data)).toMatch(
      /^Authenticated Users, Users may write to C:\\certops, .* below C:\\Program Files\. Nothing was made\.$/u,
    );
  });
});

describe('a runner that starts', () => {
  const starting = async (problems: HostLook['problems'], event: () => Promise<void> = async () => {}) => {
    const events: unknown[] = [];
    const warned: unknown[] = [];
    const host = { event: (id: number, sentence: string) => event().then(() => void events.push([id, sentence])) };
    await tellOfProgram(async () => problems, host, { info() {}, warn: (data: object) => void warned.push(data) });
    return { events, warned };
  };

  test('says in its log and the event log who may replace its program, and goes on', async () => {
    const { events, warned } = await starting([OPEN]);
    expect(warned).toEqual([{ code: 'program-open', ...OPEN.data }]);
    expect(events).toEqual([[105, expect.stringContaining('may write to C:\\certops')]]);
  });

  test('logs what could not be found out, and that the event log refused a record', async () => {
    expect(await starting([NOT_READ])).toEqual({
      events: [],
      warned: [{ code: 'program-not-read', ...NOT_READ.data }],
    });
    const { warned } = await starting([OPEN], () => Promise.reject(new Error('denied')));
    expect(warned).toHaveLength(2);
  });
});
