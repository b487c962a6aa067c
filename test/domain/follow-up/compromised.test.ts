import { stillThere } from '../../../src/domain/follow-up/compromised.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const HOSTS = ['sqlm01', 'sqlw01'];

interface How {
  readonly allowedOn?: readonly string[];
  readonly users?: readonly object[];
  readonly stores?: readonly string[];
  /** Where it lies on the worker, if elsewhere. */
  readonly onWorker?: readonly string[];
}

const told = ({ stores = ['Root'], ...how }: How = {}) => {
  const looks = HOSTS.map((host) => ({
    host,
    master: null,
    worker: null,
    leftovers: [
      {
        thumbprint: OLD,
        stores: host === 'sqlw01' ? (how.onWorker ?? stores) : stores,
        users: host === 'sqlw01' ? (how.users ?? []) : [],
      },
    ],
    allowed: how.allowedOn?.includes(host) ? [OLD] : [],
  }));
  return stillThere('prod', [OLD], looks as unknown as readonly HostLook[], () => []);
};

test('a compromised certificate that nothing uses can be removed from here', () => {
  expect(told()).toEqual([{ id: 'compromised.there', data: { farm: 'prod', thumbprint: OLD, hosts: HOSTS } }]);
});

test('one that a runner is told to allow cannot be removed from here, so that runner is named', () => {
  expect(told({ allowedOn: ['sqlw01'] })).toEqual([
    { id: 'compromised.allowed', data: { farm: 'prod', thumbprint: OLD, hosts: HOSTS, by: ['sqlw01'] } },
  ]);
});

test('one that something else uses is not called unused', () => {
  expect(told({ users: [{ kind: 'binding', where: '0.0.0.0:443' }] })).toEqual([
    { id: 'compromised.shared', data: { farm: 'prod', thumbprint: OLD, hosts: HOSTS, where: ['0.0.0.0:443'] } },
  ]);
});

test('one that lies in no Root is not said to be believed anywhere', () => {
  const [message] = told({ stores: ['My'] });
  expect(message).toEqual({
    id: 'compromised.there',
    data: { farm: 'prod', thumbprint: OLD, hosts: HOSTS, untrusted: true },
  });
});

test('one that lies in Root on one machine and only in My on another is said to be believed only where it is trusted', () => {
  expect(told({ onWorker: ['My'] })).toEqual([
    { id: 'compromised.there', data: { farm: 'prod', thumbprint: OLD, hosts: HOSTS, trusting: ['sqlm01'] } },
  ]);
});
