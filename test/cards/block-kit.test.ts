import fc from 'fast-check';
import { formCard } from '../../cards/adaptive/form.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import {
  askModal,
  changesModal,
  denyModal,
  reviewModal,
  snoozeModal,
  stepsModal,
} from '../../cards/block-kit-modals.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import type { Locale } from '../../src/domain/farm/locale.ts';
import type { CardView, HostRow, NoticeAction, NoticeView, Reader, RowState } from '../../src/domain/views/view.ts';
import { crowded } from './crowded.ts';
import { nasty } from './nasty.ts';
import { asMessage, asModal } from './slack-schema.ts';
import { ASKS, host, message, notice, plan, reminder, running, unknown, VIEWS } from './views.ts';

const EN = { language: 'en', timeZone: 'UTC' } as const;
const READERS: readonly Reader[] = ['approver', 'requester', 'other'];
const LOCALES = [EN, { language: 'zh-CN', timeZone: 'Asia/Shanghai' }] as const;

const buttonsOf = (view: CardView, reader: Reader = 'approver') =>
  asMessage(renderBlockKit(view, reader, EN, [], 'whole')).blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'button' ? [one] : [])) : [],
  );

test.each(Object.keys(VIEWS))('%s is accepted by Slack, for every reader and in both languages', (name) => {
  const view = VIEWS[name] as CardView;
  for (const locale of LOCALES)
    for (const reader of READERS) {
      const { text, blocks } = asMessage(renderBlockKit(view, reader, locale, [], 'whole'));
      expect(blocks[0]?.type).toBe(view.kind === 'notice' ? 'section' : 'header');
      expect(text).toBe(fallbackText(view, locale.language, locale.timeZone));
    }
});

test.each(Object.keys(VIEWS))(
  '%s in its short form is accepted by Slack, starts nothing, and keeps what stops or looks',
  (name) => {
    const view = VIEWS[name] as CardView;
    for (const locale of LOCALES)
      for (const reader of READERS) {
        const whole = JSON.stringify(renderBlockKit(view, reader, locale, [], 'whole'));
        const { blocks } = asMessage(renderBlockKit(view, reader, locale, [], 'short'));
        const short = JSON.stringify(blocks);
        if (view.kind !== 'notice')
          expect(short).toContain(JSON.stringify(fallbackText(view, locale.language, locale.timeZone)));
        expect(short).not.toMatch(/"action_id":"(?:approve|leave|go-on)"/u);
        for (const stops of ['stop', 'put-back', 'withdraw', 'open-deny', 'look', 'open-changes'])
          expect([stops, short.includes(`"action_id":"${stops}"`)]).toEqual([
            stops,
            whole.includes(`"action_id":"${stops}"`),
          ]);
      }
  },
);

test('a card in words alone says what it is about and where to see it, and mentions people as the whole one does', () => {
  const tom = { id: 'tom', name: 'Tom Becker', account: 'U03TOMBECKER' };
  const { text, blocks } = renderBlockKit(plan, 'approver', EN, [tom], 'words');
  expect(blocks).toEqual([]);
  expect(text.startsWith(fallbackText(plan, 'en', 'UTC').slice(0, 60))).toBe(true);
  expect(text).toMatch(/\/ssis show prod-17 .*<@U03TOMBECKER>$/u);
});

test('in words alone, a notice says what to type instead of its buttons, and a reminder how to ask for it again', () => {
  const label = message('button.request');
  const button = (verb: string, data: { readonly [name: string]: string }) => ({ label, verb, data });
  const inWords = (view: CardView, locale: Locale): string => renderBlockKit(view, 'other', locale, [], 'words').text;
  const noticeWith = (...actions: readonly NoticeAction[]): NoticeView => ({
    kind: 'notice',
    messages: [message('summary.nothing-waits')],
    actions,
  });
  const many = { request: `reconnect ${'sqlw02 '.repeat(40)}`, farm: 'prod' };
  for (const locale of LOCALES) {
    expect(inWords(noticeWith(), locale)).not.toMatch(/buttons|按钮/u);
    for (const [action, typed] of [
      [button('show', { rotation: 'prod-17' }), '/ssis show prod-17'],
      [button('review', { rotation: 'prod-17' }), '/ssis show prod-17'],
      [button('ask', { request: 'retire', farm: 'prod' }), '/ssis retire in prod'],
      [button('ask', many), '/ssis help'],
      [button('ask', { farm: 'prod' }), '/ssis help'],
    ] as const)
      expect(inWords(noticeWith(action), locale)).toMatch(
        new RegExp(`(?:buttons are missing|缺少按钮).*${typed}`, 'u'),
      );
    expect(inWords(reminder, locale)).toContain('/ssis reminders farm prod');
    expect(inWords(reminder, locale)).not.toContain('/ssis stop');
  }
});

