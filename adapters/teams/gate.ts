import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type TurnContext } from 'botbuilder';
import {
  type AuthenticateRequestResult,
  AuthenticationConstants,
  type BotFrameworkAuthentication,
} from 'botframework-connector';
import type { Refusals } from '../../src/domain/calls/refusals.ts';
import { proxyFailureIn } from '../../src/domain/calls/way-out.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import type { Cloud } from './cloud.ts';
import { connectorHttp } from './connector-http.ts';
import { credentialsFactory, type TokenSource } from './credentials.ts';
import type { Answered } from './http.ts';
import { readKeysBy } from './keys.ts';
import { createSilence } from './silence.ts';

type Activity = TurnContext['activity'];

/** The library behind one function: a signed delivery in, its answer out. */
interface Gate {
  readonly authentication: BotFrameworkAuthentication;
  /**
   * Checks the token, then runs the turn. `logic` answers with the body of an invoke's answer. 401: no token, or not
   * one of the service for this bot and this address. 503: the service's keys cannot be fetched now, so the token
   * cannot be checked.
   */
  receive(authorization: string, activity: object, logic: () => Promise<object | null>): Promise<Answered>;
}

interface GateOptions {
  readonly appId: string;
  readonly tenant: string;
  readonly cloud: Cloud;
  /** null: nobody is checked. For tests with a client that has no tokens. */
  readonly tokens: TokenSource | null;
  readonly refused: Refusals;
  readonly wayOut: WayOut | undefined;
}

/** The library's adapter separates what a web framework needs from the turn itself; only the turn is used here. */
class Turns extends CloudAdapter {
  run(trusted: AuthenticateRequestResult, activity: Activity, logic: (context: TurnContext) => Promise<void>) {
    return this.processActivity(trusted, activity, logic);
  }
}

/**
 * `refused`: told of every delivery that is turned away. Keys are read from the cloud's OpenID document, through
 * `wayOut`.
 */
export function createGate({ appId, tenant, cloud, tokens, refused, wayOut }: GateOptions): Gate {
  const { issuer, openIdMetadata, login, scope } = cloud;
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      ...(tokens === null ? {} : { MicrosoftAppId: appId, MicrosoftAppTenantId: tenant }),
      ToChannelFromBotLoginUrl: `${login}/${tenant}`,
      ToChannelFromBotOAuthScope: scope,
      ToBotFromChannelTokenIssuer: issuer,
      ToBotFromChannelOpenIdMetadataUrl: openIdMetadata,
      // The emulator's tokens come from elsewhere; checked against the service's keys, none of them is valid.
      ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadata,
      OAuthUrl: scope,
    },
    credentialsFactory(appId, tokens),
    undefined,
    undefined,
    { httpClient: connectorHttp(wayOut) },
  );
  readKeysBy(wayOut?.fetch ?? fetch, openIdMetadata);
  const turns = new Turns(authentication);
  const inSilence = createSilence(console);

  function turnedAway(code: string, data: Parameters<Refusals>[1], status = 401): Answered {
    refused(code, data);
    return { status };
  }

  return {
    authentication,
    receive: async (authorization, raw, logic) => {
      const activity = raw as Activity;
      // For other channels the library has other rules, with keys from elsewhere.
      if (activity.channelId !== 'msteams') return turnedAway('ChannelNotTeams', channelIn(activity));
      let trusted: AuthenticateRequestResult;
      try {
        trusted = await inSilence(() => authentication.authenticateRequest(activity, authorization));
      } catch (error) {
        if (isAboutKeys(error)) return turnedAway('KeysNotThere', proxyFailureIn(error) ?? {}, 503);
        return turnedAway('TokenNotTaken', { reason: authorization === '' ? 'none' : 'not-valid' });
      }
      const { claimsIdentity } = trusted;
      const claim = (name: string): string | null => claimsIdentity.getClaimValue(name);
      const { IssuerClaim, ServiceUrlClaim } = AuthenticationConstants;
      // The library compares the address only if the delivery names one.
      const isFrom = claim(IssuerClaim) === issuer;
      if (tokens !== null && !(isFrom && claim(ServiceUrlClaim) === activity.serviceUrl))
        return turnedAway('TokenNotTaken', { reason: isFrom ? 'another-address' : 'not-valid' });
      const invoked = await turns.run(trusted, activity, async (context) => {
        const body = await logic();
        if (body !== null) await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
      });
      return { status: invoked?.status ?? 200, ...(invoked?.body === undefined ? {} : { body: invoked.body }) };
    },
  };
}

/** Anybody may write anything there: a value that is not a single word is reported as `none`. */
function channelIn({ channelId }: { readonly channelId?: unknown }) {
  const isWord = typeof channelId === 'string' && /^[a-z]{1,30}$/iu.test(channelId);
  return { found: isWord ? channelId : 'none', wanted: 'msteams' };
}

/** The library reports it by a status of its own, or lets its HTTP client's error through. */
function isAboutKeys(error: unknown): boolean {
  const { name, statusCode } = (error ?? {}) as { readonly name?: unknown; readonly statusCode?: unknown };
  return name === 'FetchError' || statusCode === 500;
}
