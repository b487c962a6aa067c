import type { SslBinding } from './host-facts.ts';

export interface Probe {
  readonly host: string;
  readonly port: number;
  /** null: no SNI. */
  readonly servername: string | null;
}

/**
 * The handshakes that show what a port presents: each bound address with and without SNI; a name only with its own
 * SNI, for without it another binding answers. `0.0.0.0` and `[::]` are asked on the loopback.
 */
export function probesOf(bindings: readonly SslBinding[], port: number, servername: string): readonly Probe[] {
  return bindings.flatMap((binding): readonly Probe[] => {
    const address = binding.key.slice(0, binding.key.lastIndexOf(':'));
    if (binding.kind === 'hostnameport') return [{ host: address, port, servername: address }];
    const host = LOOPBACK[address] ?? address.replace(/^\[(.*)\]$/u, '$1');
    return [
      { host, port, servername: null },
      { host, port, servername },
    ];
  });
}

const LOOPBACK: { readonly [any: string]: string } = { '0.0.0.0': '127.0.0.1', '[::]': '::1' };
