import { directTo } from '../../../adapters/proxy/no-proxy.ts';

describe('whatever NO_PROXY says', () => {
  test.each(['localhost', 'LOCALHOST', 'api.localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '::ffff:127.0.0.1'])(
    'this machine is reached directly as %s',
    (host) => {
      for (const noProxy of ['', 'hooks.corp', 'localhost:8443', '127.0.0.1:8443', '10.0.0.0/8', '::2', '10.0.0.0/99'])
        expect([noProxy, directTo(noProxy)(host, 443)]).toEqual([noProxy, true]);
    },
  );
});

describe('an empty NO_PROXY', () => {
  test.each(['slack.com', 'localhost.corp', '10.0.0.1', '128.0.0.1', '::2', 'notlocalhost'])(
    'does not lead directly to %s',
    (host) => expect(directTo('')(host, 443)).toBe(false),
  );
});

test.each<[string, string, number, boolean]>([
  ['hooks.corp', 'hooks.corp', 443, true],
  ['hooks.corp', 'HOOKS.corp.', 443, true],
  ['corp', 'hooks.corp', 443, true],
  ['.corp', 'hooks.corp', 443, true],
  ['*.corp', 'hooks.corp', 443, true],
  ['corp', 'hookscorp', 443, false],
  ['hooks.corp', 'corp', 443, false],
  ['other, hooks.corp', 'hooks.corp', 443, true],
  ['other hooks.corp', 'hooks.corp', 443, true],
  ['hooks.corp:8443', 'hooks.corp', 8443, true],
  ['hooks.corp:8443', 'hooks.corp', 443, false],
  ['*', 'slack.com', 443, true],
  ['10.1.2.3', '10.1.2.3', 443, true],
  ['10.0.0.0/8', '10.1.2.3', 443, true],
  ['10.0.0.0/8', '11.1.2.3', 443, false],
  ['fd00::/8', 'fd12::1', 443, true],
  ['fd00::1', '[fd00::1]', 443, true],
  ['[fd00::1]:8443', 'fd00::1', 8443, true],
  ['3', '10.1.2.3', 443, false],
  ['10.0.0.0/99, corp', 'hooks.corp', 443, true],
  ['', 'slack.com', 443, false],
])('NO_PROXY=%s and %s:%i: directly %p', (noProxy, host, port, direct) => {
  expect(directTo(noProxy)(host, port)).toBe(direct);
});
