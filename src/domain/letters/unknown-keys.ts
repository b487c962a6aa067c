import type { HostName, Json } from '../values.ts';
import { keyIdOf } from './envelope.ts';
import { PROTOCOL, type Report } from './protocol.ts';

/** Note in a runner's hellos about letters under keys it does not accept. */
const NOTE = 'bot-key-unknown';
/** Whoever can write into its queue can make up any number of them. */
const MOST = 8;

/** Ids of keys, the newest last. A runner reads its accepted keys only at start: until then these stay unknown. */
export const withUnknownKey = (known: readonly string[], key: string): readonly string[] =>
  [...known.filter((one) => one !== key), key].slice(-MOST);

export const unknownKeyNotes = (keys: readonly string[]): Report['notes'] =>
  keys.length === 0 ? [] : [{ code: NOTE, data: { keys } }];

/**
 * The notes that concern the bot with this key. Other bots' keys are no reason to ask nothing of that machine; its own
 * key is written out as people type it. Only a runner that was not given the key reports it: to any other runner, a
 * forged letter naming it simply has an invalid signature.
 */
export const ownKeyNotes = (notes: Report['notes'], publicKey: string): Report['notes'] =>
  notes.flatMap((note) => {
    if (note.code !== NOTE) return [note];
    const { keys } = note.data;
    const isOwn = Array.isArray(keys) && keys.includes(keyIdOf(publicKey));
    return isOwn ? [{ code: NOTE, data: { key: publicKey } }] : [];
  });

/** This bot's key if that runner does not accept it; null: it does, as far as it has said. */
export const unpinnedKey = (hello: Pick<Report, 'notes'> | undefined): Json =>
  hello?.notes.find(({ code }) => code === NOTE)?.data.key ?? null;

/**
 * Per machine, letters in its name under a key the farm file does not list: the key's id, and when the last one came.
 */
export interface Unnamed {
  readonly [host: string]: { readonly key: string; readonly at: number };
}

/**
 * That key, if such letters arrive now. Anybody who can write into Redis may send them: they only explain a silence.
 */
export const unnamedKey = (unnamed: Unnamed | undefined, host: HostName, now: number): string | null => {
  const found = unnamed?.[host];
  return found !== undefined && now - found.at <= PROTOCOL.silentAfterMs ? found.key : null;
};
