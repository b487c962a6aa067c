import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** How it answers: it connects, gives a status, sends a page as if it had connected, or says nothing. */
export type Manner = 'pass' | number | 'page' | 'hang';

export interface FakeProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `host:port` of everything that it was asked to connect. */
  readonly asked: string[];
  manner: Manner;
  /** Answered with 403, whatever the manner. */
  refuses: string | null;
  /** `name:password`; null if it lets everybody through. */
  user: string | null;
  close(): Promise<void>;
}

/** An HTTP proxy (CONNECT) that takes this machine for every name. */
export async function startFakeProxy(): Promise<FakeProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(400).end());
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const proxy: FakeProxy = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    asked: [],
    manner: 'pass',
    refuses: null,
    user: null,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connect', (request, socket: Socket) => {
    const target = request.url ?? '';
    proxy.asked.push(target);
    const { user, refuses } = proxy;
    const manner = refuses !== null && target.startsWith(`${refuses}:`) ? 403 : proxy.manner;
    if (manner === 'hang') return;
    if (manner === 'page') return void socket.end('HTTP/1.1 200 OK\r\n\r\n<html>hunter2 is logged in</html>');
    if (typeof manner === 'number') return void socket.end(`HTTP/1.1 ${manner} No\r\n\r\n<html>hunter2</html>`);
    const basic = user === null ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
    if (request.headers['proxy-authorization'] !== basic)
      return void socket.end(
        'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="hunter2"\r\n\r\n',
      );
    const other = connect(Number(target.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(other).pipe(socket);
    });
    sockets.add(other.on('error', () => socket.end('HTTP/1.1 502 No\r\n\r\n')));
    other.on('close', () => socket.destroy());
    socket.on('close', () => other.destroy());
  });
  return proxy;
}
