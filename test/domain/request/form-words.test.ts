import { type Filled, fieldOf, readForm } from '../../../src/domain/request/form-words.ts';
import { parseCommand } from '../../../src/domain/request/grammar.ts';

/** What a filled form means, in the shape of a parsed line. */
const filled = (request: string, fields: Filled): object => ({
  ...readForm(request, fields),
  word: 'request',
  reason: '',
});

describe('What is filled into a form', () => {
  test.each<[string, Filled, string]>([
    ['rotate-master', { when: 'window' }, 'rotate-master at next-window'],
    ['rotate-master', { when: 'now', at: ' ', ticket: '' }, 'rotate-master now'],
    ['rotate-master', { when: 'policy' }, 'rotate-master'],
    ['rotate-master', { when: 'time', at: 'tomorrow 22:00' }, 'rotate-master at tomorrow 22:00'],
    [
      'rotate-master',
      { when: 'time', at: '“2026–12–24 22:00 Europe/Madrid”' },
      'rotate-master at 2026-12-24 22:00 Europe/Madrid',
    ],
    ['rotate-master', { when: 'time', at: '22:00' }, 'rotate-master at 22:00'],
    ['rotate-master', { when: 'time', at: '２２：００ Europe/Madrid' }, 'rotate-master at 22:00 Europe/Madrid'],
    ['rotate-master', { when: 'time', at: 'next window' }, 'rotate-master at next-window'],
    ['rotate-master', { when: 'time', at: 'whenever it suits' }, 'rotate-master at whenever it suits'],
    ['rotate-worker sqlw01', { when: 'now', ticket: '“CHG0012345”' }, 'rotate-worker sqlw01 now ticket CHG0012345'],
    ['rotate-master', { when: 'now', ticket: 'in:1234' }, 'rotate-master now ticket in:1234'],
    ['rotate-master', { when: 'now', ticket: '@CHG1' }, 'rotate-master now ticket @CHG1'],
    ['rotate-worker all', { when: 'window', ticket: ' CHG1. ' }, 'rotate-worker all at next-window ticket CHG1'],
    ['rotate-master compromised', { when: 'window' }, 'rotate-master compromised at next-window'],
  ])('for %s, %j, reads as the line %s', (request, fields, line) => {
    expect(filled(request, fields)).toEqual(parseCommand(line));
  });

  test('overrides what the words of the request said, which stay where the form had no field', () => {
    const said = 'rotate-master now ticket CHG1';
    expect(filled(said, { when: 'window', ticket: 'CHG2' })).toEqual(
      parseCommand('rotate-master at next-window ticket CHG2'),
    );
    expect(filled(said, { ticket: '' })).toEqual(parseCommand('rotate-master now'));
    expect(filled(said, {})).toEqual(parseCommand(said));
  });

  test('does not start at once where a client sends the typed time without the choice', () => {
    expect(filled('rotate-master', { at: 'tomorrow 22:00' })).toEqual(parseCommand('rotate-master at tomorrow 22:00'));
    expect(filled('rotate-master now', { at: ' ' })).toEqual(parseCommand('rotate-master now'));
  });

  test('removes the ticket when its field was emptied, even if the field does not come back', () => {
    expect(filled('rotate-master ticket CHG1', { when: 'now' })).toEqual(parseCommand('rotate-master now'));
    expect(filled('rotate-master ticket CHG1', { when: 'now', ticket: '' })).toEqual(parseCommand('rotate-master now'));
  });

  test('keeps a chosen policy for a compromised key, which otherwise begins now', () => {
    const policy = readForm('rotate-master compromised', { when: 'policy' });
    expect(policy).toMatchObject({ wish: { compromised: true, when: { by: 'policy' } } });
    expect(readForm('rotate-master compromised', {})).toMatchObject({ wish: { when: { by: 'now' } } });
  });

  test.each<[Filled, string, string]>([
    [{ when: 'now', at: '22:00' }, 'form-when-twice', 'when'],
    [{ when: 'time', at: '' }, 'form-at-what', 'at'],
    [{ when: 'soon' }, 'form-when-unknown', 'when'],
    [{ when: 'constructor' }, 'form-when-unknown', 'when'],
  ])('%j cannot be read, and is reported at its field', (fields, code, field) => {
    expect(readForm('rotate-master', fields)).toMatchObject({ word: 'wrong', code });
    expect(fieldOf(code)).toBe(field);
  });

  test.each<[string, string, Filled]>([
    ['a time', 'rotate-master', { when: 'time', at: '*'.repeat(2001) }],
    ['a ticket', 'rotate-master', { when: 'now', ticket: '*'.repeat(2001) }],
    ['a request', `rotate-master ${'*'.repeat(2001)}`, {}],
  ])('is refused when it is longer than any line: %s', (_what, request, fields) => {
    expect(readForm(request, fields)).toMatchObject({ word: 'wrong', code: 'line-too-long', data: { limit: 2000 } });
  });

  test.each<[Filled]>([
    [{ when: 'time', at: '22:00 sqlw02' }],
    [{ when: 'time', at: '22:00 compromised' }],
    [{ when: 'now', ticket: 'CHG1 sqlw02 leave behind sqlw03' }],
    [{ when: 'now', ticket: 'CHG1 because compromised' }],
  ])('%j names no other machine, and asks for nothing else', (fields) => {
    const line = readForm('rotate-worker sqlw01', fields);
    expect(line).toMatchObject({ wish: { workers: ['sqlw01'], compromised: false, leaveBehind: [] }, farm: null });
  });
});

test('a refusal stands at the field that can mend it, or at none', () => {
  expect(['open-rotation', 'too-many-requests', 'quorum'].map(fieldOf)).toEqual([null, null, null]);
  expect(['when-past', 'outside-windows', 'ticket-missing', 'unknown-farm'].map(fieldOf)).toEqual([
    'at',
    'at',
    'ticket',
    'farm',
  ]);
});
