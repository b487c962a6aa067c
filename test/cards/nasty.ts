import fc from 'fast-check';

/** What people may type to make a card say something else. The instants are ones that none of our cards shows. */
const FRAGMENTS = [
  '**',
  '*',
  '_',
  '__x__',
  '[pay](http://evil.example)',
  '![x](http://evil.example/i.png)',
  'http://evil.example',
  'www.evil.example',
  'ana@evil.example',
  '<at>Ana Ruiz</at>',
  '<b>bold</b>',
  '<img src=x onerror=alert(1)>',
  '<mark>',
  '===',
  '/==/',
  '{{DATE(1999-01-01T00:00:00Z,SHORT)}}',
  '{{TIME(1999-01-01T00:00:00Z)}}',
  '{{',
  '`code`',
  '~~',
  '&lt;at&gt;',
  '&#42;',
  '\\',
  '\\*',
  '|',
  '# ',
  '- ',
  '1. ',
  '> ',
  '\n',
  '\r\n\r\n',
  '\t',
  '\u202e',
  '\u2028',
  '\ud800',
  '\u0000',
  '$&',
  '{x}$',
  'שלום',
  '轮换证书',
  '"; DROP TABLE',
  '%PATH%',
  'Approved by Ana Ruiz',
];

export const nasty = (maxLength = 200): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 6 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) => parts.join('').slice(0, maxLength))
    .map((text) => (text.trim() === '' ? 'x' : text));
