import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { labCommand } from '../../src/roots/lab-command.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'certops-lab-'));
});
afterEach(() => rmSync(state, { recursive: true }));

test('where there is no lab, none runs', async () => {
  await expect(labCommand(state, 'faults', [])).rejects.toMatchObject({ code: 'LabNotRunning' });
  writeFileSync(path.join(state, 'lab'), '');
  await expect(labCommand(state, 'faults', [])).rejects.toMatchObject({ code: 'LabNotRunning' });
});

/** As with a folder that this account may not open, but root may open any. */
test('where the file of the lab cannot be reached, that is said, and not that none runs', async () => {
  symlinkSync('lab', path.join(state, 'lab'));
  const found = labCommand(state, 'break', ['sqlw01', 'package-runs']);
  await expect(found).rejects.toMatchObject({ code: 'FileNotReadable', data: { reason: 'ELOOP' } });
});

test('where the file of the lab cannot be read, that is said', async () => {
  mkdirSync(path.join(state, 'lab', 'lab.json'), { recursive: true });
  await expect(labCommand(state, 'faults', [])).rejects.toMatchObject({ code: 'FileNotReadable' });
});
