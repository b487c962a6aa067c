import type { HandshakeFacts, MasterLook } from '../../../src/domain/machine/host-facts.ts';
import { compare, judgeMaster } from '../../../src/domain/machine/proof-roles.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';

const OLD = 'A'.repeat(40) as Thumbprint;
const NEW = 'B'.repeat(40) as Thumbprint;

const shown = (target: string, thumbprint: Thumbprint | null): HandshakeFacts => ({
  target,
  servername: null,
  thumbprint,
  error: thumbprint === null ? 'ECONNREFUSED' : null,
});

const look = (thumbprint: Thumbprint, presented: readonly HandshakeFacts[]): MasterLook =>
  ({
    service: { name: 'SSISScaleOutMaster160', state: 'running' },
    sslCertThumbprint: thumbprint,
    bindings: [{ key: '0.0.0.0:8391', thumbprint }],
    presented,
  }) as unknown as MasterLook;

const against = (now: readonly HandshakeFacts[], before: readonly HandshakeFacts[]): readonly string[] => {
  const judged = compare();
  judgeMaster(look(NEW, now), NEW, look(OLD, before), judged.want, 'bound');
  return judged.against.map(({ fact }) => fact);
};

const ONE = '127.0.0.1:8391';
const SIX = '::1:8391';

test.each([
  ['all show the new one', [shown(ONE, NEW), shown(SIX, NEW)], [shown(ONE, OLD), shown(SIX, OLD)], []],
  ['one fell silent', [shown(ONE, NEW), shown(SIX, null)], [shown(ONE, OLD), shown(SIX, OLD)], [`TLS ${SIX}`]],
  ['one was silent before', [shown(ONE, NEW), shown(SIX, null)], [shown(ONE, OLD), shown(SIX, null)], []],
  [
    'one that was silent before shows the old one now',
    [shown(ONE, NEW), shown(SIX, OLD)],
    [shown(ONE, OLD), shown(SIX, null)],
    [`TLS ${SIX}`],
  ],
  ['only silent ones are left', [shown(SIX, null)], [shown(ONE, OLD), shown(SIX, null)], ['TLS']],
])('a master that has switched is judged when %s', (_, now, before, facts) => {
  expect(against(now, before)).toEqual(facts);
});
