import { edits } from './nearest.ts';

/** Words of a request as `help` writes them, by what people say for each: whole words, for names begin like these. */
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
  // The numbers of tickets are long: a short one makes a machine's name or a farm's.
  ['ticket TICKET', /^(?:change|chg|inc|req|ritm)(?:[-#]?\d{4,})?$/u],
];

/** Those that are misspelt, and by how many letters; of shorter ones one other letter makes another word. */
const MISSPELT = { 'because REASON': 2, compromised: 2, 'ticket TICKET': 1 };

/**
 * What may have been meant by something that stands where no name of that kind is known; empty: nothing is near. Only
 * ever told, never taken for it.
 */
export function wordMeant(said: string): string {
  const word = said.toLowerCase().slice(0, 60);
  const found = SAID.find(([, form]) => form.test(word));
  if (found !== undefined) return found[0];
  const isNear = ([meant, most]: readonly [string, number]): boolean =>
    word.length > 4 && word.startsWith(meant.slice(0, 1)) && edits(word, meant.split(' ')[0] ?? '') <= most;
  return Object.entries(MISSPELT).find(isNear)?.[0] ?? '';
}