test('Slack accepts the modals', () => {
  for (const locale of LOCALES) {
    asModal(changesModal(plan, locale));
    asModal(stepsModal(running, locale));
    asModal(snoozeModal(reminder, locale));
    asModal(reviewModal({ id: plan.id, farm: plan.farm }, locale));
    asModal(denyModal({ id: plan.id, farm: plan.farm, digest: plan.digest }, locale));
    asModal(
      askModal(
        {
          request: 'rotate-master',
          what: 'rotate-master',
          farms: [{ name: 'prod', line: message('row.waiting') }],
          farm: null,
          fields: ASKS,
          reason: '',
        },
        locale,
      ),
    );
  }
});

test("cards of farms with up to 200 workers fit Slack's limits, and so do their modals", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.oneof(fc.constant('长'.repeat(200)), fc.constant('🙂'.repeat(100)), fc.constant('*a'.repeat(100)), nasty(200)),
      fc.oneof(fc.constant('&'.repeat(500)), fc.constant('\\"'.repeat(250)), fc.constant('*a'.repeat(250)), nasty(500)),
      fc.constantFrom<RowState>('good', 'bad', 'unknown', 'running', 'waiting'),
      fc.constantFrom(...LOCALES),
      (workers, name, reason, state, locale) => {
        for (const view of crowded(workers, name, reason, state)) {
          for (const reader of READERS) asMessage(renderBlockKit(view, reader, locale, [], 'whole'));
          if (view.kind === 'plan') asModal(changesModal(view, locale));
          if (view.kind === 'running') asModal(stepsModal(view, locale));
        }
        const farms = Array.from({ length: workers }, (_, at) => ({
          name: `farm-${at}`,
          line: message('summary.waits', { id: name, by: reason }),
        }));
        asModal(
          askModal(
            {
              request: 'rotate-master',
              what: 'rotate-master',
              farms,
              farm: `farm-${workers - 1}`,
              fields: ASKS,
              reason,
            },
            locale,
          ),
        );
        asModal(denyModal({ id: `${'f'.repeat(63)}-1234567`, farm: 'f'.repeat(63), digest: plan.digest }, locale));
      },
    ),
    { numRuns: 3, examples: [[200, '*a'.repeat(100), '*a'.repeat(250), 'bad', LOCALES[1]]] },
  );
});

test('200 workers that are back have a line each', () => {
  const rows = running.rows
    .slice(1, 2)
    .flatMap((row) => Array.from({ length: 200 }, (_, at) => ({ ...row, host: host(`${row.host}-${at}`) })));
  const card = JSON.stringify(renderBlockKit({ ...running, rows }, 'approver', EN, [], 'whole'));
  expect(card.match(/\*sqlw01-\d+\*/gu)).toHaveLength(200);
});

test('where rows are cut, what went wrong stays and the rest are counted', () => {
  const rows = Array.from(
    { length: 400 },
    (_, at): HostRow => ({
      host: host(`sqlw${at}`),
      role: 'worker',
      state: at === 137 ? 'bad' : at === 390 ? 'unknown' : 'good',
      what: message('row.connected'),
      ms: [8400],
      cutOff: false,
    }),
  );
  const card = JSON.stringify(renderBlockKit({ ...running, rows }, 'approver', EN, [], 'whole'));
  expect(card).toContain('*sqlw137*');
  expect(card).toContain('*sqlw390*');
  const kept = card.match(/\*sqlw\d+\*/gu) ?? [];
  expect(kept.length).toBeGreaterThan(30);
  expect(Number(/and (\d+) more: (\d+) done/u.exec(card)?.[1])).toBe(400 - kept.length);
});

