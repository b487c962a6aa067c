import type { NoticeView } from '../../../../src/domain/views/view.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const noticeOf = (reply: Reply): NoticeView => {
  if (reply.type !== 'notice') throw new Error(`a ${reply.type}`);
  return reply.notice;
};

async function asked(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
}

describe('A vote', () => {
  test('of the requester is refused, and the refusal names who may vote', async () => {
    await asked();
    const reply = noticeOf(await rig.vote('mei'));
    expect(reply.messages[0]).toMatchObject({ id: 'refused.own-request', data: { others: expect.any(Array) } });
    expect(reply.actions.map(({ verb }) => verb)).toEqual(['act-as', 'show']);
  });

  test('is counted once, across platforms and however many clicks come at the same time', async () => {
    await asked();
    const data = { rotation: 'prod-1', digest: rig.rotation().plan?.digest ?? '' };
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        rig.click(i % 2 ? 'ana' : 'U-ana', 'approve', data, {}, i % 2 ? 'web' : 'slack'),
      ),
    );
    expect(replies.flatMap(saidOf).filter((id) => id === 'approved')).toEqual(['approved']);
    expect(rig.rotation().votes.length).toBe(1);
    expect(rig.rotation().gate).toBeNull();
  });

  test('is refused on an old plan, from somebody unknown, and on something closed', async () => {
    await asked();
    const data = { rotation: 'prod-1', digest: '0'.repeat(64) };
    expect(saidOf(await rig.click('ana', 'approve', data))).toEqual(['refused.stale-plan']);
    expect(saidOf(await rig.click('ana', 'approve', { rotation: 'prod-1' }))).toEqual(['refused.stale-plan']);
    expect(saidOf(await rig.click('eve', 'approve', data))).toEqual(['refused.unknown-person']);
    expect(saidOf(await rig.vote('ana', 'deny'))).toEqual(['denied']);
    expect(saidOf(await rig.vote('tom'))).toEqual(['refused.closed']);
    expect(rig.rotation().closed?.outcome).toBe('denied');
  });

  test('comes too late once the request has lapsed', async () => {
    await asked();
    rig.clock.set(rig.clock.now() + 25 * 3_600_000);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('lapsed');
    expect(saidOf(await rig.vote('ana'))).toEqual(['refused.closed']);
    expect(rig.rotation().orders.every(({ kind }) => kind === 'look')).toBe(true);
  });

  test('to deny needs a reason that can be shown', async () => {
    await asked();
    const data = { rotation: 'prod-1', digest: rig.rotation().plan?.digest ?? '' };
    expect(saidOf(await rig.click('ana', 'deny', data))).toEqual(['refused.reason-needed']);
    expect(saidOf(await rig.click('ana', 'deny', data, { reason: 'no\u0007' }))).toEqual([
      'wrong.reason-control-characters',
    ]);
  });
});

