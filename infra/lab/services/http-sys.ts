import { createServer as createTcpServer, isIP, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import type { FaultBox } from '../faults/box.ts';
import type { LabHost } from '../world/host.ts';
import { type Binding, storeNamed } from '../world/state.ts';

/** HTTP.SYS of one machine: listens while a service has registered its port, and presents what the binding names. */
export interface HttpSys {
  register(onSecure: (connection: tls.TLSSocket, local: string) => void): Promise<void>;
  unregister(): void;
  /** The binding that answers at a local address; the more specific one wins. */
  bindingAt(address: string, servername: string | null): Binding | null;
}

const FLAG = { negotiate: 0x2, reject: 0x8, noTls13: 0x40 } as const;

export function createHttpSys(input: {
  host: LabHost;
  faults: FaultBox;
  port: number;
  /** Local address -> real port on 127.0.0.1. */
  sockets: { readonly [address: string]: number };
  /** What `presents-other` shows. */
  stranger: () => { cert: string; key: string };
}): HttpSys {
  const { host, faults, port } = input;
  const open = new Set<Socket>();
  const contexts = new Map<string, tls.SecureContext>();
  let servers: Server[] = [];
  let estranged = false;

  const context = (cert: string, key: string, withTls13: boolean): tls.SecureContext => {
    const name = `${withTls13} ${cert}`;
    const known = contexts.get(name);
    if (known !== undefined) return known;
    // The old certificate may be so weak that only the lowest security level accepts it.
    const made = tls.createSecureContext({
      cert,
      key,
      minVersion: 'TLSv1',
      maxVersion: withTls13 ? 'TLSv1.3' : 'TLSv1.2',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    contexts.set(name, made);
    return made;
  };
  const presented = (binding: Binding | null): tls.SecureContext | null => {
    if (binding === null || (binding.flags & FLAG.reject) !== 0) return null;
    const withTls13 = (binding.flags & FLAG.noTls13) === 0;
    if (estranged) {
      const stranger = input.stranger();
      return context(stranger.cert, stranger.key, withTls13);
    }
    const store = storeNamed(binding.store ?? 'My');
    const certificate = store === null ? null : host.certificate(store, binding.thumbprint);
    const container = certificate === null ? null : host.key(certificate);
    const key = container === null ? null : host.keyPem(container);
    return certificate === null || key === null ? null : context(toPem(certificate.der), key, withTls13);
  };
  const bindingAt: HttpSys['bindingAt'] = (address, servername) => {
    const find = (key: string): Binding | undefined => host.state.bindings.find((each) => each.key === key);
    const own = find(isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`);
    const named = servername === null ? undefined : find(`${servername.toLowerCase()}:${port}`);
    return own ?? named ?? find(isIP(address) === 6 ? `[::]:${port}` : `0.0.0.0:${port}`) ?? null;
  };

  const accept = (raw: Socket, address: string, onSecure: (connection: tls.TLSSocket, local: string) => void): void => {
    const once = faults.take(host.state.name, 'presents');
    estranged = once !== null || (estranged && servers.length > 0);
    const plain = bindingAt(address, null);
    const secureContext = presented(plain);
    const someName = host.state.bindings.some((each) => each.kind === 'hostnameport' && each.key.endsWith(`:${port}`));
    open.add(raw);
    raw.on('close', () => open.delete(raw)).on('error', () => {});
    if (secureContext === null && !someName) {
      raw.resetAndDestroy();
      return;
    }
    const connection = new tls.TLSSocket(raw, {
      isServer: true,
      requestCert: asksForCertificate(host, plain),
      rejectUnauthorized: false,
      ...(secureContext === null ? {} : { secureContext }),
      SNICallback: (servername, answer) => {
        const chosen = presented(bindingAt(address, servername));
        answer(chosen === null ? new Error('nothing bound') : null, chosen ?? undefined);
      },
    });
    connection.on('error', () => connection.destroy());
    connection.once('secure', () => onSecure(connection, address));
  };

  return {
    bindingAt,
    register: async (onSecure) => {
      const started = Object.entries(input.sockets).map(([address, realPort]) => {
        return listen(realPort, (raw) => accept(raw, address, onSecure));
      });
      servers = await Promise.all(started);
    },
    unregister: () => {
      for (const server of servers) server.close();
      for (const socket of open) socket.destroy();
      servers = [];
      estranged = false;
      contexts.clear();
    },
  };
}

/**
 * From 2022 on, HTTP.SYS cannot ask for a client certificate after a TLS 1.3 handshake: without negotiation it gets
 * none.
 */
function asksForCertificate(host: LabHost, binding: Binding | null): boolean {
  if (binding === null || (binding.flags & (FLAG.negotiate | FLAG.noTls13)) !== 0) return true;
  return host.state.switches.build === '2016' || host.state.switches.build === '2019';
}

async function listen(port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  for (let tries = 0; ; tries++) {
    const server = createTcpServer(onConnection);
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve).listen({ port, host: '127.0.0.1' }, () => resolve(null));
    });
    if (error === null) return server;
    if (error.code !== 'EADDRINUSE') throw error;
    if (tries >= 40) throw new Error(`another program has taken this lab's port 127.0.0.1:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const toPem = (der: string): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.match(/.{1,64}/gu) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
