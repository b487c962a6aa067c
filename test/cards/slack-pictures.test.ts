import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { changesModal, stepsModal } from '../../cards/block-kit-modals.ts';
import type { Language } from '../../src/domain/farm/locale.ts';
import type { Mentioned } from '../../src/domain/views/person-ref.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { describeInBrowser, draw, launch, OUT, openPage } from './page.ts';
import { openSlack, slackHtml } from './slack-page.ts';
import { plan, running, VIEWS } from './views.ts';

/** Pictures for docs/ are written only with UPDATE_GOLDEN=true, so that other machines' fonts change nothing. */
const UPDATE = process.env.UPDATE_GOLDEN === 'true';

const CALLED: readonly Mentioned[] = [
  { id: 'tom', name: 'Tom Becker', account: 'U03TOMBECKER' },
  { id: 'wei', name: 'Wei Zhang', account: 'U04WEIZHANG' },
];
const PEOPLE = Object.fromEntries(CALLED.map(({ account, name }) => [account, name]));

/** The same plan for readers of each language, in their own time zones. */
const READERS: readonly (readonly [string, Language, string])[] = [
  ['en', 'en', 'UTC'],
  ['zh', 'zh-CN', 'Asia/Shanghai'],
];
const REASONS: { readonly [language in Language]: string } = {
  en: plan.reason,
  'zh-CN': '年度续期，CHG0031877',
};

describeInBrowser('messages as Slack draws them', () => {
  let browser: Browser;
  let slack: Page;

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    browser = await launch();
    slack = await openSlack(browser);
  });
  afterAll(() => browser?.close());

  const show = async (blocks: readonly object[], language: Language, timeZone: string, file: string): Promise<void> => {
    await slack.setContent(slackHtml({ blocks, language, timeZone, people: PEOPLE }));
    for (const width of [640, 340]) {
      await slack.setViewportSize({ width, height: 80 });
      expect(await slack.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    await slack.setViewportSize({ width: 640, height: 80 });
    await slack.screenshot({ path: file, fullPage: true });
  };

  test.each(Object.keys(VIEWS))('%s fits a wide and a narrow window in both languages', async (name) => {
    for (const [short, language, timeZone] of READERS) {
      const { blocks } = renderBlockKit(VIEWS[name] as CardView, 'approver', { language, timeZone }, [], 'whole');
      await show(blocks, language, timeZone, path.join(OUT, `${name}.slack.${short}.png`));
    }
  });

  test('so do the modals', async () => {
    for (const [short, language, timeZone] of READERS) {
      const locale = { language, timeZone };
      const modals = { changes: changesModal(plan, locale), steps: stepsModal(running, locale) };
      for (const [name, { blocks }] of Object.entries(modals))
        await show(blocks as readonly object[], language, timeZone, path.join(OUT, `${name}.slack.${short}.png`));
    }
  });

  test.each(READERS)('the same plan card is drawn in Slack and in Teams: %s', async (short, language, timeZone) => {
    const folder = UPDATE ? 'docs/images' : OUT;
    // In English it is the README's plan card, which has a test of its own.
    const teamsFolder = short === 'en' ? OUT : folder;
    const view = { ...plan, reason: REASONS[language] };
    const { blocks } = renderBlockKit(view, 'approver', { language, timeZone }, CALLED, 'whole');
    await show(blocks, language, timeZone, path.join(folder, `plan-slack-${short}.png`));
    const teams = await openPage(browser, 'light', 568, { language, timeZone });
    expect(await draw(teams, renderAdaptiveCard(view, 'approver', language, 'UTC'))).toEqual([]);
    await teams.screenshot({ path: path.join(teamsFolder, `plan-teams-${short}.png`), fullPage: true });
    await teams.context().close();
  });
});
