import { dueBack, earlyBack } from '../../../src/domain/fold/early-back.ts';
import type { Instant } from '../../../src/domain/values.ts';

const at = (second: number): Instant => new Date(Date.UTC(2026, 10, 24, 14, 0, second)).toISOString();

describe('When a master goes back unless confirmed', () => {
  const told = { line: { at: at(30) }, when: at(10), isClocked: true, boot: 'b1' };

  test('is told on the clock of the bot, which is twenty seconds behind the machine', () => {
    expect(dueBack(told, at(50))).toEqual({ goesBackAt: at(30), switchedBoot: 'b1' });
  });

  test.each<[string, Instant | null | undefined, boolean]>([
    ['where it does not go back by itself', null, true],
    ['where it did not say so', undefined, true],
    ['where nobody knows how the two clocks compare', at(50), false],
  ])('is not told %s', (_, goesBackAt, isClocked) => {
    expect(dueBack({ ...told, isClocked }, goesBackAt)).toEqual({});
  });
});

describe('A master that went back too early', () => {
  const order = { goesBackAt: at(30), switchedBoot: 'b1' };

  test('is told by how many seconds, rounded', () => {
    expect(
      earlyBack(order, 'NotConfirmed', { at: new Date(Date.parse(at(30)) - 5_600).toISOString(), boot: 'b2' }),
    ).toEqual({ early: 6 });
  });

  test.each<[string, Parameters<typeof earlyBack>]>([
    ['within what two clocks may differ', [order, 'NotConfirmed', { at: at(25), boot: 'b2' }]],
    ['after its time', [order, 'NotConfirmed', { at: at(40), boot: 'b2' }]],
    ['for another reason', [order, 'ServiceNotRunning', { at: at(0), boot: 'b2' }]],
    [
      'whose runner has not restarted: it counts on a clock that nobody sets',
      [order, 'NotConfirmed', { at: at(0), boot: 'b1' }],
    ],
    ['whose time is not known', [{ switchedBoot: 'b1' }, 'NotConfirmed', { at: at(0), boot: 'b2' }]],
    ['of which nothing is known', [undefined, 'NotConfirmed', { at: at(0), boot: 'b2' }]],
  ])('is none that went back %s', (_, given) => {
    expect(earlyBack(...given)).toEqual({});
  });
});
