/** More than a machine has in hand at once: its master's order, its worker's, and a look. */
const MOST_KEPT = 4;

/**
 * The same function, which keeps its last few results: an order is read when it comes, when it is judged, held and
 * carried out, and its plan's lines are the same in each of a rotation. Only for what depends on its text alone, and
 * whose results nobody changes.
 */
export function lastRead<T>(read: (text: string) => T): (text: string) => T {
  const kept = new Map<string, { readonly result: T }>();
  return (text) => {
    const known = kept.get(text);
    const found = known ?? { result: read(text) };
    kept.delete(text);
    kept.set(text, found);
    for (const [oldest] of kept) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return found.result;
  };
}
