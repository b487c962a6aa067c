import fc from 'fast-check';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import { restProved } from '../../cards/person-others.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { closedOtherwise, done, plan, putBack, reminder, running, runningBack, unknown, VIEWS } from './views.ts';

test.each([
  [
    'plan',
    "prod-17: approve the rotation of prod's master certificate? 14 days left. 1 of 2 approved, 1 more needed: Tom Becker or Wei Zhang.",
  ],
  [
    'plan-rollback',
    "prod-18: approve the rollback of prod-17 (prod's master certificate)? The earlier certificate has 13 days left. 1 of 2 approved, 1 more needed: Tom Becker or Wei Zhang.",
  ],
  ['plan-dry', "prod-17: what rotating prod's master certificate would change. Nobody is asked. 14 days left."],
  ['running', 'prod-17 is running: step 9 of 13. sqlw01 is back. sqlw02 and sqlw03 have been cut off for 9 s so far.'],
  [
    'running-back',
    'prod-17 is being put back: sqlw02 did not come back: its service did not start, or it ended again.',
  ],
  [
    'closed-done',
    'prod-17 done: prod runs on its new master certificate. Workers were cut off for 8.4, 15.9 and 16.3 s. Good until 24 Nov 2027.',
  ],
  [
    'closed-put-back',
    'prod-17 was put back: sqlw02 did not come back: its service did not start, or it ended again. prod runs on its old master certificate again. 14 days left.',
  ],
  ['closed-stopped', 'prod-17 was stopped by Tom Becker. prod runs on its old master certificate again. 14 days left.'],
  ['closed-denied', 'prod-17 was denied by Tom Becker. prod keeps its master certificate. 14 days left.'],
  [
    'needs-person',
    'prod-17 needs a person: sqlw02 went silent: nothing heard from its runner since 24 Nov 2026, 14:31 UTC. sqlm01, sqlw01 and sqlw03 are proved on the new certificate.',
  ],
  [
    'packages-run',
    'prod-17 needs a person: Packages still run: LoadOrders.dtsx (SQLW02), Prices.dtsx (SQLW02) and 1 more.',
  ],
  [
    'packages-unseen',
    "prod-17 needs a person: Whether packages run cannot be seen any more: the SQL Server refuses sqlm01's runner. Create a login for its account.",
  ],
  [
    'needs-person-asked',
    'prod-17 needs a person: Ana Ruiz asks to leave sqlw02 behind. 1 of 2 approved, 1 more needed: Wei Zhang.',
  ],
  [
    'reminder',
    'prod: the master certificate ends in 14 days, on Tue 8 Dec. Owner Mei Lin. Next reminder on Tue 1 Dec.',
  ],
  ['notice', 'prod-17 is yours, so your approval does not count. Ana Ruiz or Tom Becker can.'],
])('the lock screen shows for %s: %s', (name, words) => {
  const view = VIEWS[name];
  expect(view === undefined ? null : fallbackText(view, 'en', 'UTC')).toBe(words);
});

test('a long reason ends in its ellipsis on the lock screen, and the next sentence begins after it', () => {
  const data = {
    code: 'GapLimitPassed',
    data: { seconds: 60, hosts: ['sqlw02'], logOf: 'sqlw02', line: 'x'.repeat(200) },
  };
  const view = { ...putBack, why: { id: 'why.farm', data: { host: null, stage: null, step: null, ...data } } };
  expect(fallbackText(view, 'en', 'UTC')).toContain('x… prod runs on');
  expect(fallbackText(view, 'zh-CN', 'UTC')).toMatch(/x…(?![.。])/u);
});

test('an end almost a year away has its year on the lock screen, as its day may also be that of today', () => {
  const [first] = reminder.certificates;
  const certificates = [{ ...first, notAfter: '2027-11-24T09:14:00.000Z', days: 365 } as NonNullable<typeof first>];
  const view = { ...reminder, certificates, nextWord: null };
  expect(fallbackText(view, 'en', 'UTC')).toContain('ends in 365 days, on 24 Nov 2027.');
  expect(fallbackText(view, 'zh-CN', 'UTC')).toContain('将在 365 天后，即 2027年11月24日到期');
});

