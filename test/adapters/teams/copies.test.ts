import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CHANNEL,
  cardOf,
  closedView,
  GROUP,
  inChannel,
  inPrivate,
  invoke,
  LOCALE,
  message,
  PEOPLE,
  planView,
  posting,
  type Rig,
  said,
  startKnown,
} from './support.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startKnown();
});
afterEach(() => rig.close());

const DATA = { v: 1, rotation: 'prod-17', digest: 'd'.repeat(64) };

describe('a posted card', () => {
  test('is found again after a restart, by its rotation', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    await rig.restart();
    expect(await rig.chat().find(GROUP, 'prod-17')).toBe(id);
    expect(await rig.chat().find(CHANNEL, 'prod-17')).toBeNull();
    expect(await rig.chat().find(GROUP, 'prod-18')).toBeNull();
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect(rig.stood(GROUP)[0]?.edits).toBe(1);
  });

  test('that somebody deleted is no longer found', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    rig.service.remove(id);
    await expect(rig.chat().update(GROUP, id, planView(), posting())).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
    expect(await rig.chat().find(GROUP, 'prod-17')).toBeNull();
  });

  test('whose ID was lost is recognised by its first click, and kept up to date from then on', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    writeFileSync(path.join(rig.folder, 'references.json'), 'torn');
    await rig.restart();
    expect(rig.logged.join()).toContain('could not be read');
    const click = {
      ...inChannel,
      replyToId: id,
      conversation: { ...inChannel.conversation, id: `${CHANNEL};messageid=${id}` },
    };
    await rig.deliver(invoke(rig.service, 'ana', 'approve', DATA, click));
    const again = await rig.chat().post(CHANNEL, planView(), posting());
    await rig.chat().update(CHANNEL, again, planView({ needed: 1 }), posting());
    expect(rig.stood(CHANNEL).map(({ edits }) => edits)).toEqual([1, 1]);
  });

  test('whose ID was lost is found by its rotation once somebody has clicked on it', async () => {
    const id = await rig.chat().post(CHANNEL, planView(), posting());
    writeFileSync(path.join(rig.folder, 'references.json'), 'torn');
    await rig.restart();
    expect(await rig.chat().find(CHANNEL, 'prod-17')).toBeNull();
    // Teams names the thread; the card itself is its first message.
    const conversation = { ...inChannel.conversation, id: `${CHANNEL};messageid=${id}` };
    await rig.deliver(invoke(rig.service, 'ana', 'approve', DATA, { ...inChannel, conversation, replyToId: id }));
    await rig.until(() => readFileSync(path.join(rig.folder, 'references.json'), 'utf8').includes(id));
    expect(await rig.chat().find(CHANNEL, 'prod-17')).toBe(id);
  });

  test('that still shows its buttons after its rotation is over is corrected once, by the first click on it', async () => {
    const id = await rig.chat().post(GROUP, planView(), posting());
    writeFileSync(path.join(rig.folder, 'references.json'), 'torn');
    await rig.restart();
    const closed = closedView();
    rig.bot.reply = async (intent) =>
      intent.type === 'action' && intent.verb === 'show'
        ? { type: 'card', view: closed, reader: 'approver', locale: LOCALE }
        : said('refused.closed', { id: 'prod-17', outcome: 'lapsed', at: '2026-11-25T14:04:00.000Z', by: null });
    const { body } = await rig.press('ana', 'approve', DATA, { replyToId: id });
    expect(body.type).toBe('application/vnd.microsoft.activity.message');
    await rig.until(() => (rig.stood(GROUP)[0]?.edits ?? 0) > 0);
    expect(JSON.stringify(rig.stood(GROUP)[0]?.body)).not.toContain('"approve"');
    await rig.press('tom', 'approve', DATA, { replyToId: id });
    await rig.press('ana', 'approve', DATA, { replyToId: id });
    await rig.chat().stop();
    expect(rig.stood(GROUP)[0]?.edits).toBe(1);
  });

  test('shown to somebody in their own chat is a copy, and is updated with the others', async () => {
    rig.bot.reply = async () => ({ type: 'card', view: planView(), reader: 'requester', locale: LOCALE });
    const mine = inPrivate('mei').conversation.id;
    await rig.deliver(message(rig.service, 'mei', 'show prod-17', inPrivate('mei')));
    await rig.until(() => rig.stood(mine).length === 1);
    expect(JSON.stringify(rig.stood(mine)[0]?.body)).toContain('"withdraw"');
    const id = await rig.chat().post(GROUP, planView(), posting());
    await rig.until(() => readFileSync(path.join(rig.folder, 'references.json'), 'utf8').includes(mine));
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    await rig.chat().update(GROUP, id, planView({ needed: 1 }), posting());
    expect(rig.stood(mine)[0]?.edits).toBe(1);
    expect(cardOf(rig.stood(mine)[0]?.body).refresh?.userIds).toEqual(['29:mei']);
  });

  describe('in somebody’s own chat', () => {
    const tom = inPrivate('tom').conversation.id;
    const readers = [{ account: PEOPLE.tom.aadObjectId.toUpperCase(), reader: 'requester' as const }];
    const stands = () => rig.stood(tom)[0];
    beforeEach(async () => {
      const asked = { language: 'zh-CN', timeZone: 'Asia/Shanghai' } as const;
      rig.bot.reply = async () => ({ type: 'card', view: planView(), reader: 'requester', locale: asked });
      await rig.deliver(message(rig.service, 'tom', 'show prod-17', inPrivate('tom')));
      await rig.until(() => readFileSync(path.join(rig.folder, 'references.json'), 'utf8').includes('"prod-17"'));
    });

    test('uses their language and their buttons whichever channel an update comes from, and is updated once', async () => {
      const [one, two] = [
        await rig.chat().post(GROUP, planView(), posting({ readers })),
        await rig.chat().post(CHANNEL, planView(), posting({ readers })),
      ];
      const view = planView({ needed: 1 });
      await rig.chat().update(GROUP, one, view, posting({ readers }));
      await rig.chat().update(CHANNEL, two, view, posting({ readers, locale: { language: 'en', timeZone: 'UTC' } }));
      const words = JSON.stringify(stands()?.body);
      expect([stands()?.edits, cardOf(stands()?.body).lang]).toEqual([1, 'zh']);
      expect(words).toContain('"withdraw"');
      expect(words).not.toContain('"approve"');
      await rig.chat().update(GROUP, one, closedView(), posting({ readers }));
      expect(cardOf(stands()?.body).lang).toBe('zh');
    });

    test.each<[string, object]>([
      ['has asked to wait', { status: 429, retryAfter: '1' }],
      ['has taken nothing', { status: 503 }],
    ])('shows the latest state soon after Teams %s, without another update', async (_why, trouble) => {
      const id = await rig.chat().post(GROUP, planView(), posting({ readers }));
      rig.service.trouble({ on: /PUT .*\/a:/u, status: 0, ...trouble });
      await rig.chat().update(GROUP, id, closedView(), posting({ readers }));
      expect(stands()?.edits).toBe(0);
      await rig.until(() => (stands()?.edits ?? 0) > 0);
      expect([stands()?.edits, JSON.stringify(stands()?.body).includes('withdraw')]).toEqual([1, false]);
    });
  });

  test('shown to a group has the buttons of every copy, never one person’s own', async () => {
    rig.bot.reply = async () => ({ type: 'card', view: planView(), reader: 'requester', locale: LOCALE, aloud: true });
    await rig.type('mei', 'show prod-17');
    await rig.until(() => rig.stood(GROUP).length === 1);
    const words = JSON.stringify(rig.stood(GROUP)[0]?.body);
    expect(words).toContain('"approve"');
    expect(words).not.toContain('"withdraw"');
  });
});
