import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { LIMITS } from '../../cards/limits.ts';
import { say } from '../../cards/wording/index.ts';
import type { Locale } from '../../src/domain/farm/locale.ts';
import type { HostName } from '../../src/domain/values.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { asMessage } from './slack-schema.ts';
import { host, plan, retire, VIEWS } from './views.ts';

const LOCALES: readonly Locale[] = [
  { language: 'en', timeZone: 'UTC' },
  { language: 'zh-CN', timeZone: 'Asia/Shanghai' },
];
const MOST = LIMITS.slack.confirmText;
const LATER = '2026-11-28T21:00:00.000Z';

const hostsOf = (count: number, name = (at: number) => `sqlw${String(at).padStart(2, '0')}`) =>
  Array.from({ length: count }, (_, at) => host(name(at + 1)));
const long = (at: number): string => `sqlw${at}-${'x'.repeat(63)}`.slice(0, 50).concat('.corp.example');
const planOf = (workers: readonly HostName[]): CardView => ({ ...plan, workers });
const retireOf = (hosts: readonly HostName[]): CardView => ({
  ...retire,
  certificates: retire.certificates.slice(0, 1).map((one) => ({ ...one, hosts })),
});

/** The text of Slack's dialog behind Approve. */
function inSlack(view: CardView, locale: Locale): string {
  const buttons = asMessage(renderBlockKit(view, 'approver', locale, [], 'whole')).blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements : [],
  );
  const approve = buttons.find((one) => one.action_id === 'approve') as { confirm?: { text: { text: string } } };
  return approve.confirm?.text.text ?? '';
}

/** The sentence of the second step behind Approve in Teams. */
function inTeams(view: CardView, locale: Locale): string {
  const begins = locale.language === 'en' ? 'You allow this on' : '您允许在';
  const card = JSON.stringify(renderAdaptiveCard(view, 'approver', locale.language, locale.timeZone));
  const found = [...card.matchAll(/"text":("(?:[^"\\\\]|\\\\.)*")/gu)].map(([, text]) =>
    String(JSON.parse(text ?? '""')),
  );
  return found.find((text) => text.startsWith(begins)) ?? '';
}

/** Without what makes text bold or a time in either chat. */
const words = (text: string): string =>
  text.replace(/<!date[^>]*>|\{\{DATE[^}]*\}\}\s\{\{TIME[^}]*\}\}/gu, 'TIME').replace(/[*\\\u200b\u2060 ]/gu, '');

const shownIn = (text: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => new RegExp(`(?<![\\w.-])${name.replaceAll('.', '\\.')}(?![\\w-])`, 'u').test(text));

describe.each(LOCALES)('The second step of Approve, in $language,', (locale) => {
  test.each([1, 6, 7, 8, 12])('names each of %i workers and the master', (count) => {
    const workers = hostsOf(count);
    for (const view of [planOf(workers), { ...planOf(workers), when: { ...plan.when, from: LATER } } as CardView])
      for (const text of [inSlack(view, locale), inTeams(view, locale)])
        expect(shownIn(text, ['sqlm01', ...workers])).toHaveLength(count + 1);
  });

  test('names a master that is not the first machine, and does not call it a worker', () => {
    const hosts = [...hostsOf(7), host('sqlm01')];
    for (const text of [inSlack(retireOf(hosts), locale), inTeams(retireOf(hosts), locale)]) {
      expect(shownIn(text, hosts)).toEqual(hosts);
      expect(text).not.toMatch(/worker(?!\w)|Worker/u);
    }
  });

  test.each<[string, readonly HostName[]]>([
    ['60 machines', hostsOf(60)],
    ['200 machines', hostsOf(200)],
    ['20 machines with long names', hostsOf(20, long)],
  ])('names as many of %s as there is room for, in full, and counts the rest', (_what, hosts) => {
    const text = inSlack(retireOf(hosts), locale);
    expect(text.length).toBeLessThanOrEqual(MOST);
    const shown = shownIn(text, hosts);
    expect(shown).toEqual(hosts.slice(0, shown.length));
    // One more name would be too long.
    expect(text.length + (hosts[shown.length] ?? '').length + 2).toBeGreaterThan(MOST);
    const rest = locale.language === 'en' ? `and ${hosts.length - shown.length} more` : `等 ${hosts.length} 台`;
    expect(text).toContain(rest);
  });

  test.each<[string, CardView]>([
    ['a plan', planOf(hostsOf(60))],
    ['a plan that starts later', { ...planOf(hostsOf(60)), when: { ...plan.when, from: LATER } } as CardView],
    ['a retirement', retireOf(hostsOf(40, long))],
    ['a reconnect', VIEWS['reconnect-several'] as CardView],
  ])('says the same in Slack and in Teams for %s', (_what, view) => {
    expect(words(inTeams(view, locale))).toBe(words(inSlack(view, locale)));
    expect(words(inTeams(view, locale))).not.toBe('');
  });
});

test.each([
  [2, ['Ana Ruiz', 'Tom Becker'], '2 more needed: Ana Ruiz and Tom Becker', '还需 2 票：Ana Ruiz 和 Tom Becker'],
  [1, ['Ana Ruiz', 'Tom Becker'], '1 more needed: Ana Ruiz or Tom Becker', '还需 1 票：Ana Ruiz 或 Tom Becker'],
  [1, ['Ana Ruiz'], '1 more needed: Ana Ruiz', '还需 1 票：Ana Ruiz'],
])('where %i of %j are needed, nothing suggests that fewer will do', (needed, names, english, chinese) => {
  const message = { id: 'plan.needed', data: { needed, names } };
  expect([say(message, 'en'), say(message, 'zh-CN')]).toEqual([english, chinese]);
});

test('a rotation that has ended is told with the time', () => {
  const data = { id: 'prod-17', outcome: 'proved', at: '2026-11-24T14:31:00Z', by: null };
  expect(say({ id: 'refused.closed', data }, 'en')).toMatch(/^prod-17 was done on 24 Nov 2026, /u);
});
