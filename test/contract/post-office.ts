import { createMemorySigner } from '../../adapters/memory/signer.ts';
import type { Envelope } from '../../src/domain/letters/protocol.ts';
import type { LetterHandler, PostOffice } from '../../src/ports/post-office.ts';

/** An implementation under test, with nothing in it yet. */
export interface PostUnderTest {
  readonly office: PostOffice;
  openMailbox(queue: string, handler: LetterHandler): Promise<{ close(): Promise<void> }>;
  /** Takes the transport away; `back` returns it. */
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

const signer = createMemorySigner();
export const letterOf = (n: number): Envelope => signer.sign('order', JSON.stringify({ n }));

/** Collects letters, and tells when there are enough. */
export function collector(): { handler: LetterHandler; letters: unknown[]; until(count: number): Promise<void> } {
  const letters: unknown[] = [];
  let wake: () => void = () => {};
  return {
    letters,
    handler: async (letter) => {
      letters.push(letter);
      wake();
    },
    until: async (count) => {
      while (letters.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** Resolves once the office can send again. */
export async function whenUp(office: PostOffice): Promise<void> {
  while (!office.up()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** What every post office promises, whatever carries the letters. */
export function describePostOffice(name: string, make: () => Promise<PostUnderTest>): void {
  describe(`post office ${name}`, () => {
    let post: PostUnderTest;
    beforeAll(async () => {
      post = await make();
      await whenUp(post.office);
    });
    afterAll(() => post.close());

    test('a letter to a host arrives there as it was sent, and at no other host', async () => {
      const mine = collector();
      const others = collector();
      const boxes = [
        await post.openMailbox('orders.sqlw01', mine.handler),
        await post.openMailbox('orders.sqlw01.corp', others.handler),
      ];
      await post.office.toHost('sqlw01', letterOf(1));
      await mine.until(1);
      await post.office.toHost('sqlw01.corp', letterOf(2));
      await others.until(1);
      expect(mine.letters).toEqual([letterOf(1)]);
      expect(others.letters).toEqual([letterOf(2)]);
      for (const box of boxes) await box.close();
    });

    test('letters to the bot come one at a time and in order', async () => {
      const seen: number[] = [];
      const all = collector();
      let inside = 0;
      const box = await post.openMailbox('reports', async (letter) => {
        inside += 1;
        seen.push(inside);
        await new Promise(setImmediate);
        inside -= 1;
        await all.handler(letter);
      });
      const sent = Array.from({ length: 20 }, (_, n) => letterOf(n));
      for (const letter of sent) await post.office.toBot(letter);
      await all.until(20);
      expect(all.letters).toEqual(sent);
      expect(new Set(seen)).toEqual(new Set([1]));
      await box.close();
    });

    test('a letter waits for its reader', async () => {
      await post.office.toHost('sqlw02', letterOf(7));
      const late = collector();
      const box = await post.openMailbox('orders.sqlw02', late.handler);
      await late.until(1);
      expect(late.letters).toEqual([letterOf(7)]);
      await box.close();
    });

    test('a handler that throws loses only that letter, which does not come again', async () => {
      const all = collector();
      const box = await post.openMailbox('orders.sqlw03', async (letter) => {
        await all.handler(letter);
        if (all.letters.length === 1) throw new Error('no');
      });
      await post.office.toHost('sqlw03', letterOf(1));
      await post.office.toHost('sqlw03', letterOf(2));
      await all.until(2);
      expect(all.letters).toEqual([letterOf(1), letterOf(2)]);
      await box.close();
    });

    test.each(['a:b', 'SQLW01', '', '../x', 'a*', `a${'b'.repeat(70)}`])('no letter goes to %j', async (host) => {
      await expect(post.office.toHost(host, letterOf(1))).rejects.toMatchObject({ code: 'HostNameUnfit' });
    });

    test('while the transport is away letters are refused at once; afterwards they flow again by themselves', async () => {
      const all = collector();
      const box = await post.openMailbox('orders.sqlw04', all.handler);
      await post.office.toHost('sqlw04', letterOf(1));
      await all.until(1);
      await post.away();
      await expect(post.office.toHost('sqlw04', letterOf(2))).rejects.toMatchObject({ code: 'QueueAway' });
      expect(post.office.up()).toBe(false);
      await post.back();
      await whenUp(post.office);
      await post.office.toHost('sqlw04', letterOf(3));
      await all.until(2);
      expect(all.letters).toEqual([letterOf(1), letterOf(3)]);
      await box.close();
    });
  });
}
