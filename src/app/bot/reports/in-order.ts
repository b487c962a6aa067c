/** Hands each answer on only after those asked for before it, though all are worked on in parallel. */
export function createInOrder(): <T>(answer: Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (answer) => {
    // One that fails waits for its turn too: those behind it must not overtake those before it. The results are let go,
    // since a chain of answers would hold everything that a bot ever heard.
    last = Promise.allSettled([answer, last]).then(() => undefined);
    return last.then(() => answer);
  };
}
