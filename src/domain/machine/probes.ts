import type { HandshakeFacts, SslBinding } from './host-facts.ts';

export interface Probe {
  readonly host: string;
  readonly port: number;
  /** null: no SNI. */
  readonly servername: string | null;
  /** One of this machine's own bindings: asked only at an address the machine has and HTTP.SYS listens on. */
  readonly own: 'address' | 'name';
}

/** Error of a handshake with an own address that HTTP.SYS does not listen on: it was not attempted. */
const NOT_LISTENED = 'NOT_LISTENED';

/** A handshake not attempted, because HTTP.SYS has a list of addresses it listens on, and this is not one of them. */
export const unlistened = (target: string, servername: string | null): HandshakeFacts => ({
  target,
  servername,
  thumbprint: null,
  error: NOT_LISTENED,
});

/** Whether a binding is served there: on an address HTTP.SYS does not listen on, nobody sees it. */
export const isServed = ({ error }: HandshakeFacts): boolean => error !== NOT_LISTENED;

/**
 * The handshakes that show what a port presents: each bound address with and without SNI; a name only with its own SNI,
 * since without it another binding answers. Names, `0.0.0.0` and `[::]` are asked on the loopback: DNS may resolve a
 * name to another machine, and a wildcard name not at all.
 */
export function probesOf(bindings: readonly SslBinding[], port: number, servername: string): readonly Probe[] {
  const probes = bindings.flatMap((binding): readonly Probe[] => {
    const address = binding.key.slice(0, binding.key.lastIndexOf(':'));
    if (binding.kind === 'hostnameport')
      return [{ host: '127.0.0.1', port, servername: nameBelow(address), own: 'name' }];
    const host = LOOPBACK[address] ?? address.replace(/^\[(.*)\]$/u, '$1');
    return [
      { host, port, servername: null, own: 'address' },
      { host, port, servername, own: 'address' },
    ];
  });
  const isFirst = (one: Probe, at: number): boolean =>
    probes.findIndex(({ host, servername: name }) => host === one.host && name === one.servername) === at;
  return probes.filter(isFirst);
}

/** Machines' names may have underscores. Whoever asks for anything else may be turned away. */
const HOST_NAME = /^\w(?:[\w.-]{0,251}\w)?$/u;

/**
 * The server name to ask a certificate's server for: the first of its names that is one of a host. A common name may be
 * any text, such as `SSIS Scale Out Master`.
 */
export const askedName = (names: readonly string[], otherwise: string): string =>
  names.find((name) => HOST_NAME.test(name) && !ADDRESS.test(name)) ?? otherwise;

/** IPv4; no other address looks like a host's name. */
const ADDRESS = /^[\d.]+$/u;

/** In HTTP.SYS an asterisk matches any one label. */
const nameBelow = (name: string): string => name.replace(/^\*\./u, 'certops.');

const LOOPBACK: { readonly [any: string]: string } = { '0.0.0.0': '127.0.0.1', '[::]': '::1' };
