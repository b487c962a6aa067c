import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { readArguments, teamsPackage } from '../../../infra/teams/package.mjs';
import { parseCommand, WORDS } from '../../../src/domain/request/grammar.ts';
import { localizationRules, manifestRules } from './manifest-rules.ts';

const APP = '11111111-2222-3333-4444-555555555555';
const words = { appId: APP, version: '0.1.0', website: 'https://it.example.org/certops' };
const zip = teamsPackage(words);
const files = unzipSync(zip);
const text = (name: string): string => new TextDecoder().decode(files[name]);
const manifest = manifestRules.parse(JSON.parse(text('manifest.json')));
const commands = manifest.bots[0]?.commandLists[0]?.commands ?? [];

test('Teams would accept the manifest, and the zip holds what it names and nothing else', () => {
  const named = [
    manifest.icons.color,
    manifest.icons.outline,
    ...manifest.localizationInfo.additionalLanguages.map(({ file }) => file),
  ];
  expect(Object.keys(files).sort()).toEqual(['manifest.json', ...named].sort());
});

test('the app is the bot, with its version and address', () => {
  expect([manifest.id, manifest.bots[0]?.botId, manifest.version]).toEqual([APP, APP, '0.1.0']);
  expect(manifest.developer.websiteUrl).toBe('https://it.example.org/certops');
  expect(text('manifest.json')).not.toContain('${');
});

test('it works in teams, in group chats and with one person, and offers the same commands in each', () => {
  expect(manifest.bots[0]?.scopes).toEqual(['team', 'groupChat', 'personal']);
  expect(manifest.bots[0]?.commandLists.map(({ scopes }) => scopes)).toEqual([['team', 'groupChat', 'personal']]);
});

test.each(commands.map(({ title }) => title))('"%s" is a command that the bot understands', (title) => {
  expect(WORDS).toContain(title.split(' ')[0]);
  const read = parseCommand(title);
  // Commands about one rotation ask which one; the others are complete.
  if (read.word === 'wrong') expect(['show', 'stop', 'freeze']).toContain(title);
});

/** Teams shows ten. Cards offer the first of these when they are needed; `help` or a counterpart names the others. */
const LEFT_OUT: readonly string[] = [
  'reconnect',
  'retire',
  'rollback',
  'resolve',
  'review',
  'unfreeze',
  'reminders',
  'whoami',
];

test('it offers as many commands as there is room for, and each other command is known to be left out', () => {
  const shown = commands.map(({ title }) => title.split(' ')[0]);
  expect(shown).toHaveLength(10);
  expect(new Set([...shown, ...LEFT_OUT])).toEqual(new Set(WORDS));
});

test('the Chinese texts are for the same places, all of them', () => {
  const chinese = localizationRules.parse(JSON.parse(text('zh-cn.json')));
  const places = commands.map((_command, at) => `bots[0].commandLists[0].commands[${at}].description`);
  expect(Object.keys(chinese).sort()).toEqual(
    ['$schema', 'name.short', 'name.full', 'description.short', 'description.full', ...places].sort(),
  );
});

test('the same words give the same bytes, wherever and whenever they are packed', () => {
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const before = process.env.TZ;
  process.env.TZ = 'Asia/Shanghai';
  const elsewhere = hash(teamsPackage(words));
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  expect(elsewhere).toBe(hash(zip));
  expect(hash(teamsPackage({ ...words, version: '0.1.1' }))).not.toBe(hash(zip));
});

/** Width, height and pixels of a PNG like ours: 8-bit RGBA, one chunk of data, no filter. */
function readPng(name: string): {
  readonly size: readonly [number, number];
  readonly pixels: readonly (readonly number[])[];
} {
  const bytes = Buffer.from(files[name] ?? []);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  expect([...bytes.subarray(24, 29)]).toEqual([8, 6, 0, 0, 0]);
  const rows = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
  const pixels = Array.from({ length: width * height }, (_none, at) => {
    const start = Math.floor(at / width) * (width * 4 + 1) + 1 + (at % width) * 4;
    return [...rows.subarray(start, start + 4)];
  });
  return { size: [width, height], pixels };
}

test('the colour icon is 192 by 192 and has no transparent pixel', () => {
  const { size, pixels } = readPng('color.png');
  expect(size).toEqual([192, 192]);
  expect(pixels.filter(([, , , alpha]) => alpha !== 255)).toEqual([]);
  expect(pixels[0]).toEqual([0x4f, 0x52, 0xb2, 255]);
});

test('its picture stays inside the middle 120 pixels, which is all that some places show', () => {
  const { pixels } = readPng('color.png');
  const outside = pixels.filter((_pixel, at) => {
    const [x, y] = [at % 192, Math.floor(at / 192)];
    return x < 36 || x >= 156 || y < 36 || y >= 156;
  });
  expect(new Set(outside.map(String))).toEqual(new Set([String([0x4f, 0x52, 0xb2, 255])]));
});

test('the outline icon is 32 by 32, white on transparent', () => {
  const { size, pixels } = readPng('outline.png');
  expect(size).toEqual([32, 32]);
  expect(pixels.filter(([red, green, blue]) => [red, green, blue].some((colour) => colour !== 255))).toEqual([]);
  expect(pixels[0]?.[3]).toBe(0);
  expect(pixels.some(([, , , alpha]) => alpha === 255)).toBe(true);
});

test('the app id may come from a farm file, in UTF-8 or UTF-16', () => {
  const farm = `teams: { app: ${APP.toUpperCase()}, tenant: x }\n`;
  const marked = [farm, `\ufeff${farm}`];
  const wide = marked.map((text) => Buffer.from(text, 'utf16le'));
  const written = [...marked.map((text) => Buffer.from(text)), ...wide, ...wide.map((b) => Buffer.from(b).swap16())];
  for (const bytes of written)
    expect(readArguments(['--farm', 'farm.yaml'], () => bytes)).toMatchObject({ appId: APP });
  expect(readArguments([APP, '--website', 'https://x.example'], () => Buffer.alloc(0))).toEqual({
    appId: APP,
    website: 'https://x.example',
  });
});

test.each([
  ['nothing', [], 'Usage'],
  ['two ids', [APP, APP], 'Usage'],
  ['a name', ['certops'], 'is no application (client) id'],
  ['a farm without Teams', ['--farm', 'farm.yaml'], 'farm.yaml has no teams.app: put the application (client) id'],
  ['a farm that is not named', ['--farm'], 'Usage'],
  ['an address without TLS', [APP, '--website', 'http://x.example'], 'Teams wants an address with https://'],
  ['an address that would break out of the text', [APP, '--website', 'https://x","id":"y'], 'https://'],
])('%s is refused with a sentence', (_what, args, sentence) => {
  expect(readArguments(args, () => Buffer.from('farm: prod\n'))).toContain(sentence);
});
