import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import { say } from '../../cards/wording/index.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import type { HostName } from '../../src/domain/values.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import {
  closedOtherwise,
  done,
  message,
  plan,
  putBack,
  retire,
  running,
  runningBack,
  unknownAsked,
  VIEWS,
} from './views.ts';

/** All that a card says, in both chats and both languages. */
const drawn = (view: CardView): readonly string[] =>
  (['en', 'zh-CN'] as const).flatMap((language) => [
    JSON.stringify(renderAdaptiveCard(view, 'approver', language, 'UTC')),
    JSON.stringify(renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole')),
  ]);
const viewOf = (name: string): CardView => VIEWS[name] ?? done;

describe('A card', () => {
  test('does not tell people to ask again for what the bot asks for again by itself', () => {
    for (const card of drawn(closedOtherwise.moved ?? done)) {
      expect(card).toMatch(/asked again under a new id|将以新编号和新计划重新申请/u);
      expect(card).not.toMatch(/Ask again: the new plan|重新申请：新计划/u);
    }
  });

  test('calls for the review of a compromised key, even where something went wrong', () => {
    for (const card of drawn(viewOf('closed-compromised-put-back'))) {
      expect(card).toContain('/ssis review prod-17 because');
      expect(card).toMatch(/7038/u);
    }
  });

  test('names a machine that was left behind as requested, and what is to be done there', () => {
    for (const card of drawn(closedOtherwise.outside ?? done)) {
      expect(card).toMatch(/sqlw09.*MasterHttpsCertThumbprint/u);
      // The name may be that of a machine that was renamed, or is gone for good.
      expect(card).toMatch(/still runs under that name is cut off|若仍有 Worker 以该名称运行/u);
    }
  });

  test('says of an old certificate to be removed that it has ended, once it has', () => {
    const shown = drawn({ ...retire, at: '2026-12-09T14:05:00.000Z' });
    for (const card of shown) expect(card).toMatch(/· ended |· 已于 /u);
    for (const card of drawn(retire)) expect(card).not.toMatch(/· ended |· 已于 /u);
  });

  test('says of a certificate with no days left that it has ended, not that it will', () => {
    for (const card of drawn({ ...putBack, daysLeft: 0 })) {
      expect(card).not.toMatch(/still ends|仍将于|0 days|0 天/u);
      expect(card).toMatch(/has ended, on|已于/u);
    }
  });

  test('says before the vote that nobody connects after a put-back, where the certificate to go back to has ended', () => {
    const old = plan.old === null ? null : { ...plan.old, daysLeft: 0 };
    for (const leaveBehind of [0, 1])
      for (const card of drawn({ ...plan, old, leaveBehind }))
        expect(card).toMatch(
          /put back by itself, but no worker accepts the old one, as it has ended|自动全部还原；但旧证书已过期，Worker 不接受/u,
        );
    for (const card of drawn(plan)) expect(card).not.toMatch(/no worker accepts|Worker 不接受/u);
  });

  test('says so as soon as too few are left who may approve', () => {
    for (const card of drawn({ ...unknownAsked, needed: 2 }))
      expect(card).toMatch(
        /2 more needed, but only \**Wei[^"]* may still approve: too few|还需 2 票，但仍可批准的只有 \**Wei[^"]*人数不足/u,
      );
    for (const card of drawn(unknownAsked)) expect(card).not.toMatch(/too few|人数不足/u);
    for (const mayApprove of [unknownAsked.mayApprove, []])
      for (const card of drawn({ ...unknownAsked, needed: 2, mayApprove, unread: ['dba'] })) {
        expect(card).toMatch(/Slack has not said yet who is in dba|Slack 尚未告知 dba 的成员/u);
        expect(card).not.toMatch(/too few|nobody is left|人数不足|已无人/u);
      }
  });

  test('tells nobody to start a runner that answers again', () => {
    const silent = (answers: object) =>
      drawn({
        ...putBack,
        why: message('why.host', {
          host: 'sqlw02',
          stage: 'trust',
          step: null,
          code: 'RunnerSilent',
          data: { ...answers },
        }),
      });
    for (const card of silent({})) expect(card).toMatch(/start the runner|请启动 runner/u);
    for (const card of silent({ answers: true })) {
      expect(card).toMatch(/find out why its runner or the machine was silent; it answers again|它已恢复响应/u);
      expect(card).not.toMatch(/start the runner|请启动 runner/u);
    }
  });

  test('does not speak of several workers as if they had one certificate', () => {
    const withdrawn = closedOtherwise.withdrawn ?? putBack;
    const FIRST = /first of the certificates (?:still ends|has ended)|其中最早到期的证书(?:仍将于|已于)/u;
    const wish = plainWish('rotate-worker');
    for (const daysLeft of [0, 14]) {
      for (const card of drawn({ ...withdrawn, wish, daysLeft })) expect(card).toMatch(FIRST);
      for (const card of drawn({ ...withdrawn, wish, daysLeft, hosts: ['sqlw02' as HostName] }))
        expect(card).not.toMatch(FIRST);
      for (const card of drawn({ ...withdrawn, daysLeft })) expect(card).not.toMatch(FIRST);
    }
  });
});

describe('How long each worker was cut off', () => {
  test('is given as "still cut off" for a worker that was left behind', () => {
    for (const card of drawn(closedOtherwise['left-behind'] ?? done)) expect(card).toMatch(/still cut off|仍断开/u);
  });

  test('has no legend for bars where nothing was measured', () => {
    const bars = /Bar: share|Measured from|条形/u;
    for (const view of [done, putBack]) {
      const gaps = view.gaps.map((gap) => ({ ...gap, ms: [] }));
      for (const card of drawn(view)) expect(card).toMatch(bars);
      for (const card of drawn({ ...view, gaps })) expect(card).not.toMatch(bars);
    }
  });
});

describe('A rotation whose journal lacks what was done', () => {
  const { refused = done } = closedOtherwise;
  const untold: CardView = { ...refused, untold: true, goodUntil: null, daysLeft: null };

  test.each(['rotate-master', 'rotate-worker', 'reconnect', 'retire'] as const)(
    'is not said to have changed nothing (%s)',
    (kind) => {
      const view = { ...untold, wish: { ...refused.wish, kind } };
      const texts = (['en', 'zh-CN'] as const).map((language) => fallbackText(view, language, 'UTC'));
      for (const card of [...drawn(view), ...texts]) {
        expect(card).toMatch(/is not known here|无从得知/u);
        expect(card).not.toMatch(/Nothing has been changed|未做更改|keeps|保持不变|保留|still ends|仍将于/u);
        expect(card).not.toMatch(/refused|未受理/iu);
      }
      for (const card of drawn(view)) expect(card).toMatch(/ended · not known here|已结束 · 状况不明/iu);
    },
  );
});

test('a running card does not say that no worker is cut off while one is that its master refused even before', () => {
  const rows = running.rows.map((one) => ({ ...one, ms: [], cutOff: false }));
  for (const card of drawn({ ...running, rows, refusedBefore: 1 })) {
    expect(card).toMatch(
      /1 worker was cut off before this began, and has not been seen connected since\.|1 个 Worker 在开始之前即已断开，此后尚未见其连接。/u,
    );
    expect(card).not.toMatch(/No worker is cut off|没有 Worker 断开/u);
  }
  for (const card of drawn({ ...running, refusedBefore: 1 }))
    expect(card).toMatch(/so far\..*1 worker was cut off before this began|已断开.*1 个 Worker 在开始之前即已断开/su);
});

test('a card does not promise that nobody is cut off any more while a machine still goes back, which cuts its workers off', () => {
  const rows = runningBack.rows.map((one) => ({ ...one, state: 'good' as const, cutOff: false, ms: [8_000] }));
  for (const card of drawn({ ...runningBack, rows })) expect(card).toMatch(/any more|已没有 Worker 断开/u);
  const [first, ...rest] = rows;
  if (first === undefined) throw new Error('no rows');
  for (const state of ['running', 'waiting'] as const)
    for (const card of drawn({ ...runningBack, rows: [{ ...first, state }, ...rest] })) {
      expect(card).not.toMatch(/is cut off any more|已没有 Worker 断开/u);
      expect(card).toMatch(/No worker is cut off, by what was heard last\.|按最近收到的消息，没有 Worker 断开。/u);
    }
});

describe('A port that had no binding', () => {
  test('leaves every worker cut off until it reconnects, which the card says while it runs', () => {
    const [english, slack, chinese] = drawn(viewOf('running-unbound'));
    for (const card of [english, slack]) expect(card).toContain('2 workers are cut off still, as before this began.');
    expect(chinese).toContain('2 个 Worker 仍断开');
    for (const card of drawn(viewOf('running-unbound'))) {
      expect(card).not.toMatch(/No worker is cut off|没有 Worker 断开/u);
      expect(card).not.toMatch(/go back to the old certificate|改回旧证书/u);
    }
  });

  test('does not make the card of a farm without workers say that no worker is cut off any more', () => {
    const rows = running.rows.filter(({ role }) => role === 'master');
    for (const card of drawn({ ...running, rows, cutBefore: 0 })) {
      expect(card).toMatch(/No worker is cut off\.|没有 Worker 断开。/u);
      expect(card).not.toMatch(/any more|已没有 Worker/u);
    }
  });

  test('has no old certificate, so the card mentions none while all is put back', () => {
    for (const card of drawn(viewOf('running-unbound-back')))
      expect(card).not.toMatch(/old master certificate|旧 Master 证书/u);
  });

  test('gets a plan that marks nothing as "no outage" or "the outage"', () => {
    for (const card of drawn(viewOf('plan-unbound')))
      expect(card).not.toMatch(/· no outage|· the outage|· 不中断|· 有中断/u);
  });

  test('has no binding again once the rotation is put back', () => {
    for (const card of drawn(viewOf('closed-unbound'))) {
      expect(card).toMatch(/Port 8391 of prod has no binding, as before|prod 的端口 8391 仍没有绑定/u);
      expect(card).not.toMatch(/runs on its old|已恢复使用旧的/u);
    }
  });
});

test('where workers may be left behind, the card says that all is put back only if more than that many are missing', () => {
  const [english, , chinese] = drawn({ ...running, leaveBehind: 1 });
  expect(english).toContain('At 60 s all is put back if more than 1 is missing.');
  expect(chinese).toContain('满 60 秒时若仍有超过 1 个未恢复，将全部还原。');
});

describe('How long the present certificate lasts, the same in both chats', () => {
  test.each([
    [0, 'it has ended', '已过期'],
    [1, 'less than a day left', '剩余不到一天'],
    [2, '2 days left', '剩余 2 天'],
  ])('%s', (daysLeft, en, zh) => {
    const { old } = plan;
    if (old === null) throw new Error('no certificate');
    const [english, slack, chinese] = drawn({ ...plan, old: { ...old, daysLeft } });
    expect([english, slack, chinese].map((card) => [en, zh].some((words) => card?.includes(words)))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

test("the certificate that a master no longer trusts is said to be the worker's", () => {
  const [english, slack, chinese] = drawn(viewOf('plan-worker-compromised'));
  for (const card of [english, slack]) expect(card).toContain('no longer trusts the present certificate of sqlw02');
  expect(chinese).toContain('不再信任 sqlw02 当前的证书');
});

test('a setting whose text is no thumbprint is said to hold none, not to pin one', () => {
  const told = {
    farm: 'prod',
    host: 'sqlw02',
    master: 'sqlm01',
    presented: 'A'.repeat(40),
    since: '2026-11-28T00:00:00Z',
  };
  const row = { host: 'sqlw02', trusted: null, presented: false };
  for (const language of ['en', 'zh-CN'] as const)
    for (const pinned of ['REPLACE ME', 'B'.repeat(40), '']) {
      const said = [
        say({ id: 'told.out-of-line', data: { ...told, pinned } }, language),
        say({ id: 'reconnect.worker', data: { ...row, pinned } }, language),
      ];
      const wrong = said.map((one) => /holds no thumbprint|不是指纹/u.test(one) && one.includes(pinned));
      expect(wrong).toEqual([pinned === 'REPLACE ME', pinned === 'REPLACE ME']);
    }
});

test('if machines were put back by hand, the card says so first, and only once', () => {
  const card = renderAdaptiveCard(VIEWS['closed-undone-by-hand'] as CardView, 'approver', 'en', 'UTC');
  const { body } = card as { readonly body: readonly { readonly style?: string; readonly text?: string }[] };
  const [head, alarm] = body;
  expect(head).toMatchObject({ style: 'attention' });
  expect(alarm?.text).toMatch(/^sqlm01 and sqlw01 were put back by hand since it ended/u);
  expect(JSON.stringify(body).split('put back by hand')).toHaveLength(2);
});
