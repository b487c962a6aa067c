import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentOf, emptyChannel, METHODS, scopeOf } from './methods.ts';
import { countCalls } from './rates.ts';
import { createState, type FakeChannel, type FakeState, type FakeUser, type StateOptions } from './state.ts';
import { acceptSockets, type Connection } from './websocket.ts';

/** What goes wrong with the next call of a method. */
export type Fault =
  | { readonly error: string; readonly more?: object }
  | { readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** The connection is cut. */
  | { readonly cut: true }
  /** The call is done, and the answer is lost. */
  | { readonly lost: true }
  /** Answered only then. */
  | { readonly until: Promise<void> };

export interface FakeSlack extends FakeState {
  /** For `apiUrl`. */
  readonly apiUrl: string;
  addUser(id: string, facts?: Partial<FakeUser>): FakeUser;
  addChannel(id: string, facts?: Partial<FakeChannel>): FakeChannel;
  /** Spoils the next `times` calls of the method; `response_url`: answers to the address that came with a click. */
  fail(method: string, fault: Fault, times?: number): void;
  trigger(user: string): string;
  responseUrl(user: string, channel: string): string;
  /** Open sockets of Socket Mode, the newest last. */
  readonly sockets: readonly Connection[];
  /** Delivers through the newest socket; resolves with what was acknowledged. */
  deliver(envelope: {
    readonly type: string;
    readonly payload: unknown;
    readonly [name: string]: unknown;
  }): Promise<unknown>;
  calledTimes(method: string): number;
  /** Methods of the calls that were refused because there were too many before them. */
  readonly overRate: readonly string[];
  close(): Promise<void>;
}

/** Scopes that the token has unless a test takes some away. */
const SCOPES = [
  ...['commands', 'chat:write', 'app_mentions:read', 'im:history', 'im:write', 'channels:read', 'groups:read'],
  ...['channels:history', 'groups:history', 'users:read', 'usergroups:read'],
];

/**
 * A Slack over plain HTTP: the Web API, response_url and Socket Mode, refusing what Slack refuses. `host`: the name by
 * which it is reached; its sockets then have another, as Slack's do.
 */
export async function startFakeSlack({
  host = '127.0.0.1',
  ...options
}: StateOptions & { readonly host?: string } = {}): Promise<FakeSlack> {
  const state = createState(options, SCOPES);
  const faults: { method: string; fault: Fault }[] = [];
  const sockets: Connection[] = [];
  const overRate: string[] = [];
  const rates = countCalls(state.now);
  const acks = new Map<string, (payload: unknown) => void>();
  const server = createServer((request, response) => {
    void read(request).then((body) => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://${host}:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const answers = path.startsWith('/answers/');
    const method = answers ? 'response_url' : path.replace(/^\/api\//u, '');
    const args = answers ? {} : Object.fromEntries(new URLSearchParams(body));
    if (!answers) state.calls.push({ method, args, at: state.now() });
    const at = faults.findIndex((one) => one.method === method);
    const fault = at < 0 ? null : (faults.splice(at, 1)[0]?.fault ?? null);
    if (fault !== null && 'cut' in fault) return void response.destroy();
    if (fault !== null && 'until' in fault) await fault.until;
    if (fault !== null && 'status' in fault) {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return void response.writeHead(fault.status, wait).end(fault.body ?? '');
    }
    if (answers && fault === null) return respond(response, path, body);
    const wait = fault === null ? rates.tooMany(method, args) : null;
    if (wait !== null) {
      overRate.push(method);
      return void response.writeHead(429, { 'retry-after': String(wait) }).end('{"ok":false,"error":"ratelimited"}');
    }
    if (answers && fault !== null && 'lost' in fault) {
      respond(new ServerResponse(request), path, body);
      return void response.destroy();
    }
    const result =
      fault !== null && 'error' in fault
        ? { ok: false, error: fault.error, ...fault.more }
        : run(request, method, args);
    if (fault !== null && 'lost' in fault) return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': state.scopes.join(',') });
    response.end(JSON.stringify(result));
  }

  function run(request: IncomingMessage, method: string, args: { readonly [name: string]: string }): object {
    const bearer = request.headers.authorization?.replace(/^Bearer\s*/u, '') ?? args.token ?? '';
    if (method === 'apps.connections.open') {
      if (bearer === '') return { ok: false, error: 'not_authed' };
      if (bearer !== state.appToken)
        return { ok: false, error: bearer.startsWith('xapp-') ? 'invalid_auth' : 'not_allowed_token_type' };
      return {
        ok: true,
        url: `ws://${host === '127.0.0.1' ? host : `wss.${host}`}:${port}/socket?ticket=${state.nextId('K')}`,
      };
    }
    if (bearer === '') return { ok: false, error: 'not_authed' };
    if (bearer !== state.token) return { ok: false, error: 'invalid_auth' };
    const scope = scopeOf(state, method, args);
    const handle = METHODS[method];
    if (handle === undefined || scope === undefined) return { ok: false, error: 'unknown_method' };
    if (scope !== null && !state.scopes.includes(scope)) {
      return { ok: false, error: 'missing_scope', needed: scope, provided: state.scopes.join(',') };
    }
    return handle(state, args);
  }

  function respond(response: ServerResponse, path: string, body: string): void {
    const known = state.answers.get(path);
    const stale = known === undefined || known.left === 0 || state.now() - known.at > 1_800_000;
    if (stale) return void response.writeHead(404).end('{"ok":false,"error":"used_url"}');
    const said = JSON.parse(body) as {
      text?: string;
      blocks?: object;
      response_type?: string;
      replace_original?: boolean;
      thread_ts?: string;
    };
    const blocks = said.blocks === undefined ? undefined : JSON.stringify(said.blocks);
    const content = contentOf({ text: said.text, blocks });
    if ('error' in content) return void response.writeHead(500).end(JSON.stringify(content));
    known.left -= 1;
    if (said.response_type !== 'ephemeral') throw new Error('an answer to one person was shown to all');
    const { user, channel } = known;
    state.whispers.push({
      to: user,
      channel,
      ...content,
      replaces: said.replace_original === true,
      thread: said.thread_ts ?? null,
      through: 'response_url',
    });
    response.writeHead(200).end('ok');
  }

  acceptSockets(server, (request) => {
    if (!(request.url ?? '').startsWith('/socket?ticket=')) return null;
    return (connection) => {
      sockets.push(connection);
      connection.onText((text) => {
        const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id: string; payload: unknown };
        acks.get(id)?.(payload);
        acks.delete(id);
      });
      connection.onClose(() => sockets.splice(sockets.indexOf(connection), 1));
      connection.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: state.app } }));
    };
  });

  return Object.assign(state, {
    apiUrl: `${base}/api/`,
    sockets,
    overRate,
    addUser: (id: string, facts: Partial<FakeUser> = {}) => {
      const user = { id, name: id.toLowerCase(), team_id: state.team, ...facts };
      state.users.set(id, user);
      return user;
    },
    addChannel: (id: string, facts: Partial<FakeChannel> = {}) => {
      const channel = { ...emptyChannel(id, id.toLowerCase()), ...facts };
      state.channels.set(id, channel);
      return channel;
    },
    fail: (method: string, fault: Fault, times = 1) => {
      for (let n = 0; n < times; n += 1) faults.push({ method, fault });
    },
    trigger: (user: string) => {
      const id = `${state.nextTs()}.${state.nextId('x')}`;
      state.triggers.set(id, { user, at: state.now(), used: false });
      return id;
    },
    responseUrl: (user: string, channel: string) => {
      const path = `/answers/${state.nextId('r')}`;
      state.answers.set(path, { user, channel, left: 5, at: state.now() });
      return base + path;
    },
    deliver: (envelope: { readonly type: string; readonly payload: unknown }) => {
      const id = (envelope as { envelope_id?: string }).envelope_id ?? state.nextId('e');
      const socket = sockets.at(-1);
      if (socket === undefined) return Promise.reject(new Error('no socket is open'));
      return new Promise((resolve) => {
        acks.set(id, resolve);
        socket.send(JSON.stringify({ accepts_response_payload: true, ...envelope, envelope_id: id }));
      });
    },
    calledTimes: (method: string) => state.calls.filter((call) => call.method === method).length,
    close: async () => {
      for (const socket of [...sockets]) socket.cut();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  });
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
