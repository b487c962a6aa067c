import { BODY_LIMITS } from '../src/domain/letters/envelope.ts';

/** A letter's body is JSON text inside JSON text: each of its quotation marks may take two characters. */
const MOST_CHARACTERS = 2 * Math.max(...Object.values(BODY_LIMITS)) + 4096;
/** The limit for each of the other fields that BullMQ keeps of a job: times, names, options. */
const MOST_OF_THE_REST = 4096;
const MOST_FIELDS = 8;

/**
 * Fields that BullMQ takes from a letter as they are. All others it would parse, follow, or use to schedule more jobs.
 */
const OF_A_LETTER: readonly string[] = ['name', 'timestamp', 'priority', 'delay', 'processedOn', 'ats', 'atm', 'defa'];
/** Fields that it uses to plan the next run of a scheduled job. */
export const OF_A_RUN: readonly string[] = ['opts', 'rjk'];

/**
 * BullMQ parses a job before our code sees it, whoever wrote it. A 30 MB array of nested arrays then takes 400 MB and
 * kills the process; and a job that it cannot parse it fetches again and again, pausing each time. So whatever is not a
 * letter is removed from Redis's answer before it is parsed. `more`: fields to keep all the same.
 */
export function harmless(answer: unknown, more: readonly string[] = []): unknown {
  const [job, ...rest] = Array.isArray(answer) ? answer : [];
  if (!Array.isArray(job)) return answer;
  const kept = job.map((value: unknown, at) => {
    if (at % 2 === 0 || typeof value !== 'string') return value;
    const field = job[at - 1];
    if (field === 'data') return isLetter(value) ? value : undefined;
    return value.length <= MOST_OF_THE_REST && [...OF_A_LETTER, ...more].includes(field) ? value : undefined;
  });
  return [kept, ...rest];
}

/** An object with a few string properties and nothing else, as `JSON.stringify` writes it. */
export function isLetter(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  if (text === '{}') return true;
  let at = 0;
  for (let field = 0; field < MOST_FIELDS; field += 1) {
    if (text[at] !== (field === 0 ? '{' : ',')) return false;
    const name = endOfText(text, at + 1);
    if (text[name] !== ':') return false;
    at = endOfText(text, name + 1);
    if (text[at] === '}') return at === text.length - 1;
  }
  return false;
}

/** The index just past the string literal that starts here; -1 if none starts here. */
function endOfText(text: string, start: number): number {
  if (text[start] !== '"') return -1;
  let at = start;
  do at = text.indexOf('"', at + 1);
  while (at > 0 && isEscaped(text, at));
  return at < 0 ? -1 : at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === '\\') before -= 1;
  return (at - before) % 2 === 0;
}
