import http from 'node:http';

/** The paths at which both the bot and the bare apps listen. */
export const SLACK_PATH = '/slack/events';
export const TEAMS_PATH = '/api/messages';

/** One request as a platform sends it. */
export interface Delivery {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export interface Timed {
  /** From the request to the last byte of its answer. Milliseconds. */
  readonly ms: number;
  readonly status: number;
  readonly body: string;
}

/** Kept-alive connections to one server. One by default, so that a sender's requests stay in order. */
export interface Wire {
  send(delivery: Delivery): Promise<Timed>;
  close(): void;
}

export function openWire(origin: string, connections = 1): Wire {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  return { send: (delivery) => send(agent, origin, delivery), close: () => agent.destroy() };
}

function send(agent: http.Agent, origin: string, { path, headers, body }: Delivery): Promise<Timed> {
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const request = http.request(`${origin}${path}`, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': bytes.length },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const ms = performance.now() - from;
        resolve({ ms, status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
      });
    });
    request.end(bytes);
  });
}

/** Sends, and rejects unless the answer is 200. */
export async function deliver(wire: Wire, delivery: Delivery): Promise<Timed> {
  const answer = await wire.send(delivery);
  if (answer.status !== 200)
    throw new Error(`${delivery.path} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
  return answer;
}
