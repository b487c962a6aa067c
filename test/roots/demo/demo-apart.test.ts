import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { redisAcl } from '../../../infra/redis/acl.ts';
import { loadOptions } from '../../../src/config/load.ts';
import { openDemoRedis, rehearsalPrefix } from '../../../src/roots/demo/redis.ts';
import { doorOf } from '../../../src/roots/demo/start.ts';
import { systemClock } from '../../../src/roots/program/system-clock.ts';
import { describeWithServer, openTestRedis } from '../../infra/redis/test-redis.ts';
import { asUser, grant } from '../../infra/redis/users.ts';

const STATE = path.join(os.tmpdir(), 'certops-rehearsal');

test('a rehearsal has the same keys in Redis at each start, and nobody else has them', () => {
  const prefix = rehearsalPrefix(STATE);
  expect(rehearsalPrefix(path.join(STATE, 'x', '..'))).toBe(prefix);
  expect(new Set([prefix, rehearsalPrefix(`${STATE}-2`), loadOptions({}, () => '').redisPrefix]).size).toBe(3);
});

test('its bot and runners use that prefix, and rights can be written for it', () => {
  const prefix = rehearsalPrefix(STATE);
  expect(loadOptions({ redisPrefix: prefix }, () => '').redisPrefix).toBe(prefix);
  expect(redisAcl({ name: 'prod' }, 'sqlm01', prefix)).toContain(` ~${prefix}:orders.sqlm01 `);
});

test('port and address of a real bot, found in the shell, are used only where the farm has a chat that needs them', () => {
  const shell = { port: '3978', listen: '0.0.0.0' };
  const slack = { app: 'A0', workspaces: ['T0'], enterprises: [] };
  expect(doorOf({ chat: { slack: null, teams: null } }, shell)).toEqual({});
  expect(doorOf({ chat: { slack, teams: null } }, shell)).toEqual({ CERTOPS_PORT: '3978', CERTOPS_LISTEN: '0.0.0.0' });
  const unset = { port: null, listen: '127.0.0.1' };
  expect(doorOf({ chat: { slack, teams: null } }, unset)).toEqual({ CERTOPS_LISTEN: '127.0.0.1' });
});

const open = (redisUrl: string) =>
  openDemoRedis({ state: STATE, options: { redisUrl, mode: null }, clock: systemClock, said: () => {} });

test('a rehearsal on a Redis that does not answer says so, instead of "ready"', async () => {
  await expect(open('redis://127.0.0.1:1')).rejects.toMatchObject({ code: 'RedisAway' });
});

describeWithServer("on somebody else's Redis", () => {
  test('a rehearsal says of a replica that nothing can be written there, instead of nothing at all', async () => {
    const redis = await openTestRedis('server');
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    const opening = open(redis.url);
    await expect(opening).rejects.toMatchObject({ code: 'RedisReadOnly', data: { found: 'a replica of 127.0.0.1:1' } });
    await admin.call('REPLICAOF', 'NO', 'ONE');
    admin.disconnect();
    await redis.close();
  });

  test('it names the keys that are its own, and does not begin as the user of a real bot', async () => {
    const redis = await openTestRedis('server');
    const opened = await open(redis.url);
    expect(opened.describe).toBe(`${new URL(redis.url).host}, keys ${rehearsalPrefix(STATE)}:*`);
    const admin = new Redis(redis.url, { disconnectTimeout: 100 });
    await grant(admin, null);
    admin.disconnect();
    await expect(open(asUser(redis, 'certops-prod-bot'))).rejects.toMatchObject({ code: 'RedisPrefixDenied' });
    await redis.close();
  });
});
