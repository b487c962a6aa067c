import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { holdLock, type Lock } from '../adapters/files/lock.ts';
import { loadOptions } from './config/load.ts';
import { CertopsError, isCertopsError } from './domain/errors.ts';
import { banner } from './roots/demo/banner.ts';
import { settleShape } from './roots/demo/shape.ts';
import { startDemo } from './roots/demo/start.ts';
import { tellFailure } from './roots/fail.ts';
import { onEnd } from './roots/parent.ts';
import { readScript, runScript } from './roots/script/run-script.ts';
import { systemClock } from './roots/system-clock.ts';
import { VERSION } from './roots/version.ts';

export interface DemoFlags {
  readonly workers?: number;
  readonly onebox?: boolean;
  readonly fresh?: boolean;
  readonly port?: string;
  readonly state?: string;
  readonly script?: string;
}

/** `certops demo`: everything on this machine. Resolves with the exit code of a script; without one, runs until ended. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  // A script starts from nothing, so that it says the same each time; the farm that somebody looks at stays as it is.
  const scripted = flags.script !== undefined;
  const options = loadOptions({ consolePort: flags.port });
  const lines = flags.script === undefined ? [] : await readScript(flags.script);
  if (lines === null) return;
  const { state, lock } = await takeFolder(
    flags.state ?? (scripted ? '.state/script' : '.state/farm'),
    scripted && flags.state === undefined,
  );
  const running: (() => Promise<void>)[] = [() => lock.release()];
  const stop = async (): Promise<void> => {
    for (let end = running.pop(); end !== undefined; end = running.pop()) await end();
  };
  onEnd(stop, false);
  const said = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
  try {
    const asked = {
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.onebox ? { onebox: true } : {}),
    };
    const shape = await settleShape(state, asked, flags.fresh ?? (scripted && flags.state === undefined));
    const began = (end: () => Promise<void>): void => void running.push(end);
    const parts = await startDemo({
      state,
      shape,
      port: options.consolePort,
      options,
      clock: systemClock,
      said,
      began,
    });
    await writeFile(urlFile(state), parts.url, { mode: 0o600 });
    running.push(() => rm(urlFile(state), { force: true }));
    const { farm, redis, url } = parts;
    const facts = { version: VERSION, farm, redis: redis.describe, runners: farm.hosts.length, url };
    process.stdout.write(banner({ ...facts, state: path.relative('', state), ms: process.uptime() * 1000 }));
    if (flags.script === undefined) return;
    process.exitCode = await runScript({ lines, url, labFile: parts.labFile, clock: systemClock });
  } catch (error) {
    process.exitCode = tellFailure(error);
  }
  await stop();
  process.exit();
}

const urlFile = (state: string): string => path.join(state, 'address');

/** Scripts may run side by side: each takes the first folder that no other has. */
async function takeFolder(wanted: string, mayMove: boolean): Promise<{ state: string; lock: Lock }> {
  for (let number = 1; ; number += 1) {
    const state = path.resolve(number === 1 ? wanted : `${wanted}-${number}`);
    try {
      await mkdir(state, { recursive: true, mode: 0o700 });
      return { state, lock: await holdLock('demo', { folder: state }) };
    } catch (error) {
      if (!isCertopsError(error) || error.code !== 'LockHeld') throw error;
      if (mayMove) continue;
      const url = await readFile(urlFile(state), 'utf8').catch(() => null);
      throw new CertopsError('DemoRuns', { folder: path.relative('', state), url });
    }
  }
}
