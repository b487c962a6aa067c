import { CertopsError } from '../../../../src/domain/errors.ts';
import { seen } from '../../../../src/domain/machine/ssisdb.ts';
import type { NoticeView, PlanView } from '../../../../src/domain/views/view.ts';
import type { ChangeWindow } from '../../../../src/domain/when/windows.ts';
import { peopleOf } from '../../../fixtures/farm.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOSTS = { sqlm01: ['master'], sqlw01: ['worker'] } as const;

/** The clock begins at 12:00. */
const IN_20: ChangeWindow = { cron: '20 12 * * *', lengthMs: HOUR, zone: 'UTC' };
const OPENS = '2026-11-24T12:20:00.000Z';

async function ready(farm: BotRigOptions['farm'] = { windows: [IN_20] }): Promise<void> {
  rig = await createBotRig({ hosts: HOSTS, farm });
  await rig.start();
}

const messageOf = async (who: string, text: string): Promise<NoticeView['messages'][number] | undefined> => {
  const reply = await rig.type(who, text);
  return reply.type === 'notice' ? reply.notice.messages[0] : undefined;
};
const said = async (who: string, text: string): Promise<readonly string[]> => saidOf(await rig.type(who, text));
const planCard = (): PlanView | undefined =>
  rig.chat.cards().findLast((view) => view.kind === 'plan') as PlanView | undefined;
const notes = (): readonly string[] => rig.chat.notes.map(({ notice }) => notice.messages[0]?.id ?? '');
const applied = (): number => rig.rotation().orders.filter(({ kind }) => kind === 'apply').length;

/** Approved by two, as far as the words of the request say. */
async function approved(words = ''): Promise<void> {
  await rig.type('mei', `/ssis rotate-master ${words} because Yearly`);
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
}

/** The bot is gone for that long, and what the runners said meanwhile is lost. */
async function away(ms: number): Promise<void> {
  await rig.stopBot();
  await rig.clock.sleep(ms);
  rig.post.wipe();
  await rig.startBot();
}

