const LOAD =
  'Compare user, password and rights in Redis with REDIS_URL and with the line that certops redis acl prints.';

/** Why a reachable Redis stores nothing, by the first word of its answer, and what to do. */
const REFUSES: { readonly [word: string]: readonly [why: string, todo: string] } = {
  OOM: ['its memory is full', "Give it more (maxmemory), or take out of it what is not the bot's."],
  READONLY: ['it is read-only, as a replica is', 'Make it the master, or name the master in REDIS_URL.'],
  MISCONF: ['it could not save to its disk', 'Look at its disk and its log.'],
  WRONGPASS: ["it does not let the bot's user in", LOAD],
  NOAUTH: ["it does not let the bot's user in", LOAD],
  NOPERM: ["the bot's user has not the rights that it needs", LOAD],
  NOREPLICAS: ['replicas that it must have are missing', 'Start them, or look at min-replicas-to-write.'],
};

export const whyRefused = (word: string): string => `${REFUSES[word]?.[0] ?? 'it refuses what is written'} (${word})`;

export const tillItTakes = (word: string): string => REFUSES[word]?.[1] ?? 'Look at its log.';
