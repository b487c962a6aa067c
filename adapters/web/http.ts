import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import { CertopsError } from '../../src/domain/errors.ts';

/**
 * `style-src 'self'` is enough for adaptivecards: it sets styles through the DOM, which the policy does not govern.
 * Trusted types leave innerHTML to the renderer's own three policies; our own code cannot use it even by mistake.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types adaptivecards#markdownPassthroughPolicy adaptivecards#restoreContentsPolicy ' +
    'adaptivecards#deprecatedExportedFunctionPolicy',
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Sends a whole answer, with the headers that keep a page from doing anything but its own. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  more: { readonly [header: string]: string } = {},
): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...more });
  response.end(body);
}

/** Sends `body` as JSON. */
export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));

/** Refusals close the connection: nothing more is read from a refused client. */
export const sendRefusal = (response: ServerResponse, status: number, code: string, sentence: string): void =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify({ code, sentence }), {
    connection: 'close',
  });

/** Begins a stream of events (text/event-stream), which stays open. */
export function openStream(response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
}

const BODY_LIMIT = 64 * 1024;

/** Only `application/json`, which no page of another origin can send without a CORS preflight. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new CertopsError('BodyNotJson');
  // If the size is announced, refused in words. If found while reading, leaving the loop ends the connection.
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new CertopsError('BodyNotJson');
  }
}

const tooLarge = () => new CertopsError('BodyTooLarge', { limit: BODY_LIMIT });

/**
 * The body of a POST, parsed by a schema. Throws CertopsError `BodyNotJson`, `BodyTooLarge`, `RequestNotUnderstood`.
 */
export async function readAs<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(request));
  if (!parsed.success) throw new CertopsError('RequestNotUnderstood');
  return parsed.data;
}
