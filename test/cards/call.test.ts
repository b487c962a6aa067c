import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { calledAs, MENTION, SLASH } from '../../cards/call.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import { markdownPen, plainPen } from '../../cards/pen.ts';
import { sayWith, wordedIds } from '../../cards/wording/index.ts';
import { parseCommand } from '../../src/domain/request/grammar.ts';
import type { Reader } from '../../src/domain/views/view.ts';
import { VIEWS } from './views.ts';

const LANGUAGES = ['en', 'zh-CN'] as const;
const READERS: readonly Reader[] = ['approver', 'requester', 'other'];
/** What a button carries is not text for people, and is understood as it is. */
const shownIn = (card: object): string => JSON.stringify(card, (key, value) => (key === 'data' ? undefined : value));

describe('where a bot hears only what mentions it', () => {
  test.each(Object.keys(VIEWS))('no card tells anybody to type a slash: %s', (name) => {
    const view = VIEWS[name];
    if (view === undefined) throw new Error(name);
    for (const language of LANGUAGES) {
      expect(fallbackText(view, language, 'UTC', MENTION)).not.toContain(SLASH);
      for (const reader of READERS)
        expect(shownIn(renderAdaptiveCard(view, reader, language, 'UTC', { call: MENTION }))).not.toContain(SLASH);
    }
  });

  test.each(LANGUAGES)('nor does any sentence, in %s', (language) => {
    const locale = { language, timeZone: 'UTC', call: MENTION };
    // A sentence whose data are missing stays empty; many of those that need no data say what to type.
    const told = wordedIds(language).flatMap((id) =>
      [plainPen(locale), markdownPen(locale, (text) => text)].map((pen) => sayWith({ id, data: {} }, language, pen)),
    );
    expect(told.filter((one) => one.includes(SLASH))).toEqual([]);
    expect(told.filter((one) => one.includes(MENTION)).length).toBeGreaterThan(20);
  });

  test.each(LANGUAGES)('what somebody wrote stays as they wrote it, in %s', (language) => {
    const data = { by: 'Ana Ruiz', reason: 'not before /ssis stop prod-17' };
    for (const call of [MENTION, SLASH])
      expect(sayWith({ id: 'why.denied', data }, language, plainPen({ language, timeZone: 'UTC', call }))).toMatch(
        /not before \/ssis stop prod-17$/u,
      );
  });

  test('what the cards tell people to type is understood', () => {
    expect(parseCommand(`${MENTION} stop prod-17`)).toMatchObject({ word: 'stop', id: 'prod-17' });
  });
});

test.each<[string, string]>([
  ['/ssis stop prod-17 puts it back.', '@certops stop prod-17 puts it back.'],
  ['**/ssis rotate-master prod because**', '**@certops rotate-master prod because**'],
  ['发送 /ssis 查看（/ssis certs prod）：/ssis help。', '发送 @certops 查看（@certops certs prod）：@certops help。'],
  [
    'because of https://wiki.example/ssis, C:/ssis/x and /ssis/x',
    'because of https://wiki.example/ssis, C:/ssis/x and /ssis/x',
  ],
])('%s becomes %s there', (words, there) => {
  expect([calledAs(words, MENTION), calledAs(words, SLASH)]).toEqual([there, words]);
});
