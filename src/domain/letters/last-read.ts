/** More than a machine handles at once: its master's order, its worker's, and a look. */
const MOST_KEPT = 4;

/**
 * Makes a function remember its last few results: an order is read when it arrives, is judged, held and carried out,
 * and its plan's lines are the same in every order of a rotation. Only for functions that depend on the text alone and
 * whose results nobody modifies.
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
