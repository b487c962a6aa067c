import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPModuleFunctions, HTTPReceiver, type Logger } from '@slack/bolt';
import { createRefusals } from '../../src/domain/calls/refusals.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { hash, type Stamp } from './guarded-app.ts';

export const SLACK_PATH = '/slack/events';

/** Of a server that all chats share; `listener` gets every request for `path`. */
export type Mount = (path: string, listener: (request: IncomingMessage, response: ServerResponse) => void) => void;

/** Slack's own payloads stay far below: a view is at most 250 KB. */
const BODY_LIMIT = 1_000_000;
/** Of what shows no signature: Slack's check of an address's certificate, which it does not sign. */
const UNSIGNED_LIMIT = 4096;
const SIGNATURE = /^v0=[0-9a-f]{64}$/u;
/** What is older could have been overheard; what claims to come from the future could be sent again for longer. */
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
  const refused = createRefusals(clock, 'slack', (data) => log.warn(data, 'a delivery was refused'));
  const refuse = (response: ServerResponse, status: number, code: string): void => {
    refused(code);
    // Nothing that a refused client sends afterwards is read.
    if (!response.headersSent) response.writeHead(status, { connection: 'close' }).end();
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 404, 'NotAPost');
    const ahead = Number(request.headers['x-slack-request-timestamp']) - clock.now() / 1000;
    if (ahead > SKEW_S) return refuse(response, 401, 'TimestampAhead');
    if (ahead < -SKEW_S) return refuse(response, 401, 'TimestampBehind');
    // Bolt compares the whole header; what stands behind the semicolon changes nothing.
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
    // Bolt takes for granted that the JSON is an object, outside of every try.
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
  // As a number, as it is signed: ` 17` and `17.0` are one timestamp.
  const at = String(Number(request.headers['x-slack-request-timestamp']));
  return { stamp: { once: hash(at, raw), same: hash(raw) } };
}