describe('buttons', () => {
  test.each([
    ['plan', 'approver', ['approve', 'open-deny', 'open-changes']],
    ['plan', 'requester', ['withdraw', 'open-changes']],
    ['plan', 'other', ['open-changes']],
    ['plan-waiting', 'approver', ['withdraw', 'open-deny', 'open-changes']],
    ['plan-waiting', 'requester', ['withdraw', 'open-changes']],
    ['plan-dry', 'approver', ['open-changes']],
    ['running', 'approver', ['stop', 'open-steps']],
    ['running', 'other', ['open-steps']],
    ['running-stopping', 'approver', ['open-steps']],
    ['closed-done', 'approver', ['ask']],
    ['closed-put-back', 'approver', ['ask']],
    ['needs-person', 'approver', ['look', 'leave', 'put-back']],
    ['needs-person-asked', 'approver', ['approve', 'open-deny', 'look']],
    ['needs-person-asked', 'requester', ['look']],
    ['needs-person', 'other', []],
    ['reminder', 'approver', ['ask', 'open-snooze', 'type']],
    ['reminder-escalated', 'approver', ['ask', 'type']],
    ['reminder-workers', 'approver', ['ask', 'open-snooze', 'type']],
    ['reminder-sample', 'approver', []],
    ['notice', 'other', ['act-as']],
  ] as const)('%s offers the %s %j', (name, reader, verbs) => {
    expect(buttonsOf(VIEWS[name] as CardView, reader).map((one) => one.action_id)).toEqual(verbs);
  });

  test('every decision names the rotation and the digest of what was shown', () => {
    for (const view of [plan, running, unknown])
      for (const { value } of buttonsOf(view))
        expect(JSON.parse(value ?? '')).toMatchObject({ v: 1, rotation: 'prod-17', digest: plan.digest });
  });

  test.each([
    [1, 'Approve and start?', 'Yours is the second of 2 approvals: it *starts at once*.'],
    [2, 'Approve?', 'Yours is the second of 2 approvals: nothing starts before'],
  ])('the approval dialog names the machines and says if it starts, with %i still needed', (needed, title, then) => {
    const approve = buttonsOf({ ...plan, needed })[0];
    expect(approve?.confirm?.title?.text).toBe(title);
    expect(approve?.confirm?.text.text).toContain('*sqlm01, sqlw01, sqlw02 and sqlw03*');
    expect(approve?.confirm?.text.text).toContain(then);
  });

  test('names too long for a dialog are shortened there, and what happens next is still said', () => {
    const workers = Array.from({ length: 5 }, (_, at) => host(`${'long-name-'.repeat(5)}${at}`));
    const text = buttonsOf({ ...plan, workers })[0]?.confirm?.text.text ?? '';
    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).toContain('*starts at once*');
  });

  test('two buttons with the same verb have different ids', () => {
    const action = { label: message('button.request'), verb: 'show', data: { rotation: 'prod-17' } };
    const twice = { ...notice, actions: [action, { ...action, data: { rotation: 'prod-16' } }] };
    expect(buttonsOf(twice).map((one) => [one.action_id, one.value])).toEqual([
      ['show', '{"v":1,"rotation":"prod-17"}'],
      ['show:2', '{"v":1,"rotation":"prod-16"}'],
    ]);
  });

  test('asking again brings the reason along, cut to what a button can carry', () => {
    const view = { ...(VIEWS['closed-put-back'] as CardView), reason: '\u0001'.repeat(500) } as CardView;
    const { value = '' } = buttonsOf(view)[0] ?? {};
    expect(value.length).toBeLessThanOrEqual(2000);
    const reason = `${'\u0001'.repeat(299)}…`;
    expect(JSON.parse(value)).toMatchObject({ farm: 'prod', request: 'rotate-master', reason });
  });
});

describe('mentions', () => {
  const [tom, wei] = [
    { id: 'tom', name: 'Tom Becker', account: 'U03TOMBECKER' },
    { id: 'wei', name: 'Wei Zhang', account: 'W04WEIZHANG' },
  ];

  const calls = '<@U03TOMBECKER> <@W04WEIZHANG>';
  const line = (text: string) => ({ type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] });

  test('people who are named are mentioned where their names stand, and in the notification after the decision', () => {
    const { text, blocks } = asMessage(renderBlockKit(plan, 'approver', EN, [tom, wei, tom], 'whole'));
    expect(text).toBe(`${fallbackText(plan, 'en', 'UTC')} ${calls}`);
    expect(blocks.at(-2)).toEqual(
      line(
        '✓  *Ana Ruiz* approved on <!date^1795530060^{date_short} {time}|24 Nov 2026, 14:21 UTC>\n○  1 more needed: *<@U03TOMBECKER>* or *<@W04WEIZHANG>*',
      ),
    );
  });

  test('people whose names stand nowhere are mentioned in a line of their own', () => {
    const { text, blocks } = asMessage(renderBlockKit(running, 'approver', EN, [tom, wei], 'whole'));
    expect(text).toMatch(/ <@U03TOMBECKER> <@W04WEIZHANG>$/u);
    expect(blocks.at(-2)).toEqual(line(calls));
  });

  test('a name that looks like a mention mentions nobody', () => {
    const eve = { id: 'eve', name: '\ue002tom' };
    const view = { ...plan, by: eve, mayApprove: [eve, { id: 'eva', name: '<@U03TOMBECKER>' }] };
    const drawn = JSON.stringify(renderBlockKit(view, 'approver', EN, [wei], 'whole').blocks);
    expect(drawn.match(/<@[^>]*>/gu)).toEqual(['<@W04WEIZHANG>']);
  });

  test('an account that is not a Slack id mentions nobody', () => {
    const odd = [
      { ...tom, account: '!channel' },
      { ...tom, account: 'U1> <!here' },
      { ...tom, account: '' },
    ];
    expect(renderBlockKit(plan, 'approver', EN, odd, 'whole')).toEqual(
      renderBlockKit(plan, 'approver', EN, [], 'whole'),
    );
  });

  test('a notice mentions whom it is for', () => {
    expect(renderBlockKit(notice, 'other', EN, [wei], 'whole').text).toMatch(/ <@W04WEIZHANG>$/u);
  });
});

