import { lastRead } from '../../../src/domain/letters/last-read.ts';

function counting() {
  const read: string[] = [];
  const length = lastRead((text) => {
    read.push(text);
    return { length: text.length };
  });
  return { read, length };
}

describe('a function that keeps its last results', () => {
  test('reads a text once, however often and in whichever copy it is asked for', () => {
    const { read, length } = counting();
    expect(length('order')).toBe(length(Buffer.from('order').toString()));
    expect(read).toEqual(['order']);
  });

  test('forgets what was asked for longest ago, and nothing that was asked for since', () => {
    const { read, length } = counting();
    for (const text of ['a', 'b', 'c', 'd', 'a', 'e', 'a', 'b']) length(text);
    expect(read).toEqual(['a', 'b', 'c', 'd', 'e', 'b']);
  });
});
