import { derOf } from '../../../src/domain/inventory/named.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { host, make } from '../../app/runner/world.ts';
import { profileOf } from '../../fixtures/profile.ts';

const profile = profileOf(host('sqlm01'));
const [real, other] = [make(profile, Date.now()), make(profile, Date.now())];

const lookWith = (der: string | null): HostLook =>
  ({ master: null, named: [{ thumbprint: real.thumbprint, der, places: [], issuers: [] }] }) as unknown as HostLook;

test.each([
  ['the bytes of another certificate', other.der],
  ['what is no certificate', 'AAAA'],
  ['nothing', null],
])('a machine that gives %s for a thumbprint does not hide the certificate that another one brought', (_, bytes) => {
  expect(derOf({ sqlw01: lookWith(bytes), sqlm01: lookWith(real.der) }, real.thumbprint)).toBe(real.der);
  expect(derOf({ sqlw01: lookWith(bytes) }, real.thumbprint)).toBeNull();
});
