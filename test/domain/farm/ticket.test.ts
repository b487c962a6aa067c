import fc from 'fast-check';
import { patternFault, refusedTicket, type TicketPolicy, ticketLink } from '../../../src/domain/farm/ticket.ts';

const POLICY: TicketPolicy = {
  pattern: 'CHG[0-9]{7}|INC-\\d+',
  example: 'CHG0012345',
  required: true,
  link: 'https://change.example.com/{ticket}?from=certops',
};

describe('A ticket', () => {
  test.each([
    ['CHG0012345', null],
    ['INC-7', null],
    ['CHG001234', 'ticket-not-matching'],
    ['xCHG0012345', 'ticket-not-matching'],
    ['CHG00123456', 'ticket-not-matching'],
    ['chg0012345', 'ticket-not-matching'],
    [null, 'ticket-missing'],
  ])('%j, when one is required: %s', (said, code) => {
    expect(refusedTicket(POLICY, said)?.code ?? null).toBe(code);
  });

  test('need not be given when none is required, and may be given without a policy unless it is malformed', () => {
    expect(refusedTicket({ ...POLICY, required: false }, null)).toBeNull();
    expect(refusedTicket(null, null)).toBeNull();
    expect(refusedTicket(null, 'JIRA-42')).toBeNull();
    expect(refusedTicket(null, '<!channel>')?.code).toBe('ticket-not-matching');
  });

  test('that does not match is repeated, with an example that does', () => {
    const own = { ...POLICY, example: 'INC-7' };
    expect(refusedTicket(own, 'CHG1')).toMatchObject({ data: { said: 'CHG1', example: 'INC-7' } });
    expect(refusedTicket(own, null)).toMatchObject({ data: { example: 'INC-7' } });
    expect(refusedTicket(null, '#1')).toMatchObject({ data: { said: '#1', example: 'CHG0012345' } });
  });

  test('is at most 64 visible characters, of which no more are repeated', () => {
    const loose = { ...POLICY, pattern: '.+' };
    expect(refusedTicket(loose, 'C'.repeat(64))).toBeNull();
    expect(refusedTicket(loose, 'C'.repeat(65))).toMatchObject({ data: { said: 'C'.repeat(64) } });
    for (const said of ['CHG 1', 'CHG\u00a01', ''])
      expect(refusedTicket(loose, said)?.code).toBe('ticket-not-matching');
  });

  test('never leaves its place in the link, whatever the pattern lets pass', () => {
    const loose: TicketPolicy = { ...POLICY, pattern: '.+' };
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme-ascii' }).map((text) => text.replace(/ /gu, '/')),
        (said) => {
          expect(refusedTicket(loose, said)).toBeNull();
          const link = ticketLink(loose, said) ?? '';
          const url = new URL(link);
          expect(url.host).toBe('change.example.com');
          expect(url.search).toBe('?from=certops');
          expect(url.hash).toBe('');
          if (said !== '.' && said !== '..') expect(decodeURIComponent(url.pathname.slice(1))).toBe(said);
          expect(link).not.toMatch(/[\s<>|"'()*\\[\]`]/u);
        },
      ),
    );
    expect(ticketLink(null, 'CHG1')).toBeNull();
    expect(ticketLink({ ...POLICY, link: null }, 'CHG1')).toBeNull();
  });
});

describe('A pattern', () => {
  test.each([
    ['CHG[0-9]{7}', null],
    ['(?:CHG|INC)-?\\d{4,9}', null],
    ['[A-Z]+-[0-9]+', null],
    ['[)(*+]{3}', null],
    ['[A-Z]+-?[0-9]*_[0-9]+', null],
    ['(a+)+', 'repeats a group'],
    ['(a|aa)*', 'repeats a group'],
    ['(?:a?){64}', 'repeats a group'],
    ['a*a*a*a*', 'repeats without a fixed number more than 3 times'],
    ['(?=CHG).*', 'looks ahead or behind, or names a group'],
    ['(.)\\1', 'refers back'],
    ['CHG[0-9', 'is no regular expression'],
    ['CHG)(', 'is no regular expression'],
    ['CHG1)|(?:.', 'is no regular expression'],
    ['a{2,1}', 'is no regular expression'],
  ])('%j: %s', (pattern, fault) => {
    expect(patternFault(pattern)).toBe(fault);
  });
});
