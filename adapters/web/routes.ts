import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { CertopsError } from '../../src/domain/errors.ts';
import type { ChatIntent } from '../../src/ports/chat.ts';
import type { FaultBox } from '../../src/ports/console.ts';
import type { Channel } from './channel.ts';
import { readJson, send, sendJson } from './http.ts';
import { actionOf, actRequest, armRequest, clearRequest, commandOf, sayRequest } from './intents.ts';
import type { Actor } from './people.ts';
import type { Route, Routes } from './server.ts';
import type { StaticFile } from './static-files.ts';

export interface RouteParts {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly channel: Channel;
  readonly faults: FaultBox | null;
  readonly actors: readonly Actor[];
  /** Takes an intent to the bot, shows what was typed, then the reply. */
  readonly ask: (intent: ChatIntent, typed?: string) => Promise<void>;
}

/** Everything that the page can ask for. */
export function createRoutes({ files, channel, faults, actors, ask }: RouteParts): Routes {
  const actor = (account: string | null): Actor => {
    const found = actors.find((one) => one.account === account);
    if (found === undefined) throw new CertopsError('RequestNotUnderstood');
    return found;
  };
  const from = (account: string) => ({
    person: { platform: 'web', account: actor(account).account },
    channel: channel.id,
  });

  const routes: { readonly [methodAndPath: string]: Route } = {
    // A page that does not know anybody yet listens as the first of the farm's people.
    // A program that reads what stands there asks for English, whoever it listens as.
    'GET /events': ({ response, query }) => {
      const listener = actor(query.get('as') || (actors[0]?.account ?? ''));
      const { tongue } = listener;
      channel.open(
        { ...listener, tongue: query.get('language') === 'en' ? { ...tongue, language: 'en' } : tongue },
        response,
      );
    },
    'POST /api/say': async ({ request, response }) => {
      const said = await parse(request, sayRequest);
      await ask(commandOf(from(said.as), said), said.text);
      sendJson(response, 200, {});
    },
    'POST /api/act': async ({ request, response }) => {
      const pressed = await parse(request, actRequest);
      await ask(actionOf(from(pressed.as), pressed));
      sendJson(response, 200, {});
    },
  };
  const all = faults === null ? routes : { ...routes, ...faultRoutes(faults) };

  return (method, path) => {
    const file = method === 'GET' ? files.get(path === '/' ? 'index.html' : (fileName(path) ?? '')) : undefined;
    if (file !== undefined) return ({ response }) => send(response, 200, file.type, file.body);
    const key = `${method} ${path}`;
    return Object.hasOwn(all, key) ? (all[key] ?? null) : null;
  };
}

function faultRoutes(faults: FaultBox): { readonly [methodAndPath: string]: Route } {
  const answer: Route = async ({ response }) =>
    sendJson(response, 200, { list: await faults.list(), armed: await faults.armed() });
  return {
    'GET /api/faults': answer,
    'POST /api/faults/arm': async (call) => {
      const { host, fault } = await parse(call.request, armRequest);
      const known = (await faults.list()).some((one) => one.host === host && one.fault === fault);
      if (!known) throw new CertopsError('RequestNotUnderstood');
      await faults.arm(host, fault);
      await answer(call);
    },
    'POST /api/faults/clear': async (call) => {
      await parse(call.request, clearRequest);
      await faults.clear();
      await answer(call);
    },
  };
}

const fileName = (path: string): string | undefined => /^\/assets\/([a-z][a-z.-]*)$/u.exec(path)?.[1];

async function parse<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(request));
  if (!parsed.success) throw new CertopsError('RequestNotUnderstood');
  return parsed.data;
}
