import fc from 'fast-check';
import { nearest, parseCommand } from '../../src/domain/grammar.ts';

describe('A line of words', () => {
  test.each([
    ['', { word: 'summary' }],
    ['/ssis', { word: 'summary' }],
    ['/ssis rotate-master', { word: 'rotate-master', farm: null, reason: '', dry: false }],
    [
      'rotate-master prod because Yearly renewal, CHG0031877',
      { word: 'rotate-master', farm: 'prod', reason: 'Yearly renewal, CHG0031877', dry: false },
    ],
    ['/ssis rotate—master prod.', { word: 'rotate-master', farm: 'prod', reason: '', dry: false }],
    ['/ssis\u00a0rotate\u2011master\u3000prod', { word: 'rotate-master', farm: 'prod', reason: '', dry: false }],
    ['ｒｏｔａｔｅ－ｍａｓｔｅｒ', { word: 'rotate-master', farm: null, reason: '', dry: false }],
    ['/ssis rotate master', { word: 'rotate-master', farm: null, reason: '', dry: false }],
    ['/ssis plan rotate-master prod', { word: 'rotate-master', farm: 'prod', reason: '', dry: true }],
    ['/ssis plan', { word: 'rotate-master', farm: null, reason: '', dry: true }],
    ['/ssis status', { word: 'status', farm: null }],
    ['/ssis show “prod-17”.', { word: 'show', id: 'prod-17' }],
    ['STOP PROD-17', { word: 'stop', id: 'prod-17' }],
    ['/ssis approve prod-17', { word: 'card', id: 'prod-17', typed: 'approve' }],
    ['help rotate-master', { word: 'help', about: 'rotate-master' }],
    ['whoami', { word: 'whoami' }],
  ])('%j is understood', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test('keeps a reason to the letter: markup, quotes, pipes and the word because itself', () => {
    const reason = '"; rm -rf / & | %PATH% <!channel> {{DATE(2026)}} **x** 证书 because of CHG';
    expect(parseCommand(`/ssis rotate-master because ${reason}`)).toMatchObject({ reason });
  });

  test.each([
    ['/ssis rotat-master', 'unknown-word', 'rotate-master'],
    ['/ssis rotat master', 'unknown-word', 'rotate-master'],
    ['/ssis rot', 'unknown-word', 'rotate-master'],
    ['/ssis statsu', 'unknown-word', 'status'],
    ['/ssis aprove prod-1', 'unknown-word', 'approve'],
    ['/ssis xyzzyxyzzy', 'unknown-word', ''],
  ])('%j is wrong, and names the nearest right word', (line, code, near) => {
    expect(parseCommand(line)).toMatchObject({ word: 'wrong', code, data: { nearest: near } });
  });

  test.each([
    ['show', 'which-id'],
    ['rotate-master prod test', 'too-many-words'],
    ['status because of rain', 'because-of-what'],
    [`rotate-master because ${'x'.repeat(501)}`, 'reason-too-long'],
    ['rotate-master because a\u0007b', 'reason-control-characters'],
    ['x'.repeat(3000), 'line-too-long'],
    ['plan stop prod-1', 'plan-what'],
  ])('%j is refused with a code', (line, code) => {
    expect(parseCommand(line)).toMatchObject({ word: 'wrong', code });
  });

  test('whatever is typed, it is read or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => typeof parseCommand(line).word === 'string'),
    );
  });
});

test('nothing is near to nothing', () => {
  expect(nearest('qqqqqqqq', ['status'])).toBe('');
});
