import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** One connection. Text frames below 2^31 bytes, which is all that Socket Mode needs. */
export interface Connection {
  send(text: string): void;
  ping(): void;
  /** The closing handshake; the other side closes the connection itself. */
  close(): void;
  /** As when a cable is cut. */
  cut(): void;
  onText(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
}

/** Takes upgrades of a plain HTTP server. */
export function acceptSockets(
  server: Server,
  accept: (request: IncomingMessage) => ((connection: Connection) => void) | null,
) {
  server.on('upgrade', (request, socket: Duplex) => {
    const welcome = accept(request);
    const key = request.headers['sec-websocket-key'];
    if (welcome === null || key === undefined) {
      socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n');
      return;
    }
    const proof = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${proof}\r\n\r\n`,
    );
    welcome(connectionOf(socket));
  });
}

function connectionOf(socket: Duplex): Connection {
  const texts: ((text: string) => void)[] = [];
  let pending = Buffer.alloc(0);
  let closed = false;
  const write = (opcode: number, payload: Buffer): void => {
    if (socket.writable) socket.write(Buffer.concat([header(opcode, payload.length), payload]));
  };
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = frameOf(pending); frame !== null && !closed; frame = frameOf(pending)) {
      pending = pending.subarray(frame.length);
      if (frame.opcode === PING) write(PONG, frame.payload);
      if (frame.opcode === TEXT) for (const listener of texts) listener(frame.payload.toString());
      // As Slack does: the handshake is answered, and the other side closes the connection.
      if (frame.opcode === CLOSE) {
        write(CLOSE, frame.payload);
        closed = true;
      }
    }
  });
  return {
    send: (text) => write(TEXT, Buffer.from(text)),
    ping: () => write(PING, Buffer.from('ping')),
    close: () => write(CLOSE, Buffer.from([0x03, 0xe8])),
    cut: () => socket.destroy(),
    onText: (listener) => texts.push(listener),
    onClose: (listener) => socket.once('close', listener),
  };
}

function header(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, length]);
  if (length < 65_536) return Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(10);
  long[0] = 0x80 | opcode;
  long[1] = 127;
  long.writeUInt32BE(length, 6);
  return long;
}

/** A whole masked frame at the start of the bytes; null if it is not complete yet. */
function frameOf(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | null {
  if (bytes.length < 6) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 6 + extra) return null;
  const size = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
  const start = 6 + extra;
  if (bytes.length < start + size) return null;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + size).map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload, length: start + size };
}
