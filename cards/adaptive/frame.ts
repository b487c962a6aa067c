import type { Language } from '../../src/domain/farm/locale.ts';
import type { Drawn } from './draw.ts';
import type { Node } from './elements.ts';

/** Card languages have two letters. */
const LANG: { readonly [language in Language]: string } = { en: 'en', 'zh-CN': 'zh' };

/**
 * The frame around every card. `spoken` is for lock screens and screen readers. Mention entities go into `msteams`,
 * Teams' own property, which the 1.5 schema does not know and other clients ignore.
 */
export const frame = ({ body, actions }: Drawn, spoken: string, language: Language): Node => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  lang: LANG[language],
  fallbackText: spoken,
  speak: spoken,
  msteams: { width: 'Full' },
  body,
  ...(actions.length === 0 ? {} : { actions }),
});