test('a next reminder in another year has that year, on the lock screen and on the card, and one in this year none', () => {
  const view = { ...reminder, nextWord: '2027-01-05' };
  const body = (language: 'en' | 'zh-CN') => {
    const card = renderAdaptiveCard(view, 'approver', language, 'UTC') as { readonly body: unknown };
    return JSON.stringify(card.body);
  };
  expect([fallbackText(view, 'en', 'UTC'), body('en')]).toEqual(
    Array(2).fill(expect.stringContaining('Tue 5 Jan 2027')),
  );
  expect([fallbackText(view, 'zh-CN', 'UTC'), body('zh-CN')]).toEqual(
    Array(2).fill(expect.stringContaining('2027年1月5日周二')),
  );
  expect(fallbackText(reminder, 'en', 'UTC')).toMatch(/Next reminder on Tue 1 Dec\./u);
});

test.each([
  [
    [2426],
    'prod-17 done: prod runs on its new master certificate. One worker was cut off for 2.4 s; 2 more were not measured.',
    'Worker 断开 2.4 秒，另有 2 台未测得。',
  ],
  [
    [2426, 4650],
    'prod-17 done: prod runs on its new master certificate. Workers were cut off for 2.4 and 4.7 s; 1 more was not measured.',
    'Worker 断开 2.4 和 4.7 秒，另有 1 台未测得。',
  ],
])(
  'the lock screen does not call %p the gaps of all workers if some were not measured',
  (lengths, english, chinese) => {
    const gaps = done.gaps.map((gap, at) => ({ ...gap, ms: lengths.slice(at, at + 1) }));
    expect(fallbackText({ ...done, gaps }, 'en', 'UTC')).toContain(english);
    expect(fallbackText({ ...done, gaps }, 'zh-CN', 'UTC')).toContain(chinese);
  },
);

test.each([
  [
    'plan',
    'prod-17：是否批准轮换 prod 的 Master 证书？剩余 14 天。已有 1 票，共需 2 票，还需 Tom Becker、Wei Zhang 中的一位批准。',
  ],
  ['plan-dry', 'prod-17：轮换 prod 的 Master 证书会更改什么。不发起审批。剩余 14 天。'],
  ['running', 'prod-17 正在执行：第 9 步，共 13 步。sqlw01 已恢复。sqlw02 和 sqlw03 已断开 9 秒。'],
  ['running-back', 'prod-17 正在还原：sqlw02 未恢复：服务未能启动，或启动后又停止了。'],
  [
    'closed-done',
    'prod-17 已完成：prod 已改用新的 Master 证书。Worker 断开 8.4、15.9 和 16.3 秒。有效期至 2027年11月24日。',
  ],
  [
    'closed-put-back',
    'prod-17 已还原：sqlw02 未恢复：服务未能启动，或启动后又停止了。prod 已恢复使用旧的 Master 证书。剩余 14 天。',
  ],
  [
    'needs-person',
    'prod-17 需要人工决定：sqlw02 无响应：自 2026年11月24日 22:31 UTC+8 起没有其 runner 的消息。sqlm01、sqlw01 和 sqlw03 已在新证书上验证通过。',
  ],
  ['needs-person-asked', 'prod-17 需要人工决定：Ana Ruiz 申请放弃 sqlw02。已有 1 票，共需 2 票，还需 Wei Zhang 批准。'],
  ['reminder', 'prod：Master 证书将在 14 天后，即 12月8日周二到期。负责人 Mei Lin。下次提醒：12月1日周二。'],
  ['notice', 'prod-17 是您本人的申请，您的批准无效。可由 Ana Ruiz 或 Tom Becker 批准。'],
])('a lock screen in Shanghai shows for %s: %s', (name, words) => {
  const view = VIEWS[name];
  expect(view === undefined ? null : fallbackText(view, 'zh-CN', 'Asia/Shanghai')).toBe(words);
});

