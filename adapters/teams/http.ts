import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusals } from '../../src/domain/calls/refusals.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';

/** The answer to one delivery: a status, and a body for an invoke. */
export interface Answered {
  readonly status: number;
  readonly body?: unknown;
}

const BODY_LIMIT = 256 * 1024;
/** Teams nests cards in cards, a dozen deep. */
const DEEPEST = 100;

/** Checks only the form of a token: `header.claims.signature`. */
const BEARER = /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/iu;

const STATUS: { readonly [code: string]: number } = { BodyTooLarge: 413, BodyNotJson: 400, BodyTooDeep: 400 };

/**
 * Takes POSTs with a JSON object as body; anything else is refused before it is processed, and where a token is
 * `wanted`, a request without anything like one is refused before its body is read. `failed`: a delivery that could not
 * be answered.
 */
export function createListener(
  wanted: boolean,
  answer: (authorization: string, body: object) => Promise<Answered>,
  refused: Refusals,
  failed: Refusals,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.method !== 'POST') return send(response, { status: 405 }, { allow: 'POST' });
    const { authorization = '' } = request.headers;
    if (wanted && !BEARER.test(authorization)) {
      refused('TokenNotTaken', { reason: authorization === '' ? 'none' : 'not-valid' });
      return send(response, { status: 401 }, { connection: 'close' });
    }
    readObject(request)
      .then(async (body) => send(response, await answer(authorization, body)))
      .catch((error: unknown) => {
        const status = isCertopsError(error) ? STATUS[error.code] : undefined;
        if (isCertopsError(error) && status !== undefined) refused(error.code, error.data);
        else failed('DeliveryFailed', { error: String(error) });
        // Reads nothing more from a refused client.
        send(response, { status: status ?? 500 }, { connection: 'close' });
      });
  };
}

function send(
  response: ServerResponse,
  { status, body }: Answered,
  more: { readonly [header: string]: string } = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const json = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(json),
    ...more,
  });
  response.end(json);
}

/** Throws CertopsError `BodyTooLarge`, `BodyTooDeep`, `BodyNotJson`. */
async function readObject(request: IncomingMessage): Promise<object> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    if (isDeep(text)) throw new CertopsError('BodyTooDeep', { limit: DEEPEST });
    body = JSON.parse(text);
  } catch (error) {
    throw isCertopsError(error) ? error : new CertopsError('BodyNotJson');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new CertopsError('BodyNotJson');
  return body;
}

const tooLarge = (): CertopsError => new CertopsError('BodyTooLarge', { limit: BODY_LIMIT });

/** Counted in the text, before any parser descends into it. */
function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted && sign === '\\') at += 1;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
