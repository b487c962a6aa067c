import { AuthenticationConstants, GovernmentConstants } from 'botframework-connector';
import { CertopsError } from '../../src/domain/errors.ts';

/** Where the service's own tokens come from, what they contain, and where the bot gets its own. */
export interface Cloud {
  readonly issuer: string;
  readonly openIdMetadata: string;
  /** Without a path: the tenant is appended. */
  readonly login: string;
  readonly scope: string;
}

interface CloudOptions {
  /** `https://botframework.azure.us` for the government cloud. */
  readonly channelService?: string;
  readonly openIdMetadata?: string;
  readonly login?: string;
}

/** Throws CertopsError `TeamsCloudUnknown`. */
export function cloudOf({ channelService = '', openIdMetadata, login }: CloudOptions): Cloud {
  const isGovernment = channelService === GovernmentConstants.ChannelService;
  if (channelService !== '' && !isGovernment) throw new CertopsError('TeamsCloudUnknown', { channelService });
  const constants = isGovernment ? GovernmentConstants : AuthenticationConstants;
  return {
    issuer: constants.ToBotFromChannelTokenIssuer,
    openIdMetadata: openIdMetadata ?? constants.ToBotFromChannelOpenIdMetadataUrl,
    login: (login ?? constants.ToChannelFromBotLoginUrlPrefix).replace(/\/+$/u, ''),
    scope: constants.ToChannelFromBotOAuthScope,
  };
}
