import type { Binding, Build } from '../world/state.ts';

/** One line of `show sslcert` after the fixed ones, and the parameter that sets it. */
interface Flag {
  readonly bit: number;
  readonly parameter: string | null;
  readonly label: string;
}

const DS_MAPPER: Flag = { bit: 0x1, parameter: 'dsmapperusage', label: 'DS Mapper Usage' };
const NEGOTIATE: Flag = { bit: 0x2, parameter: 'clientcertnegotiation', label: 'Negotiate Client Certificate' };
const REJECT: Flag = { bit: 0x8, parameter: 'reject', label: 'Reject Connections' };
const HTTP2: Flag = { bit: 0x10, parameter: 'disablehttp2', label: 'Disable HTTP2' };
const QUIC: Flag = { bit: 0x20, parameter: 'disablequic', label: 'Disable QUIC' };
const TLS13: Flag = { bit: 0x40, parameter: 'disabletls13', label: 'Disable TLS1.3' };
const TLS12: Flag = { bit: 0x1000, parameter: 'disabletls12', label: 'Disable TLS1.2' };
const OCSP: Flag = { bit: 0x80, parameter: 'disableocspstapling', label: 'Disable OCSP Stapling' };
const TOKEN: Flag = { bit: 0x100, parameter: 'enabletokenbinding', label: 'Enable Token Binding' };
const LOG: Flag = { bit: 0x200, parameter: 'logextendedevents', label: 'Log Extended Events' };
const LEGACY: Flag = { bit: 0x400, parameter: 'disablelegacytls', label: 'Disable Legacy TLS Versions' };
const TICKET: Flag = { bit: 0x800, parameter: 'enablesessionticket', label: 'Enable Session Ticket' };
const SESSION_ID: Flag = { bit: 0x4000, parameter: 'disablesessionid', label: 'Disable Session ID' };
const CLIENT_HELLO: Flag = { bit: 0x8000, parameter: null, label: 'Enable Caching Client Hello' };

/** These two show Enabled or Disabled on every build, in this order. */
const OLD_FLAGS: readonly Flag[] = [DS_MAPPER, NEGOTIATE];

/** Both the set of flags and their order differ by build. */
const FLAGS: { readonly [build in Build]: readonly Flag[] } = {
  '2016': [REJECT, HTTP2],
  '2019': [REJECT, HTTP2, QUIC, TLS13, OCSP, TOKEN, LOG, LEGACY],
  '2022': [REJECT, HTTP2, QUIC, TLS12, TLS13, OCSP, TOKEN, LOG, LEGACY, TICKET],
  '2025': [REJECT, HTTP2, QUIC, LEGACY, TLS13, TLS12, OCSP, TOKEN, LOG, TICKET, SESSION_ID, CLIENT_HELLO],
};

const CHECK_MODE = { revocation: 0x1, cachedOnly: 0x2, freshness: 0x4, noUsageCheck: 0x10000 } as const;

export type Parameters = ReadonlyMap<string, string>;

/** Parameter names of `add sslcert` on this build, in the order of its help. */
export const parameterNames = (build: Build): readonly string[] => [
  'appid',
  'certhash',
  'certstorename',
  'verifyclientcertrevocation',
  'verifyrevocationwithcachedclientcertonly',
  'usagecheck',
  'revocationfreshnesstime',
  'urlretrievaltimeout',
  'sslctlidentifier',
  'sslctlstorename',
  ...[...OLD_FLAGS, ...FLAGS[build]].flatMap((flag) => (flag.parameter === null ? [] : [flag.parameter])),
];

/** `tag=value` arguments; tags compare without case. Null for an argument without a tag. */
export function readParameters(args: readonly string[]): Parameters | null {
  const parameters = new Map<string, string>();
  for (const argument of args) {
    const at = argument.indexOf('=');
    if (at < 1) return null;
    parameters.set(argument.slice(0, at).toLowerCase(), argument.slice(at + 1));
  }
  return parameters;
}

