import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { labControl } from '../../infra/lab/control.ts';
import { CertopsError } from '../domain/errors.ts';
import { readText } from './program/files.ts';
import { places } from './program/places.ts';

/** The file in which the lab describes itself, in its own folder. */
export const labFileOf = (labFolder: string): string => path.join(labFolder, 'lab.json');

const NOT_THERE: readonly string[] = ['ENOENT', 'ENOTDIR'];

/** `certops lab faults | break HOST FAULT | clear`, asked of the lab that runs on this state folder. */
export async function labCommand(state: string, what: string, args: readonly string[]): Promise<void> {
  const file = labFileOf(path.join(state, 'lab'));
  await readText(file).catch((error: CertopsError) => {
    throw NOT_THERE.includes(String(error.data.reason)) ? new CertopsError('LabNotRunning', { folder: state }) : error;
  });
  const lab = labControl(file);
  const [host = '', fault = ''] = args;
  try {
    if (what === 'break') await lab.break(host, fault);
    if (what === 'clear') await lab.clear();
    const rows = what === 'faults' ? await lab.faults() : await lab.armed();
    const isArmed = rows.some((row) => row.host === host && row.fault === fault);
    // It has happened at once, so it is not armed: a service has died, a package has begun.
    if (what === 'break' && !isArmed) print([{ host, fault, sentence: 'has happened' }]);
    if (what !== 'break' || rows.length > 0) print(rows);
  } catch (error) {
    // A lab that has ended leaves its file behind.
    const reason = (error as Error).message;
    throw new CertopsError(reason === 'fetch failed' ? 'LabNotRunning' : 'LabRefused', { folder: state, reason });
  }
}

function print(rows: readonly { readonly host: string; readonly fault: string; readonly sentence?: string }[]): void {
  if (rows.length === 0) process.stdout.write('Nothing is broken.\n');
  const [hosts, faults] = [
    Math.max(...rows.map((row) => row.host.length)),
    Math.max(...rows.map((row) => row.fault.length)),
  ];
  for (const { host, fault, sentence = '' } of rows)
    process.stdout.write(`${host.padEnd(hosts)} ${fault.padEnd(faults)} ${sentence}`.trimEnd().concat('\n'));
}

/** The lab is a bundle of its own: nothing of it is part of certops. */
export async function labServe(flags: { readonly [name: string]: string | true }): Promise<void> {
  const { lab } = places();
  const args = Object.entries(flags).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  );
  process.argv = [process.execPath, lab, 'serve', ...args];
  await import(pathToFileURL(lab).href);
}
