import { type Logger, SocketModeReceiver, type webApi } from '@slack/bolt';
import { proxyDataOf } from '../../src/domain/calls/way-out.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import { wallTime } from '../../src/domain/time.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import { translate } from './errors.ts';
import { hash, type Stamp } from './guarded-app.ts';

interface Socket {
  readonly receiver: SocketModeReceiver;
  /**
   * Resolves when Slack has said hello, or after the first attempt has failed: it is then retried until `stop`. Never
   * throws.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Since when the socket has been closed although it should be open, milliseconds since 1970; null: it is open, or
   * need not be.
   */
  closedSince(): number | null;
}

const HELLO_LIMIT_MS = 20_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A connection that ends sooner than this is not reopened at once: we would otherwise ask for new ones without end. */
const SHORT_LIFE_MS = 10_000;

/**
 * Bolt's Socket Mode receiver. Its client's own reconnecting is turned off: if that fails, nobody can catch the failure
 * and it ends the process (slackapi/node-slack-sdk#2656), and when Slack renews a connection it stays away for five
 * seconds.
 */
export function createSocket(options: {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly wayOut: WayOut | undefined;
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly log: Log;
}): Socket {
  const { appToken, clientOptions, wayOut, logger, clock, log } = options;
  const line = wayOut?.line();
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    ...(line === undefined ? {} : { dispatcher: line.dispatcher as Dispatcher }),
    installerOptions: { clientOptions },
    customPropertiesExtractor: stampOf,
  });
  const { client } = receiver;
  readMessages(client, log);
  let stopping: AbortController | null = null;

  async function connect(signal: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const late = clock.sleep(HELLO_LIMIT_MS, limit.signal).then(
      () => 'late' as const,
      () => 'late' as const,
    );
    try {
      if ((await Promise.race([client.start(), late])) === 'late') throw new Error('late');
      if (signal.aborted) await endAtOnce(client);
    } catch (error) {
      await endAtOnce(client).catch(() => {});
      line?.cut();
      // A socket that does not open does not say why.
      throw translate(error ?? new Error('closed', { cause: line?.failure() }), { method: 'apps.connections.open' });
    } finally {
      limit.abort();
    }
  }

  let connected = false;
  /** Both are steady-clock times. */
  let closedAt: number | null = null;
  let openedAt = 0;
  let pauseMs = 0;

  /** `tried`: called after each failed attempt. */
  async function keepConnected(signal: AbortSignal, tried: () => void = () => {}): Promise<void> {
    closedAt = clock.steady();
    if (pauseMs > 0) await clock.sleep(pauseMs, signal).catch(() => {});
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await connect(signal);
        if (signal.aborted) return;
        connected = true;
        closedAt = null;
        openedAt = clock.steady();
        log.info({ platform: 'slack' }, 'the socket to Slack is open');
        return;
      } catch (error) {
        if (signal.aborted) return;
        const waitMs = Math.max(wait, busyFor(error));
        log.warn({ platform: 'slack', ...codeOf(error), waitMs }, 'the socket to Slack could not be opened');
        tried();
        await clock.sleep(waitMs, signal).catch(() => {});
      }
    }
  }

  client.on('disconnected', () => {
    line?.cut();
    if (!connected || stopping === null) return;
    connected = false;
    const isShort = clock.steady() - openedAt < SHORT_LIFE_MS;
    pauseMs = isShort ? Math.min(Math.max(pauseMs * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS) : 0;
    log.info({ platform: 'slack', pauseMs }, 'the socket to Slack was closed');
    void keepConnected(stopping.signal);
  });

  return {
    receiver,
    start: async () => {
      if (stopping !== null) return;
      const mine = new AbortController();
      stopping = mine;
      await new Promise<void>((resolve) => void keepConnected(mine.signal, resolve).then(resolve));
    },
    stop: async () => {
      stopping?.abort();
      stopping = null;
      connected = false;
      closedAt = null;
      pauseMs = 0;
      const limit = new AbortController();
      await Promise.race([endAtOnce(client), clock.sleep(3_000, limit.signal)]).catch(() => {});
      limit.abort();
      line?.cut();
    },
    closedSince: () => (closedAt === null ? null : wallTime(closedAt, { now: clock.now(), steady: clock.steady() })),
  };
}

type Client = SocketModeReceiver['client'];
type Dispatcher = NonNullable<ConstructorParameters<typeof SocketModeReceiver>[0]['dispatcher']>;

/**
 * The client reads messages in an async listener; nobody would catch its failure, and it would end the process. And
 * when Slack says goodbye the client waits for Slack to close the connection, which Slack never does.
 */
function readMessages(client: Client, log: Log): void {
  const receivers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (...message: unknown[]) => {
    for (const receive of receivers) {
      Promise.resolve(Reflect.apply(receive, client, message)).catch(() => {
        log.warn({ platform: 'slack', code: 'PayloadNotUnderstood' }, 'a delivery was refused');
      });
    }
    // The client has called disconnect once already; see `endAtOnce`.
    if (isGoodbye(message[0])) void client.disconnect();
  });
}

/**
 * Slack renews a connection every few hours. Deliveries are longer than this message, and quotes that people type are
 * escaped in them.
 */
const isGoodbye = (message: unknown): boolean =>
  typeof message === 'string' && message.length < 2_000 && /"type"\s*:\s*"disconnect"/u.test(message);

/**
 * After the first call, the client says goodbye and waits for the other side to end the connection. Slack leaves that
 * to us, so only a failed ping would end it: five to twelve seconds in which nothing is heard. The second call ends the
 * wait.
 */
function endAtOnce(client: Client): Promise<void> {
  const ended = client.disconnect();
  void client.disconnect();
  return ended;
}

function stampOf(args: { readonly envelope_id?: unknown; readonly body?: unknown }): { readonly stamp: Stamp } {
  const { envelope_id: id } = args;
  return { stamp: { once: typeof id === 'string' ? hash('envelope', id) : null, same: bodyHash(args.body) } };
}

/** null: nested too deeply for JSON.stringify. */
function bodyHash(body: unknown): string | null {
  try {
    return hash(JSON.stringify(body) ?? '');
  } catch {
    return null;
  }
}

/** How long Slack asks us to wait, milliseconds; 0: it does not ask. */
const busyFor = (error: unknown): number =>
  error instanceof CertopsError && error.code === 'ChatBusy' ? Number(error.data.retryAfterMs) || 0 : 0;

const codeOf = (error: unknown): object =>
  error instanceof CertopsError
    ? { code: error.code, reason: String(error.data.reason ?? ''), ...proxyDataOf(error.data) }
    : { code: 'unknown' };
