import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { dword, type RegistryKey, text } from '../parse/registry.ts';
import { notUnderstood } from '../parse/text.ts';

interface Bit {
  readonly value: string;
  readonly bit: number;
  /** null: no parameter sets it, so it cannot be put back. */
  readonly parameter: string | null;
  readonly given: 'enable' | 'disable';
}

const CHECK_MODE = 'DefaultSslCertCheckMode';
const FLAGS = 'DefaultFlags';
const enable = (value: string, bit: number, parameter: string | null): Bit => ({
  value,
  bit,
  parameter,
  given: 'enable',
});
const disable = (value: string, bit: number, parameter: string): Bit => ({ value, bit, parameter, given: 'disable' });

/** HTTP_SERVICE_CONFIG_SSL_PARAM of http.h, by bit, and the parameter of `netsh http add sslcert` that sets it. */
const BITS: readonly Bit[] = [
  disable(CHECK_MODE, 0x1, 'verifyclientcertrevocation'),
  enable(CHECK_MODE, 0x2, 'verifyrevocationwithcachedclientcertonly'),
  disable(CHECK_MODE, 0x1_0000, 'usagecheck'),
  enable(FLAGS, 0x1, 'dsmapperusage'),
  enable(FLAGS, 0x2, 'clientcertnegotiation'),
  enable(FLAGS, 0x8, 'reject'),
  enable(FLAGS, 0x10, 'disablehttp2'),
  enable(FLAGS, 0x20, 'disablequic'),
  enable(FLAGS, 0x40, 'disabletls13'),
  enable(FLAGS, 0x80, 'disableocspstapling'),
  enable(FLAGS, 0x100, 'enabletokenbinding'),
  enable(FLAGS, 0x200, 'logextendedevents'),
  enable(FLAGS, 0x400, 'disablelegacytls'),
  enable(FLAGS, 0x800, 'enablesessionticket'),
  enable(FLAGS, 0x1000, 'disabletls12'),
  enable(FLAGS, 0x2000, null),
  enable(FLAGS, 0x4000, 'disablesessionid'),
  enable(FLAGS, 0x8000, null),
];

/** "The freshness time counts": set by giving a time, and without a time the same as not set. */
const FRESHNESS_ON = 0x4;

const NUMBERS: readonly (readonly [value: string, parameter: string])[] = [
  ['DefaultSslRevocationFreshnessTime', 'revocationfreshnesstime'],
  ['DefaultSslRevocationUrlRetrievalTimeout', 'urlretrievaltimeout'],
];
const TEXTS: readonly (readonly [value: string, parameter: string])[] = [
  ['DefaultSslCtlIdentifier', 'sslctlidentifier'],
  ['DefaultSslCtlStoreName', 'sslctlstorename'],
];
const KNOWN = new Set(
  [
    CHECK_MODE,
    FLAGS,
    'AppId',
    'SslCertHash',
    'SslCertStoreName',
    // the name of a host-name binding whose key is a GUID
    'HostnamePort',
    ...[...NUMBERS, ...TEXTS].map(([value]) => value),
  ].map((name) => name.toLowerCase()),
);

/** Parameters that can be put back, and the pattern of their values. */
export const RETURNABLE: ReadonlyMap<string, RegExp> = new Map([
  ...BITS.flatMap((bit) => (bit.parameter === null ? [] : [[bit.parameter, /^(?:enable|disable)$/u] as const])),
  ...NUMBERS.map(([, parameter]) => [parameter, /^[1-9]\d{0,9}$/u] as const),
  ...TEXTS.map(([, parameter]) => [parameter, /^[^"\p{Cc}\p{Cf}]{1,256}$/u] as const),
]);

/** Extended properties that can be put back, with the property id for netsh. */
export const EXTENDED_IDS: ReadonlyMap<string, number> = new Map([
  ['receivewindow', 0],
  ['maxsettingsperframe', 1],
  ['maxsettingsperminute', 1],
]);

/**
 * What has to be given again when the binding is rewritten, from its registry values: names of netsh parameters; for a
 * value without a parameter, a name in capitals or digits (`DefaultFlags 0x2000`) that nothing accepts.
 */
export function parametersOf(key: RegistryKey): SslBinding['parameters'] {
  const unknown = [...key.values].filter(([name, { data }]) => !KNOWN.has(name) && !/^(?:0x0+|[0\s]*)$/u.test(data));
  return Object.fromEntries([
    ...ofBits(CHECK_MODE, number(key, CHECK_MODE) & ~FRESHNESS_ON),
    ...ofBits(FLAGS, number(key, FLAGS)),
    // 0 is the default, and Server 2025 refuses it
    ...NUMBERS.map(([value, parameter]) => [parameter, String(number(key, value))]).filter(
      ([, found]) => found !== '0',
    ),
    ...TEXTS.map(([value, parameter]) => [parameter, written(key, value)]).filter(([, found]) => found !== ''),
    ...unknown.map(([name]) => [`Value ${name}`, 'set']),
  ]);
}

/** What sets these bits of a value; bits that nothing sets are named in capitals. */
function ofBits(value: string, bits: number): readonly (readonly [parameter: string, given: string])[] {
  const set = BITS.filter((one) => one.value === value && (bits & one.bit) !== 0);
  const rest = set.reduce((left, { bit }) => left & ~bit, bits);
  return [
    ...set.map(({ parameter, bit, given }): readonly [string, string] =>
      parameter === null ? [unnamed(value, bit), 'set'] : [parameter, given],
    ),
    ...(rest === 0 ? [] : [[unnamed(value, rest >>> 0), 'set'] as const]),
  ];
}

/** Empty if nothing was given. */
function written(key: RegistryKey, value: string): string {
  const found = text(key, value);
  if (found === null) throw odd(key, value);
  return found === '(null)' ? '' : found;
}

/** Parts of a binding that would be lost by rewriting it: a reason to refuse before anybody approves. */
export const notReturnable = (binding: SslBinding): readonly string[] => [
  ...Object.keys(binding.parameters).filter((name) => !RETURNABLE.has(name)),
  ...Object.keys(binding.extended).filter((name) => !EXTENDED_IDS.has(name)),
];

const unnamed = (value: string, bits: number): string => `${value} 0x${bits.toString(16)}`;
const odd = (key: RegistryKey, value: string) =>
  notUnderstood(
    'reg',
    `${value} of another type`,
    `${key.path} ${JSON.stringify(key.values.get(value.toLowerCase()))}`,
  );

function number(key: RegistryKey, value: string): number {
  const found = dword(key, value, 0);
  if (found === null) throw odd(key, value);
  return found;
}
