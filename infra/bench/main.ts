import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isCertopsError } from '../../src/domain/errors.ts';
import { openRedis } from '../redis/open-redis.ts';
import type { BareSettings } from './chats/bare-apps.ts';
import { measureChats } from './chats/measure.ts';
import { measureCutover } from './cutovers.ts';
import { answerHops } from './hops.ts';
import { measureInventory } from './inventory.ts';
import { measureFifty } from './many-figures.ts';
import { type BenchOptions, type Part, parseOptions } from './options.ts';
import { endRehearsals, PROJECT } from './rehearsal.ts';
import { serveMachine } from './replay-apart.ts';
import { measureSmall } from './small-farm.ts';
import { type Figure, passes, tableOf } from './table.ts';
import { serveTogether, TOGETHER } from './together.ts';
import { measureWaves } from './waves.ts';

const USAGE = 2;

async function main(): Promise<number> {
  const [, , first, second = '', third = ''] = process.argv;
  if (first === 'answer-hops') return new Promise(() => void answerHops(process.env.REDIS_URL ?? ''));
  if (first === TOGETHER) return new Promise(() => void serveTogether(second, third.split(',')));
  if (first === 'bare-machine') return new Promise(() => void serveMachine(second, third));
  if (first === 'bare-bolt' || first === 'bare-cloud-adapter') {
    const { serveBare } = await import('./chats/bare-apps.ts');
    return new Promise(() => void serveBare(first, process.env as unknown as BareSettings));
  }
  try {
    return await bench(parseOptions(process.argv.slice(2), PROJECT));
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return USAGE;
  }
}

/**
 * Measures everything in one run on one Redis: prints a table and writes the same as JSON. Returns 1 when a bar was
 * missed. A run that is ended early prints what it has measured so far, writes nothing and also returns 1.
 */
async function bench({ quick, json, workers, only }: BenchOptions): Promise<number> {
  const from = performance.now();
  const folder = path.join(PROJECT, '.state', `bench-${process.pid}`);
  const say = (sentence: string): void => void process.stderr.write(`${sentence} ...\n`);
  const redis = await openRedis({
    folder: path.join(folder, 'redis'),
    log: { info() {}, warn: (_data, sentence) => say(sentence) },
    url: process.env.REDIS_URL,
    steps: ['server'],
  });
  if (only === null) say('this takes its time, and wants a machine for itself');
  const options = { folder, redis: redis.url, quick, say };
  const figures: Figure[] = [];
  const wanted = (part: Part): boolean => only === null || only === part;
  const measure = async (): Promise<void> => {
    if (wanted('small')) figures.push(...(await measureSmall(options)));
    if (wanted('many')) figures.push(...(await measureFifty({ ...options, workers })));
    if (wanted('cutover')) figures.push(...(await measureCutover({ ...options, workers })));
    if (wanted('waves')) figures.push(...(await measureWaves({ ...options, workers })));
    if (wanted('chats')) figures.push(...(await measureChats({ ...options, workers })));
    if (wanted('inventory')) figures.push(...(await measureInventory(options)));
  };
  try {
    const isWhole = await Promise.race([measure().then(() => true), askedToEnd().then(() => false)]);
    figures.sort((one, other) => (one.id || 'z').localeCompare(other.id || 'z'));
    process.stdout.write(`\n${tableOf(figures)}\n`);
    if (!isWhole) {
      say('ended early: not all was measured, and nothing is written');
      return 1;
    }
    await mkdir(path.dirname(json), { recursive: true });
    const machine = { node: process.version, cores: os.cpus().length, redis: redis.describe, load: os.loadavg() };
    const tookS = Math.round((performance.now() - from) / 1000);
    const told = { at: new Date().toISOString(), tookS, quick, workers, machine };
    const rows = figures.map((figure) => ({ ...figure, pass: figure.bar === null ? null : passes(figure) }));
    await writeFile(json, `${JSON.stringify({ ...told, figures: rows }, null, 2)}\n`);
    say(`${path.relative(process.cwd(), json)} has them as JSON; it took ${tookS} s`);
    return figures.every(passes) ? 0 : 1;
  } finally {
    await endRehearsals();
    await redis.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves on the first SIGINT or SIGTERM. Handled once only, so that a second Ctrl-C kills the process at once. */
const askedToEnd = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

function sentenceOf(error: unknown): string {
  if (isCertopsError(error) && error.code === 'RedisMissing') {
    return 'The bench needs a Redis server: figures of the one in memory would say nothing. Install redis-server, or set REDIS_URL.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exit(await main());
