import type { SslBinding } from './host-facts.ts';

export interface Probe {
  readonly host: string;
  readonly port: number;
  /** null: no SNI. */
  readonly servername: string | null;
}

/**
 * The handshakes that show what a port presents: each bound address with and without SNI; a name only with its own
 * SNI, for without it another binding answers. Names, `0.0.0.0` and `[::]` are asked on the loopback: what DNS knows by
 * a name may be another machine, and a name with an asterisk nobody knows.
 */
export function probesOf(bindings: readonly SslBinding[], port: number, servername: string): readonly Probe[] {
  const probes = bindings.flatMap((binding): readonly Probe[] => {
    const address = binding.key.slice(0, binding.key.lastIndexOf(':'));
    if (binding.kind === 'hostnameport') return [{ host: '127.0.0.1', port, servername: nameBelow(address) }];
    const host = LOOPBACK[address] ?? address.replace(/^\[(.*)\]$/u, '$1');
    return [
      { host, port, servername: null },
      { host, port, servername },
    ];
  });
  const isFirst = (one: Probe, at: number): boolean =>
    probes.findIndex(({ host, servername: name }) => host === one.host && name === one.servername) === at;
  return probes.filter(isFirst);
}

/** HTTP.SYS takes any one label for an asterisk. */
const nameBelow = (name: string): string => name.replace(/^\*\./u, 'certops.');

const LOOPBACK: { readonly [any: string]: string } = { '0.0.0.0': '127.0.0.1', '[::]': '::1' };
