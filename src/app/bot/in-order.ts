/** Hands each answer on only after those that were asked for before it, though all are worked on side by side. */
export function createInOrder(): <T>(answer: Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (answer) => {
    const inTurn = Promise.all([answer, last]).then(([found]) => found);
    last = inTurn.catch(() => {});
    return inTurn;
  };
}
