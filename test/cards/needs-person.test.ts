import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import * as english from '../../cards/wording/en/faults/index.ts';
import { say } from '../../cards/wording/index.ts';
import * as chinese from '../../cards/wording/zh-CN/faults/index.ts';
import { cardButtons } from '../../src/app/script/card-text.ts';
import type { HostName } from '../../src/domain/values.ts';
import type { NeedsPersonView, RunningView } from '../../src/domain/views/view.ts';
import { packagesRun, runningBack, unknown, VIEWS } from './views.ts';

const masterUnknown: NeedsPersonView = {
  ...unknown,
  unknown: unknown.rows.slice(0, 1).map(({ host }) => host),
  leave: null,
  rows: unknown.rows.map((row) => ({ ...row, state: row.role === 'master' ? 'unknown' : 'good' })),
};

/** All that a person could read or press, in both chats. */
const drawn = (view: NeedsPersonView, language: 'en' | 'zh-CN'): readonly string[] => [
  JSON.stringify(renderAdaptiveCard(view, 'approver', language, 'UTC')),
  JSON.stringify(renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole')),
];

test.each([
  ['en', 'behind', 'The last one needs 2 approvals'],
  ['zh-CN', '放弃', '最后一项须在此卡片上获得 2 票批准'],
] as const)('an unknown master cannot be left behind, in %s', (language, words, approvals) => {
  for (const card of drawn(unknown, language)) expect(card).toContain(words);
  for (const card of drawn(masterUnknown, language)) {
    expect(card).not.toContain(words);
    expect(card).toContain(approvals);
  }
});

const inBoth = (view: NeedsPersonView): readonly string[] =>
  (['en', 'zh-CN'] as const).flatMap((one) => drawn(view, one));

test('what putting all back has not changed is told, and the same is not offered again', () => {
  expect(inBoth(unknown).every((card) => card.includes('"put-back"'))).toBe(true);
  for (const card of inBoth({ ...unknown, tried: true })) {
    expect(card).not.toContain('"put-back"');
    expect(card).toMatch(/was tried, and the look found the same since|已尝试过，此后查看的结果没有变化/u);
    expect(card).toMatch(/by hand|手动处理/u);
  }
});

test('where each machine is back already, putting all back is not offered, nor said to have been tried', () => {
  for (const card of inBoth({ ...unknown, nothingLeft: true })) {
    expect(card).not.toContain('"put-back"');
    expect(card).not.toMatch(/was tried|已尝试过/u);
    expect(card).toMatch(/has nothing left to do.*by hand|已无可还原之处.*手动处理/u);
  }
});

test('a card on what the final look found says in both chats why all went back, and words what a look has seen', () => {
  const cause = { host: 'sqlm01', stage: 'rehearse', step: null, code: 'PresentsAnother', data: {} };
  const against = { host: 'sqlm01', fact: 'TLS sqlm01:8391', found: 'NAME_NOT_COVERED', wanted: 'A'.repeat(40) };
  const view: NeedsPersonView = {
    ...unknown,
    against: [{ id: 'proof.against', data: against }],
    wentBack: { id: 'why.host', data: cause },
  };
  for (const card of inBoth(view)) {
    expect(card).toMatch(/Why all was put back.*it presents another certificate|全部还原的原因.*出示的是另一张证书/u);
    expect(card).toMatch(/a certificate that does not cover that name|不含该名称的证书/u);
    expect(card).not.toMatch(/NAME.*NOT.*COVERED/u);
  }
});

describe('The choice to put all back says what it would do', () => {
  test.each(['prepared', 'unbound', 'unbound-alone', 'cut-off'] as const)(
    '%s: nobody is said to be cut off once more',
    (back) => {
      for (const asked of [null, { choice: 'put-all-back' as const, by: { id: 'ana', name: 'Ana Ruiz' } }])
        for (const card of inBoth({ ...unknown, back, asked })) expect(card).not.toMatch(/once more|再次断开|旧证书/u);
    },
  );

  test.each(['rest', 'once-imported', 'again'] as const)(
    '%s: of a rollback, that it goes back to the certificate that it was to replace',
    (back) => {
      const wish = { ...unknown.wish, kind: 'rollback' as const, of: 'prod-17' };
      for (const asked of [null, { choice: 'put-all-back' as const, by: { id: 'ana', name: 'Ana Ruiz' } }])
        for (const card of inBoth({ ...unknown, wish, back, asked })) {
          expect(card).toMatch(/back (?:to|on) the certificate from prod-17|改回 prod-17 换上的证书/u);
          expect(card).not.toMatch(/(?:back (?:to|on)|others to) the old certificate|改回旧证书/u);
        }
    },
  );

  test.each([[[]], [['sqlw01']]] as const)('where packages run, of a rollback too: %j', (workers) => {
    const wish = { ...packagesRun.wish, kind: 'rollback' as const, of: 'prod-17' };
    const { packages } = packagesRun;
    if (packages === null) throw new Error('no packages');
    for (const card of inBoth({ ...packagesRun, wish, packages: { ...packages, workers: workers as never } }))
      expect(card).not.toMatch(/old certificates? stays|to their old certificates|继续使用旧证书|改回旧证书/u);
  });

  test('of a reconnect only the workers are put back, since its master was only looked at', () => {
    for (const asked of [null, { choice: 'put-all-back' as const, by: { id: 'ana', name: 'Ana Ruiz' } }])
      for (const card of inBoth({ ...unknown, back: 'cut-off', asked }))
        expect(card).not.toMatch(/sqlm01[^"]{0,40} are put back|all machines|sqlm01[^"]{0,20}还原|所有机器/u);
  });

  test.each(['rest', 'once-imported'] as const)(
    '%s: on the way back it names only who still has to go back',
    (back) => {
      const cards = inBoth({ ...unknown, provedOn: 'old', back });
      for (const card of cards.slice(0, 2)) expect(card).toMatch(/"sqlw02 goes back to the old certificate, /u);
      for (const card of cards.slice(2)) expect(card).toMatch(/"sqlw02 一有响应就改回旧证书/u);
    },
  );

  test('taking away what was only prepared cuts nobody off', () => {
    const [english, , chinese] = inBoth({ ...unknown, back: 'prepared' });
    expect(english).toContain('takes away what was prepared, and cuts nobody off');
    expect(chinese).toContain('撤去已准备的内容，不会断开任何 Worker');
  });

  test.each([
    ['unbound', true],
    ['unbound-alone', false],
  ] as const)('a port that had no binding has none again: %s', (back, cutsOff) => {
    for (const asked of [null, { choice: 'put-all-back' as const, by: { id: 'ana', name: 'Ana Ruiz' } }])
      for (const card of inBoth({ ...unknown, back, asked })) {
        expect(card).toMatch(/has no binding then, as before|端口和之前一样没有绑定/u);
        expect(/every worker is cut off|所有 Worker 断开/u.test(card)).toBe(cutsOff);
      }
  });
});

test('a worker left behind with a certificate of its own is not said to be cut off', () => {
  const view: NeedsPersonView = { ...unknown, leave: 'not-known' };
  for (const card of inBoth(view)) {
    expect(card).toContain('/ssis certs prod');
    expect(card).not.toMatch(/reconnected|重新连接之前/u);
  }
});

test('what can be done at the machine is said before anybody decides', () => {
  const stuck = { host: 'sqlm01', stage: 'master', step: null, code: 'ServiceStuckStopping', data: {} };
  const view: NeedsPersonView = { ...masterUnknown, silent: false, why: [{ id: 'why.host', data: stuck }] };
  for (const card of drawn(view, 'en')) {
    expect(card).toContain('On sqlm01: end its process on the machine, then look again.');
    expect(card).toContain('sqlm01 is unknown:');
  }
});

describe('A machine that answers but is not as it should be', () => {
  const found: NeedsPersonView = {
    ...masterUnknown,
    silent: false,
    against: [{ id: 'proof.against', data: { host: 'sqlm01', fact: '10.0.0.5:8391', found: 'ABC', wanted: 'DEF' } }],
  };

  test('is not described as if it were down', () => {
    for (const card of drawn(found, 'en')) {
      expect(card).toContain('reads sqlm01 once more');
      expect(card).not.toContain('is up');
    }
  });

  test('is described with what it shows', () => {
    for (const card of inBoth(found)) expect(card).toContain('10.0.0.5:8391');
  });
});

test('while packages are waited for, no old certificate is said to stay where there was none', () => {
  for (const card of inBoth({ ...packagesRun, back: 'unbound-alone' }))
    expect(card).not.toMatch(/old certificate stays|继续使用旧证书/u);
});

test('where every worker was cut off before, nobody is told that none is', () => {
  for (const card of inBoth({ ...packagesRun, cutOffAlready: true, back: 'unbound' }))
    expect(card).not.toMatch(/nobody is cut off|尚无 Worker 断开|old certificate|继续使用旧证书/u);
});

test('a decision to put all back is not shown as the failure of a machine', () => {
  const decided = { host: 'sqlm01', stage: null, step: null, code: 'PutBackDecided', data: {} };
  const view: RunningView = { ...runningBack, why: { id: 'why.host', data: decided } };
  for (const language of ['en', 'zh-CN'] as const) {
    const cards = [
      JSON.stringify(renderAdaptiveCard(view, 'approver', language, 'UTC')),
      JSON.stringify(renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole')),
    ];
    for (const card of cards) {
      expect(card).toMatch(/It was decided on the card to put all back|已在卡片上决定全部还原/u);
      expect(card).not.toMatch(/✗ |sqlm01 failed|sqlm01 失败/u);
    }
  }
});

test.each([
  ['en', english.sentence, /if its confirmation came, and else went back/u],
  ['zh-CN', chinese.sentence, /若已收到确认.*否则已恢复原状/u],
] as const)('where an end cannot be written, both possible ends are told, in %s', (_language, sentence, words) => {
  expect(sentence('EndNotWritten', {}, null)).toMatch(words);
});

test.each(Object.entries(VIEWS))(
  'each button of %s carries only plain values, since no chat takes others',
  (_, view) => {
    const carried = cardButtons(renderAdaptiveCard(view, 'approver', 'en', 'UTC') as never).map(({ data }) => data);
    const slack = JSON.stringify(renderBlockKit(view, 'approver', { language: 'en', timeZone: 'UTC' }, [], 'whole'));
    const values = [...slack.matchAll(/"value":"(\{(?:[^"\\]|\\.)*\})"/gu)].map(([, value]) =>
      JSON.parse(JSON.parse(`"${value}"`)),
    );
    expect(values).toHaveLength(slack.match(/"value":/gu)?.length ?? 0);
    for (const data of [...carried, ...values])
      expect(Object.values(data).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
  },
);

test('a void question about some machines names them, and one about all does not', () => {
  const by = { id: 'ana', name: 'Ana Ruiz' };
  const hosts = ['sqlw03'] as readonly string[] as readonly HostName[];
  for (const choice of ['leave-behind', 'leave-out'] as const) {
    for (const card of inBoth({ ...unknown, rows: [], voided: { choice, by, hosts } })) {
      expect(card).toMatch(/asked to leave sqlw03 behind\. That is void|曾申请放弃 sqlw03。/u);
      expect(card).not.toMatch(/what was unknown|where packages ran|状态未知的机器|有包在运行/u);
    }
    for (const card of inBoth({ ...unknown, rows: [], voided: { choice, by } })) expect(card).not.toContain('sqlw03');
  }
});

test('a question that ended because somebody waits longer names who does, and nothing that has changed', () => {
  const voided = {
    choice: 'go-on',
    by: { id: 'ana', name: 'Ana Ruiz' },
    waits: { id: 'mei', name: 'Mei Lin' },
  } as const;
  const packages = VIEWS['packages-run'] as NeedsPersonView;
  for (const card of inBoth({ ...packages, voided })) {
    expect(card).toMatch(/Mei Lin\W+(?:chose to wait longer instead|此后选择了继续等待)/u);
    expect(card).not.toMatch(/has changed|已有变化/u);
  }
});

describe('That one machine alone can be left behind', () => {
  const APPROVALS = {
    'needs-person-several': /The last two need|后两项须/u,
    'needs-person-beside-master': /The last one needs|最后一项须/u,
    'packages-run-there': /The last three need|后三项须/u,
  };

  test.each(Object.entries(APPROVALS))('is said after the choices of %s and the approvals they need', (name, last) => {
    for (const card of inBoth(VIEWS[name] as NeedsPersonView)) {
      expect(card).toMatch(last);
      expect(card.search(/One alone can|也可以只放弃其中一台/u)).toBeGreaterThan(card.search(last));
      expect(card).toMatch(
        /One alone can be left behind too, with 2 approvals|也可以只放弃其中一台（同样须获得 2 票批准/u,
      );
    }
  });

  test.each(Object.keys(APPROVALS))('has a button of its own in %s, which says what becomes of the others', (name) => {
    const view = VIEWS[name] as NeedsPersonView;
    const { actions } = renderAdaptiveCard(view, 'approver', 'en', 'UTC') as unknown as {
      actions: readonly { card?: { body: object; actions: readonly { title: string; data: { hosts?: string } }[] } }[];
    };
    const cards = actions.flatMap(({ card }) => (card === undefined ? [] : [card]));
    const alone = cards.filter((card) => card.actions.some(({ data }) => data.hosts !== undefined));
    expect(alone).toHaveLength(1);
    const said = JSON.stringify(alone[0]?.body);
    expect(alone[0]?.actions.map(({ data }) => data.hosts)).toEqual(view.leaveOne);
    for (const host of view.leaveOne ?? [])
      expect(said).toMatch(new RegExp(`${host} (?:is left behind|keeps its old)`, 'u'));
    expect(said).toContain('is still to be decided');
    expect(said).not.toContain('Closes');
  });

  test('has no button where the name would be cut', () => {
    const long = ['a', 'b'].map((end) => `${'x'.repeat(61)}${end}`) as readonly string[] as readonly HostName[];
    for (const card of inBoth({ ...(VIEWS['needs-person-several'] as NeedsPersonView), leaveOne: long })) {
      expect(card).not.toMatch(/"hosts/u);
      expect(card).toMatch(/One alone can|也可以只放弃其中一台/u);
      // Nobody is told to look for a button that is not there.
      expect(card).not.toMatch(/by its button|点击其按钮/u);
    }
  });
});

describe('Several machines that somebody asked to leave behind', () => {
  const four = ['sqlw02', 'sqlw03', 'sqlw04', 'sqlw05'] as readonly string[] as readonly HostName[];
  const view: NeedsPersonView = {
    ...unknown,
    needed: 1,
    unknown: [...four, 'sqlw06' as HostName],
    asked: { choice: 'leave-behind', by: { id: 'ana', name: 'Ana Ruiz' }, hosts: four },
  };

  test('are named in full on the card and in what an approver agrees to', () => {
    for (const card of inBoth(view))
      expect(card.match(/sqlw02、?(?:, )?sqlw03、?(?:, )?sqlw04 (?:and|和) sqlw05/gu)?.length).toBeGreaterThanOrEqual(
        2,
      );
  });

  test.each([
    ['note.asked', { id: 'prod-17', by: 'Ana Ruiz', choice: 'leave-behind', hosts: four, needed: 2 }],
    ['resolve.leave-some', { id: 'prod-17', hosts: four, rest: ['sqlw06'], packages: false, toGo: [] }],
    ['refused.decides-already', { id: 'prod-17', by: 'Ana Ruiz', choice: 'leave-behind', hosts: four }],
    ['button.leave', { hosts: four }],
    ['person.leave-one-what', { hosts: four, rest: ['sqlw06'], packages: false }],
  ])('are named in full by %s', (id, data) => {
    for (const language of ['en', 'zh-CN'] as const) expect(say({ id, data }, language)).toContain('sqlw05');
  });
});

test('one worker whose state is unknown does not stand for all while no machine can be heard', () => {
  const view = { ...VIEWS['running-back-unsure'], unheard: { all: true, master: null } } as RunningView;
  for (const language of ['en', 'zh-CN'] as const)
    for (const card of [
      renderAdaptiveCard(view, 'approver', language, 'UTC'),
      renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole'),
    ])
      expect(JSON.stringify(card)).toMatch(/not every machine can be heard|并非所有机器都有消息/u);
});

test.each([
  ['en', 'needs-person', ['**Look again**', '**Leave it behind**', '**Put all back**']],
  ['zh-CN', 'needs-person', ['**重新查看**', '**放弃它**', '**全部还原**']],
  ['en', 'packages-run', ['Once none', '**Wait longer**', '**Go on**', '**Put all back**', 'Disabling']],
  ['zh-CN', 'packages-run', ['一旦查看到', '**继续等待**', '**继续执行**', '**全部还原**', '停用']],
] as const)('in %s each choice of %s starts a line, in both chats', (language, name, begins) => {
  const view = VIEWS[name] as NeedsPersonView;
  const { body } = renderAdaptiveCard(view, 'approver', language, 'UTC') as unknown as {
    readonly body: readonly unknown[];
  };
  const lines = body.flatMap((one) => (one as { readonly text?: string }).text ?? []);
  expect(lines.slice(-begins.length - 1, -1).map((line, at) => line.startsWith(begins[at] ?? ''))).not.toContain(false);
  const { blocks } = renderBlockKit(view, 'approver', { language, timeZone: 'UTC' }, [], 'whole');
  for (const begun of begins) expect(JSON.stringify(blocks)).toContain(`\\n${begun.replaceAll('**', '*')}`);
});
