import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIMITS } from '../../../cards/limits.ts';
import { createServiceKey, type ServiceKey } from './keys.ts';

export const APP = '22222222-2222-2222-2222-222222222222';
export const TENANT = '11111111-1111-1111-1111-111111111111';
export const PASSWORD = 'a-secret-of-the-bot';

export interface Member {
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly tenantId?: string;
  readonly userRole?: string;
  readonly userPrincipalName?: string;
}

/** A message as it is in the service now. */
export interface Stood {
  readonly id: string;
  readonly conversation: string;
  body: { readonly [name: string]: unknown };
  edits: number;
}

/** The next calls of this kind get this answer instead. */
export interface Trouble {
  readonly on: RegExp;
  readonly status: number;
  readonly code?: string;
  readonly retryAfter?: string;
  times: number;
  /** The connection is cut instead of an answer. */
  readonly cut?: boolean;
  /** The call is done all the same; only the answer is lost. */
  readonly done?: boolean;
}

export type TeamsService = Awaited<ReturnType<typeof startTeamsService>>;

/**
 * What a bot meets of Azure and Teams, on loopback: the keys of the service, the token endpoint of Entra, and the
 * connector. It refuses what they refuse: a token that it did not issue, a conversation that the bot is not in, a
 * message that is gone, a card that is too large or no card.
 */
