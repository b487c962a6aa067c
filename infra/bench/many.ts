import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { labControl } from '../lab/control.ts';
import type { LabFile } from '../lab/options.ts';
import type { Chat } from './chat.ts';
import { openChat } from './chat.ts';
import { sleep } from './clicks.ts';
import { allConnected, type RotationSeen, rotate } from './gaps.ts';
import { endChild, type Resident, residentOf } from './processes.ts';
import { type Call, readCalls } from './recording.ts';
import { PROJECT, type Rehearsal, startRehearsal, writeFarm } from './rehearsal.ts';
import { type Replayed, replay } from './replay.ts';
import { replayApart } from './replay-apart.ts';
import { boundThumbprint, type Group, planReplay } from './replay-plan.ts';
import { startTogether } from './together.ts';

const MINUTE_MS = 60_000;
const CHAT_EVERY_MS = 250;

interface ManySeen {
  readonly rotations: readonly RotationSeen[];
  /** The same with all runners in one process. */
  readonly together: readonly RotationSeen[];
  readonly bare: readonly Replayed[];
  /** The same with a process for each machine. */
  readonly apart: readonly Replayed[];
  /** Tool calls of the bare script's first run. */
  readonly calls: number;
  readonly bot: Resident;
  readonly runners: readonly Resident[];
  /** How long `/ssis status` waited for its answer meanwhile. Milliseconds. */
  readonly chatMs: readonly number[];
}

interface ManyOptions {
  readonly folder: string;
  readonly redis: string;
  readonly workers: number;
  readonly rounds: number;
  readonly say: (sentence: string) => void;
}

/**
 * Rotates a farm of many workers; then a bare script repeats the first of these rotations, on a copy of the farm as it
 * was before.
 */
export async function measureMany({ folder, redis, workers, rounds, say }: ManyOptions): Promise<ManySeen> {
  const state = path.join(folder, 'many');
  const probe = path.join(folder, 'many-probe');
  const pristine = path.join(folder, 'many-lab');
  const options = { state, redis, workers };
  say(`making a farm of ${workers} workers`);
  await writeFarm(state, []);
  await (await startRehearsal({ ...options, probe: null })).end();
  await cp(path.join(state, 'lab'), pristine, { recursive: true, filter: filesOnly });

  const rehearsal = await startRehearsal({ ...options, probe });
  const chatMs: number[] = [];
  let recorded: readonly Call[] = [];
  let bot: Resident | undefined;
  let runners: readonly Resident[] = [];
  const rotations = await rotateOften(rehearsal, { workers, rounds, say, chatMs }, async () => {
    recorded = await readCalls(probe);
    say('waiting a minute to read memory');
    await sleep(MINUTE_MS);
    bot = largest(await residentOf(['certops.mjs bot', state]));
    runners = await residentOf(['runner.mjs', state]);
  });
  if (bot === undefined || rotations[0] === undefined) throw new Error('no process of the bot was found');
  const shared = { ...options, state: `${state}-together`, probe: null };
  await writeFarm(shared.state, []);
  say('the same with all runners in one process');
  const together = await rotateOften(await startTogether(shared), { workers, rounds, say, chatMs: [] });
  const bare: Replayed[] = [];
  const apart: Replayed[] = [];
  const again = { folder: path.join(folder, 'bare'), pristine, seen: rotations[0], calls: recorded };
  for (let round = 0; round < rounds; round += 1) {
    say(`the same by a bare script, ${round + 1} of ${rounds}`);
    bare.push(await bareRotation(again, (lab, groups, old) => replay(lab.info, groups, old)));
    apart.push(await bareRotation(again, (lab, groups, old) => replayApart(lab.file, groups, old)));
  }
  return { rotations, together, bare, apart, calls: bare[0]?.calls ?? 0, bot, runners, chatMs };
}

/** Rotates `rounds` times, then ends the farm. */
async function rotateOften(
  farm: Rehearsal,
  how: Pick<ManyOptions, 'workers' | 'rounds' | 'say'> & { readonly chatMs: number[] },
  afterFirst = async (): Promise<void> => {},
): Promise<readonly RotationSeen[]> {
  const rotations: RotationSeen[] = [];
  try {
    const chat = await openChat(farm.url, 'mei');
    const other = await openChat(farm.url, 'wei');
    for (let round = 0; round < how.rounds; round += 1) {
      await allConnected(farm.lab);
      how.say(`rotating ${how.workers} workers, ${round + 1} of ${how.rounds}`);
      const asking = keepAsking(other, how.chatMs);
      rotations.push(await rotate(chat, farm.lab, farm.state, 'mei').finally(asking.stop));
      await asking.stopped;
      if (round === 0) await afterFirst();
    }
    chat.close();
    other.close();
    return rotations;
  } finally {
    await farm.end();
  }
}

async function bareRotation(
  again: {
    readonly folder: string;
    readonly pristine: string;
    readonly seen: RotationSeen;
    readonly calls: readonly Call[];
  },
  how: (
    lab: { readonly file: string; readonly info: LabFile },
    groups: readonly Group[],
    recorded: string,
  ) => Promise<Replayed>,
): Promise<Replayed> {
  const { folder, pristine, seen, calls } = again;
  await rm(folder, { recursive: true, force: true });
  await cp(pristine, folder, { recursive: true });
  const lab = spawn(process.execPath, [path.join(PROJECT, 'dist/lab.mjs'), 'serve', '--folder', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await once(createInterface({ input: lab.stdout }), 'line');
    const file = path.join(folder, 'lab.json');
    await allConnected(labControl(file));
    const info = JSON.parse(await readFile(file, 'utf8')) as LabFile;
    const thumbprint = boundThumbprint(calls);
    if (thumbprint === null) throw new Error('the recorded rotation bound nothing');
    const replayed = await how({ file, info }, planReplay(seen.records, calls), thumbprint);
    await allConnected(labControl(file));
    return replayed;
  } finally {
    await endChild(lab);
  }
}

/** Leaves out named pipes and sockets: whoever needs them makes new ones. */
async function filesOnly(source: string): Promise<boolean> {
  const found = await lstat(source);
  return found.isFile() || found.isDirectory();
}

const largest = (found: readonly Resident[]): Resident | undefined =>
  [...found].sort((one, other) => other.megabytes - one.megabytes)[0];

function keepAsking(chat: Chat, took: number[]): { stop(): void; readonly stopped: Promise<void> } {
  let stopping = false;
  const ask = async (): Promise<void> => {
    while (!stopping) {
      const from = performance.now();
      await chat.say('wei', '/ssis status');
      took.push(performance.now() - from);
      await sleep(CHAT_EVERY_MS);
    }
  };
  return {
    stop: () => {
      stopping = true;
    },
    stopped: ask(),
  };
}
