import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { fallbackText } from '../../../../cards/fallback-text.ts';
import { isWorded } from '../../../../cards/wording/index.ts';
import type { Message } from '../../../../src/domain/values.ts';
import type { CardView, Reader } from '../../../../src/domain/views/view.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const READERS: readonly Reader[] = ['approver', 'requester', 'other'];

/** Every message that stands anywhere in a view, or in the console's. */
function messagesOf(value: unknown): readonly Message[] {
  if (Array.isArray(value)) return value.flatMap(messagesOf);
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as { readonly [name: string]: unknown };
  const isMessage =
    typeof fields.id === 'string' && typeof fields.data === 'object' && Object.keys(fields).length === 2;
  return isMessage ? [fields as unknown as Message] : Object.values(fields).flatMap(messagesOf);
}

let unworded = new Set<string>();
let seen = 0;
beforeEach(() => {
  unworded = new Set();
  seen = 0;
});

function check(view: CardView): void {
  for (const reader of READERS) {
    const json = JSON.stringify(renderAdaptiveCard(view, reader, 'en', 'UTC'));
    expect(json).not.toMatch(/undefined|\[object|NaN/u);
  }
  expect(fallbackText(view, 'en', 'UTC')).not.toMatch(/undefined|\[object|NaN/u);
  note(view);
}

function note(view: unknown): void {
  for (const { id } of messagesOf(view)) {
    seen += 1;
    const error = id.replace('refused.', 'error.');
    if (!isWorded(id, 'en') && !isWorded(error, 'en')) unworded.add(id);
  }
}

const say = (reply: Reply): void => {
  if (reply.type === 'card') check(reply.view);
  if (reply.type === 'notice') check(reply.notice);
};

/** All cards that were ever shown, all states of the console, and what people are told on the way. */
async function watch(story: () => Promise<void>): Promise<void> {
  rig = await createBotRig({
    farm: { reminders: { days: [45, 30, 14], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 } },
  });
  await rig.start();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      note(rig.feed());
      await rig.clock.sleep(40);
    }
  })();
  await story();
  await rig.pass(5_000);
  for (const text of [
    '',
    'status',
    'certs',
    'runners',
    'whoami',
    'help',
    'help plan',
    'show prod-1',
    'approve prod-1',
    'resolve prod-1',
  ])
    say(await rig.type('ana', `/ssis ${text}`));
  isOver = true;
  await watching;
  for (const { views } of rig.chat.messages) for (const view of views) check(view);
  for (const { notice } of [...rig.chat.notes, ...rig.chat.whispers]) check(notice);
  expect(seen).toBeGreaterThan(100);
  expect([...unworded].sort()).toEqual([]);
}

const kindsOf = (): Set<string> => new Set(rig.chat.messages.flatMap(({ views }) => views.map(({ kind }) => kind)));

async function approvedSlowly(): Promise<void> {
  say(await rig.type('mei', '/ssis rotate-master because Yearly <b>renewal</b> & | % "quotes"'));
  await rig.until(() => rig.rotation().posted.length === 1);
  say(await rig.vote('mei'));
  say(await rig.vote('ana'));
  say(await rig.vote('ana'));
  say(await rig.vote('tom'));
}

test('everything shown of a rotation that is proved has words and can be rendered', async () => {
  await watch(async () => {
    await approvedSlowly();
    await rig.closed();
    say(await rig.vote('wei'));
  });
  expect(kindsOf()).toEqual(new Set(['plan', 'running', 'closed']));
});

test.each([
  ['fail', 'put-back'],
  ['lie', 'put-back'],
  ['hang', 'put-back'],
  ['late', 'proved'],
] as const)(
  'everything shown of a rotation whose canary’s restart goes wrong has words and can be rendered: %s, which ends as %s',
  async (kind, outcome) => {
    await watch(async () => {
      rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind, times: 1 });
      await approvedSlowly();
      await rig.closed();
    });
    expect(rig.rotation().closed?.outcome).toBe(outcome);
  },
);

test.each(['denied', 'withdrawn', 'lapsed', 'stopped', 'refused', 'planned'] as const)(
  'everything shown of a request that ends %s has words and can be rendered',
  async (how) => {
    await watch(async () => {
      if (how === 'refused') rig.world.machines.get('sqlm01')?.problems.push({ code: 'spn', data: {} });
      say(await rig.type('mei', `/ssis ${how === 'planned' ? 'plan ' : ''}rotate-master`));
      await rig.until(() => rig.rotation().posted.length === 1);
      if (how === 'denied') say(await rig.vote('ana', 'deny'));
      if (how === 'withdrawn') say(await rig.click('mei', 'withdraw', { rotation: 'prod-1' }));
      if (how === 'lapsed') rig.clock.set(rig.clock.now() + 25 * 3_600_000);
      if (how === 'stopped') {
        await rig.vote('ana');
        await rig.vote('tom');
        say(await rig.type('tom', '/ssis stop prod-1'));
        say(await rig.type('tom', '/ssis stop prod-1'));
      }
      await rig.closed();
    });
    expect(rig.rotation().closed?.outcome).toBe(how);
  },
);

test.each(['leave', 'put-back', 'look'] as const)(
  'everything shown while machines are unknown and people decide has words and can be rendered: %s',
  async (verb) => {
    await watch(async () => {
      rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 1 });
      await approvedSlowly();
      await rig.until(() => rig.rotation().orders.some(({ stage }) => stage === 'master'));
      rig.silence('sqlw02', true);
      await rig.until(() => kindsOf().has('needs-person'));
      const card = rig.chat.cards().find((view) => view.kind === 'needs-person');
      const digest = card?.kind === 'needs-person' ? card.digest : '';
      say(await rig.click('ana', verb, { rotation: 'prod-1', digest }));
      await rig.pass(3_000);
      for (const who of ['tom', 'wei']) say(await rig.click(who, 'approve', { rotation: 'prod-1', digest }));
      rig.silence('sqlw02', false);
      await rig.closed();
    });
    expect(rig.rotation().closed?.outcome).toBe('put-back');
  },
);

test('reminders, a queue that is away, a stranger in the queue and a runner that forgot have words and can be rendered', async () => {
  await watch(async () => {
    await rig.remind();
    await rig.type('mei', '/ssis rotate-master');
    await rig.until(() => rig.rotation().posted.length === 1);
    rig.post.faults.away = true;
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.pass(20_000);
    rig.post.faults.away = false;
    await rig.post.office.toHost('sqlw01', { type: 'order', key: '0'.repeat(16), body: '{}', sig: 'A'.repeat(86) });
    await rig.closed();
    await rig.stopRunner('sqlw01');
    rig.runnerDisks.get('sqlw01')?.lines.splice(0);
    await rig.startRunner('sqlw01');
    await rig.pass(20_000);
  });
  expect(kindsOf()).toEqual(new Set(['reminder', 'plan', 'running', 'closed', 'notice']));
});