test('in Chinese, the only person who can still approve is named, and not as one of several', () => {
  for (const view of [plan, VIEWS.reconnect, VIEWS.retire]) {
    if (view?.kind !== 'plan' && view?.kind !== 'reconnect' && view?.kind !== 'retire') throw new Error('no such card');
    const alone = { ...view, mayApprove: view.mayApprove.slice(0, 1) } as CardView;
    expect(fallbackText(alone, 'zh-CN', 'UTC')).toMatch(/，还需 [\w ]+ 批准。$/u);
  }
});

test('what has ended is the certificate, not the request in question', () => {
  const old = plan.old === null ? null : { ...plan.old, daysLeft: 0 };
  expect(fallbackText({ ...plan, old }, 'en', 'UTC')).toContain('? The certificate has ended. 1 of 2 approved');
});

test("the master is not named as proved on a new certificate where it is about the workers' own", () => {
  const wish: typeof unknown.wish = { ...unknown.wish, kind: 'rotate-worker' };
  const workers = /silent.*\. sqlw01 and sqlw03 are proved on the new certificate\.$/u;
  expect(fallbackText({ ...unknown, wish }, 'en', 'UTC')).toMatch(workers);
  const canary = unknown.rows.map((row) => (row.role === 'master' ? row : { ...row, state: 'waiting' as const }));
  expect(fallbackText({ ...unknown, wish, rows: canary }, 'en', 'UTC')).not.toContain('proved');
});

test('of a rollback, neither certificate is called the new or the old one', () => {
  const wish: typeof unknown.wish = { ...unknown.wish, of: 'prod-7' };
  const text = (provedOn: 'new' | 'old'): string => fallbackText({ ...unknown, wish, provedOn }, 'en', 'UTC');
  expect(text('new')).toContain('sqlm01, sqlw01 and sqlw03 are proved on the certificate from before prod-7.');
  expect(text('old')).toContain('sqlm01, sqlw01 and sqlw03 are proved on the certificate from prod-7.');
});

test("nothing is called proved beside the only worker that was given a certificate, which its master's is not", () => {
  const rows = unknown.rows.filter(({ host }) => !['sqlw01', 'sqlw03'].includes(host));
  const wish: typeof unknown.wish = { ...unknown.wish, kind: 'rotate-worker' };
  expect(restProved({ ...unknown, rows })).toBe(true);
  expect(restProved({ ...unknown, rows, wish })).toBe(false);
  expect(restProved({ ...unknown, rows, wish, provedOn: 'old' })).toBe(true);
});

test('in a farm with one worker, the text speaks of one worker', () => {
  expect(fallbackText({ ...done, gaps: done.gaps.slice(0, 1) }, 'en', 'UTC')).toContain(
    ' Its worker was cut off for 8.4 s.',
  );
});

/** With the words of the decision in both languages. */
const withFarm = (farm: string): readonly [CardView, RegExp, RegExp][] => {
  const id = `${farm}-1234567`;
  return [
    [{ ...plan, farm, id }, /approve/u, /批准/u],
    [{ ...running, farm, id }, /is running/u, /正在执行/u],
    [{ ...runningBack, farm, id }, /put back/u, /正在还原/u],
    [{ ...done, farm, id }, /done/u, /已完成/u],
    [{ ...putBack, farm, id }, /put back/u, /已还原/u],
    [{ ...(closedOtherwise.denied ?? done), farm, id }, /denied/u, /拒绝/u],
    [{ ...unknown, farm, id }, /needs a person/u, /需要人工决定/u],
    [{ ...reminder, farm }, /ends/u, /到期/u],
  ];
};

test("the decision stands in the first 60 characters, whatever the farm's name", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,62}$/u), (farm) => {
      for (const [view, decision, inChinese] of withFarm(farm)) {
        expect(fallbackText(view, 'en', 'UTC').slice(0, 60)).toMatch(decision);
        expect(fallbackText(view, 'zh-CN', 'UTC').slice(0, 60)).toMatch(inChinese);
      }
    }),
  );
});
