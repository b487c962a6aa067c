import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { claimOf, createHandOn } from '../../../../src/app/bot/reports/hand-on.ts';
import { BODY_LIMITS } from '../../../../src/domain/letters/envelope.ts';
import type { BotPostOffice } from '../../../../src/ports/post-office.ts';

const body = (names: string): string => `{"v":1,${names},"entries":[]}`;
const ours = body('"farm":"test","host":"sqlw01"');
const signed = createMemorySigner().sign('report', ours);
const letter = (over: object = {}) => ({ ...signed, ...over });

describe('A letter', () => {
  test('that is a report claims to be of a farm and a machine', () => {
    expect(claimOf(letter())).toEqual({ farm: 'test', host: 'sqlw01', report: letter() });
    expect(claimOf(letter({ body: body('"farm":"test","host":"-"') }))).toMatchObject({ farm: 'test', host: null });
  });

  test.each<readonly [string, unknown]>([
    ['is no letter', 'hello'],
    ['is an order', letter({ type: 'order' })],
    ['is longer than any report', letter({ body: ours + ' '.repeat(BODY_LIMITS.report) })],
    ['begins with no name', letter({ body: '{"v":1,"entries":[]}' })],
    ['names what no farm can be called', letter({ body: body('"farm":"Test","host":"sqlw01"') })],
    ['names what is no queue', letter({ body: body('"farm":"a:b","host":"sqlw01"') })],
  ])('that %s claims nothing, and is handed to nobody', (_, one) => {
    expect(claimOf(one)).toBeNull();
  });

  test('is a report up to the last character that one may have', () => {
    const full = ours + ' '.repeat(BODY_LIMITS.report - ours.length);
    expect(claimOf(letter({ body: full }))).toMatchObject({ farm: 'test' });
  });
});

describe('A report of a farm that is not served here', () => {
  function handing() {
    const at = { now: 0 };
    const sent: string[] = [];
    const warned: { readonly farm: string; readonly goes: boolean }[] = [];
    /** Farms whose bot takes letters; null: the office is away. */
    const taken: { by: readonly string[] | null } = { by: ['test'] };
    const office = {
      async toBotOf(farm: string) {
        if (taken.by === null) throw new Error('away');
        sent.push(farm);
        return taken.by.includes(farm);
      },
    } as unknown as BotPostOffice;
    const warn = (data: object, text: string): void =>
      void warned.push({ ...(data as { farm: string }), goes: text.includes('go to') });
    const handOn = createHandOn({ office, clock: { steady: () => at.now }, log: { info() {}, warn } });
    const hand = (farm: string) => handOn({ farm, host: null, report: signed });
    return { at, sent, warned, taken, hand };
  }

  test('goes to its own bot, and the log says once whether that one takes it', async () => {
    const { sent, warned, taken, hand } = handing();
    for (const farm of ['test', 'test', 'other', 'other']) await hand(farm);
    expect(sent).toEqual(['test', 'test', 'other', 'other']);
    const once = [
      { farm: 'test', goes: true },
      { farm: 'other', goes: false },
    ];
    expect(warned).toEqual(once);
    taken.by = ['other'];
    for (const farm of ['test', 'other', 'test']) await hand(farm);
    expect(warned.slice(2)).toEqual([
      { farm: 'test', goes: false },
      { farm: 'other', goes: true },
    ]);
  });

  test('is no news while the letters go nowhere: nobody knows then whether it is taken', async () => {
    const { warned, taken, hand } = handing();
    await hand('other');
    taken.by = null;
    for (const farm of ['other', 'other']) await hand(farm);
    expect(warned).toEqual([{ farm: 'other', goes: false }]);
  });

  test('is handed on however many others were named before, for anybody could invent them', async () => {
    const { sent, hand } = handing();
    for (let nth = 1; nth <= 200; nth += 1) await hand(`farm-${nth}`);
    await hand('test');
    expect([sent.length, sent.at(-1)]).toEqual([201, 'test']);
  });

  test('is told of once while it is used, however many others come and go, and those do not fill the log', async () => {
    const { at, warned, hand } = handing();
    for (let nth = 1; nth <= 200; nth += 1) {
      await hand('test');
      await hand(`farm-${nth}`);
    }
    expect([warned.filter(({ farm }) => farm === 'test').length, warned.length]).toEqual([1, 50]);
    at.now = 3_600_000;
    await hand('new');
    expect(warned.at(-1)).toEqual({ farm: 'new', goes: false });
  });

  test('is told of later if the log had no room for it at first', async () => {
    const { at, warned, hand } = handing();
    for (let nth = 1; nth <= 50; nth += 1) await hand(`farm-${nth}`);
    await hand('late');
    expect(warned.at(-1)?.farm).toBe('farm-50');
    at.now = 3_600_000;
    await hand('late');
    expect(warned.at(-1)).toEqual({ farm: 'late', goes: false });
  });
});
