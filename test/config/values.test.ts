import fc from 'fast-check';
import { parseDuration } from '../../src/config/duration.ts';
import { parseFarmEndpoint } from '../../src/config/endpoint.ts';

describe('a duration', () => {
  test.each([
    ['60 s', 60_000],
    ['60s', 60_000],
    ['15 min', 900_000],
    ['24 h', 86_400_000],
    ['1 day', 86_400_000],
    ['7 days', 604_800_000],
    ['500 ms', 500],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '60',
    '',
    's',
    '-1 s',
    '1.5 h',
    '1 s 2 s',
    '60  s',
    '60 S',
    '1 month',
    '99999999999999999999 days',
    '٣ s',
  ])('%j is not a duration: the unit is never guessed', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('an endpoint', () => {
  test.each([
    ['sqlm01', 'sqlm01', 8391],
    ['SQLM01:8392', 'sqlm01', 8392],
    ['https://sqlm01.corp.example:8391', 'sqlm01.corp.example', 8391],
    ['https://sqlm01:8391/', 'sqlm01', 8391],
    ['10.20.0.10:8391', '10.20.0.10', 8391],
    ['[fd00::5]:8391', 'fd00::5', 8391],
  ])('%s is %s, port %d', (text, host, port) => {
    expect(parseFarmEndpoint(text)).toEqual({ host, port });
  });

  test.each([
    '',
    'http://sqlm01',
    'a b',
    'a"b',
    "a'b",
    'a;b',
    'a|b',
    'a%b',
    'a&b',
    'a\nb',
    '*.corp',
    'sqlm01:0',
    'sqlm01:70000',
    '1.2.3',
    'fd00::5',
    'a/b',
  ])('%j is not an endpoint', (text) => {
    expect(parseFarmEndpoint(text)).toBeNull();
  });

  test('never holds a character that a command line or a certificate name could trip over', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseFarmEndpoint(text);
        if (parsed !== null) expect(parsed.host).toMatch(/^[a-z0-9._:-]+$/u);
      }),
    );
  });
});
