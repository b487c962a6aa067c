import { isCertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/views/view.ts';
import type { ChatAdapter, ChatIntent, Posting, Reply } from '../../src/ports/chat.ts';
import { plan } from '../cards/views.ts';

/** A chat that has not been started, and what stands on its platform. */
interface ChatUnderTest {
  readonly chat: ChatAdapter;
  readonly channel: string;
  /** Somebody who may write there. */
  readonly account: string;
  /** How many messages stand in the channel. */
  stood(): number | Promise<number>;
  /** How many messages this person has been sent alone. */
  told(): number | Promise<number>;
  /** Somebody types these words in the channel; resolves once the platform has delivered them. */
  type(words: string): Promise<unknown>;
  /** Somebody deletes the message. */
  remove?(message: string): void;
  /** Nobody reaches the platform any more. */
  goAway?(): void | Promise<void>;
  close(): Promise<void>;
}

const LOCALE = { language: 'en', timeZone: 'UTC' } as const;
const posting = (key: string): Posting => ({ key, locale: LOCALE, mention: [], readers: [] });
const card = (id: string, more: object = {}): CardView => ({ ...plan, id, ...more });
const notice: NoticeView = { kind: 'notice', messages: [{ id: 'help.intro', data: {} }], actions: [] };
const note = { notice, locale: LOCALE, mention: [] };

const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'nothing',
    (error: unknown) => (isCertopsError(error) ? error.code : String(error)),
  );

/**
 * What every chat promises the bot, the one in memory included: see ChatAdapter. `isPlatform` false: a page of the
 * bot's own, which is never away, and from which nobody deletes anything.
 */
export function chatContract(name: string, open: () => Promise<ChatUnderTest>, isPlatform = true): void {
  describe(`${name} keeps the contract of a chat:`, () => {
    const onPlatform = isPlatform ? test : () => {};
    let under: ChatUnderTest;
    let heard: ChatIntent[];
    let reply: Reply;
    beforeEach(async () => {
      under = await open();
      heard = [];
      reply = { type: 'nothing', locale: LOCALE };
      await under.chat.start(async (intent) => {
        heard.push(intent);
        return reply;
      });
    });
    afterEach(() => under.close());

    test('a posted card stands in its channel, and is found by its key', async () => {
      const { chat, channel } = under;
      const before = await under.stood();
      const first = await chat.post(channel, card('prod-17'), posting('prod-17'));
      const second = await chat.post(channel, card('prod-18'), posting('prod-18'));
      expect(first).not.toBe('');
      expect(second).not.toBe(first);
      expect((await under.stood()) - before).toBe(2);
      expect(await chat.find(channel, 'prod-17')).toBe(first);
      expect(await chat.find(channel, 'prod-18')).toBe(second);
      expect(await chat.find(channel, 'prod-1')).toBeNull();
    });

    test('of two cards with one key the newer is found', async () => {
      const { chat, channel } = under;
      await chat.post(channel, card('prod-17'), posting('prod-17'));
      const newer = await chat.post(channel, card('prod-17'), posting('prod-17'));
      expect(await chat.find(channel, 'prod-17')).toBe(newer);
    });

    test('an update changes the card in its place', async () => {
      const { chat, channel } = under;
      const message = await chat.post(channel, card('prod-17'), posting('prod-17'));
      const before = await under.stood();
      await chat.update(channel, message, card('prod-17', { reason: 'Another reason' }), posting('prod-17'));
      expect(await under.stood()).toBe(before);
      expect(await chat.find(channel, 'prod-17')).toBe(message);
    });

    test('a note makes no card', async () => {
      const { chat, channel } = under;
      const message = await chat.post(channel, card('prod-17'), posting('prod-17'));
      expect(typeof (await chat.note(channel, message, note))).toBe('string');
      expect(await chat.find(channel, 'prod-17')).toBe(message);
    });

    test('what is told one person stands in no channel', async () => {
      const [stood, told] = [await under.stood(), await under.told()];
      await under.chat.tell(under.account, notice, LOCALE);
      expect(await under.stood()).toBe(stood);
      expect((await under.told()) - told).toBe(1);
    });

    test('nothing is written in a channel that is not there, and the refusal says so', async () => {
      const { chat } = under;
      const before = await under.stood();
      expect(await codeOf(chat.post('nowhere', card('prod-17'), posting('prod-17')))).toBe('ChannelNotFound');
      expect(await codeOf(chat.update('nowhere', '1.1', card('prod-17'), posting('prod-17')))).toBe('ChannelNotFound');
      expect(await under.stood()).toBe(before);
    });

    test('a message that was never there is not changed', async () => {
      const { chat, channel } = under;
      expect(await codeOf(chat.update(channel, '1.1', card('prod-17'), posting('prod-17')))).toBe('MessageNotFound');
    });

    onPlatform('a card that somebody deleted is not changed, and can be posted again', async () => {
      const { chat, channel } = under;
      const message = await chat.post(channel, card('prod-17'), posting('prod-17'));
      under.remove?.(message);
      expect(await codeOf(chat.update(channel, message, card('prod-17'), posting('prod-17')))).toBe('MessageNotFound');
      expect(await chat.find(channel, 'prod-17')).toBeNull();
      const again = await chat.post(channel, card('prod-17'), posting('prod-17'));
      expect(await chat.find(channel, 'prod-17')).toBe(again);
    });

    onPlatform('a platform that nobody reaches is away, for every call', async () => {
      const { chat, channel, account } = under;
      const message = await chat.post(channel, card('prod-17'), posting('prod-17'));
      await under.goAway?.();
      expect(await codeOf(chat.post(channel, card('prod-18'), posting('prod-18')))).toBe('ChatAway');
      expect(await codeOf(chat.update(channel, message, card('prod-17'), posting('prod-17')))).toBe('ChatAway');
      expect(await codeOf(chat.note(channel, message, note))).toBe('ChatAway');
      expect(await codeOf(chat.tell(account, notice, LOCALE))).toBe('ChatAway');
    });

    test('what somebody types is brought to the bot, with who said it and where', async () => {
      const { chat, channel, account } = under;
      await under.type('show prod-17');
      expect(heard).toHaveLength(1);
      expect(heard[0]).toMatchObject({
        type: 'command',
        person: { platform: chat.platform, account },
        channel,
        text: 'show prod-17',
      });
    });

    test('a group that the platform does not have feeds nobody', async () => {
      expect((await under.chat.group('S0NOGROUP')) ?? []).toEqual([]);
    });

    test('a chat that nobody turns away says so', async () => {
      expect((await under.chat.refused?.()) ?? false).toBe(false);
      expect(under.chat.deafSince?.() ?? null).toBeNull();
    });
  });
}