/** A new binding: every flag that was not given gets its default. Null when a value is not understood. */
export function makeBinding(key: string, kind: Binding['kind'], parameters: Parameters, build: Build): Binding | null {
  const thumbprint = (parameters.get('certhash') ?? '').replace(/\s/gu, '').toLowerCase();
  const appId = (parameters.get('appid') ?? '').toLowerCase();
  if (!/^[0-9a-f]{40}$/u.test(thumbprint)) return null;
  if (!/^\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}$/u.test(appId)) return null;
  const switches = [...parameters].filter(([, value]) => /^(enable|disable|yes|no)$/iu.test(value));
  const on = (name: string): boolean =>
    switches.some(([each, value]) => each === name && /^(enable|yes)$/iu.test(value));
  const off = (name: string): boolean => switches.some(([each]) => each === name) && !on(name);
  const flags = [...OLD_FLAGS, ...FLAGS[build]].reduce(
    (bits, flag) => (flag.parameter !== null && on(flag.parameter) ? bits | flag.bit : bits),
    0,
  );
  const number = (name: string): number => Number(parameters.get(name) ?? 0);
  if (!Number.isInteger(number('revocationfreshnesstime')) || !Number.isInteger(number('urlretrievaltimeout')))
    return null;
  // Server 2025 refuses an explicit freshness of 0.
  if (build === '2025' && parameters.get('revocationfreshnesstime') === '0') return null;
  const checkMode =
    (off('verifyclientcertrevocation') ? CHECK_MODE.revocation : 0) |
    (on('verifyrevocationwithcachedclientcertonly') ? CHECK_MODE.cachedOnly : 0) |
    (number('revocationfreshnesstime') > 0 ? CHECK_MODE.freshness : 0) |
    (off('usagecheck') ? CHECK_MODE.noUsageCheck : 0);
  return {
    key,
    kind,
    thumbprint,
    appId,
    store: parameters.get('certstorename') ?? null,
    checkMode,
    flags,
    freshness: number('revocationfreshnesstime'),
    timeout: number('urlretrievaltimeout'),
    ctlIdentifier: parameters.get('sslctlidentifier') ?? null,
    ctlStore: parameters.get('sslctlstorename') ?? null,
    properties: {},
  };
}

/** One block of `show sslcert`. */
export function showBinding(binding: Binding, build: Build): string {
  const line = (label: string, value: string | number): string => `    ${label.padEnd(29)}: ${value}`;
  const enabled = (set: boolean): string => (set ? 'Enabled' : 'Disabled');
  const newer = FLAGS[build].map((flag) => {
    const set = (binding.flags & flag.bit) !== 0;
    return line(flag.label, flag === REJECT ? enabled(set) : set ? 'Set' : 'Not Set');
  });
  return [
    line(binding.kind === 'ipport' ? 'IP:port' : 'Hostname:port', binding.key),
    line('Certificate Hash', binding.thumbprint),
    line('Application ID', binding.appId),
    line('Certificate Store Name', binding.store ?? '(null)'),
    `    Verify Client Certificate Revocation : ${enabled((binding.checkMode & CHECK_MODE.revocation) === 0)}`,
    `    Verify Revocation Using Cached Client Certificate Only : ${enabled((binding.checkMode & CHECK_MODE.cachedOnly) !== 0)}`,
    line('Usage Check', enabled((binding.checkMode & CHECK_MODE.noUsageCheck) === 0)),
    line('Revocation Freshness Time', binding.freshness),
    line('URL Retrieval Timeout', binding.timeout),
    line('Ctl Identifier', binding.ctlIdentifier ?? '(null)'),
    line('Ctl Store Name', binding.ctlStore ?? '(null)'),
    ...OLD_FLAGS.map((flag) => line(flag.label, enabled((binding.flags & flag.bit) !== 0))),
    ...newer,
    ...(build === '2016' ? [] : showProperties(binding, line)),
    '',
  ].join('\n');
}

function showProperties(binding: Binding, line: (label: string, value: string) => string): string[] {
  const head = ' Extended Properties:';
  const {
    receivewindow = '1048576',
    maxsettingsperframe = '2796202',
    maxsettingsperminute = '4294967295',
  } = binding.properties;
  return [
    head,
    line('PropertyId', '0'),
    line('Receive Window', receivewindow),
    head,
    line('PropertyId', '1'),
    line('Max Settings Per Frame', maxsettingsperframe),
    line('Max Settings Per Minute', maxsettingsperminute),
    ...['2', '3', '4'].flatMap((id) => [head, line('PropertyId', id)]),
  ];
}
