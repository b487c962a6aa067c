import type { ResolveChoice } from '../../journal/resolve.ts';
import type { RotationState } from '../../rotation/rotation.ts';
import { sha256 } from '../../sha256.ts';
import type { Data, Digest, HostName, Json } from '../../values.ts';
import type { Assessment } from '../moment.ts';

const UNANSWERED: readonly string[] = [
  'RunnerSilent',
  'OrderOverdue',
  'EntryNotUnderstood',
  'JournalNotWritable',
  'OutcomeNotWritten',
  'EndNotWritten',
  'OrdersRefused',
];

/**
 * What a decision about unknown machines rests on: the rotation, and the facts seen, which are the same each time they
 * are seen alike. Since when a machine is silent is left out: a restarted bot knows a later moment, and so does a
 * second look.
 */
export const factsDigest = (
  rotation: RotationState,
  {
    direction,
    attention,
    windowClosed,
    frozen,
  }: Pick<Assessment, 'direction' | 'attention' | 'windowClosed' | 'frozen'>,
): Digest => {
  const untimely = [
    ...(windowClosed === undefined ? [] : [windowClosed]),
    ...(frozen === undefined ? [] : [{ frozen }]),
  ];
  const seen = attention.map((cause) => ({
    ...cause,
    data: UNANSWERED.includes(cause.code) ? {} : lasting(cause.data),
  }));
  return sha256(JSON.stringify([rotation.id, direction, seen, Object.keys(rotation.resolved), ...untimely]));
};

const lasting = (data: Data): Data =>
  Array.isArray(data.against) ? { ...data, against: data.against.map((one) => withoutNumbers(one)) } : data;

/** Only of what a log says: other facts are told apart by their numbers. */
function withoutNumbers(one: Json): Json {
  const { fact, found } = (one ?? {}) as Data;
  return fact === 'connection' && typeof found === 'string'
    ? { ...(one as Data), found: found.replace(/\d+/gu, '') }
    : one;
}

/**
 * What votes name: one question with one choice, asked at one moment (milliseconds since 1970) about these facts; and
 * about only some machines, if not all.
 */
export const questionDigest = (
  facts: Digest,
  choice: ResolveChoice,
  askedAt: number,
  hosts: readonly HostName[] | null,
): Digest => sha256(JSON.stringify([facts, choice, askedAt, ...(hosts === null ? [] : [hosts])]));
