import fc from 'fast-check';
import { sharing } from '../../src/domain/equal.ts';

/** Values that usually have parts in common. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, 0, 1, '', 'A', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'length', '0'), tie('value')),
  ),
})).value;

describe('A value that shares the parts of another', () => {
  test('reads exactly as before, whatever the other is', () => {
    fc.assert(
      fc.property(values, values, (now, was) => {
        const text = JSON.stringify(now);
        expect(JSON.stringify(sharing(now, was))).toBe(text);
        expect(JSON.stringify(now)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('is the other itself when both read the same', () => {
    fc.assert(
      fc.property(values, (was) => {
        expect(sharing(structuredClone(was), was)).toBe(was);
      }),
    );
  });

  test('takes exactly the equal parts from the other', () => {
    const was = { at: 1, store: [{ thumbprint: 'A' }, { thumbprint: 'B' }], bound: { port: 8391 } };
    const now = sharing({ at: 2, store: [{ thumbprint: 'A' }, { thumbprint: 'C' }], bound: { port: 8391 } }, was);
    expect(now).toEqual({ at: 2, store: [{ thumbprint: 'A' }, { thumbprint: 'C' }], bound: { port: 8391 } });
    expect(now.bound).toBe(was.bound);
    expect(now.store[0]).toBe(was.store[0]);
    expect(now.store[1]).not.toBe(was.store[1]);
  });
});
