import type { Line, Lines } from '../line.ts';

/** Words that could not be read, each with the way to say it. */
export const wrong = {
  'wrong.unknown-word': ((d) =>
    d.nearest === ''
      ? `"${d.said}" is no word of mine. /ssis help lists them.`
      : `"${d.said}" is no word of mine. Did you mean ${d.nearest}?`) as Line<{
    said: string;
    nearest: string;
  }>,
  'wrong.line-too-long': ((d) => `That line has ${d.length} characters, ${d.limit} is the limit. Shorten it.`) as Line<{
    length: number;
    limit: number;
  }>,
  'wrong.reason-too-long': ((d) =>
    `That reason has ${d.length} characters, ${d.limit} is the limit. Shorten it.`) as Line<{
    length: number;
    limit: number;
  }>,
  'wrong.reason-control-characters': () => 'That reason holds characters that cannot be shown. Type it anew.',
  'wrong.plan-what': ((d) =>
    d.nearest === ''
      ? `"${d.said}" cannot be planned. Say: /ssis plan rotate-master.`
      : `"${d.said}" cannot be planned. Did you mean ${d.nearest}?`) as Line<{
    said: string;
    nearest: string;
  }>,
  'wrong.too-many-words': ((d) =>
    d.word === 'rotate-master'
      ? `"${d.said}" is too much after ${d.word}. A reason begins with because: /ssis ${d.word} because ...`
      : `"${d.said}" is too much after ${d.word}: see /ssis help.`) as Line<{
    word: string;
    said: string;
  }>,
  'wrong.because-of-what': ((d) =>
    d.word === ''
      ? 'A reason for what? Say: /ssis rotate-master because ...'
      : `${d.word} takes no reason. Say it without because.`) as Line<{
    word: string;
  }>,
  'wrong.use-what': ((d) =>
    d.said === ''
      ? `Use which certificate? Say its thumbprint, as in /ssis ${d.word} use 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498.`
      : `"${d.said}" is no thumbprint: 40 hexadecimal digits, as the certificate window shows them.`) as Line<{
    word: string;
    said: string;
  }>,
  'wrong.use-not-a-thumbprint': ((d) =>
    `"${d.said}" has ${d.digits} hexadecimal digits, a thumbprint has 40. Copy it anew from the certificate window.`) as Line<{
    said: string;
    digits: number;
  }>,
  'wrong.use-twice': ((d) => `One certificate at a time: say use once in /ssis ${d.word}.`) as Line<{ word: string }>,
  'wrong.use-not-here': ((d) =>
    `${d.word} takes no certificate that exists: /ssis rotate-master use THUMBPRINT does.`) as Line<{
    word: string;
  }>,
  'wrong.rollback-what': ((d) =>
    d.said === ''
      ? 'Roll what back? Say the id of a rotation, as in /ssis rollback prod-17.'
      : `"${d.said}" is no id of a rotation. Say it as in /ssis rollback prod-17.`) as Line<{ said: string }>,
  'wrong.rollback-other-farm': ((d) => `${d.id} is no rotation of ${d.said}: leave the farm out.`) as Line<{
    id: string;
    said: string;
  }>,
  'wrong.leave-whom': ((d) => `Leave whom behind? Say its name, as in /ssis ${d.word} leave behind sqlw09.`) as Line<{
    word: string;
  }>,
  'wrong.which-workers': ((d) => `Which workers? Name them, as in /ssis ${d.word} sqlw01 sqlw02, or say all.`) as Line<{
    word: string;
  }>,
  'wrong.reconnect-whom': ((d) =>
    `Reconnect which workers? Name those that are cut off, as in /ssis ${d.word} sqlw02.`) as Line<{
    word: string;
  }>,
  'wrong.all-or-some': ((d) =>
    `All workers, or those that you name? Say /ssis ${d.word} all, or the names alone.`) as Line<{
    word: string;
  }>,
  'wrong.not-a-machine': ((d) => `"${d.said}" cannot be the name of a machine. A reason begins with because.`) as Line<{
    said: string;
  }>,
  'wrong.which-id': ((d) => `Which one? Say its id, as in /ssis ${d.word} prod-17. /ssis lists what is open.`) as Line<{
    word: string;
  }>,
} satisfies Lines;