describe('On a farm with change windows,', () => {
  test('an approved rotation waits, its card says until when, and it begins by itself', async () => {
    await ready();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    await rig.until(() => planCard() !== undefined);
    expect(planCard()?.when).toMatchObject({ from: OPENS, outside: false, waits: null });
    await rig.vote('ana');
    const last = await rig.vote('tom');
    expect(last.type === 'notice' ? last.notice.messages[0] : null).toMatchObject({
      id: 'approved',
      data: { missing: 0, from: OPENS },
    });
    await rig.until(() => planCard()?.when.waits != null && notes().includes('note.waits'));
    expect(applied()).toBe(0);
    expect(await messageOf('wei', '/ssis')).toMatchObject({ id: 'summary.starts', data: { from: OPENS } });
    expect(await said('wei', '/ssis status')).toContain('summary.starts');
    await rig.until(() => applied() > 0);
    expect(new Date(rig.clock.now()).toISOString() >= OPENS).toBe(true);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
    expect(rig.rotation().start?.checks.start).toMatchObject({ moved: [], unseen: [] });
  });

  test('a rotation that says now begins at once when approved, and its card says that no window was asked', async () => {
    await ready();
    await rig.type('mei', '/ssis rotate-master now because Yearly');
    await rig.planned();
    await rig.until(() => planCard() !== undefined);
    expect(planCard()?.when).toMatchObject({ from: null, until: null, outside: true });
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => applied() > 0);
    await rig.closed();
    expect(rig.rotation()).toMatchObject({ start: null, closed: { outcome: 'proved' } });
  });

  test.each([
    ['an approver', 'wei'],
    ['whoever requested it', 'mei'],
  ])('%s may withdraw a rotation that waits', async (_who, account) => {
    await ready();
    await approved();
    expect(saidOf(await rig.click(account, 'withdraw', { rotation: 'prod-1' }))).toEqual(['withdrawn']);
    expect(rig.rotation().closed?.outcome).toBe('withdrawn');
    await rig.pass(90 * MINUTE);
    expect(applied()).toBe(0);
  });

  test('a freeze over the start holds it and says so, and the rotation takes what is left of the window', async () => {
    await ready();
    await approved();
    expect(await said('tom', '/ssis freeze prod until 60 minutes because Quarter end')).toEqual([
      'frozen',
      'freeze.moves',
    ]);
    await rig.until(() => planCard()?.when.waits?.held != null && notes().includes('note.held'));
    expect(planCard()?.when.from).toMatch(/^2026-11-24T13:0/u);
    expect(rig.feed()?.waits).toMatchObject({ id: 'summary.starts', data: { id: 'prod-1' } });
    await rig.pass(58 * MINUTE);
    expect(applied()).toBe(0);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('lifting a freeze restores the start, and says so', async () => {
    await ready();
    await approved();
    await rig.until(() => notes().includes('note.waits'));
    await rig.type('tom', '/ssis freeze prod until 60 minutes because Quarter end');
    await rig.until(() => notes().includes('note.held'));
    await rig.type('tom', '/ssis unfreeze prod');
    await rig.until(() => notes().filter((id) => id === 'note.waits').length === 2);
    expect(rig.rotation().start).toMatchObject({ from: OPENS, held: null });
  });

  test('a request is taken during a freeze if it begins after the freeze', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until 60 minutes because Quarter end');
    expect(await said('mei', '/ssis rotate-master now because Yearly')).toEqual(['refused.frozen']);
    expect(await said('mei', '/ssis rotate-master because Yearly')).toEqual(['looking']);
    await rig.planned();
    await rig.vote('ana');
    expect(saidOf(await rig.vote('tom'))).toEqual(['approved']);
    expect(applied()).toBe(0);
  });

  test('what moved while a rotation waited is named at the start, and the rotation is requested again under a new id', async () => {
    await ready();
    await approved();
    const machine = rig.world.machines.get('sqlm01');
    if (machine !== undefined)
      machine.bindings = machine.bindings.map((one) => ({ ...one, appId: '{00000000-0000-0000-0000-000000000001}' }));
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'FactsMoved', host: 'sqlm01' } });
    expect(applied()).toBe(0);
    await rig.until(() => rig.state().rotations['prod-2'] !== undefined);
    expect(rig.rotation('prod-2')).toMatchObject({ reason: 'Yearly', by: { id: 'mei' } });
  });

  test('a worker that came meanwhile, and that the farm file does not know, is named at the start and not cut off', async () => {
    await ready();
    await approved();
    const machine = rig.world.machines.get('sqlm01');
    const now = new Date(rig.clock.now()).toISOString();
    const none = seen([]);
    const workers = seen([{ machine: 'SQLW09', lastOnline: now, enabled: true }]);
    if (machine !== undefined)
      machine.ssisdb = { server: 'sqlm01', now, thumbprint: null, workers, running: none, hours: none };
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'WorkersOutside', hosts: ['SQLW09'] },
    });
    expect(applied()).toBe(0);
    await rig.until(() => rig.chat.cards().some((view) => view.kind === 'closed'));
    expect(rig.chat.cards().find((view) => view.kind === 'closed')).toMatchObject({
      why: { id: 'why.refused', data: { code: 'WorkersOutside', data: { hosts: ['SQLW09'] } } },
    });
  });

  test('a runner that is paused at the start is named on the card and in one note, and the rotation begins once that is over', async () => {
    await ready();
    await approved();
    const problems = rig.world.machines.get('sqlw01')?.problems ?? [];
    problems.push({ code: 'runner-paused', data: {} });
    await rig.until(() => planCard()?.when.waits?.obstacle != null && notes().includes('note.obstacle'));
    const why = {
      id: 'why.refused',
      data: { code: 'HostNotReady', host: 'sqlw01', data: { problem: 'runner-paused' } },
    };
    expect(planCard()?.when.waits?.obstacle).toEqual({ mark: 'start', why });
    const note = rig.chat.notes.find(({ notice }) => notice.messages[0]?.id === 'note.obstacle');
    expect(note?.notice.messages).toMatchObject([{ data: { id: 'prod-1', from: OPENS, mark: 'start' } }, why]);
    await rig.pass(10 * MINUTE);
    expect(rig.rotation().closed).toBeNull();
    expect(applied()).toBe(0);
    expect(notes().filter((id) => id === 'note.obstacle')).toEqual(['note.obstacle']);
    const late = { id: 'summary.starts-late', data: { from: OPENS, hosts: [], obstacle: true } };
    expect(await messageOf('wei', '/ssis')).toMatchObject(late);
    problems.length = 0;
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('a machine that cannot be looked at at the start is named on the card and in one note, and the rotation begins once it answers', async () => {
    await ready();
    await approved();
    await rig.stopRunner('sqlw01');
    await rig.until(() => notes().includes('note.unseen-at-start'));
    expect(planCard()?.when.waits?.unseen).toEqual(['sqlw01']);
    const until = '2026-11-24T13:20:00.000Z';
    const note = rig.chat.notes.find(({ notice }) => notice.messages[0]?.id === 'note.unseen-at-start');
    expect(note?.notice.messages).toMatchObject([{ data: { id: 'prod-1', from: OPENS, until, hosts: ['sqlw01'] } }]);
    await rig.pass(10 * MINUTE);
    expect(applied()).toBe(0);
    expect(notes().filter((id) => id === 'note.unseen-at-start')).toHaveLength(1);
    const late = { id: 'summary.starts-late', data: { from: OPENS, until, hosts: ['sqlw01'], obstacle: false } };
    expect(await messageOf('wei', '/ssis')).toMatchObject(late);
    expect(await said('wei', '/ssis status')).toContain('summary.starts-late');
    expect(rig.feed()?.waits).toMatchObject(late);
    await rig.startRunner('sqlw01');
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test.each([
    ['an hour before', 90 * MINUTE, 'note.unseen'],
    ['at', 20 * MINUTE, 'note.unseen-at-start'],
  ])(
    'a machine whose look fails %s the start is named with what failed, and not as one whose runner is silent',
    async (_when, inMs, id) => {
      const opens = new Date(Date.parse(OPENS) + inMs - 20 * MINUTE);
      const cron = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
      await ready({ windows: [{ ...IN_20, cron }] });
      await approved();
      const machine = rig.world.machines.get('sqlw01');
      if (machine === undefined) throw new Error('no such machine');
      const get = (): never => {
        throw new CertopsError('StoreNotReadable', { store: 'Root', code: 0 });
      };
      Object.defineProperty(machine, 'clustered', { configurable: true, get });
      await rig.until(() => notes().includes(id));
      const why = {
        id: 'why.refused',
        data: { code: 'StoreNotReadable', host: 'sqlw01', data: { store: 'Root', code: 0 } },
      };
      const note = rig.chat.notes.find(({ notice }) => notice.messages[0]?.id === id);
      expect(note?.notice.messages).toEqual([
        { id, data: expect.objectContaining({ hosts: ['sqlw01'], answered: true }) },
        why,
      ]);
      expect(planCard()?.when.waits).toMatchObject({ unseen: ['sqlw01'], failed: [why] });
    },
  );

  test('a bot that was away begins the rotation late in its window', async () => {
    await ready();
    await approved();
    await away(40 * MINUTE);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('a bot that comes back after the window has closed requests the rotation again', async () => {
    await ready();
    await approved();
    await away(3 * HOUR);
    await rig.until(() => rig.state().rotations['prod-2']?.plan != null);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed', hosts: [] } });
    expect(rig.rotation('prod-2').replaces).toBe('prod-1');
    expect(applied()).toBe(0);
  });
});

describe('A time that somebody types', () => {
  test.each([
    ['/ssis rotate-master at  Tue 18:00 because At Tue 18:00,  as agreed', ' because At Tue 18:00,  as agreed'],
    ['/ssis rotate-master prod at 周二18:00 because 周二18:00', ' because 周二18:00'],
  ])('that may mean two is answered with a button for each, which types the same words: %s', async (text, rest) => {
    await ready({ windows: [] });
    const asked = await rig.type('mei', text);
    if (asked.type !== 'notice') throw new Error(asked.type);
    const [first, second] = asked.notice.actions.map(({ data }) => String(data.text));
    expect(asked.notice.messages[0]?.id).toBe('refused.when-either');
    expect(asked.notice.actions.map(({ label }) => label.data)).toEqual([
      { time: '2026-11-24 18:00 UTC' },
      { time: '2026-12-01 18:00 UTC' },
    ]);
    expect(first).toContain(` 2026-11-24 18:00 UTC${rest}`);
    await rig.click('mei', 'type', { text: String(second) });
    await rig.planned();
    expect(rig.rotation().wish.when).toEqual({ by: 'time', at: '2026-12-01T18:00:00.000Z' });
    expect(` because ${rig.rotation().reason}`).toBe(rest);
  });

  test('in a half of the day that is not said is answered with a button for each, even for tomorrow at eight', async () => {
    await ready({ windows: [] });
    const asked = await rig.type('mei', '/ssis rotate-master at 8 because Yearly');
    if (asked.type !== 'notice') throw new Error(asked.type);
    expect(asked.notice.messages[0]?.id).toBe('refused.when-either');
    expect(asked.notice.actions.map(({ label }) => label.data)).toEqual([
      { time: 'tomorrow 08:00' },
      { time: '20:00' },
    ]);
  });

  test('with the day after the hour, where a farm could stand, is answered with a button that types it the other way round', async () => {
    await ready({ windows: [] });
    const asked = await rig.type('mei', '/ssis rotate-master at 18:00 sat because Yearly');
    if (asked.type !== 'notice') throw new Error(asked.type);
    expect(asked.notice.messages[0]?.id).toBe('refused.when-unreadable');
    expect(asked.notice.actions.map(({ label }) => label.data)).toEqual([{ time: 'sat 18:00' }]);
    await rig.click('mei', 'type', { text: String(asked.notice.actions[0]?.data.text) });
    await rig.planned();
    expect(rig.rotation().wish.when).toEqual({ by: 'time', at: '2026-11-28T18:00:00.000Z' });
  });

  test('that nobody can read gets no button, for what is proposed is only an example', async () => {
    await ready({ windows: [] });
    const asked = await rig.type('mei', '/ssis rotate-master at teatime because Yearly');
    expect(asked.type === 'notice' ? asked.notice.actions : null).toEqual([]);
  });

  test('that may mean two has the same buttons when it ends a freeze', async () => {
    await ready({ windows: [] });
    const asked = await rig.type('tom', '/ssis freeze prod until tue 18:00 because Year end');
    const [first] = asked.type === 'notice' ? asked.notice.actions : [];
    await rig.click('tom', 'type', { text: String(first?.data.text) });
    expect(rig.state().freeze).toMatchObject({ until: '2026-11-24T18:00:00.000Z', reason: 'Year end' });
  });

  test('is read by the clock of whoever types it', async () => {
    await ready({ windows: [], people: peopleOf((id) => ({ accounts: { web: id }, timeZone: 'Asia/Tokyo' })) });
    await rig.type('mei', '/ssis rotate-master at 2026-11-26 08:00 because Yearly');
    expect(rig.rotation().wish.when).toEqual({ by: 'time', at: '2026-11-25T23:00:00.000Z' });
  });

  test('is kept by the plan, and the rotation does not begin before it', async () => {
    await ready({ windows: [] });
    await rig.type('mei', '/ssis rotate-master at 30 minutes because Yearly');
    await rig.planned();
    const { when } = rig.rotation().plan?.header.wish ?? {};
    expect(when).toMatchObject({ by: 'time' });
    await rig.vote('ana');
    await rig.vote('tom');
    expect(applied()).toBe(0);
    await rig.closed('prod-1', HOUR);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test.each([
    ['at 2026-01-01 08:00', 'refused.when-past'],
    ['at 2027-03-28 02:30 Europe/Berlin', 'refused.when-too-far'],
    ['at 2027-03-28 03:30 Europe/Berlin', 'refused.when-too-far'],
    ['at 2027-02-22 02:30 Europe/Bonn', 'refused.when-unknown-zone'],
    ['at teatime', 'refused.when-unreadable'],
    ['at', 'wrong.at-what'],
    ['now at 18:00', 'wrong.when-twice'],
    ['at next-window', 'refused.no-windows'],
  ])('in the words %s is refused with %s', async (words, id) => {
    await ready({ windows: [] });
    expect(await said('mei', `/ssis rotate-master ${words} because Yearly`)).toEqual([id]);
    expect(rig.state().order).toEqual([]);
  });

  test('outside of the windows is refused with the next one', async () => {
    await ready();
    expect(await messageOf('mei', '/ssis rotate-master at 3 hours because Yearly')).toMatchObject({
      id: 'refused.outside-windows',
      data: { next: { from: expect.any(String), to: expect.any(String) } },
    });
  });

  test('outside of the windows and after the end of the certificate is refused with that end and the last window before', async () => {
    await ready();
    await rig.type('mei', '/ssis plan rotate-master');
    await rig.until(() => rig.rotation().closed !== null);
    const late = await messageOf('mei', '/ssis rotate-master at 2026-12-24 08:00 because Yearly');
    expect(late).toMatchObject({
      id: 'refused.when-after-end',
      data: { at: '2026-12-24T08:00:00.000Z', last: { to: expect.any(String) } },
    });
    const { notAfter = '', last } = (late?.data ?? {}) as { notAfter?: string; last?: { from: string } };
    expect(notAfter < '2026-12-24' && notAfter > '2026-11-25').toBe(true);
    expect(Date.parse(notAfter) - Date.parse(last?.from ?? '')).toBeLessThanOrEqual(24 * HOUR);
    // Its own certificate ends later.
    expect(await messageOf('mei', '/ssis rotate-worker sqlw01 at 2026-12-24 08:00 because Yearly')).toMatchObject({
      id: 'refused.outside-windows',
    });
  });

  test('that can only come after the end of the certificate is refused', async () => {
    await ready({ windows: [{ ...IN_20, cron: IN_20.cron.replace('* * *', '1 1 *') }] });
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartAfterEnd', last: null } });
  });

  test('that passes during a freeze has the rotation requested again when the freeze is over', async () => {
    await ready({ windows: [] });
    await rig.type('mei', '/ssis rotate-master at 10 minutes because Yearly');
    await rig.planned();
    await rig.vote('ana');
    await rig.vote('tom');
    const frozen = await said('tom', '/ssis freeze prod until 80 minutes because Quarter end');
    expect(frozen).toEqual(['frozen', 'freeze.asks-again']);
    await rig.until(() => rig.state().rotations['prod-2']?.plan != null, 2 * HOUR);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed' } });
    expect(rig.rotation('prod-2').wish.when).toEqual({ by: 'policy' });
    expect(applied()).toBe(0);
  });

  test('that passes before the request is approved lets the request lapse', async () => {
    await ready({ windows: [] });
    await rig.type('mei', '/ssis rotate-master at 10 minutes because Yearly');
    await rig.planned();
    await rig.vote('ana');
    await rig.pass(71 * MINUTE);
    expect(rig.rotation().closed?.outcome).toBe('lapsed');
  });
});

describe('Whoever freezes a farm is told what becomes of', () => {
  const answerOf = async (time: string): Promise<NoticeView['messages']> => {
    const reply = await rig.type('tom', `/ssis freeze prod until ${time} because Quarter end`);
    return reply.type === 'notice' ? reply.notice.messages.slice(1) : [];
  };

  test.each([
    [
      'a time whose window the freeze outlasts: it takes the next one',
      [IN_20],
      '30 minutes',
      '90 minutes',
      /^2026-11-25T12:20/u,
    ],
    [
      'a time whose window outlasts the freeze: it takes the rest',
      [IN_20],
      '30 minutes',
      '60 minutes',
      /^2026-11-24T13:0/u,
    ],
    ['a time without windows, where the freeze ends soon enough', [], '10 minutes', '60 minutes', /^2026-11-24T13:0/u],
  ])('%s', async (_what, windows, time, until, from) => {
    await ready({ windows });
    await approved(`at ${time}`);
    const [answer, ...more] = await answerOf(until);
    expect(answer).toMatchObject({ id: 'freeze.moves', data: { id: 'prod-1', from: expect.stringMatching(from) } });
    expect(more).toEqual([]);
    expect(rig.rotation()).toMatchObject({ closed: null, start: { from: answer?.data.from } });
  });

  test('a time after the freeze: it stays', async () => {
    await ready({ windows: [] });
    await approved('at 30 minutes');
    expect(await answerOf('20 minutes')).toEqual([]);
    expect(rig.rotation()).toMatchObject({ closed: null, start: { held: null } });
  });

  test.each([
    ['approved', true],
    ['still to be approved', false],
  ])(
    'what could begin only after its certificate has ended, %s: it is held until the freeze is lifted',
    async (_what, isApproved) => {
      await ready();
      if (isApproved) await approved();
      else {
        await rig.type('mei', '/ssis rotate-master because Yearly');
        await rig.planned();
      }
      const [answer, ...more] = await answerOf('80 days');
      expect(answer).toMatchObject({ id: 'freeze.holds', data: { id: 'prod-1', liftBy: expect.any(String) } });
      expect(more).toEqual([]);
      const liftBy = answer?.data.liftBy;
      await rig.until(() => planCard()?.when.liftBy === liftBy);
      await rig.pass(5 * MINUTE);
      expect(rig.rotation().closed).toBeNull();
      if (!isApproved) {
        await rig.vote('ana');
        const last = await rig.vote('tom');
        const said = last.type === 'notice' ? last.notice.messages[0] : null;
        expect(said).toMatchObject({ id: 'approved', data: { liftBy } });
      }
      await rig.until(() => notes().includes('note.too-late'));
      const note = rig.chat.notes.find(({ notice }) => notice.messages[0]?.id === 'note.too-late');
      expect(note?.notice.messages[0]).toMatchObject({
        data: { id: 'prod-1', farm: 'prod', by: 'Tom Becker', liftBy },
      });
      expect(await messageOf('wei', '/ssis')).toMatchObject({ id: 'summary.starts-if-lifted', data: { liftBy } });
      expect(rig.feed()?.waits).toMatchObject({ id: 'summary.starts-if-lifted' });
      await rig.type('tom', '/ssis unfreeze prod');
      await rig.until(() => rig.rotation().start?.from === OPENS && rig.rotation().start?.held === null);
      await rig.until(() => planCard()?.when.liftBy === null);
      await rig.closed();
      expect(rig.rotation().closed?.outcome).toBe('proved');
    },
  );

  test.each([
    ['40 minutes', ['freeze.waits']],
    ['20 minutes', []],
    ['3 hours', ['freeze.lapses']],
  ])('a request for a certain time that waits for approval, frozen for %s', async (until, ids) => {
    await ready({ windows: [] });
    await rig.type('mei', '/ssis rotate-master at 30 minutes because Yearly');
    await rig.planned();
    expect((await answerOf(until)).map(({ id }) => id)).toEqual(ids);
    expect(rig.rotation().closed).toBeNull();
  });
});

describe('A ticket', () => {
  const ticket = {
    pattern: 'CHG[0-9]{7}',
    example: 'CHG0012345',
    required: true,
    link: 'https://change.example.com/{ticket}',
  };

  test('that is required but missing is refused with an example, and one that does not match is refused and quoted', async () => {
    await ready({ ticket });
    expect(await messageOf('mei', '/ssis rotate-master because Yearly')).toMatchObject({
      id: 'refused.ticket-missing',
      data: { example: 'CHG0012345' },
    });
    expect(await messageOf('mei', '/ssis rotate-master ticket CHG1 because Yearly')).toMatchObject({
      id: 'refused.ticket-not-matching',
      data: { said: 'CHG1' },
    });
    expect(await said('mei', '/ssis plan rotate-master')).toEqual(['looking-dry']);
    expect(await rig.click('mei', 'ask', { farm: 'prod' })).toMatchObject({
      type: 'form',
      form: { fields: { ticket: { said: '', required: true } } },
    });
    expect(rig.state().open).toBeNull();
  });

  test('that is lacking is one press away, with what was typed around it', async () => {
    await ready({ ticket });
    for (const said of ['', 'ticket CHG1 ']) {
      const answer = await rig.type('mei', `/ssis reconnect sqlw01 at 12:30 ${said}because It is back`);
      const [action] = answer.type === 'notice' ? answer.notice.actions : [];
      expect(action).toMatchObject({ label: { id: 'button.with-ticket' }, verb: 'ask' });
      expect(await rig.click('mei', action?.verb ?? '', action?.data ?? {})).toMatchObject({
        type: 'form',
        form: { what: 'reconnect sqlw01', farm: 'prod', reason: 'It is back', fields: { ticket: { required: true } } },
      });
    }
  });

  test('is on the card, in the plan that is approved and in the journal', async () => {
    await ready({ ticket });
    await rig.type('mei', '/ssis rotate-master ticket CHG0012345 because Yearly');
    await rig.planned();
    await rig.until(() => planCard() !== undefined);
    expect(planCard()?.ticket).toEqual({ id: 'CHG0012345', link: 'https://change.example.com/CHG0012345' });
    expect(rig.rotation().plan?.lines[0]).toContain('"ticket":"CHG0012345"');
    expect(JSON.stringify(rig.disk.lines[0]?.line.entry)).toContain('"ticket":"CHG0012345"');
  });
});
