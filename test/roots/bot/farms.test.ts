import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { farmFilesOf, readFarms } from '../../../src/roots/bot/farms.ts';
import { createProgram } from '../../../src/roots/commands.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const EXAMPLE = readFileSync('infra/lab/farm.yaml', 'utf8').replace('rehearsal: true', 'rehearsal: false');
const REAL = EXAMPLE.replaceAll(/accounts: \{ web: (\w+) \}/gu, 'accounts: { slack: U0$1 }')
  .replaceAll(/U0(mei|ana|tom|wei)/gu, (id) => id.toUpperCase())
  .replace(/\nchannels:[\s\S]*$/u, '\n');
const SLACK = 'slack: { app: A0CERTOPS, workspaces: [T0CORP] }';
const TEAMS = 'teams: { app: 11111111-1111-1111-1111-111111111111, tenant: 22222222-2222-2222-2222-222222222222 }';
const slackChannel = (id: string): string => `  - { platform: slack, id: ${id}, name: sql-ops }`;
const TEAMS_CHANNEL = '  - { platform: teams, id: "19:abc@thread.tacv2", name: SQL }';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-farms-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => path.join(folder, name);

/** A farm of this name with its own machines, and with these chats. */
function farm(name: string, how: { chats?: string; channels?: string; text?: (text: string) => string } = {}): string {
  const { chats = SLACK, channels = slackChannel('C0OPS'), text = (all) => all } = how;
  const own = REAL.replace('farm: prod', `farm: ${name}`).replaceAll(/\bsqlw?m?\d\d\b/gu, (host) => `${name}-${host}`);
  const file = fileOf(`${name}.yaml`);
  writeFileSync(file, text(`${own}${chats}\nchannels:\n${channels}\n`));
  return file;
}

async function refused(...files: readonly [string, ...string[]]): Promise<string> {
  const { code, data } = (await readFarms(files).catch((error: unknown) => error)) as {
    code?: string;
    data: { readonly [name: string]: string };
  };
  return code === undefined ? '' : `${SAYINGS[code]?.say(data)} (${code})`;
}

describe('The farm files', () => {
  const list = ['a.yaml', 'b.yaml'].join(path.delimiter);
  test.each<[string, readonly string[] | undefined, string, readonly string[]]>([
    ['are farm.yaml alone if nothing names any', undefined, 'farm.yaml', ['farm.yaml']],
    ['are what the variable lists', undefined, list, ['a.yaml', 'b.yaml']],
    ['are a single one if the variable lists one', undefined, 'a.yaml', ['a.yaml']],
    ['are farm.yaml alone if the variable lists nothing', undefined, path.delimiter, ['farm.yaml']],
    ['are what each flag names, and nothing else', [`x${path.delimiter}y.yaml`], list, [`x${path.delimiter}y.yaml`]],
  ])('%s', (_what, named, farmFiles, files) => {
    expect(farmFilesOf(named, { farmFiles })).toEqual(files);
  });

  test('are each read, in order', async () => {
    expect((await readFarms([farm('prod'), farm('test')])).map(({ name }) => name)).toEqual(['prod', 'test']);
  });

  test('may share a channel, and one may use a chat that the other does not', async () => {
    const teams = farm('test', { chats: `${SLACK}\n${TEAMS}`, channels: `${slackChannel('C0OPS')}\n${TEAMS_CHANNEL}` });
    expect(await refused(farm('prod'), teams)).toBe('');
  });
});

describe('A farm file that cannot be used', () => {
  test('is named, and how the others are served meanwhile', async () => {
    const broken = farm('prod', { text: (text) => text.replace('hosts:', 'hots:') });
    const spaced = fileOf('of test.yaml');
    writeFileSync(spaced, readFileSync(farm('test'), 'utf8'));
    const [others, quoted] = [fileOf('dev.yaml'), `"${spaced}"`];
    farm('dev');
    const said = await refused(broken, others, spaced);
    expect(said).toContain(`${broken} cannot be used`);
    expect(said).toContain(
      `, unless a rotation has begun on this one. With its other options as they are: certops bot --farm ${others} --farm ${quoted}`,
    );
    expect(await refused(others, fileOf('gone.yaml'))).toContain(`: certops bot --farm ${others}`);
    expect(await refused(broken)).not.toContain('certops bot');
  });
});

