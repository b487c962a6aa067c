import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { errorCode } from '../../domain/errors.ts';

/** Lowest of Linux and macOS. */
const LOWEST = 19;
/** Each step of niceness leaves a process four fifths of the processor time that it had beside others. */
const STEP = 1.25;
const AGAIN_MS = 120;
const MOST_TRIES = 300;

/** The first runners of so many let others go first by so many steps less than the last. */
const SPREAD = 3;

/**
 * How nice each of so many runners is: all of one core together get about the time of one process. In a rehearsal they
 * share a few cores with the lab, which is every one of their machines, and with the bot; on a farm each has a machine
 * of its own. With equal turns a lab of fifty machines got a fiftieth of the time, and every handshake waited for it.
 * Among each other they come one after another: side by side, each is as late as the last. The last is no nicer for
 * that, or it would come too late on a computer that is busy otherwise.
 */
export function nicenessOf(runners: number, cores: number): readonly number[] {
  const each = runners / Math.max(1, cores);
  const last = each <= 2 ? 0 : Math.min(LOWEST, Math.ceil(Math.log(each) / Math.log(STEP)));
  return Array.from({ length: runners }, (_, at) =>
    Math.max(0, last - SPREAD + Math.floor((at * (SPREAD + 1)) / runners)),
  );
}

/** Best effort: without the right to, or on a system that knows nothing of it, all is as it was. */
export function beNice(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    os.setPriority(pid, niceness);
    // Each of our processes has a session of its own, and Linux shares its processors among sessions first.
    const session = `/proc/${pid}/autogroup`;
    if (existsSync(session)) writeSession(session, niceness, MOST_TRIES);
  } catch {
    // It has ended, or may not.
  }
}

/** Linux takes one such word in a tenth of a second from all who are not root; fifty runners are started at once. */
function writeSession(session: string, niceness: number, tries: number): void {
  try {
    writeFileSync(session, String(niceness));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN' || tries === 0) return;
    setTimeout(() => writeSession(session, niceness, tries - 1), AGAIN_MS * (1 + Math.random())).unref();
  }
}
