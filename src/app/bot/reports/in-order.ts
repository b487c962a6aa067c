/** Hands each answer on only after those that were asked for before it, though all are worked on side by side. */
export function createInOrder(): <T>(answer: Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (answer) => {
    // One that fails waits for its turn as well: whoever comes behind it must not overtake who is before it. And what
    // they found is let go: a chain of answers would hold all that a bot ever heard.
    last = Promise.allSettled([answer, last]).then(() => undefined);
    return last.then(() => answer);
  };
}
