import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { errorCode } from '../../domain/errors.ts';

/** Niceness of the lowest priority on Linux and macOS. */
const LOWEST = 19;
/** Each step of niceness leaves a process four fifths of its share of processor time when others compete. */
const STEP = 1.25;
const AGAIN_MS = 120;
const MOST_TRIES = 300;

/** The first runners are this many steps less nice than the last. */
const SPREAD = 3;

/**
 * The niceness of each runner: all runners on one core together get about the time of one process. In a rehearsal they
 * share a few cores with the bot and with the lab, which plays every one of their machines; on a farm each has its own
 * machine. With equal shares a lab of fifty machines got a fiftieth of the time, and every handshake waited for it.
 * Among each other the runners are staggered: with equal niceness, each is as late as the last. The last is not made
 * nicer for that, or it would be too late on a computer that is otherwise busy.
 */
export function nicenessOf(runners: number, cores: number): readonly number[] {
  const each = runners / Math.max(1, cores);
  const last = each <= 2 ? 0 : Math.min(LOWEST, Math.ceil(Math.log(each) / Math.log(STEP)));
  return Array.from({ length: runners }, (_, at) =>
    Math.max(0, last - SPREAD + Math.floor((at * (SPREAD + 1)) / runners)),
  );
}

/** Best effort: without the right to do it, or on a system without niceness, nothing changes. */
export function beNice(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    os.setPriority(pid, niceness);
    // Each of our processes has a session of its own, and Linux divides processor time among sessions first.
    const session = `/proc/${pid}/autogroup`;
    if (existsSync(session)) writeSession(session, niceness, MOST_TRIES);
  } catch {
    // The process has ended, or we may not change it.
  }
}

/** Linux accepts one such write per tenth of a second from all non-root users together; fifty runners start at once. */
function writeSession(session: string, niceness: number, tries: number): void {
  try {
    writeFileSync(session, String(niceness));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN' || tries === 0) return;
    setTimeout(() => writeSession(session, niceness, tries - 1), AGAIN_MS * (1 + Math.random())).unref();
  }
}
