import type { ServiceClientCredentialsFactory } from 'botframework-connector';
import * as z from 'zod';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import type { Cloud } from './cloud.ts';
import { ConnectorFailure, translate } from './errors.ts';

export interface TokenSource {
  /** The bot's token for Teams. Throws CertopsError `ChatRefused`, `ChatBusy`, `ChatAway`. */
  token(): Promise<string>;
  /** The token was refused: the next call asks for another. */
  forget(): void;
  /**
   * Whether the secret is refused (or no longer accepted), judged by the last request for a token. Throws like `token`.
   */
  isRefused(): Promise<boolean>;
}

interface Account {
  readonly appId: string;
  readonly password: string;
  readonly tenant: string;
}

/** A token is not used during the last five minutes of its life. */
const EARLY_MS = 5 * 60_000;
const TIME_LIMIT_MS = 10_000;
/** How Microsoft refuses a secret that is wrong or expired, and an application that is gone. */
const REFUSED = /^(?:invalid_client|unauthorized_client)(?: |$)/u;

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
/** `invalid_client` is an error word; code `7000222` says that the secret has expired. */
const errorSchema = z.object({ error: z.string().regex(/^\w{1,60}$/u), error_codes: z.array(z.int()).optional() });

/**
 * The client credentials grant of a single-tenant application. The library's own way (MSAL) has no time limit and
 * accepts no address but Microsoft's, so it could not be tested without Azure.
 */
export function createTokenSource(
  { appId, password, tenant }: Account,
  { login, scope }: Cloud,
  clock: Clock,
  wayOut?: WayOut,
): TokenSource {
  let kept: { readonly until: number; readonly token: Promise<string> } | null = null;

  async function ask(): Promise<{ token: string; livesMs: number }> {
    const response = await (wayOut?.fetch ?? fetch)(`${login}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: password,
        scope: `${scope}/.default`,
      }),
    });
    const body: unknown = await response.json().catch(() => null);
    const answer = answerSchema.safeParse(body);
    if (response.ok && answer.success) {
      return { token: answer.data.access_token, livesMs: answer.data.expires_in * 1000 };
    }
    const said = errorSchema.safeParse(body);
    const words = said.success ? [said.data.error, ...(said.data.error_codes ?? [])].join(' ') : null;
    throw new ConnectorFailure(response.ok ? 500 : response.status, words, null);
  }

  const source: TokenSource = {
    token: () => {
      const now = clock.now();
      if (kept !== null && kept.until > now) return kept.token;
      const asked = ask().catch((error: unknown) => {
        throw translate(error, { method: 'token' });
      });
      // Callers that come meanwhile wait for the same answer; the time limit ends it.
      const entry = { until: now + TIME_LIMIT_MS, token: asked.then(({ token }) => token) };
      kept = entry;
      asked.then(
        ({ livesMs }) => {
          if (kept === entry) kept = { until: now + Math.max(0, livesMs - EARLY_MS), token: entry.token };
        },
        () => {
          if (kept === entry) kept = null;
        },
      );
      return entry.token;
    },
    forget: () => {
      kept = null;
    },
    async isRefused() {
      try {
        await source.token();
        return false;
      } catch (error) {
        if (isCertopsError(error) && REFUSED.test(String(error.data.reason))) return true;
        throw error;
      }
    },
  };
  return source;
}

/**
 * What the library needs: who we are, and a signature on each request. `tokens` null: nothing is signed, nobody is
 * checked.
 */
export function credentialsFactory(appId: string, tokens: TokenSource | null): ServiceClientCredentialsFactory {
  return {
    isValidAppId: async (id) => id === appId,
    isAuthenticationDisabled: async () => tokens === null,
    createCredentials: async () => ({
      signRequest: async (request) => {
        if (tokens !== null) request.headers.set('authorization', `Bearer ${await tokens.token()}`);
        return request;
      },
    }),
  };
}
