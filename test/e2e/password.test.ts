import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { settled } from './ends.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { textsBelow } from './world.ts';

jest.setTimeout(90_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;

beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** Puts itself before certutil and writes down every argument: the only place where the password may be seen. */
function listenIn(): { passwords(): readonly string[]; remove(): void } {
  const system32 = path.join(lab.machine(MASTER).host.root, 'Windows', 'System32');
  const tool = path.join(system32, 'certutil.exe');
  const aside = path.join(system32, 'aside', 'certutil.exe');
  const heard = path.join(system32, 'aside', 'heard');
  mkdirSync(path.dirname(aside));
  renameSync(tool, aside);
  writeFileSync(tool, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${heard}'\nexec '${aside}' "$@"\n`);
  chmodSync(tool, 0o755);
  return {
    passwords: () => {
      const lines = existsSync(heard) ? readFileSync(heard, 'utf8').split('\n') : [];
      return lines.flatMap((line, index) => (lines[index - 1] === '-p' ? [line] : []));
    },
    remove: () => rmSync(path.dirname(aside), { recursive: true }),
  };
}

/** Everything that anybody can read afterwards: state folders, the machines' own files, letters, cards, logs. */
function expectNowhere(passwords: readonly string[], letters: readonly string[]): void {
  const said = [JSON.stringify(rig.chat.messages), JSON.stringify(rig.warnings), ...letters];
  const files = [...textsBelow(rig.folder), ...textsBelow(lab.folder)];
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

test.each([
  ['succeeds', null, 'proved'],
  ['fails', 'certutil-import-fails', 'put-back'],
  ['says that it worked and did nothing', 'certutil-import-lies', 'put-back'],
  ['never ends', 'certutil-import-hangs', 'put-back'],
  ['does its work and never ends', 'certutil-import-hangs-after', 'proved'],
])('when the import %s, the password of the PFX is nowhere', async (_, fault, end) => {
  rig = await startE2e(lab, { hasty: fault?.includes('hangs') === true });
  const letters = readLetters();
  const wire = listenIn();
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
