import { createFakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());
const HOUR = 3_600_000;

describe('In chat,', () => {
  test('each channel has one card per rotation, which ends as the closed card', async () => {
    const web = createFakeChat('web', [CHANNEL, 'dba']);
    const channels = [CHANNEL, 'dba'].map((id) => ({ platform: 'web', id, name: id, language: 'en' as const }));
    rig = await createBotRig({ chats: [web], farm: { channels } });
    await rig.start();
    await rig.type('mei', '/ssis rotate-master');
    await rig.until(() => rig.rotation().posted.length === 2);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(2_000);
    expect(web.messages.map(({ channel }) => channel).sort()).toEqual(['dba', CHANNEL]);
    for (const { views } of web.messages) {
      expect(views[0]?.kind).toBe('plan');
      expect(views.map(({ kind }) => kind)).toContain('running');
      expect(views.at(-1)).toMatchObject({ kind: 'closed', outcome: 'proved' });
    }
  });

  test('a chat that is away the whole time gets the outcome once, when it is back', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.chat.faults.away = true;
    await rig.approved();
    await rig.closed();
    await rig.pass(HOUR);
    expect(rig.chat.messages).toEqual([]);
    rig.chat.faults.away = false;
    await rig.pass(HOUR);
    expect(rig.chat.messages.map(({ views }) => views.map(({ kind }) => kind))).toEqual([['closed']]);
  });

  test('a chat that goes away after the plan gets one update per card, when it is back', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    await rig.until(() => rig.rotation().posted.length === 1);
    rig.chat.faults.away = true;
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(HOUR);
    rig.chat.faults.away = false;
    await rig.pass(60_000);
    expect(rig.chat.messages.map(({ views }) => views.map(({ kind }) => kind))).toEqual([['plan', 'closed']]);
  });

  test('a closed card no longer changes, even days later', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.closed();
    await rig.pass(5_000);
    const before = rig.chat.messages[0]?.views.length;
    rig.clock.set(rig.clock.now() + 40 * 24 * HOUR);
    await rig.pass(20_000);
    await rig.type('mei', '/ssis plan rotate-master');
    await rig.planned('prod-2');
    await rig.pass(5_000);
    expect(rig.chat.messages[0]?.views.length).toBe(before);
  });

  test('a disk that refuses writes for a while does not fill the channel with cards', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.chat.faults.at = (when, call) => {
      if (when === 'after' && call === 'post') rig.disk.full = true;
    };
    await rig.type('mei', '/ssis rotate-master');
    await rig.until(() => rig.disk.full);
    await rig.pass(5 * 60_000);
    rig.chat.faults.at = null;
    rig.disk.full = false;
    await rig.pass(60_000);
    // the second is the one word that the journal cannot be written
    expect(rig.chat.messages.map(({ views }) => views[0]?.kind)).toEqual(['plan', 'notice']);
    expect(rig.rotation().posted.length).toBe(1);
  });

  test('answers come at once while the queue is away, and the card says that work is waiting', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    await rig.vote('ana');
    rig.post.faults.away = true;
    expect(saidOf(await rig.vote('tom'))).toEqual(['approved']);
    expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('summary.runs');
    await rig.pass(10 * 60_000);
    expect(rig.chat.cards().at(-1)).toMatchObject({ kind: 'running', waiting: { id: 'waiting.queue' } });
    rig.post.faults.away = false;
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  test('a request made while the queue is away is taken, its answer and the status say that work is waiting, and it goes on later', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.post.faults.away = true;
    await rig.pass(10 * 60_000);
    const answer = await rig.type('mei', '/ssis rotate-master because Yearly');
    expect(answer).toMatchObject({ notice: { messages: [{ id: 'looking', data: { queueUp: false } }] } });
    const status = saidOf(await rig.type('mei', '/ssis status'));
    expect(status).toContain('status.queue');
    // Nobody is silent that nobody can hear.
    expect(status.filter((id) => id.startsWith('status.'))).toEqual(['status.queue']);
    await rig.pass(10 * 60_000);
    rig.post.faults.away = false;
    await rig.planned();
    expect(rig.rotation()).toMatchObject({ closed: null, plan: {} });
    expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('status.runners');
  });

  test('the answers to a request and to the last vote say that work waits where Redis has just begun to refuse everything', async () => {
    rig = await createBotRig();
    await rig.start();
    Object.assign(rig.post.faults, { away: true, unnoticed: true, refuses: 'OOM' });
    const asked = await rig.type('mei', '/ssis rotate-master because Yearly');
    expect(asked).toMatchObject({ notice: { messages: [{ id: 'looking', data: { queueUp: false } }] } });
    rig.post.faults.away = false;
    await rig.planned();
    await rig.vote('ana');
    rig.post.faults.away = true;
    const last = await rig.vote('tom');
    expect(last).toMatchObject({ notice: { messages: [{ id: 'approved', data: { missing: 0, queueUp: false } }] } });
    rig.post.faults.away = false;
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
  });

  test('a request made right after the queue was away is taken, and refused once a runner has been silent long enough', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.post.faults.away = true;
    await rig.pass(10 * 60_000);
    rig.silence('sqlw02', true);
    rig.post.faults.away = false;
    expect(saidOf(await rig.type('mei', '/ssis plan rotate-master'))).toEqual(['looking-dry']);
    await rig.pass(60_000);
    expect(saidOf(await rig.type('mei', '/ssis plan rotate-master'))).toEqual(['refused.no-runner']);
  });
});