describe('One bot does not serve', () => {
  const both = () => [fileOf('prod.yaml'), fileOf('test.yaml')];

  test('the same file twice', async () => {
    const file = farm('prod');
    expect(await refused(file, file)).toMatch(/prod\.yaml and .*prod\.yaml both describe farm prod.*\(FarmTwice\)/u);
  });

  test.each<[string, Parameters<typeof farm>[1], RegExp]>([
    ['farms of one name', { text: (all) => all.replace('farm: test', 'farm: prod') }, /farm prod.*\(FarmTwice\)/u],
    [
      'farms that both have a host',
      { text: (all) => all.replaceAll('test-sqlm01', 'prod-sqlm01') },
      /a host prod-sqlm01.*\(HostInTwoFarms\)/u,
    ],
    ['another Slack app', { chats: SLACK.replace('A0CERTOPS', 'A0OTHER') }, /slack\.app: it is A0CERTOPS .*A0OTHER/u],
    ['other workspaces', { chats: SLACK.replace('[T0CORP]', '[T0CORP, T0LAB]') }, /slack\.workspaces.*T0CORP, T0LAB/u],
    [
      'a rehearsal beside a real farm',
      { text: (all) => all.replace('rehearsal: false', 'rehearsal: true') },
      /rehearsal: it is false .* true .*\(FarmsDiffer\)/u,
    ],
  ])('%s, and names both files', async (_what, how, sentence) => {
    farm('prod');
    farm('test', how);
    const [first = '', second = ''] = both();
    const said = await refused(first, second);
    expect(said).toMatch(sentence);
    for (const file of both()) expect(said).toContain(file);
  });

  test('two tenants of Teams', async () => {
    const of = (name: string, digit: string): string =>
      farm(name, { chats: TEAMS.replaceAll('2', digit), channels: TEAMS_CHANNEL, text: inTeams });
    expect(await refused(of('prod', '2'), of('test', '3'))).toMatch(/teams\.tenant.*\(FarmsDiffer\)/u);
  });
});

const inTeams = (text: string): string => {
  let n = 0;
  return text.replaceAll(/slack: U0?[A-Z]+/gu, () => `teams: 33333333-3333-3333-3333-33333333333${n++}`);
};

describe('certops redis acl', () => {
  async function printed(...args: readonly string[]): Promise<string> {
    const said: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    await createProgram()
      .parseAsync(['node', 'certops', 'redis', 'acl', ...args])
      .finally(() => write.mockRestore());
    return said.join('');
  }

  test('knows the hosts of every farm, each with its own farm’s user', async () => {
    const files = ['--farm', farm('prod'), '--farm', farm('test')];
    expect(await printed('test-sqlw01', ...files)).toMatch(
      /^user certops-test-test-sqlw01 .*~\{certops\}:orders\.test-sqlw01 /u,
    );
    await expect(printed('sqlw09', ...files)).rejects.toMatchObject({
      code: 'HostNotInFarm',
      data: { hosts: expect.stringMatching(/prod-sqlm01.*test-sqlm01/u) },
    });
  });

  test('gives rights to the keys that bot and runners are told to use', async () => {
    process.env.CERTOPS_REDIS_PREFIX = '{certops-2}';
    try {
      expect(await printed('--farm', farm('prod'))).toContain(' ~{certops-2}:orders.* ');
    } finally {
      delete process.env.CERTOPS_REDIS_PREFIX;
    }
  });

  test('gives the bot the same user and rights for one farm as for many', async () => {
    const one = await printed('--farm', farm('prod'));
    expect(one).toMatch(/^user certops-prod-bot /u);
    expect(await printed('--farm', farm('prod'), '--farm', farm('test'))).toBe(one);
  });
});
