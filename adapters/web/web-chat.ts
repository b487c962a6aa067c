import { CertopsError } from '../../src/domain/errors.ts';
import type { Farm } from '../../src/domain/farm/farm.ts';
import type { ChatAdapter, Inbox } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConsoleFeed, FaultBox } from '../../src/ports/console.ts';
import { createAnswers } from './answers.ts';
import { createChannel } from './channel.ts';
import { createHandle } from './handle.ts';
import { openMessageStore } from './message-store.ts';
import { actorsOf } from './people.ts';
import { createReceive } from './receive.ts';
import { createRoutes } from './routes.ts';
import { loadSecrets, saveSecrets } from './secrets.ts';
import { listen, serve, type WebLog } from './server.ts';
import type { Wording } from './show.ts';
import { loadStaticFiles } from './static-files.ts';

export interface WebChatOptions {
  readonly farms: readonly [Farm, ...Farm[]];
  /** One for each farm. */
  readonly feeds: readonly ConsoleFeed[];
  /** null: nothing can be broken here, and the page does not offer it. */
  readonly faults: FaultBox | null;
  /** Stores the messages and the page's key; created if missing. */
  readonly folder: string;
  /** Folders searched for the page's files, the page's own first: `sourceAssets(root)`, or the bundle's one folder. */
  readonly assets: readonly string[];
  readonly wording: Wording;
  readonly clock: Clock;
  readonly log: WebLog;
  /** This port or none; default: the last port, else any free one. */
  readonly port?: number;
}

/** The last port and keys, if available. Throws CertopsError `ConsolePortTaken`. */
async function hear(folder: string, wanted: number | null) {
  const secrets = await loadSecrets(folder);
  const { server, port } = await listen(wanted, secrets.port);
  await saveSecrets(folder, { ...secrets, port });
  return { server, port, secrets };
}

/**
 * The lab's chat: a web page on loopback where anybody may be anyone, for one or more farms. Throws CertopsError
 * `ConsoleOnlyForRehearsals` if one of them is not the lab's, `ConsoleFileMissing`, `ConsolePortTaken`. `url` holds the
 * key that opens the page.
 */
export async function createWebChat(options: WebChatOptions): Promise<ChatAdapter & { readonly url: string }> {
  const { farms, feeds, faults, folder, clock, log, wording } = options;
  const real = farms.find(({ rehearsal }) => !rehearsal);
  if (real !== undefined) throw new CertopsError('ConsoleOnlyForRehearsals', { farm: real.name });

  const files = await loadStaticFiles(options.assets);
  const { store, unreadable } = await openMessageStore(folder);
  if (unreadable > 0) log.warn({ unreadable }, 'some lines of the console’s messages could not be read');
  const { server, port, secrets } = await hear(folder, options.port ?? null).catch(async (error) => {
    // Node 26 ends the process when a file handle is left for the garbage collector to close.
    await store.close();
    throw error;
  });

  const actors = actorsOf(farms);
  const channel = createChannel({ farms, actors, feeds, store, wording, clock, log, canBreak: faults !== null });
  const answers = createAnswers(channel);
  let inbox: Inbox | null = null;
  const handle = createHandle({ channel, answers, wording, inbox: () => inbox });
  const receive = createReceive({ channel, actors, handle });
  const door = { host: `127.0.0.1:${port}`, key: secrets.key, cookieName: `certops-${port}`, cookie: secrets.cookie };
  serve(server, door, createRoutes({ files, receive, faults }), log);

  return {
    url: `http://${door.host}/?key=${secrets.key}`,
    platform: 'web',
    start: async (bot) => {
      inbox = bot;
    },
    stop: async () => {
      inbox = null;
      channel.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
    post: (channelId, view) => channel.post(channelId, view),
    update: (channelId, message, view) => channel.update(channelId, message, view),
    updateEveryMs: 250,
    find: (channelId, key) => channel.find(channelId, key),
    note: (channelId, message, { notice }) => channel.note(channelId, message, notice),
    tell: (account, notice) => channel.whisper(account, notice),
    group: async () => null,
  };
}
