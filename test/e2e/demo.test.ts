import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import { createPostOffice } from '../../jobs/letters.ts';
import { letterOf, whenUp } from '../contract/post-office.ts';
import { openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';
import { allGone, type Demo, ensureBuilt, processesOf, startDemo, stateFolder } from './demo-process.ts';

const TOUR = 'infra/lab/tour.chat';

beforeAll(ensureBuilt, 120_000);

describe('npm start', () => {
  const { folder, remove } = stateFolder();
  const demos: Demo[] = [];
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Demo => {
    const demo = startDemo(args, env);
    demos.push(demo);
    return demo;
  };
  afterAll(async () => {
    for (const demo of demos) demo.process.kill('SIGKILL');
    await allGone(folder);
    remove();
  });
  const sub = (name: string): string => {
    const state = path.join(folder, name);
    mkdirSync(state);
    return state;
  };

  test('performs the tour: requested, refused to the wrong people, approved, proved', async () => {
    const state = sub('tour');
    const demo = start(['--script', TOUR, '--state', state]);
    expect(await demo.ended).toBe(0);
    const text = demo.text();
    expect(text).toMatch(/is yours.*so your approval does not count/u);
    expect(text).toContain('You are not in the farm file');
    expect(text).toMatch(/DONE · \d+ S/u);
    expect(text).toContain('The script ran as written.');
    await allGone(state);
  }, 120_000);

  test('performs it without any Redis on the machine, and says what that means', async () => {
    const state = sub('embedded');
    const bin = sub('bin');
    // This is all that the lab needs from the PATH.
    for (const tool of ['mkfifo']) symlinkSync(whichTool(tool), path.join(bin, tool));
    const demo = start(['--script', TOUR, '--state', state], { PATH: bin });
    expect(await demo.ended).toBe(0);
    expect(demo.text()).toContain('in memory, for trying out only');
    await allGone(state);
  }, 120_000);

  test('takes no letter of a real farm of that name in the shell of its bot, and does not open the port of that bot', async () => {
    const redis = await openTestRedis('memory');
    const real = new Redis(redis.url, { disconnectTimeout: 100 });
    const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
    const door = createServer().listen(0, '127.0.0.1');
    await once(door, 'listening');
    try {
      await whenUp(office);
      await office.toHost('sqlm01', letterOf(1));
      await office.toBot(letterOf(1));
      const file = path.join(folder, 'redis-url');
      writeFileSync(file, redis.url);
      const demo = start(['--script', TOUR, '--state', sub('real')], {
        REDIS_URL_FILE: file,
        CERTOPS_PORT: String((door.address() as AddressInfo).port),
      });
      expect({ code: await demo.ended, text: demo.text() }).toMatchObject({ code: 0 });
      expect(demo.text()).toContain(`${new URL(redis.url).host}, keys {certops-rehearsal-`);
      for (const queue of ['orders.sqlm01', 'reports']) expect(await real.llen(`{certops}:${queue}:wait`)).toBe(1);
    } finally {
      await office.close();
      real.disconnect();
      door.close();
      await redis.close();
    }
  }, 120_000);

  test('ends with exit code 1 and says where, if the outcome is another', async () => {
    const script = path.join(folder, 'wrong.chat');
    writeFileSync(script, 'mei: /ssis whoami\nexpect refused own-request\n');
    const demo = start(['--script', script, '--state', sub('wrong')]);
    expect(await demo.ended).toBe(1);
    expect(demo.text()).toContain('line 2: expected a refusal own-request for mei');
  }, 120_000);

  test('does not start for a script that cannot be read', async () => {
    const script = path.join(folder, 'unreadable.chat');
    writeFileSync(script, 'mei rotates\n');
    const demo = start(['--script', script]);
    expect(await demo.ended).toBe(2);
    expect(demo.text()).toContain(`${script}:1 found "mei rotates"`);
  });

  test.each([
    ['nothing in it', ''],
    ['comments alone', '# mei: /ssis whoami\n\n'],
  ])('does not start for a script with %s', async (_, text) => {
    const script = path.join(folder, 'empty.chat');
    writeFileSync(script, text);
    const demo = start(['--script', script]);
    expect(await demo.ended).toBe(2);
    expect(demo.text()).toContain(`${script} has nothing to play`);
    expect(demo.text()).not.toContain('as written');
  });

  describe('once it runs', () => {
    const state = path.join(folder, 'farm');
    let demo: Demo;
    beforeAll(async () => {
      mkdirSync(state);
      demo = start(['--state', state]);
      await demo.printed(/ready in [\d.]+ s/u);
    });

    test('shows redis, farm, runners, people, the address and what to do next', () => {
      for (const words of [
        'redis',
        'prod: sqlm01 (master), sqlw01',
        '4 of 4 running',
        'Ana Ruiz',
        'http://127.0.0.1:',
        '/ssis rotate-master',
      ])
        expect(demo.text()).toContain(words);
    });

    test('refuses a second start, with the address of the first', async () => {
      const second = start(['--state', state]);
      expect(await second.ended).toBe(1);
      expect(second.text()).toContain('(DemoRuns)');
      expect(second.text()).toContain(readFileSync(path.join(state, 'address'), 'utf8'));
    });

    test('does not make another farm over the one that is there', async () => {
      demo.process.kill('SIGINT');
      await demo.ended;
      const other = start(['--state', state, '--workers', '5']);
      expect(await other.ended).toBe(2);
      expect(other.text()).toContain('has 3 workers; asked for: 5 workers');
    });

    test('ends every process that it started on Ctrl-C', async () => {
      const again = start(['--state', state]);
      await again.printed(/ready in [\d.]+ s/u);
      expect(processesOf(state).length).toBeGreaterThanOrEqual(7);
      again.process.kill('SIGINT');
      expect(await again.ended).toBe(0);
      expect(processesOf(state)).toEqual([]);
      expect(existsSync(path.join(state, 'address'))).toBe(false);
    });
  });

  test('continues a rotation that was interrupted by a kill -9', async () => {
    const state = sub('killed');
    const first = start(['--script', TOUR, '--state', state]);
    await first.printed(/have been cut off for/u);
    first.process.kill('SIGKILL');
    await first.ended;
    const second = start(['--state', state]);
    await second.printed(/ready in [\d.]+ s/u);
    expect(second.text()).toMatch(/goes on {2}prod-1 /u);
    const journal = path.join(state, 'bot', 'prod.journal');
    const outcome = (): string | undefined =>
      /\\"type\\":\\"closed\\",\\"id\\":\\"prod-1\\",\\"outcome\\":\\"([a-z-]+)\\"/u.exec(
        readFileSync(journal, 'utf8'),
      )?.[1];
    while (outcome() === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(['proved', 'put-back']).toContain(outcome());
    second.process.kill('SIGINT');
    await second.ended;
  }, 120_000);

  test('plays a machine that is both master and worker', async () => {
    const demo = start(['--onebox', '--script', TOUR, '--state', sub('onebox')]);
    expect({ code: await demo.ended, text: demo.text() }).toMatchObject({
      code: 0,
      text: expect.stringMatching(/DONE · \d+ S/u),
    });
  }, 120_000);
});

const whichTool = (name: string): string =>
  execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
