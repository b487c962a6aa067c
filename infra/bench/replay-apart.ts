import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LabFile } from '../lab/options.ts';
import { createScript, type Known, type Replayed } from './replay.ts';
import type { Group } from './replay-plan.ts';

/** Message to a machine's process: its part between two barriers, or `end` when nothing more comes. */
type Told = { readonly group: Group; readonly host: string; readonly known: Known | null } | { readonly end: true };

/** What a machine's process answers. */
interface Answer {
  readonly known: Known | null;
  readonly calls: number;
  readonly differing: readonly string[];
}

/**
 * The same bare script with one process per machine, as on a farm. The processes start before the clock does, and get
 * their part at each barrier over a pipe. Still without journal, queue and signatures.
 */
export async function replayApart(labFile: string, groups: readonly Group[], recorded: string): Promise<Replayed> {
  const script = fileURLToPath(import.meta.url);
  const names = new Set(groups.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
  const machines = new Map<string, ChildProcess>();
  for (const name of names) machines.set(name, fork(script, ['bare-machine', labFile, recorded], { execArgv: [] }));
  try {
    await Promise.all([...machines.values()].map((child) => once(child, 'message')));
    let known: Known | null = null;
    const from = performance.now();
    for (const group of groups) {
      const answers = group.hosts.map(({ host, items }) =>
        ask(machines.get(host), { group: { ...group, hosts: [{ host, items }] }, host, known }),
      );
      for (const answer of await Promise.all(answers)) known ??= answer.known;
    }
    const wallMs = performance.now() - from;
    const ends = await Promise.all([...machines.values()].map((child) => ask(child, { end: true })));
    return {
      wallMs,
      calls: ends.reduce((sum, { calls }) => sum + calls, 0),
      differing: ends.flatMap(({ differing }) => differing),
    };
  } finally {
    for (const child of machines.values()) child.kill();
  }
}

async function ask(child: ChildProcess | undefined, told: Told): Promise<Answer> {
  if (child === undefined) throw new Error('no process for a machine of the recording');
  const answered = once(child, 'message');
  child.send(told);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('the process of a machine ended')));
  const [answer] = await Promise.race([answered, gone]);
  return answer as Answer;
}

/** Serves one machine in its own process. Ends with its parent. */
export async function serveMachine(labFile: string, recorded: string): Promise<void> {
  const lab = JSON.parse(await readFile(labFile, 'utf8')) as LabFile;
  const script = createScript(lab, recorded);
  const answer = (): boolean | undefined =>
    process.send?.({ known: script.known(), calls: script.calls(), differing: script.differing } satisfies Answer);
  process.once('disconnect', () => process.exit(0));
  process.on('message', async (told: Told) => {
    if ('end' in told) await script.aside();
    else {
      script.learn(told.known);
      for (const { host, items } of told.group.hosts) await script.work(told.group, host, items);
    }
    answer();
  });
  answer();
}
