import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { say } from '../../cards/wording/index.ts';
import type { Locale } from '../../src/domain/farm/locale.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { VIEWS } from './views.ts';

const FROM = '2026-11-28T21:00:00.000Z';

describe.each<Locale>([
  { language: 'en', timeZone: 'UTC' },
  { language: 'zh-CN', timeZone: 'Asia/Shanghai' },
])('A plan that nobody is asked about, in $language,', (locale) => {
  test.each(['plan-dry', 'plan-workers-dry', 'retire-dry', 'reconnect-dry'])(
    '%s says when it would begin, and not until when it is open',
    (name) => {
      const view = VIEWS[name] as Extract<CardView, { kind: 'plan' | 'retire' | 'reconnect' }>;
      const later = { ...view, when: { ...view.when, from: FROM, until: null } } as CardView;
      const told = (id: 'plan.starts' | 'plan.open-until'): string => say({ id, data: {} }, locale.language);
      const inTeams = JSON.stringify(renderAdaptiveCard(later, 'other', locale.language, locale.timeZone));
      const inSlack = JSON.stringify(renderBlockKit(later, 'other', locale, [], 'whole').blocks);
      for (const card of [inTeams, inSlack]) {
        expect(card).toContain(told('plan.starts'));
        expect(card).not.toContain(told('plan.open-until'));
      }
      expect(inTeams).toContain('DATE(2026-11-28T21:00:00Z');
      expect(inSlack).toContain(String(Date.parse(FROM) / 1000));
    },
  );

  test.each(['plan-dry', 'plan-workers-dry', 'retire-dry', 'reconnect-dry'])(
    '%s says that it has to be asked for before anybody can approve',
    (name) => {
      const view = VIEWS[name] as Extract<CardView, { kind: 'plan' | 'retire' | 'reconnect' }>;
      for (const when of [
        { ...view.when, from: null },
        { ...view.when, from: FROM, until: null },
        { ...view.when, from: null, frozenUntil: FROM },
      ])
        for (const dry of [true, false]) {
          const card = { ...view, dry, when } as CardView;
          const drawn = [
            renderAdaptiveCard(card, 'other', locale.language, locale.timeZone),
            renderBlockKit(card, 'other', locale, [], 'whole').blocks,
          ];
          for (const one of drawn)
            expect(/it is asked for and \w+ ha(?:s|ve) approved|提出申请且 \d 票通过/u.test(JSON.stringify(one))).toBe(
              dry,
            );
        }
    },
  );
});
