import { CertopsError } from '../../src/domain/errors.ts';
import type { Channel } from './channel.ts';
import type { Handle } from './handle.ts';
import { readAs, sendJson } from './http.ts';
import { actionOf, actRequest, commandOf, sayRequest } from './intents.ts';
import type { Actor } from './people.ts';
import type { Route } from './server.ts';

/** Everything that a page delivers to the chat. */
export interface Receive {
  /** Opens a page's event stream, as one of the farm's people. */
  readonly listen: Route;
  readonly said: Route;
  readonly pressed: Route;
}

/** Throws CertopsError `RequestNotUnderstood`, and as `Handle` says. */
export function createReceive(deps: {
  readonly channel: Channel;
  readonly actors: readonly Actor[];
  readonly handle: Handle;
}): Receive {
  const { channel, actors, handle } = deps;
  const actor = (account: string | null): Actor => {
    const found = actors.find((one) => one.account === account);
    if (found === undefined) throw new CertopsError('RequestNotUnderstood');
    return found;
  };
  const from = (account: string) => ({
    person: { platform: 'web', account: actor(account).account },
    channel: channel.id,
  });

  return {
    // A page that has not chosen anybody yet listens as the first of the farm's people, and so does one that remembers
    // somebody who has since left the farm file. A program that reads the channel asks for English, whoever it listens
    // as.
    listen: ({ response, query }) => {
      const known = actors.find(({ account }) => account === query.get('as'));
      const listener = known ?? actor(actors[0]?.account ?? '');
      const { locale } = listener;
      channel.open(
        { ...listener, locale: query.get('language') === 'en' ? { ...locale, language: 'en' } : locale },
        response,
      );
    },
    said: async ({ request, response }) => {
      const said = await readAs(request, sayRequest);
      const { as, text: typed, canOpenForm } = said;
      sendJson(response, 200, await handle({ intent: commandOf(from(as), said), typed, canOpenForm, fields: [] }));
    },
    pressed: async ({ request, response }) => {
      const pressed = await readAs(request, actRequest);
      const { as, canOpenForm, fields } = pressed;
      sendJson(response, 200, await handle({ intent: actionOf(from(as), pressed), canOpenForm, fields }));
    },
  };
}
