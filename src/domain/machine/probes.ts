import type { HandshakeFacts, SslBinding } from './host-facts.ts';

export interface Probe {
  readonly host: string;
  readonly port: number;
  /** null: no SNI. */
  readonly servername: string | null;
  /** What this machine binds: asked only at an address that is its own, and that HTTP.SYS listens on. */
  readonly own: 'address' | 'name';
}

/** What a handshake with an own address says where HTTP.SYS does not listen on it: nobody was asked. */
const NOT_LISTENED = 'NOT_LISTENED';

/** Nobody was asked, for HTTP.SYS has a list of the addresses it listens on, and this is none of them. */
export const unlistened = (target: string, servername: string | null): HandshakeFacts => ({
  target,
  servername,
  thumbprint: null,
  error: NOT_LISTENED,
});

/** Whether a binding is served there: one of an address that HTTP.SYS does not listen on shows nobody anything. */
export const isServed = ({ error }: HandshakeFacts): boolean => error !== NOT_LISTENED;

/**
 * The handshakes that show what a port presents: each bound address with and without SNI; a name only with its own
 * SNI, for without it another binding answers. Names, `0.0.0.0` and `[::]` are asked on the loopback: what DNS knows by
 * a name may be another machine, and a name with an asterisk nobody knows.
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

/** HTTP.SYS takes any one label for an asterisk. */
const nameBelow = (name: string): string => name.replace(/^\*\./u, 'certops.');

const LOOPBACK: { readonly [any: string]: string } = { '0.0.0.0': '127.0.0.1', '[::]': '::1' };
