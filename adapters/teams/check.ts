import { proxyDataOf } from '../../src/domain/calls/way-out.ts';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { Finding } from '../../src/ports/chat.ts';
import type { TokenSource } from './credentials.ts';
import type { People } from './people.ts';
import type { References } from './references.ts';

interface CheckParts {
  readonly tokens: TokenSource | null;
  readonly channels: readonly string[];
  readonly people: People;
  readonly references: References;
}

/** Changes and posts nothing: gets a token, and reads the roster of each channel. */
export async function checkTeams({ tokens, channels, people, references }: CheckParts): Promise<readonly Finding[]> {
  const token = await found('teams-token', {}, async () => {
    await tokens?.token();
    return {};
  });
  const rest = channels.map(async (channel): Promise<Finding> => {
    const place = references.place(channel);
    if (place === null)
      return { ok: false, message: { id: 'validate.teams-channel.unknown', data: { channel } }, channel };
    const finding = await found('teams-channel', { channel }, async () => ({ members: await people.count(place) }));
    return { ...finding, channel };
  });
  return [token, ...(token.ok ? await Promise.all(rest) : [])];
}

async function found(
  what: string,
  data: { readonly [name: string]: string },
  look: () => Promise<{ readonly [name: string]: number }>,
): Promise<Finding> {
  try {
    return { ok: true, message: { id: `validate.${what}`, data: { ...data, ...(await look()) } } };
  } catch (error) {
    const code = isCertopsError(error) ? error.code : 'ChatAway';
    const reason = isCertopsError(error) && typeof error.data.reason === 'string' ? error.data.reason : '';
    const proxy = isCertopsError(error) ? proxyDataOf(error.data) : {};
    return { ok: false, message: { id: `validate.${what}.failed`, data: { ...data, code, reason, ...proxy } } };
  }
}
