import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { describeWithServer } from '../infra/redis/test-redis.ts';
import { ensureBuilt } from './demo-process.ts';
import { settled } from './ends.ts';
import { startProcesses } from './processes.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { listenIn } from './wire.ts';
import { textsBelow } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;

beforeAll(() => ensureBuilt());
beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
});
afterEach(() => opened.end());

/** Everything that anybody can read afterwards: state folders, the machines' own files, letters, cards, logs. */
function expectNowhere(passwords: readonly string[], letters: readonly string[]): void {
  const said = [JSON.stringify(rig.chat.messages), JSON.stringify(rig.warnings), ...letters];
  expectNotIn(said, rig.folder, passwords);
}

function expectNotIn(said: readonly string[], folder: string, passwords: readonly string[]): void {
  const files = [...textsBelow(folder), ...textsBelow(lab.folder)];
  expect(files.length).toBeGreaterThan(20);
  for (const password of passwords) {
    expect(password.length).toBeGreaterThan(15);
    const forms = [
      password,
      Buffer.from(password).toString('base64'),
      Buffer.from(password, 'utf16le').toString('latin1'),
    ];
    for (const form of forms) {
      expect(said.filter((text) => text.includes(form))).toEqual([]);
      expect(files.filter(({ text }) => text.includes(form)).map(({ file }) => file)).toEqual([]);
    }
  }
  expect(files.filter(({ file }) => /\.(?:pfx|p12)$/iu.test(file)).map(({ file }) => file)).toEqual([]);
}

/** Letters as they lie in Redis: each is one string. */
function readLetters(): string[] {
  const letters: string[] = [];
  const { office } = rig.post;
  const { toHost, toBot } = office;
  office.toHost = (host, letter) => {
    letters.push(JSON.stringify(letter));
    return toHost(host, letter);
  };
  office.toBot = (letter) => {
    letters.push(JSON.stringify(letter));
    return toBot(letter);
  };
  return letters;
}

describe('In one process,', () => {
  afterEach(() => rig.stop());

  test.each([
    ['succeeds', null, 'proved'],
    ['fails', 'certutil-import-fails', 'put-back'],
    ['says that it worked and did nothing', 'certutil-import-lies', 'put-back'],
    ['never ends', 'certutil-import-hangs', 'put-back'],
    ['does its work and never ends', 'certutil-import-hangs-after', 'proved'],
  ])('when the import %s, the password of the PFX is found nowhere', async (_, fault, end) => {
    rig = await startE2e(lab, { hasty: fault?.includes('hangs') === true });
    const letters = readLetters();
    const wire = listenIn(lab);
    if (fault !== null) await lab.break(MASTER, fault);
    await rig.approved();
    expect((await rig.closed()).outcome).toBe(end);
    const passwords = wire.passwords();
    expect(passwords).toHaveLength(1);
    wire.remove();
    expect(letters.length).toBeGreaterThan(10);
    expectNowhere(passwords, letters);
  });

  test.each([
    ['is not there', 'rm', 'ToolMissing'],
    ['may not run', 'chmod 644', 'ToolBlocked'],
  ])('when certutil %s at the import, the error shows no password', async (_, spoil, code) => {
    rig = await startE2e(lab);
    const letters = readLetters();
    const system32 = path.join(lab.machine(MASTER).host.root, 'Windows', 'System32');
    const certutil = path.join(system32, 'certutil.exe');
    const icacls = path.join(system32, 'icacls.exe');
    const kept = readFileSync(certutil);
    // icacls closes the folder of the PFX just before the import.
    mkdirSync(path.join(system32, 'aside'));
    renameSync(icacls, path.join(system32, 'aside', 'icacls.exe'));
    const after = `case "$*" in *inheritance:r*) ${spoil} '${certutil}';; esac`;
    writeFileSync(icacls, `#!/bin/sh\n'${system32}/aside/icacls.exe' "$@"\nc=$?\n${after}\nexit $c\n`);
    chmodSync(icacls, 0o755);
    await rig.approved();
    const failed = () => rig.journalOf(MASTER).find(({ type }) => type === 'failed');
    await rig.until(() => failed() !== undefined);
    await rig.until(() => rig.rotation().closed !== null || rig.chat.cards().at(-1)?.kind === 'needs-person');
    expect(failed()).toMatchObject({ code, data: { tool: 'certutil' } });
    const texts = [...letters, ...textsBelow(rig.folder).map(({ text }) => text)];
    for (const text of texts) expect(text.match(/-p(?:\\*",\\*"| )(?!\*\*\*)[^"\\]+/gu)).toBeNull();
    expectNowhere([], letters);
    writeFileSync(certutil, kept);
    chmodSync(certutil, 0o755);
    expect(await settled(lab)).toBe(true);
  });
});

describeWithServer('With every process as in production', () => {
  test('the password is in no log, no journal, no output, and nothing that Redis ever wrote', async () => {
    const farm = await startProcesses(lab);
    const wire = listenIn(lab);
    try {
      await farm.ask();
      await farm.approve();
      expect((await farm.closed()).outcome).toBe('proved');
      const passwords = wire.passwords();
      wire.remove();
      expect(passwords).toHaveLength(1);
      // Every letter went through the append-only file.
      const redis = textsBelow(farm.state).filter(({ file }) => file.includes('appendonly'));
      expect(redis.some(({ text }) => text.includes('certutil') || text.includes('create-certificate'))).toBe(true);
      expectNotIn([], farm.state, passwords);
    } finally {
      await farm.stop();
    }
  });
});
