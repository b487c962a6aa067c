import type { Lines } from '../line.ts';
import { count } from './grammar.ts';

/** Input that could not be read, each with the right way to say it. */
export const wrong = {
  'wrong.unknown-word': (d: { said: string; nearest: string }) =>
    d.nearest === ''
      ? `"${d.said}" is no word of mine. /ssis help lists them.`
      : `"${d.said}" is no word of mine. Did you mean ${d.nearest}?`,
  'wrong.line-too-long': (d: { length: number; limit: number }) =>
    `That line has ${d.length} characters, ${d.limit} is the limit. Shorten it.`,
  'wrong.reason-too-long': (d: { length: number; limit: number }) =>
    `That reason has ${d.length} characters, ${d.limit} is the limit. Shorten it.`,
  'wrong.reason-control-characters': () => 'That reason holds characters that cannot be shown. Type it anew.',
  'wrong.plan-what': (d: { said: string; nearest: string }) =>
    d.nearest === ''
      ? `"${d.said}" cannot be planned. Say: /ssis plan rotate-master.`
      : `"${d.said}" cannot be planned. Did you mean ${d.nearest}?`,
  'wrong.too-many-words': (d: { word: string; said: string; near?: string }) => {
    if (d.near) return `"${d.said}" is too much after ${d.word}. Did you mean ${d.near}?`;
    return d.word === 'rotate-master' || d.word === 'retire'
      ? `"${d.said}" is too much after ${d.word}. A reason begins with because: /ssis ${d.word} because ...`
      : `"${d.said}" is too much after ${d.word}: see /ssis help ${d.word}.`;
  },
  'wrong.because-of-what': (d: { word: string }) =>
    d.word === ''
      ? 'A reason for what? Say: /ssis rotate-master because ...'
      : `${d.word} takes no reason. Say it without because.`,
  'wrong.use-what': (d: { word: string; said: string }) =>
    d.said === ''
      ? `Use which certificate? Say its thumbprint, as in /ssis ${d.word} use 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498.`
      : `"${d.said}" is no thumbprint: 40 hexadecimal digits, as the certificate window shows them.`,
  'wrong.use-not-a-thumbprint': (d: { said: string; digits: number }) =>
    // Browsers show only this one, so copying it anew would give the same again.
    d.digits === 64
      ? `"${d.said}" has 64 hexadecimal digits: a SHA-256 fingerprint. Say the SHA-1 thumbprint, 40 digits, as the certificate window of Windows shows it.`
      : `"${d.said}" has ${count(d.digits, 'hexadecimal digit')}, a thumbprint has 40. Copy it anew from the certificate window.`,
  'wrong.use-twice': (d: { word: string }) => `One certificate at a time: say use once in /ssis ${d.word}.`,
  'wrong.use-not-here': (d: { word: string }) =>
    `${d.word} takes no certificate that exists: /ssis rotate-master use THUMBPRINT does.`,
  'wrong.leave-not-here': (d: { word: string }) =>
    `${d.word} does not take leave behind: /ssis rotate-master leave behind NAME does.`,
  'wrong.rollback-what': (d: { said: string }) =>
    d.said === ''
      ? 'Roll what back? Say the id of a rotation, as in /ssis rollback prod-17.'
      : `"${d.said}" is no id of a rotation. Say it as in /ssis rollback prod-17.`,
  'wrong.rollback-other-farm': (d: { id: string; said: string }) =>
    `${d.id} is no rotation of ${d.said}: leave the farm out.`,
  'wrong.leave-whom': (d: { word: string }) =>
    `Leave whom behind? Say its name, as in /ssis ${d.word} leave behind sqlw09.`,
  'wrong.which-workers': (d: { word: string }) =>
    `Which workers? Name them, as in /ssis ${d.word} sqlw01 sqlw02, or say all.`,
  'wrong.reconnect-whom': (d: { word: string }) =>
    `Reconnect which workers? Name those that are cut off, as in /ssis ${d.word} sqlw02.`,
  'wrong.all-or-some': (d: { word: string }) =>
    `All workers, or those that you name? Say /ssis ${d.word} all, or the names alone.`,
  'wrong.not-a-machine': (d: { said: string }) =>
    `"${d.said}" cannot be the name of a machine. A reason begins with because.`,
  'wrong.which-id': (d: { word: string }) =>
    `Which one? Say its id, as in /ssis ${d.word} prod-17. /ssis lists what is open.`,
} satisfies Lines;
