import { createLackedRight } from '../../jobs/lacked-right.ts';

function lackedRight() {
  let ms = 0;
  const right = createLackedRight(() => ms);
  /** Seconds later. */
  const after = (s: number): boolean => {
    ms += s * 1000;
    return right.isLacked();
  };
  return { ...right, after };
}

test('a right is not lacked before anything was refused, whatever has passed', () => {
  const { passed, isLacked } = lackedRight();
  passed();
  expect(isLacked()).toBe(false);
});

test('a right that only ending a letter needs stays lacked from one letter to the next', () => {
  const { refused, after } = lackedRight();
  for (let letter = 0; letter < 5; letter += 1) {
    refused();
    expect([after(7), after(8)]).toEqual([true, true]);
  }
  expect([after(19), after(1)]).toEqual([true, false]);
});

test('a right is there again once a letter has come to its end and asking was not refused since', () => {
  const { refused, passed, after } = lackedRight();
  refused();
  passed();
  expect([after(5), after(1)]).toEqual([true, false]);
});

test('a letter that has ended says nothing about what was refused after it', () => {
  const { refused, passed, after } = lackedRight();
  refused();
  passed();
  after(3);
  refused();
  expect([after(7), after(27), after(1)]).toEqual([true, true, false]);
});
