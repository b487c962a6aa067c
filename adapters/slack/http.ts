import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPModuleFunctions, HTTPReceiver, type Logger } from '@slack/bolt';
import { createRefusals } from '../../src/domain/calls/refusals.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { hash, type Stamp } from './guarded-app.ts';

export const SLACK_PATH = '/slack/events';

/** From the server that all chats share; `listener` gets every request for `path`. */
export type Mount = (path: string, listener: (request: IncomingMessage, response: ServerResponse) => void) => void;

/** Slack's own payloads are far smaller: a view is at most 250 KB. */
const BODY_LIMIT = 1_000_000;
/** For requests without a signature: Slack's check of an address's certificate, which it does not sign. */
const UNSIGNED_LIMIT = 4096;
const SIGNATURE = /^v0=[0-9a-f]{64}$/u;
/** An older request could be one that was overheard; one from the future could be replayed for longer. */
const SKEW_S = 300;

/** Bolt's HTTP receiver, behind our own server instead of its own. */
export function createHttp(options: {
  readonly signingSecret: string;
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly log: Log;
}): { readonly receiver: HTTPReceiver; listener(request: IncomingMessage, response: ServerResponse): void } {
  const { signingSecret, logger, clock, log } = options;
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: SLACK_PATH,
    bodyLimit: BODY_LIMIT,
    logger,
    customPropertiesExtractor: stampOf,
  });
  const refused = createRefusals(clock, (data) => log.warn({ platform: 'slack', ...data }, 'a delivery was refused'));
  const refuse = (response: ServerResponse, status: number, code: string): void => {
    refused(code);
    // Reads nothing more from a refused client.
    if (!response.headersSent) response.writeHead(status, { connection: 'close' }).end();
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 404, 'NotAPost');
    const ahead = Number(request.headers['x-slack-request-timestamp']) - clock.now() / 1000;
    if (ahead > SKEW_S) return refuse(response, 401, 'TimestampAhead');
    if (ahead < -SKEW_S) return refuse(response, 401, 'TimestampBehind');
    // Bolt compares the whole header; the part after the semicolon makes no difference.
    request.headers['content-type'] = essenceOf(request.headers['content-type']);
    const isSigned = SIGNATURE.test(String(request.headers['x-slack-signature'] ?? ''));
    const bodyLimit = isSigned ? BODY_LIMIT : UNSIGNED_LIMIT;
    let body: string;
    try {
      const checks = { enabled: true, signingSecret, bodyLimit, logger };
      body = (await HTTPModuleFunctions.parseAndVerifyHTTPRequest(checks, request)).rawBody.toString();
    } catch (error) {
      const tooLarge = HTTPModuleFunctions.isRawBodyError(error) && error.statusCode === 413;
      return tooLarge ? refuse(response, 413, 'BodyTooLarge') : refuse(response, 401, 'SignatureNotValid');
    }
    // Bolt assumes that the JSON is an object, outside any try.
    if (!isObject(body, request.headers['content-type'])) return refuse(response, 400, 'PayloadNotUnderstood');
    receiver.requestListener(request, response);
  }

  return {
    receiver,
    listener: (request, response) => {
      take(request, response).catch(() => refuse(response, 500, 'DeliveryFailed'));
    },
  };
}

const essenceOf = (contentType = ''): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

function isObject(body: string, contentType: string | undefined): boolean {
  const text = contentType === 'application/x-www-form-urlencoded' ? new URLSearchParams(body).get('payload') : body;
  return text === null || text.trimStart().startsWith('{');
}

function stampOf(request: IncomingMessage & { readonly rawBody?: Buffer }): { readonly stamp: Stamp } {
  const raw = request.rawBody ?? Buffer.alloc(0);
  // As a number, for comparison: ` 17` and `17.0` are the same timestamp.
  const at = String(Number(request.headers['x-slack-request-timestamp']));
  return { stamp: { once: hash(at, raw), same: hash(raw) } };
}
