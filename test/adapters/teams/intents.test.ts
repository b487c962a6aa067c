import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { parseActivity } from '../../../adapters/teams/intents.ts';
import { belowQuote, wordsOf } from '../../../adapters/teams/text.ts';
import { isRefusal } from '../../../src/domain/values.ts';

const BOT = '28:bot';
const ACTIVITY = {
  type: 'message',
  id: '1:1',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  from: { id: '29:mei', aadObjectId: '33333333-3333-3333-3333-333333333301' },
  recipient: { id: BOT },
  conversation: { id: '19:a@thread.tacv2;messageid=1', conversationType: 'channel', tenantId: 'T' },
  channelData: { tenant: { id: 'T' }, team: { id: '19:t' } },
  text: 'status',
  entities: [],
  value: { action: { verb: 'approve', data: { rotation: 'prod-17' } } },
  name: 'adaptiveCard/action',
  replyToId: '1',
};

describe('whatever Teams delivers', () => {
  test('is understood or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseActivity(value);
        expect(isRefusal(parsed) || typeof parsed.type === 'string').toBe(true);
      }),
    );
  });

  test('is still understood or refused when any part of a real delivery is replaced', () => {
    const paths = Object.keys(ACTIVITY);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.jsonValue(),
        fc.constantFrom('message', 'invoke', 'conversationUpdate', 'installationUpdate'),
        (path, value, type) => {
          const parsed = parseActivity({ ...ACTIVITY, type, [path]: value });
          if (isRefusal(parsed)) expect(JSON.stringify(parsed.data).length).toBeLessThan(300);
          else expect(['command', 'action', 'joined', 'left', 'roster', 'nothing']).toContain(parsed.type);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('puts nothing but plain values into an action', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const parsed = parseActivity({ ...ACTIVITY, type: 'invoke', value: { action: { verb: 'approve', data } } });
        if (isRefusal(parsed) || parsed.type !== 'action') return;
        for (const value of Object.values(parsed.data)) expect(typeof value !== 'object' || value === null).toBe(true);
        for (const value of Object.values(parsed.inputs)) expect(typeof value).toBe('string');
      }),
    );
  });

  test('may use names of built-in object properties without effect', () => {
    const raw = JSON.parse('{"__proto__":{"rotation":"x"},"constructor":"y","rotation":"prod-17"}') as object;
    const parsed = parseActivity({ ...ACTIVITY, type: 'invoke', value: { action: { verb: 'approve', data: raw } } });
    expect(isRefusal(parsed) || (parsed.type === 'action' && parsed.data.rotation === 'prod-17')).toBe(true);
    expect(({} as { rotation?: unknown }).rotation).toBeUndefined();
  });

  test('leaves plain words as they were typed', () => {
    const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/[<>&\s\u200b\ufeff]/u.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(wordsOf(`<at>CertOps</at> ${text}`, [{ id: BOT, text: '<at>CertOps</at>' }], BOT)).toBe(text);
      }),
    );
  });

  test('a line typed as a code block is read without its markup', () => {
    const text = '<at>CertOps</at><codeblock class=""><code>status</code></codeblock>';
    expect(wordsOf(text, [{ id: BOT, text: '<at>CertOps</at>' }], BOT)).toBe('status');
  });

  test('a tenant that is left empty in one place is read from the other', () => {
    const channelData = { tenant: {} };
    const conversation = { id: '19:x@thread.tacv2', conversationType: 'channel', tenantId: 'T' };
    const parsed = parseActivity({
      ...ACTIVITY,
      type: 'message',
      text: 'status',
      value: null,
      channelData,
      conversation,
    });
    expect(parsed).toMatchObject({ type: 'command', sender: { tenants: ['t'] } });
  });

  const QUOTES = 'schema.skype.com/Reply';
  test.each<[string, string]>([
    ['', '<at '],
    ['', '&#'],
    ['&#', '1'],
    ['', '<'],
    ['', '<p a=b '],
    ['', `<blockquote ${QUOTES}>`],
    ['', `<blockquote ${QUOTES} `],
    ['', '<span schema.skype.com/Mention '],
    ['<p', ' '],
    ['<p', ' a=b'],
    ['<p a=', 'b'],
    ['<p', ' itemscope'],
    ['<at ', 'a '],
  ])('does not hang the parser with %j and then as many %j as may be sent', (begins, again) => {
    const mentions = [{ id: BOT, text: '<at>CertOps</at>' }];
    const long = (most: number): string => begins.padEnd(most, again);
    // A delivery has at most 256 KB, and the markup beside the words that is read 100,000 characters.
    const read = () => [wordsOf(long(262_144), mentions, BOT), belowQuote(long(100_000))];
    // A search that backtracks without end blocks everything, the runner of the tests too: only this ends it.
    expect(runInNewContext('read()', { read }, { timeout: 20_000 })).toHaveLength(2);
  });
});
