import { readFile } from 'node:fs/promises';
import type { LabControl } from './index.ts';
import type { LabFile } from './options.ts';

/**
 * The lab's control from another process. `file` is its lab.json, read anew at each call: a lab that was restarted has
 * another address. Rejects when no lab answers there.
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
