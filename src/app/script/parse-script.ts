/** One line of a chat script. `line` counts from 1. */
export type ScriptLine = { readonly line: number } & (
  | { readonly do: 'say'; readonly who: string; readonly text: string }
  | { readonly do: 'click'; readonly who: string; readonly verb: string; readonly input: string | null }
  | { readonly do: 'expect'; readonly state: CardState }
  | { readonly do: 'expect-refused'; readonly code: string }
  | { readonly do: 'expect-notice'; readonly text: string }
  | { readonly do: 'break'; readonly host: string; readonly fault: string }
  | { readonly do: 'clear' }
  | { readonly do: 'wait'; readonly ms: number }
);

/**
 * What may be expected of the newest card, and the words of its state then. The whole text is compared, because an end
 * that is not everywhere begins like one that is.
 */
export const CARD_STATES = {
  done: ['DONE'],
  'not-everywhere': ['DONE, NOT EVERYWHERE'],
  'in-part': ['DONE IN PART'],
  'put-back': ['PUT BACK'],
  'needs-person': ['NEEDS A PERSON'],
  stopped: ['STOPPED', 'STOPPED AND PUT BACK'],
  contained: ['CONTAINED, CUT OFF'],
  denied: ['DENIED'],
  withdrawn: ['WITHDRAWN'],
  lapsed: ['LAPSED'],
  refused: ['REFUSED'],
  'not-known': ['ENDED'],
  running: ['RUNNING'],
  'approval-needed': ['APPROVAL NEEDED'],
  waiting: ['APPROVED'],
  'plan-only': ['PLAN ONLY'],
} as const;
type CardState = keyof typeof CARD_STATES;

interface ScriptProblem {
  readonly line: number;
  readonly found: string;
  readonly allowed: string;
}

type Script = { readonly lines: readonly ScriptLine[] } | { readonly problems: readonly ScriptProblem[] };

/**
 * Reads a chat script: `mei: words to type`, `ana: click VERB ["text of its field"]`, `expect STATE`, for an answer to
 * one person `expect refused CODE` or `expect notice TEXT`, `break HOST FAULT`, `clear`, `wait 5s`, `# a comment`.
 */
export function parseScript(text: string): Script {
  const lines: ScriptLine[] = [];
  const problems: ScriptProblem[] = [];
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const words = raw.trim();
    if (words === '' || words.startsWith('#')) continue;
    const read = readLine(words, index + 1);
    if ('allowed' in read) problems.push(read);
    else lines.push(read);
  }
  return problems.length > 0 ? { problems } : { lines };
}

function readLine(words: string, line: number): ScriptLine | ScriptProblem {
  const wrong = (allowed: string): ScriptProblem => ({ line, found: words.slice(0, 80), allowed });
  const spoken = /^([a-z][a-z0-9._-]*):\s*(.+)$/u.exec(words);
  if (spoken !== null) return readSpoken(line, spoken[1] ?? '', spoken[2] ?? '', wrong);
  const [word = '', ...rest] = words.split(/\s+/u);
  const more = words.slice(word.length).trim();
  if (word === 'expect') return readExpectation(line, more, wrong);
  if (word === 'clear' && rest.length === 0) return { line, do: 'clear' };
  if (word === 'break') {
    const [host, fault] = rest;
    return host !== undefined && fault !== undefined && rest.length === 2
      ? { line, do: 'break', host, fault }
      : wrong('break HOST FAULT');
  }
  if (word === 'wait') {
    const found = /^(\d{1,4}) ?(s|ms)$/u.exec(more);
    return found === null
      ? wrong('wait 5s')
      : { line, do: 'wait', ms: Number(found[1]) * (found[2] === 's' ? 1000 : 1) };
  }
  return wrong('PERSON: words, PERSON: click VERB, expect, break, clear, wait or # a comment');
}

type Wrong = (allowed: string) => ScriptProblem;

function readSpoken(line: number, who: string, text: string, wrong: Wrong): ScriptLine | ScriptProblem {
  if (!/^click(\s|$)/u.test(text)) return { line, do: 'say', who, text };
  const click = /^click\s+([a-z][a-z-]*)(?:\s+"(.*)")?$/u.exec(text);
  return click === null
    ? wrong('PERSON: click VERB, or PERSON: click VERB "text of its field"')
    : { line, do: 'click', who, verb: click[1] ?? '', input: click[2] ?? null };
}

function readExpectation(line: number, more: string, wrong: Wrong): ScriptLine | ScriptProblem {
  const [word = '', ...rest] = more.split(/\s+/u);
  if (word === 'refused' && rest.length === 1) return { line, do: 'expect-refused', code: rest[0] ?? '' };
  if (word === 'notice' && rest.length > 0) return { line, do: 'expect-notice', text: more.slice(word.length).trim() };
  if (rest.length === 0 && Object.hasOwn(CARD_STATES, word)) return { line, do: 'expect', state: word as CardState };
  return wrong(`expect ${Object.keys(CARD_STATES).join(' | ')} | refused CODE | notice TEXT`);
}
