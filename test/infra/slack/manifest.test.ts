import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type * as z from 'zod';
import { APP_SCOPES, EVENTS, SCOPES } from '../../../adapters/slack/scopes.ts';
import { manifestRules } from './manifest-rules.ts';

const text = readFileSync('infra/slack/manifest.yaml', 'utf8');
const guide = readFileSync('docs/slack.md', 'utf8');
const manifest = parse(text) as z.infer<typeof manifestRules>;
const addressed = /^.*certops\.example\.com.*$/gmu;

test('Slack would accept it as it stands', () => {
  expect(manifestRules.safeParse(manifest)).toMatchObject({ success: true });
});

test('it asks for what the adapter needs, and for nothing else', () => {
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual(Object.keys(SCOPES).sort());
  expect(manifest.oauth_config.scopes.user).toBeUndefined();
  expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(Object.keys(EVENTS).sort());
});

test('commands, events and clicks go to the one address that the adapter answers', () => {
  const addresses = [
    manifest.features.slash_commands[0]?.url,
    manifest.settings.event_subscriptions.request_url,
    manifest.settings.interactivity.request_url,
  ];
  expect(new Set(addresses)).toEqual(new Set(['https://certops.example.com/slack/events']));
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
});

test('/ssis arrives as it was typed, and people can message the bot directly', () => {
  expect(manifest.features.slash_commands.map(({ command, should_escape }) => [command, should_escape])).toEqual([
    ['/ssis', false],
  ]);
  expect(manifest.features.app_home).toMatchObject({
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: false,
  });
});

test('for Socket Mode three lines go, one word changes, and it is still a manifest', () => {
  expect(text.match(/^ +\w*url: https:\/\/certops\.example\.com\S*$/gmu)).toHaveLength(3);
  const bySocket = text
    .replace(/^ +\w*url: https:\/\/certops\.example\.com\S*\n/gmu, '')
    .replace('socket_mode_enabled: false', 'socket_mode_enabled: true');
  const read = manifestRules.parse(parse(bySocket));
  expect(read.settings.socket_mode_enabled).toBe(true);
  expect(JSON.stringify(read)).not.toMatch(addressed);
});

test('the guide gives a reason for each permission and event, and names no other', () => {
  for (const name of [...Object.keys(SCOPES), ...Object.keys(APP_SCOPES), ...Object.keys(EVENTS)])
    expect(guide).toContain(`\`${name}\``);
  const rows = [...guide.matchAll(/^\| `([a-z_]+:?[a-z_.:]*)` \|/gmu)].map((match) => match[1]);
  expect(rows.sort()).toEqual([...Object.keys(SCOPES), ...Object.keys(APP_SCOPES), ...Object.keys(EVENTS)].sort());
});
