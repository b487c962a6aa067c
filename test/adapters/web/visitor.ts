import { knock, listen } from './http-client.ts';
import { startChat } from './support.ts';

type Started = Awaited<ReturnType<typeof startChat>>;

const open: (Started & { streams: { close(): void }[] })[] = [];
/** A console, and a kind of browser that may lie: it has used the key and keeps the cookie. */
export async function start(more: Parameters<typeof startChat>[0] = {}) {
  const started = { ...(await startChat(more)), streams: [] as { close(): void }[] };
  open.push(started);
  const url = new URL(started.chat.url);
  const port = Number(url.port);
  const host = url.host;
  const key = url.searchParams.get('key') ?? '';
  const welcome = await knock(port, `/?key=${key}`, { headers: { host } });
  const cookie = (welcome.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const headers = { host, cookie };
  const postHeaders = { ...headers, origin: `http://${host}`, 'content-type': 'application/json' };
  return {
    ...started,
    port,
    host,
    key,
    cookie,
    welcome,
    get: (path: string) => knock(port, path, { headers }),
    send: (path: string, body: unknown, more: { [name: string]: string } = {}) =>
      knock(port, path, {
        method: 'POST',
        headers: { ...postHeaders, ...more },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    page: (as: string) => {
      const stream = listen(port, `/events?as=${as}`, headers);
      started.streams.push(stream);
      return stream;
    },
  };
}

/** For after each test: ends what the test started. */
export async function closeAll(): Promise<void> {
  for (const { chat, remove, streams } of open.splice(0)) {
    for (const stream of streams) stream.close();
    await chat.stop();
    await remove();
  }
}

/** Stops a bot as a restart does; its folder stays. */
export async function stopOnly(chat: Started['chat']): Promise<void> {
  await chat.stop();
  open.splice(0);
}
