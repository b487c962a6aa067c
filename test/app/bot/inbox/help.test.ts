import { say } from '../../../../cards/wording/index.ts';
import { help } from '../../../../src/app/bot/inbox/answers.ts';
import { parseCommand, WORDS } from '../../../../src/domain/request/grammar.ts';

const lines = (about: string | null): readonly string[] => {
  const answer = help(about);
  return answer.type === 'notice' ? answer.notice.messages.map((one) => say(one, 'en')) : [];
};

test('help alone says in a few lines what people want to know, with every word there is and no grammar', () => {
  const told = lines(null);
  expect(told.length).toBeLessThanOrEqual(5);
  for (const word of WORDS) expect(told.at(-1)).toMatch(new RegExp(`\\b${word}\\b`, 'u'));
  expect(told.join('\n')).not.toMatch(/\[|\bFARM\b|\|/u);
});

test('the lines that it suggests can be typed', () => {
  for (const line of ['rotate-master because Yearly renewal', 'rotate-worker all because Renewal', 'plan retire'])
    expect(parseCommand(line)).toMatchObject({ word: 'request' });
});

test.each(WORDS)('the grammar of %s is in the help for that word', (word) => {
  expect(lines(word)[0]).toContain(word);
});

test.each(['approve', 'deny', 'withdraw'])('help %s says where the button is, and nothing else', (word) => {
  const told = lines(word);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(new RegExp(`\\b${word} ID\\b.*\\bshow ID\\b`, 'u'));
});

test('only for a worker does help say that compromised cuts it off first', () => {
  const cutsOff = (word: string) => lines(word).some((line) => line.includes('cut off first'));
  expect(WORDS.filter(cutsOff)).toEqual(['rotate-worker']);
});

test.each(['at', 'now', 'next-window', 'ticket', 'use', 'leave', 'compromised'])(
  'help %s explains a request that takes it',
  (word) => {
    expect(parseCommand(`help ${word}`)).toEqual({ word: 'help', about: 'rotate-master' });
    expect(lines('rotate-master').join(' ')).toContain(word);
  },
);
