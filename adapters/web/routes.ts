import { CertopsError } from '../../src/domain/errors.ts';
import { inTable } from '../../src/domain/in-table.ts';
import type { FaultBox } from '../../src/ports/console.ts';
import { readAs, send, sendJson } from './http.ts';
import { armRequest, clearRequest } from './intents.ts';
import type { Receive } from './receive.ts';
import type { Route, Routes } from './server.ts';
import type { StaticFile } from './static-files.ts';

/** Everything that the page can ask for. */
export function createRoutes(parts: {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly receive: Receive;
  readonly faults: FaultBox | null;
}): Routes {
  const { files, receive, faults } = parts;
  const all: { readonly [methodAndPath: string]: Route } = {
    'GET /events': receive.listen,
    'POST /api/say': receive.said,
    'POST /api/act': receive.pressed,
    ...(faults === null ? {} : faultRoutes(faults)),
  };

  return (method, path) => {
    const file = method === 'GET' ? files.get(path === '/' ? 'index.html' : (fileName(path) ?? '')) : undefined;
    if (file !== undefined) return ({ response }) => send(response, 200, file.type, file.body);
    const key = `${method} ${path}`;
    return inTable(all, key) ?? null;
  };
}

function faultRoutes(faults: FaultBox): { readonly [methodAndPath: string]: Route } {
  const answer: Route = async ({ response }) =>
    sendJson(response, 200, { list: await faults.list(), armed: await faults.armed() });
  return {
    'GET /api/faults': answer,
    'POST /api/faults/arm': async (call) => {
      const { host, fault } = await readAs(call.request, armRequest);
      const known = (await faults.list()).some((one) => one.host === host && one.fault === fault);
      if (!known) throw new CertopsError('RequestNotUnderstood');
      await faults.arm(host, fault);
      await answer(call);
    },
    'POST /api/faults/clear': async (call) => {
      await readAs(call.request, clearRequest);
      await faults.clear();
      await answer(call);
    },
  };
}

const fileName = (path: string): string | undefined => /^\/assets\/([a-z][a-z.-]*)$/u.exec(path)?.[1];
