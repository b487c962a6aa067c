/** Longer than undici waits for a connection (10 s), so that one which was never made is told from a lost answer. */
const TIME_LIMIT_MS = 15_000;

/** Nothing has left this machine: an address that is not found, or not reached. */
const NEVER_LEFT: readonly unknown[] = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Nor here: whoever answered there could not prove who it is, or ended the connection before that. */
const NOT_SECURE = /^(?:EPROTO|ERR_(?:TLS|SSL)_.*|CERT_.*|UNABLE_TO_.*|.*SELF_SIGNED_CERT.*)$/u;

function hasLeft(error: unknown): boolean {
  const { code, message } = ((error as { cause?: unknown } | null)?.cause ?? {}) as {
    readonly [name: string]: unknown;
  };
  const isCut = code === 'ECONNRESET' && /before secure TLS/u.test(String(message));
  return !isCut && !NEVER_LEFT.includes(code) && !NOT_SECURE.test(String(code));
}

/**
 * Answers through the address that came with what somebody did. `no`: the person does not see it, so it may be sent in
 * another way; `lost`: they may see it. Never throws.
 */
export async function respond(url: string, message: object): Promise<'sent' | 'no' | 'lost'> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const said = await response.text().catch(() => '');
    return response.ok && !/"ok"\s*:\s*false/u.test(said) ? 'sent' : 'no';
  } catch (error) {
    return hasLeft(error) ? 'lost' : 'no';
  }
}
