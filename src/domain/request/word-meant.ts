import type { RotationKind } from '../plan/wish.ts';
import { isForCompromised } from './compromised-word.ts';
import { mayLeaveBehind } from './leave-words.ts';
import { edits } from './nearest.ts';
import { mayUse } from './use-words.ts';

/**
 * Words of a request as `help` writes them, with what people say instead; only whole words, since names begin like
 * these.
 */
const SAID: readonly (readonly [meant: string, said: RegExp])[] = [
  ['because REASON', /^(?:reason|cause|cuz|since|due|wegen)(?:[:=].*)?$|^(?:因为|由于|原因|理由)/u],
  ['at TIME', /^(?:on|when|today|tonight|tomorrow|noon|midnight|明天|今天|今晚)$/u],
  ['at TIME', /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/u],
  ['at TIME', /^(?:\d{1,2}(?::\d{2}|[ap]m)|\d{4}-\d{2}-\d{2}.*)$/u],
  ['at next-window', /^next-?(?:window)?$/u],
  ['now', /^(?:asap|immediately|right-?now|instantly|立即|马上|现在)$/u],
  ['plan', /^(?:dry|dry-?run|what-?if|preview|simulate|预演)$/u],
  ['compromised', /^(?:stolen|leaked|hacked|breached|泄露)$/u],
  ['leave behind NAME', /^(?:leave|without|except|exclude|skip)$/u],
  ['use THUMBPRINT', /^(?:thumbprint|[0-9a-f]{40})$/u],
  // Ticket numbers are long: a short number makes it the name of a machine or a farm.
  ['ticket TICKET', /^(?:change|chg|inc|req|ritm)(?:[-#]?\d{4,})?$/u],
];

/** Words that get misspelt, and by how many letters; in shorter words one other letter makes a different word. */
const MISSPELT = { 'because REASON': 2, compromised: 2, 'ticket TICKET': 1 };

/** Words that not every request takes: what it would refuse is not suggested. */
const TAKEN_BY: { readonly [meant: string]: (kind: RotationKind) => boolean } = {
  compromised: isForCompromised,
  'leave behind NAME': mayLeaveBehind,
  'use THUMBPRINT': mayUse,
};

/**
 * What may have been meant where this kind of request was given an unknown name; empty: nothing is near, or it does not
 * take that word. Only suggested, never assumed.
 */
export function wordMeant(said: string, kind: RotationKind): string {
  const meant = nearTo(said.toLowerCase().slice(0, 60));
  return TAKEN_BY[meant]?.(kind) === false ? '' : meant;
}

function nearTo(word: string): string {
  const found = SAID.find(([, form]) => form.test(word));
  if (found !== undefined) return found[0];
  const isNear = ([meant, most]: readonly [string, number]): boolean =>
    word.length > 4 && word.startsWith(meant.slice(0, 1)) && edits(word, meant.split(' ')[0] ?? '') <= most;
  return Object.entries(MISSPELT).find(isNear)?.[0] ?? '';
}
