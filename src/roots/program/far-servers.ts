import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * How long each address of a name is tried before the next one. By default Node gives up all but the last after less
 * than a round trip to another continent: where the last one is of a network that is not there, as IPv6 often is, a
 * server that answers would never be reached.
 */
const EACH_MS = 1_000;

/* Imported for its effect. Whoever starts Node with a longer time keeps it. */
setDefaultAutoSelectFamilyAttemptTimeout(Math.max(EACH_MS, getDefaultAutoSelectFamilyAttemptTimeout()));