describe('A request', () => {
  test('made a hundred times at once is one rotation; made again it returns that card, made by another person it is refused', async () => {
    rig = await createBotRig();
    await rig.start();
    await Promise.all(
      Array.from({ length: 100 }, () => rig.click('mei', 'request', { farm: 'prod' }, { reason: 'Yearly' })),
    );
    expect(rig.state().order).toEqual(['prod-1']);
    await rig.planned();
    expect(saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'))).toEqual(['card plan']);
    expect(saidOf(await rig.type('ana', '/ssis rotate-master because Yearly'))).toEqual(['refused.open-rotation']);
  });

  test('to roll back a rotation that others followed is refused, and names an open rotation instead if there is one', async () => {
    rig = await createBotRig();
    await rig.start();
    for (const id of ['prod-1', 'prod-2']) {
      await rig.type('mei', '/ssis rotate-master because Yearly');
      await rig.planned(id);
      for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', id);
      await rig.closed(id);
    }
    expect(saidOf(await rig.type('mei', '/ssis rollback prod-1'))).toEqual(['refused.rollback-not-last']);
    await rig.type('mei', '/ssis rollback prod-2');
    await rig.planned('prod-3');
    expect(noticeOf(await rig.type('mei', '/ssis rollback prod-1'))).toMatchObject({
      messages: [{ id: 'refused.open-rotation', data: { id: 'prod-3' } }],
      actions: [{ verb: 'show', data: { rotation: 'prod-3' } }],
    });
    expect(saidOf(await rig.type('mei', '/ssis rollback prod-9'))).toEqual(['refused.rollback-unknown']);
    expect(saidOf(await rig.type('mei', '/ssis rollback prod-3'))).toEqual(['refused.rollback-open']);
    expect(saidOf(await rig.type('mei', '/ssis plan rollback prod-1'))).toEqual(['refused.rollback-not-last']);
  });

  test('that can never be approved is refused at once, naming who is missing', async () => {
    const approval = { quorum: 3, approvers: ['ana', 'tom', 'wei'], groups: [], lapsesAfterMs: 1_000_000 };
    rig = await createBotRig({ farm: { approval } });
    await rig.start();
    const reply = noticeOf(await rig.type('ana', '/ssis rotate-master'));
    expect(reply.messages).toMatchObject([
      {
        id: 'refused.quorum-unreachable',
        data: { missing: 1, able: ['Tom Becker', 'Wei Zhang'], asker: ['Ana Ruiz'] },
      },
    ]);
    expect(rig.state().order).toEqual([]);
  });

  test('for a machine without a runner is refused at once, naming the machine', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner('sqlw02');
    await rig.pass(60_000);
    const reply = noticeOf(await rig.type('mei', '/ssis rotate-master'));
    expect(reply.messages).toMatchObject([{ id: 'refused.no-runner', data: { hosts: ['sqlw02'], others: [] } }]);
    expect(reply.actions).toEqual([]);
  });

  test.each([
    ['rotate-worker all now because Yearly', 'rotate-worker sqlw01 now in prod because Yearly'],
    ['plan rotate-worker sqlw01 sqlw02', 'plan rotate-worker sqlw01 in prod'],
    ['rotate-worker sqlw02', null],
  ])('for a worker without a runner can be made for the others alone: %s', async (line, others) => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner('sqlw02');
    await rig.pass(60_000);
    const reply = noticeOf(await rig.type('mei', `/ssis ${line}`));
    expect(reply.messages).toMatchObject([{ id: 'refused.no-runner', data: { hosts: ['sqlw02'] } }]);
    expect(reply.actions.map(({ verb, data }) => [verb, data.text])).toEqual(
      others === null ? [] : [['type', `/ssis ${others}`]],
    );
  });

  test('stopped by typed words keeps the reason that was given, and shows it', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    expect(saidOf(await rig.type('ana', '/ssis stop prod-1 because packages fail'))).toEqual(['withdrawn']);
    await rig.closed();
    await rig.pass(5_000);
    expect(rig.rotation()).toMatchObject({ stop: { by: { id: 'ana' }, reason: 'packages fail' } });
    const why = { id: 'why.stop-asked', data: { data: { by: 'Ana Ruiz', reason: 'packages fail' } } };
    expect(rig.chat.cards()).toMatchObject([{ kind: 'closed', outcome: 'withdrawn', why }]);
    expect(rig.chat.notes.at(-1)?.notice.messages).toMatchObject([{ id: 'note.withdrawn' }, why]);
  });

  test('withdrawn while machines are still looked at ends at once', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.post.faults.away = true;
    await rig.type('mei', '/ssis rotate-master');
    await rig.type('mei', '/ssis stop prod-1');
    expect(rig.rotation().closed?.outcome).toBe('withdrawn');
  });

  test('whose plan asks nobody ends as planned beside an open one, which it leaves as it is', async () => {
    await asked();
    await rig.type('ana', '/ssis plan rotate-master');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed?.outcome).toBe('planned');
    expect(rig.state().open).toBe('prod-1');
  });

  test.each(['constructor', '__proto__', 'prod-2', 'x'.repeat(200)])(
    'that names the id %j is refused as unknown',
    async (id) => {
      await asked();
      expect(saidOf(await rig.type('mei', `/ssis show ${id}`))).toEqual(['refused.unknown-id']);
      expect(saidOf(await rig.click('ana', 'approve', { rotation: id }))).toEqual(['refused.unknown-id']);
    },
  );

  test('is refused with the reason if the disk refuses writes, and nothing is half done', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.disk.full = true;
    expect(saidOf(await rig.type('mei', '/ssis rotate-master'))).toEqual(['refused.JournalNotWritable']);
    rig.disk.full = false;
    expect(rig.state().order).toEqual([]);
  });
});