describe('forms', () => {
  const farms = ['prod', 'test'].map((name) => ({ name, line: message('summary.farm-not-looked', { farm: name }) }));

  test('a request asks for farm, time, ticket and reason, filled in as far as they are known', () => {
    const view = asModal(
      askModal(
        {
          request: 'rotate-master',
          what: 'rotate-master',
          farms,
          farm: 'test',
          fields: ASKS,
          reason: 'Yearly renewal',
        },
        EN,
      ),
    );
    expect([view.callback_id, JSON.parse(view.private_metadata ?? '')]).toEqual([
      'request',
      { v: 1, request: 'rotate-master', farm: 'test' },
    ]);
    expect(view.blocks).toMatchObject([
      {
        block_id: 'farm',
        element: {
          action_id: 'farm',
          options: [{ value: 'prod' }, { value: 'test' }],
          initial_option: { value: 'test' },
        },
      },
      {
        block_id: 'when',
        element: { options: ASKS.starts.map((value) => ({ value })), initial_option: { value: 'window' } },
      },
      { block_id: 'at', optional: true, element: { action_id: 'at' } },
      { block_id: 'ticket', optional: false, hint: { text: 'Such as CHG0031877 (pattern CHG[0-9]{7})' } },
      { block_id: 'reason', optional: true, element: { action_id: 'reason', initial_value: 'Yearly renewal' } },
    ]);
  });

  test('with one farm there is a text in place of a choice', () => {
    const view = asModal(
      askModal(
        {
          request: 'rotate-master',
          what: 'rotate-master',
          farms: farms.slice(0, 1),
          farm: null,
          fields: ASKS,
          reason: '',
        },
        EN,
      ),
    );
    expect(view.blocks.map(({ type }) => type)).toEqual(['section', 'input', 'input', 'input', 'input']);
    expect(JSON.parse(view.private_metadata ?? '')).toMatchObject({ farm: 'prod' });
  });

  test.each([
    ['rotate-worker sqlw02 compromised', 'New worker certificates'],
    ['reconnect sqlw02', 'Reconnect workers'],
    ['rollback prod-17', 'Roll back'],
    ['retire', 'Remove old certificates'],
  ])('%s has a title of its own, and a line that repeats the request', (what, title) => {
    const form = { request: what, what, farms, farm: 'test', fields: ASKS, reason: '' };
    const view = asModal(askModal(form, EN));
    expect(view.title.text).toBe(title);
    expect(JSON.stringify(view.blocks[0])).toContain(`You ask for: *${what}*`);
    const card = JSON.stringify(formCard(form, EN));
    expect(card).toContain(title);
    expect(card).toContain(`You ask for: **${what}**`);
  });

  test('a request to farms that use no tickets asks for none', () => {
    const fields = { ...ASKS, ticket: null };
    const view = asModal(
      askModal({ what: 'rotate-master', request: 'rotate-master', farms, farm: 'test', fields, reason: '' }, EN),
    );
    expect(view.blocks.map(({ block_id }) => block_id)).toEqual(['farm', 'when', 'at', 'reason']);
  });

  test('a denial cannot be sent without a reason', () => {
    const view = asModal(denyModal({ id: 'prod-17', farm: 'prod', digest: plan.digest }, EN));
    expect([view.callback_id, view.title.text]).toEqual(['deny', 'Deny prod-17']);
    expect(JSON.parse(view.private_metadata ?? '')).toEqual({
      v: 1,
      rotation: 'prod-17',
      farm: 'prod',
      digest: plan.digest,
    });
    expect(view.blocks).toMatchObject([{ block_id: 'reason', optional: false, element: { min_length: 1 } }]);
  });

  test('the intended farm is preselected, however many there are', () => {
    const many = Array.from({ length: 130 }, (_, at) => ({ name: `farm-${at}`, line: message('row.waiting') }));
    const view = asModal(
      askModal(
        { request: 'rotate-master', what: 'rotate-master', farms: many, farm: 'farm-129', fields: ASKS, reason: '' },
        EN,
      ),
    );
    expect(view.blocks[0]).toMatchObject({ element: { initial_option: { value: 'farm-129' } } });
  });
});
