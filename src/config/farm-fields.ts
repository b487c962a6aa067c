import * as z from 'zod';
import { DURATION_PATTERN, inWords, parseDuration } from './duration.ts';
import { hasWrongPort, isHostOrAddress, parseFarmEndpoint } from './endpoint.ts';
import { isZone } from './zone.ts';

/** The single values that a farm file and a `runner.json` consist of. */

export const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/u;
export const PERSON = /^[a-z0-9](?:[a-z0-9._-]{0,31})$/u;
export const WINDOWS_FOLDER = /^[A-Za-z]:\\(?:[^\\/:*?"<>|\r\n]+(?:\\[^\\/:*?"<>|\r\n]+)*)?$/u;

export const SLACK_APP = /^A[A-Z0-9]{2,30}$/u;
export const SLACK_WORKSPACE = /^T[A-Z0-9]{2,30}$/u;
export const SLACK_ENTERPRISE = /^E[A-Z0-9]{2,30}$/u;
export const SLACK_GROUP = /^S[A-Z0-9]{2,30}$/u;
/** Not strictly a GUID: Microsoft's playground has one more digit in the last part. */
export const ENTRA_ID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12,13}$/u;

export const PUBLIC_KEY = /^ed25519:[A-Za-z0-9_-]{43}$/u;

/** What each pattern means, in words: a regular expression in an error helps nobody. */
export const PATTERN_MEANINGS: ReadonlyMap<string, string> = new Map([
  [NAME.source, 'lower-case letters, digits, dot, dash and underscore, at most 63 characters'],
  [PERSON.source, 'lower-case letters, digits, dot, dash and underscore, at most 32 characters'],
  [
    WINDOWS_FOLDER.source,
    'a Windows folder with its drive, such as C:\\Windows; in double quotation marks double each \\',
  ],
  [PUBLIC_KEY.source, 'ed25519: and 43 characters, as `certops runner init` prints it'],
  ['^[0-9A-F]{40}$', '40 hexadecimal digits'],
  [DURATION_PATTERN.source, 'a number and its unit: s, min, h or days, such as 60 s'],
  ['^SSISScaleOutMaster\\d{3}$', 'SSISScaleOutMaster and three digits'],
  ['^SSISScaleOutWorker\\d{3}$', 'SSISScaleOutWorker and three digits'],
  [SLACK_APP.source, 'the id of the app, such as A0123456789'],
  [SLACK_WORKSPACE.source, 'the id of a workspace, such as T0123456789'],
  [SLACK_ENTERPRISE.source, 'the id of an enterprise organisation, such as E0123456789'],
  [SLACK_GROUP.source, 'the id of a user group, such as S0123456789'],
  [ENTRA_ID.source, 'an Entra id such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b'],
  ['^(?:[01]\\d|2[0-3]):[0-5]\\d$', 'a time of day such as 09:00'],
]);

export const name = z.string().regex(NAME);
export const text = z.string().trim().min(1).max(200);
export const zone = text.refine(isZone, rule('TimeZoneNotKnown', 'an IANA name, such as Europe/Berlin'));
/** `code`: of the finding for anything else. */
export const hostOrAddress = (code: string) => text.refine(isHostOrAddress, rule(code, 'a DNS name or an IP address'));
export const endpoint = text
  .refine((one) => !hasWrongPort(one), rule('PortNotAllowed', 'a port of 1 to 65535, as in sqlm01:8391'))
  .refine(
    (one) => hasWrongPort(one) || parseFarmEndpoint(one) !== null,
    rule('EndpointNotUnderstood', 'host:port, such as sqlm01:8391'),
  );
/** A length of time such as `30m`, within these bounds in milliseconds; else `DurationOutOfRange`. */
export const span = (least: number, most: number) =>
  z
    .string()
    .regex(DURATION_PATTERN)
    // A text that is no duration is left to the pattern; a number that is too large to hold is too long.
    .refine(
      (one) => !DURATION_PATTERN.test(one) || inRange(parseDuration(one) ?? Number.POSITIVE_INFINITY, least, most),
      rule('DurationOutOfRange', `${inWords(least)} to ${inWords(most)}`),
    );
/** The same; `usual` where the file does not name it. */
export const duration = (usual: string, least: number, most: number) => span(least, most).default(usual);

/** A rule that no pattern expresses: the code of its finding, and what is allowed. */
export function rule(code: string, allowed: string) {
  return { error: allowed, params: { code } };
}

function inRange(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
