import { readFileSync } from 'node:fs';
import { parseScript } from '../../../src/app/script/parse-script.ts';

const linesOf = (text: string) => {
  const script = parseScript(text);
  if ('problems' in script) throw new Error(JSON.stringify(script.problems));
  return script.lines;
};

describe('a chat script', () => {
  test.each([
    [
      'mei: /ssis rotate-master because Yearly: renewal',
      { do: 'say', who: 'mei', text: '/ssis rotate-master because Yearly: renewal' },
    ],
    ['ana: click approve', { do: 'click', who: 'ana', verb: 'approve', input: null }],
    ['tom: click deny "not today, "please""', { do: 'click', who: 'tom', verb: 'deny', input: 'not today, "please"' }],
    ['expect put-back', { do: 'expect', state: 'put-back' }],
    ['expect not-everywhere', { do: 'expect', state: 'not-everywhere' }],
    ['expect refused', { do: 'expect', state: 'refused' }],
    ['expect refused own-request', { do: 'expect-refused', code: 'own-request' }],
    ['expect notice Ana Ruiz approves', { do: 'expect-notice', text: 'Ana Ruiz approves' }],
    ['break sqlw02 start-1053', { do: 'break', host: 'sqlw02', fault: 'start-1053' }],
    ['clear', { do: 'clear' }],
    ['wait 5s', { do: 'wait', ms: 5000 }],
    ['wait 250 ms', { do: 'wait', ms: 250 }],
  ])('can have the line %s', (text, line) => {
    expect(linesOf(`# first\n\n${text}\r\n`)).toEqual([{ line: 3, ...line }]);
  });

  test.each([
    'mei rotate',
    'click approve',
    'ana: click',
    'ana: click a b',
    'expect',
    'expect wonders',
    'break sqlw02',
    'wait',
    'wait long',
    'Mei: hello',
  ])('with the line %j is refused, naming that line', (text) => {
    expect(parseScript(`# first\n${text}`)).toEqual({
      problems: [{ line: 2, found: text, allowed: expect.any(String) }],
    });
  });

  test('for the tour can be read', () => {
    const text = readFileSync(new URL('../../../infra/lab/tour.chat', import.meta.url), 'utf8');
    expect(linesOf(text).at(-1)).toMatchObject({ do: 'expect', state: 'done' });
  });
});
