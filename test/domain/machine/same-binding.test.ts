import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import {
  differences,
  extendedDifferences,
  isAsWanted,
  sameIdentity,
  sameKey,
} from '../../../src/domain/machine/same-binding.ts';
import { NEW, OLD } from '../sim.ts';

/** As Scale Out binds its master's port, and as netsh lists it. */
const binding = (over: Partial<SslBinding> = {}): SslBinding =>
  ({
    ...{ key: '0.0.0.0:8391', thumbprint: NEW, appId: '{A1B2}', store: 'MY' },
    parameters: { 'Verify Client Certificate Revocation': 'Enabled' },
    extended: {},
    ...over,
  }) as unknown as SslBinding;
const parameters = (of: object): Partial<SslBinding> => ({ parameters: of }) as Partial<SslBinding>;
const extended = (of: object): Partial<SslBinding> => ({ extended: of }) as Partial<SslBinding>;

describe('A binding is the one that is wanted', () => {
  test.each<[string, SslBinding]>([
    ['exactly', binding()],
    ['in other letters', binding({ appId: '{a1b2}', store: 'my' as never })],
    ['in no store, which means My', binding({ store: '' as never })],
    ['with properties that nobody asked for', binding(extended({ 'Disable QUIC': 'Set' }))],
  ])('%s', (_, found) => {
    expect(isAsWanted(found, binding())).toBe(true);
    expect(sameIdentity(found, binding())).toBe(true);
    expect(differences(found, binding())).toEqual([]);
  });

  test('of a host name, whatever its letters', () => {
    expect(sameKey({ key: 'SQLM01:8391' }, { key: 'sqlm01:8391' })).toBe(true);
    expect(sameKey({ key: 'sqlm01:8391' }, { key: 'sqlm01:8392' })).toBe(false);
    const [large, small] = [binding({ key: 'SQLM01:8391' }), binding({ key: 'sqlm01:8391' })];
    expect([isAsWanted(large, small), isAsWanted(small, large)]).toEqual([true, true]);
  });

  test('where none is wanted and none is there', () => {
    for (const none of [null, undefined]) expect(isAsWanted(none, null)).toBe(true);
  });
});

describe('A binding is not the one that is wanted', () => {
  test.each<[string, Partial<SslBinding>, readonly string[]]>([
    ['on another port', { key: '0.0.0.0:443' }, ['key']],
    ['with another certificate', { thumbprint: OLD }, ['thumbprint']],
    ['of another program', { appId: '{C3D4}' }, ['appId']],
    ['from another store', { store: 'Root' as never }, ['store']],
    [
      'with another value',
      parameters({ 'Verify Client Certificate Revocation': 'Disabled' }),
      ['Verify Client Certificate Revocation'],
    ],
    ['without a value', parameters({}), ['Verify Client Certificate Revocation']],
    [
      'with one value more',
      parameters({ 'Verify Client Certificate Revocation': 'Enabled', 'DS Mapper Usage': 'Enabled' }),
      ['DS Mapper Usage'],
    ],
    ['in several things at once', { key: '[::]:8391', appId: '{C3D4}' }, ['key', 'appId']],
  ])('%s', (_, over, names) => {
    expect(differences(binding(over), binding())).toEqual(names);
    expect(isAsWanted(binding(over), binding())).toBe(false);
    expect(sameIdentity(binding(over), binding())).toBe(over.parameters !== undefined);
  });

  test('without a property that was asked for, or with another value of it', () => {
    const wanted = binding(extended({ 'Disable HTTP2': 'Set' }));
    for (const found of [binding(), binding(extended({ 'Disable HTTP2': 'Not Set' }))]) {
      expect(extendedDifferences(found, wanted)).toEqual(['Disable HTTP2']);
      expect(differences(found, wanted)).toEqual([]);
      expect(isAsWanted(found, wanted)).toBe(false);
    }
    expect(isAsWanted(wanted, wanted)).toBe(true);
  });

  test('where there is none, or there is to be none', () => {
    expect(differences(null, binding())).toEqual(['bound']);
    expect(differences(binding(), null)).toEqual(['bound']);
    for (const none of [null, undefined]) expect(isAsWanted(none, binding())).toBe(false);
    expect(isAsWanted(binding(), null)).toBe(false);
    const wanted = binding(extended({ 'Disable HTTP2': 'Set' }));
    expect([extendedDifferences(null, wanted), extendedDifferences(wanted, null)]).toEqual([[], []]);
  });
});
