import { judgeKnock } from '../../../adapters/web/doorkeeper.ts';

const door = { host: '127.0.0.1:4711', key: 'k'.repeat(43), cookieName: 'certops-4711', cookie: 'c'.repeat(43) };
const cookie = `certops-4711=${door.cookie}`;
const origin = 'http://127.0.0.1:4711';

const judge = (headers: { [name: string]: string }, url = '/', method = 'GET') => {
  const verdict = judgeKnock(door, { method, url, headers: { host: door.host, ...headers } });
  return verdict.answer === 'refused' ? verdict.code : verdict.answer;
};

describe('the door of the console', () => {
  test.each([
    ['localhost:4711'],
    ['127.0.0.1'],
    ['127.0.0.1:4712'],
    ['evil.example:4711'],
    ['127.0.0.1:4711.evil.example'],
    [''],
  ])('refuses the host %p even with the right cookie', (host) => {
    expect(judge({ host, cookie })).toBe('HostNotOurs');
  });

  test.each([
    ['null'],
    ['http://evil.example'],
    ['https://127.0.0.1:4711'],
    ['http://127.0.0.1:4712'],
    ['http://localhost:4711'],
  ])('refuses the origin %p', (other) => {
    expect(judge({ cookie, origin: other }, '/api/say', 'POST')).toBe('OriginNotOurs');
    expect(judge({ cookie, origin: other }, '/events')).toBe('OriginNotOurs');
  });

  test('refuses a POST that names no origin', () => {
    expect(judge({ cookie }, '/api/say', 'POST')).toBe('OriginMissing');
    expect(judge({ cookie, origin }, '/api/say', 'POST')).toBe('come-in');
  });

  test.each([['PUT'], ['DELETE'], ['OPTIONS'], ['HEAD'], ['']])('refuses the method %p', (method) => {
    expect(judge({ cookie }, '/', method)).toBe('MethodNotAllowed');
  });

  test('accepts the key only on the first page, given once, and in a GET', () => {
    expect(judge({}, `/?key=${door.key}`)).toBe('take-cookie');
    expect(judge({}, `/events?key=${door.key}`)).toBe('KeyNotValid');
    expect(judge({}, `/?key=${door.key}&key=${door.key}`)).toBe('KeyNotValid');
    expect(judge({ origin, cookie }, `/?key=${door.key}`, 'POST')).toBe('KeyNotValid');
    expect(judge({ cookie }, '/?key=wrong')).toBe('KeyNotValid');
    expect(judge({}, `/?key=${door.cookie}`)).toBe('KeyNotValid');
  });

  test.each([
    [''],
    ['certops-4711='],
    [`certops-4711=${'k'.repeat(43)}`],
    [`certops-4712=${'c'.repeat(43)}`],
    [`xcertops-4711=${'c'.repeat(43)}`],
    [`certops-4711=${'c'.repeat(44)}`],
  ])('refuses the cookie %p', (wrong) => {
    expect(judge({ cookie: wrong })).toBe('CookieNotValid');
  });

  test('finds its cookie among others', () => {
    expect(judge({ cookie: `other=1; ${cookie}; more=2` })).toBe('come-in');
  });

  test.each([['//evil.example/'], ['http://evil.example/'], ['*'], [''], ['evil.example:443']])(
    'refuses the address %p',
    (url) => {
      expect(judge({ cookie }, url)).toBe('AddressNotUnderstood');
    },
  );
});
