import type { ConsoleView } from '../../../src/domain/views/view.ts';
import { type Console, describeInChromium, inBrowser, openConsole } from './browser.ts';
import { calmView, createFeed, cutView, farm } from './support.ts';

const NAMES: readonly string[] = ['prod', 'stage', 'test', 'reports', 'a-farm-with-a-name-that-is-longer-than-most'];
const open = (state: NonNullable<ConsoleView['open']>[number]['state']): Pick<ConsoleView, 'open'> => {
  return { open: [{ id: 'stage-4' as NonNullable<ConsoleView['open']>[number]['id'], state }] };
};

describeInChromium('several farms in a browser', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);
  let feeds: readonly ReturnType<typeof createFeed>[];

  const served = async (names: readonly string[] = NAMES): Promise<void> => {
    feeds = names.map((name) => createFeed({ ...calmView, farm: name }));
    const [first = farm, ...others] = names.map((name) => ({ ...farm, name }));
    console_ = await openConsole(browser(), { farms: [first, ...others], feeds });
  };

  const set = (name: string, view: Partial<ConsoleView>): void => {
    feeds[NAMES.indexOf(name)]?.set({ ...calmView, ...view, farm: name });
  };
  const rows = () => console_.page.getByRole('region', { name: 'Farms' }).getByRole('button');
  const names = () => rows().locator('b').allTextContents();
  const shown = () => console_.page.locator('#farm-name').textContent();

  test('a single farm has no list above its picture', async () => {
    await served(['prod']);
    await console_.page.getByRole('heading', { name: 'prod' }).waitFor();
    expect(await console_.page.locator('#farms').isVisible()).toBe(false);
    await console_.page.getByText('farm prod · 2 of 3 approvers must agree').waitFor();
    expect(await console_.page.title()).toBe('prod · ssis-certops');
  });

  test('all are listed below one another, and the first is drawn in full', async () => {
    await served();
    await rows().nth(4).waitFor();
    expect(await names()).toEqual(NAMES);
    expect(await shown()).toBe('prod');
    expect(await rows().first().getAttribute('aria-current')).toBe('true');
    expect(await rows().nth(1).textContent()).toBe('stage 3 workers4 connected');
    await console_.page.getByText('each has its own approvers').waitFor();
    await console_.page.getByRole('button', { name: '/ssis rotate-master prod' }).waitFor();
  });

  test('the farm that most needs somebody comes first, and is the one that is drawn', async () => {
    await served();
    set('test', { hosts: cutView.hosts, timeline: cutView.timeline, ...open('runs') });
    await rows().getByText('2 cut off').waitFor();
    set('stage', open('asks'));
    await rows().getByText('stage-4 waits for approvals').waitFor();
    expect((await names()).slice(0, 3)).toEqual(['test', 'stage', 'prod']);
    expect(await shown()).toBe('test');
    set('stage', open('needs-person'));
    await rows().getByText('stage-4 needs a person').waitFor();
    expect((await names()).slice(0, 3)).toEqual(['stage', 'test', 'prod']);
    expect(await shown()).toBe('stage');
    set('stage', {});
    set('test', {});
    await rows().getByText('2 cut off').waitFor({ state: 'detached' });
    expect(await names()).toEqual(NAMES);
  });

  test('a farm that was chosen stays, with the focus on it, whatever comes first meanwhile', async () => {
    await served();
    const { page } = console_;
    await rows().filter({ hasText: 'reports' }).focus();
    await page.keyboard.press('Enter');
    expect(await shown()).toBe('reports');
    set('test', { hosts: cutView.hosts, timeline: cutView.timeline, ...open('runs') });
    await rows().getByText('2 cut off').waitFor();
    expect((await names())[0]).toBe('test');
    expect(await shown()).toBe('reports');
    expect(await page.evaluate('document.activeElement.title')).toBe('reports');
    await rows().first().click();
    expect(await shown()).toBe('test');
    expect(await page.locator('.lane').count()).toBe(4);
  });

  test('the tab of a narrow window counts the workers cut off in all of them', async () => {
    await served();
    const { page } = console_;
    for (const name of ['prod', 'test']) set(name, { hosts: cutView.hosts });
    await page.setViewportSize({ width: 480, height: 900 });
    await page.getByRole('tab', { name: 'Farms 4 cut off' }).click();
    expect(await rows().count()).toBe(5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(480);
    expect(await page.getByRole('main').count()).toBe(1);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('main', { name: 'Chat' }).waitFor();
    await page.getByRole('complementary').waitFor();
    expect(await page.getByRole('main').count()).toBe(1);
  });

  test('pictures to look at', async () => {
    await served();
    const { page, picture } = console_;
    const [master, worker] = cutView.hosts;
    if (master === undefined || worker === undefined) throw new Error('the view has hosts');
    const many = Array.from({ length: 50 }, (_, n) => {
      return {
        ...worker,
        host: `sqlw${n}` as typeof worker.host,
        state: n === 7 ? ('unknown' as const) : worker.state,
      };
    });
    set('test', { hosts: cutView.hosts, timeline: cutView.timeline, journal: cutView.journal, ...open('runs') });
    set('stage', { hosts: [master, ...many], ...open('asks') });
    set('reports', { hosts: calmView.hosts.map((host) => ({ ...host, state: 'not-looked' as const })) });
    await rows().getByText('4 not looked at yet').waitFor();
    await picture('1280-farms-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('1280-farms-dark');
    await page.setViewportSize({ width: 480, height: 900 });
    await page.getByRole('tab', { name: /Farms/u }).click();
    await picture('480-farms-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await picture('480-farms-light');
  });
});
