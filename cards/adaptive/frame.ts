import type { Language } from '../../src/domain/farm/tongue.ts';
import type { Drawn } from './draw.ts';
import type { Node } from './elements.ts';

/** Card languages have two letters. */
const LANG: { readonly [language in Language]: string } = { en: 'en', 'zh-CN': 'zh' };

/**
 * The frame around every card. `spoken` is what a lock screen and a screen reader get. Teams' own property is where
 * mention entities will go; the 1.5 schema does not know it, clients elsewhere ignore it.
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
