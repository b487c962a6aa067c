const LOAD =
  'Compare user, password and rights in Redis with REDIS_URL and with the line that certops redis acl prints.';

const UNTRUSTED = [
  "it shows a certificate that the bot's machine does not trust",
  "If its certificate was changed, put its authority's root into the file of NODE_EXTRA_CA_CERTS and restart the bot; if nobody changed it, find out who answers at that address.",
] as const;

/** Why a reachable Redis stores nothing, by the first word of its answer or of TLS, and what to do. */
const REFUSES: { readonly [word: string]: readonly [why: string, todo: string] } = {
  OOM: ['its memory is full', "Give it more (maxmemory), or take out of it what is not the bot's."],
  READONLY: ['it is read-only, as a replica is', 'Make it the master, or name the master in REDIS_URL.'],
  MISCONF: ['it could not save to its disk', 'Look at its disk and its log.'],
  WRONGPASS: ["it does not let the bot's user in", LOAD],
  NOAUTH: ["it does not let the bot's user in", LOAD],
  NOPERM: ["the bot's user has not the rights that it needs", LOAD],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: ['its certificate has ended', "Renew it there, and check the clock of the bot's machine."],
  CERT_NOT_YET_VALID: [
    'its certificate is not valid yet',
    "Check the clock of the bot's machine, and the certificate of Redis.",
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'it shows a certificate for another name than the one in REDIS_URL',
    'Give it one for that name, or use a name in REDIS_URL that is in its certificate.',
  ],
  NOREPLICAS: ['replicas that it must have are missing', 'Start them, or look at min-replicas-to-write.'],
};

export const whyRefused = (word: string): string => `${REFUSES[word]?.[0] ?? 'it refuses what is written'} (${word})`;

export const tillItTakes = (word: string): string => REFUSES[word]?.[1] ?? 'Look at its log.';
