import { readFile } from 'node:fs/promises';
import type { ArmedFault } from './faults/box.ts';
import type { Measured } from './measure.ts';
import type { LabFile } from './options.ts';
import type { HostChanges } from './world/change.ts';
import type { LabPackage } from './world/state.ts';

/** What can be done to a lab while it runs; `labControl` offers the same from another process. */
export interface LabControl {
  /** Arms a fault for a host; `skip`: how many times it does nothing first. Rejects an unknown host or fault. */
  break(host: string, fault: string, options?: { skip?: number }): Promise<void>;
  /** Disarms all faults, everywhere or on one host, and stops services that hang. */
  clear(host?: string): Promise<void>;
  armed(): Promise<readonly ArmedFault[]>;
  /** Every fault that a host can have. Those worth trying first are `common`, and come first. */
  faults(): Promise<readonly OfferedFault[]>;
  measure(): Promise<Measured & { readonly packages: readonly LabPackage[] }>;
  /** Changes how a host behaves and what is installed on it: code page, build, durations, services. */
  change(host: string, changes: HostChanges): Promise<void>;
}

export interface OfferedFault {
  readonly host: string;
  readonly fault: string;
  readonly sentence: string;
  readonly common: boolean;
}

/** Whether a lab answers there; a file may be left from one that was killed. */
export const labAnswers = (file: string): Promise<boolean> =>
  labControl(file)
    .armed()
    .then(
      () => true,
      () => false,
    );

/**
 * The lab's control from another process. `file` is its lab.json, read again at each call because a restarted lab has a
 * new address. Rejects when no lab answers there.
 */
export function labControl(file: string): LabControl {
  const call = async <T>(method: string, args: readonly unknown[] = []): Promise<T> => {
    const { control, token } = JSON.parse(await readFile(file, 'utf8')) as LabFile;
    const response = await fetch(`${control}/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    const body = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(body.error ?? `the lab answered ${response.status}`);
    return body;
  };
  return {
    break: (host, fault, options = {}) => call('break', [host, fault, options]),
    clear: (host) => call('clear', host === undefined ? [] : [host]),
    armed: () => call('armed'),
    faults: () => call('faults'),
    measure: () => call('measure'),
    change: (host, switches) => call('change', [host, switches]),
  };
}
