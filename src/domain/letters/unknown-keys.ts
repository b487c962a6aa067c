import type { HostName, Json } from '../values.ts';
import { keyIdOf } from './envelope.ts';
import { PROTOCOL, type Report } from './protocol.ts';

/** What a runner tells in its hellos of letters under keys that it does not go by. */
const NOTE = 'bot-key-unknown';
/** Whoever can write into its queue can make up any number of them. */
const MOST = 8;

/** Ids of keys, the newest last. A runner reads which it goes by at its start only: until then they stay unknown. */
export const withUnknownKey = (known: readonly string[], key: string): readonly string[] =>
  [...known.filter((one) => one !== key), key].slice(-MOST);

export const unknownKeyNotes = (keys: readonly string[]): Report['notes'] =>
  keys.length === 0 ? [] : [{ code: NOTE, data: { keys } }];

/**
 * The notes as they concern the bot of this key: keys of others are no reason to ask nothing of that machine, and its
 * own is named as people type it. Only a runner that was not given it says so: to any other a letter that names it has
 * a signature that does not hold.
 */
export const ownKeyNotes = (notes: Report['notes'], publicKey: string): Report['notes'] =>
  notes.flatMap((note) => {
    if (note.code !== NOTE) return [note];
    const { keys } = note.data;
    const isOwn = Array.isArray(keys) && keys.includes(keyIdOf(publicKey));
    return isOwn ? [{ code: NOTE, data: { key: publicKey } }] : [];
  });

/** This bot's key, where that runner does not go by it; null: it does, as far as it has told. */
export const unpinnedKey = (hello: Pick<Report, 'notes'> | undefined): Json =>
  hello?.notes.find(({ code }) => code === NOTE)?.data.key ?? null;

/** Letters in the name of a machine under a key that the farm file does not name: its id, and when the last came. */
export interface Unnamed {
  readonly [host: string]: { readonly key: string; readonly at: number };
}

/** That key, where such letters come now. Whoever can write into Redis may send them: they only explain a silence. */
export const unnamedKey = (unnamed: Unnamed | undefined, host: HostName, now: number): string | null => {
  const found = unnamed?.[host];
  return found !== undefined && now - found.at <= PROTOCOL.silentAfterMs ? found.key : null;
};
