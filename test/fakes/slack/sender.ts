import { createHmac } from 'node:crypto';

export interface Sent {
  readonly status: number;
  readonly body: string;
}

export interface Signing {
  readonly secret: string;
  /** Seconds since 1970. */
  readonly at?: number;
  readonly retry?: number;
  /** Instead of the right one. */
  readonly signature?: string;
  readonly contentType?: string;
}

/** Slack's signature over the raw body. */
export const sign = (secret: string, at: number, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;

const FORM = 'application/x-www-form-urlencoded';

/** A body as Slack sends it: a form for commands and interactivity, JSON for events. */
export function encode(payload: object): { readonly body: string; readonly contentType: string } {
  if ('event' in payload || 'challenge' in payload)
    return { body: JSON.stringify(payload), contentType: 'application/json' };
  const form = 'command' in payload ? (payload as { [name: string]: string }) : { payload: JSON.stringify(payload) };
  return { body: new URLSearchParams(form).toString(), contentType: FORM };
}

/** Sends a raw body over TCP, signed. */
export async function sendRaw(url: string, body: string, signing: Signing): Promise<Sent> {
  const at = signing.at ?? Math.floor(Date.now() / 1000);
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': signing.contentType ?? FORM,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signing.signature ?? sign(signing.secret, at, body),
      ...(signing.retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(signing.retry), 'x-slack-retry-reason': 'http_timeout' }),
    },
  });
  return { status: response.status, body: await response.text() };
}

export function send(url: string, payload: object, signing: Signing): Promise<Sent> {
  const { body, contentType } = encode(payload);
  return sendRaw(url, body, { contentType, ...signing });
}