export async function startTeamsService(host = '127.0.0.1') {
  const key = createServiceKey('key-1');
  const published = [key];
  const tokens = new Set<string>();
  const rosters = new Map<string, Member[]>();
  const messages: Stood[] = [];
  const troubles: Trouble[] = [];
  const holds: { readonly on: RegExp; times: number; readonly until: Promise<unknown> }[] = [];
  const calls: string[] = [];
  let url = '';
  let number = 1_700_000_000_000;

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://${host}:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const body = await readBody(request);
    const call = `${request.method} ${path}`;
    calls.push(call);
    const trouble = troubles.find((one) => one.times > 0 && one.on.test(call));
    if (trouble !== undefined) {
      trouble.times -= 1;
      if (trouble.done === true) connector(request, path, body);
      if (trouble.cut === true) return void request.socket.destroy();
      const headers = trouble.retryAfter === undefined ? {} : { 'retry-after': trouble.retryAfter };
      return send(response, trouble.status, { error: { code: trouble.code ?? 'Trouble', message: 'no' } }, headers);
    }
    const held = holds.find((one) => one.times > 0 && one.on.test(call));
    if (held !== undefined) {
      held.times -= 1;
      await held.until;
    }
    const [status, answered] = page(request, path, body);
    send(response, status, answered);
  }

  function page(request: IncomingMessage, path: string, body: string): [number, object] {
    if (path === '/openid') return [200, { issuer: 'https://api.botframework.com', jwks_uri: `${url}/keys` }];
    if (path === '/keys') return [200, { keys: published.map(({ jwk }) => jwk) }];
    if (path === `/login/${TENANT}/oauth2/v2.0/token`) return token(new URLSearchParams(body));
    const bearer = /^Bearer (.+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.has(bearer)) return refused(401, 'Unauthorized');
    return connector(request, path, body);
  }

  function token(form: URLSearchParams): [number, object] {
    if (form.get('client_id') !== APP || form.get('client_secret') !== PASSWORD) {
      return [
        401,
        { error: 'invalid_client', error_codes: [7000215], error_description: 'AADSTS7000215: wrong secret' },
      ];
    }
    if (form.get('scope') !== 'https://api.botframework.com/.default') return [400, { error: 'invalid_scope' }];
    const given = `token-${tokens.size + 1}`;
    tokens.add(given);
    return [200, { token_type: 'Bearer', expires_in: 3599, access_token: given }];
  }

  function connector({ method, url }: IncomingMessage, path: string, body: string): [number, object] {
    const [, conversation = '', rest = ''] = /^\/teams\/v3\/conversations(?:\/([^/]+)(?:\/(.*))?)?$/u.exec(path) ?? [];
    if (!path.startsWith('/teams/v3/conversations')) return refused(404, 'ServiceError');
    if (method === 'POST' && conversation === '') return open(JSON.parse(body));
    const base = conversation.replace(/;messageid=.*$/u, '');
    const roster = rosters.get(base);
    if (roster === undefined) return refused(403, 'BotNotInConversationRoster');
    const [kind, id = ''] = rest.split('/');
    if (method === 'GET' && kind === 'pagedmembers')
      return somePeople(roster, new URL(url ?? '', 'http://teams').searchParams);
    if (method === 'GET' && kind === 'members') {
      const member = roster.find((one) => one.id === id || one.aadObjectId === id);
      return member === undefined ? refused(404, 'MemberNotFoundInConversation') : [200, member];
    }
    if (kind !== 'activities') return refused(404, 'ServiceError');
    const wrong = wrongMessage(body);
    if (wrong !== null) return wrong;
    if (method === 'POST') return [201, { id: stand(conversation, JSON.parse(body)).id }];
    // A thread's first message is in the thread, and in the channel.
    const message = messages.find(
      (one) => one.id === id && [one.conversation, `${one.conversation};messageid=${id}`].includes(conversation),
    );
    if (method !== 'PUT' || message === undefined) return refused(404, 'ActivityNotFoundInConversation');
    message.body = JSON.parse(body);
    message.edits += 1;
    return [200, { id }];
  }

  function open({ members, tenantId }: { members?: { id: string }[]; tenantId?: string }): [number, object] {
    const id = members?.[0]?.id ?? '';
    const member = [...rosters.values()].flat().find((one) => one.id === id);
    if (tenantId !== TENANT) return refused(400, 'BadArgument');
    // Nobody has a chat of their own with the bot of another company.
    if (member === undefined || member.tenantId !== TENANT) return refused(403, 'BotNotInConversationRoster');
    const conversation = `a:${member.aadObjectId}`;
    rosters.set(conversation, [member]);
    return [201, { id: conversation }];
  }

  function stand(conversation: string, body: Stood['body']): Stood {
    number += 1;
    const message = { id: String(number), conversation, body, edits: 0 };
    messages.push(message);
    return message;
  }

  return {
    url,
    key: key as ServiceKey,
    /** As an activity names it; a token names it too. */
    serviceUrl: `${url}/teams/`,
    openIdMetadata: `${url}/openid`,
    login: `${url}/login`,
    messages,
    calls,
    rosters,
    /** From now on this key is the service's too. */
    publish: (one: ServiceKey) => void published.push(one),
    /** Revokes the tokens that were issued. */
    revoke: () => tokens.clear(),
    trouble: (one: Omit<Trouble, 'times'> & { readonly times?: number }) => void troubles.push({ times: 1, ...one }),
    /** Answers this many calls only when the promise ends. */
    hold: (on: RegExp, times: number, until: Promise<unknown>) => void holds.push({ on, times, until }),
    remove: (id: string) => {
      const at = messages.findIndex((one) => one.id === id);
      if (at >= 0) messages.splice(at, 1);
    },
    /** A token as the service signs it for a delivery to the bot. */
    token: (claims: object = {}, by: ServiceKey = key): string => {
      const now = Math.floor(Date.now() / 1000);
      return by.sign({
        iss: 'https://api.botframework.com',
        aud: APP,
        serviceurl: `${url}/teams/`,
        nbf: now - 60,
        exp: now + 3600,
        ...claims,
      });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refused = (status: number, code: string): [number, object] => [status, { error: { code, message: `${code}.` } }];

/** A page of at most 500; the token of the next is where it begins. */
function somePeople(roster: readonly Member[], asked: URLSearchParams): [number, object] {
  const from = Number(asked.get('continuationToken') ?? 0);
  const size = Math.min(500, Number(asked.get('pageSize') ?? 200));
  const more = from + size < roster.length ? { continuationToken: String(from + size) } : {};
  return [200, { members: roster.slice(from, from + size), ...more }];
}

/** What Teams does not accept as a message. */
function wrongMessage(body: string): [number, object] | null {
  if (Buffer.byteLength(body) > 28 * 1024) return refused(413, 'MessageSizeTooBig');
  const { type, attachments, text } = JSON.parse(body) as {
    readonly type?: string;
    readonly text?: string;
    readonly attachments?: readonly { readonly contentType: string; readonly content: Card }[];
  };
  if (type !== 'message' || (attachments === undefined && text === undefined)) return refused(400, 'BadSyntax');
  for (const { contentType, content } of attachments ?? []) {
    if (contentType !== 'application/vnd.microsoft.card.adaptive') return refused(400, 'BadSyntax');
    if (content.type !== 'AdaptiveCard' || content.version !== '1.5') return refused(400, 'BadSyntax');
    if ((content.refresh?.userIds?.length ?? 0) > LIMITS.adaptiveCard.refreshFor) return refused(400, 'BadSyntax');
    const words = JSON.stringify(content.body);
    const lost = content.msteams?.entities?.some((entity) => !words.includes(JSON.stringify(entity.text).slice(1, -1)));
    if (lost === true) return refused(400, 'BadSyntax');
  }
  return null;
}

export interface Card {
  readonly type: string;
  readonly version: string;
  readonly lang?: string;
  readonly body: readonly object[];
  readonly actions?: readonly object[];
  readonly refresh?: {
    readonly userIds?: readonly string[];
    readonly action?: { readonly verb: string; readonly data: object };
  };
  readonly msteams?: {
    readonly entities?: readonly { readonly text: string; readonly mentioned: { readonly id: string } }[];
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
