import { edits } from './nearest.ts';

/** Words of a request as `help` writes them, by what people say for each. */
const SAID: readonly (readonly [meant: string, said: RegExp])[] = [
  ['because REASON', /^(?:reason|cause|cuz|since|due|wegen|因为|由于|原因|理由)/u],
  [
    'at TIME',
    /^(?:on|when|today|tonight|tomorrow|noon|midnight|明天|今天|今晚|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)$/u,
  ],
  ['at TIME', /^(?:\d{1,2}(?::\d{2}|[ap]m)|\d{4}-\d{2}-\d{2}.*)$/u],
  ['at next-window', /^next-?(?:window)?$/u],
  ['now', /^(?:asap|immediately|right-?now|instantly|立即|马上|现在)$/u],
  ['plan', /^(?:dry|dry-?run|what-?if|preview|simulate|预演)$/u],
  ['compromised', /^(?:stolen|leaked|hacked|breached|泄露)$/u],
  ['leave behind NAME', /^(?:leave|without|except|exclude|skip)$/u],
  ['use THUMBPRINT', /^(?:thumbprint|[0-9a-f]{40})$/u],
  ['ticket TICKET', /^(?:change|chg|inc|req|ritm)[-#]?\d*$/u],
];

/** Those that are misspelt; of shorter ones two other letters make another word. */
const LONG = ['because REASON', 'compromised', 'ticket TICKET'] as const;

/**
 * What may have been meant by something that stands where no name of that kind is known; empty: nothing is near. Only
 * ever told, never taken for it.
 */
export function wordMeant(said: string): string {
  const word = said.toLowerCase().slice(0, 60);
  const found = SAID.find(([, form]) => form.test(word));
  if (found !== undefined) return found[0];
  return LONG.find((meant) => word.length > 4 && edits(word, meant.split(' ')[0] ?? '') <= 2) ?? '';
}
