import { CertopsError } from '../../../src/domain/errors.ts';
import { parseThumbprint } from '../../../src/domain/values.ts';
import { placesInJson } from './json-form.ts';
import type { Place } from './places.ts';
import { toUnits, type Units } from './units.ts';
import { placesInXml } from './xml-form.ts';

/** Far above any settings file: whatever is larger is something else, and would hold its reader up for seconds. */
const MAX_BYTES = 128 * 1024;

/** A change of some bytes of a file, and of nothing else. */
export interface Edit {
  readonly offset: number;
  /** How many bytes of the present file give way. */
  readonly length: number;
  readonly bytes: Buffer;
  /** A blank of this file, which may stand at its end for a moment where it gets shorter; none: the old end does. */
  readonly blank?: Buffer;
}

/**
 * The value of a key as it stands, hidden characters included; escapes of JSON and XML undone. Names are compared
 * without case. Throws `SettingMissing`, `SettingTwice`, `SettingsFileNotUnderstood`.
 */
export function readSetting(file: Buffer, key: string): string {
  const units = toUnits(checked(file));
  return valueAt(units, placeOf(units, key));
}

/**
 * What has to be written so that the key's thumbprint `from` becomes `to`. `from` is what readSetting gave; `to`, 40
 * hexadecimal digits, is written letter by letter. null: it stands there already. Throws `SettingNotAThumbprint`,
 * `SettingMoved` beside what readSetting throws.
 */
export function editSetting(file: Buffer, key: string, from: string, to: string): Edit | null {
  const units = toUnits(checked(file));
  const place = placeOf(units, key);
  const found = valueAt(units, place);
  const present = place.quoted ? parseThumbprint(found) : null;
  if (present === null) throw new CertopsError('SettingNotAThumbprint', { key, found: found.slice(0, 200) });
  if (!/^[0-9a-f]{40}$/iu.test(to)) throw new CertopsError('SettingNotAThumbprint', { key, wanted: to.slice(0, 200) });
  if (found === to) return null;
  if (present !== parseThumbprint(from)) throw new CertopsError('SettingMoved', { key, found, expected: from });
  return {
    offset: units.start + place.from * units.width,
    length: (place.to - place.from) * units.width,
    bytes: units.bytesOf(to),
    blank: units.bytesOf(' '),
  };
}

/** The whole file after an edit. */
export const applyEdit = (file: Buffer, edit: Edit): Buffer =>
  Buffer.concat([file.subarray(0, edit.offset), edit.bytes, file.subarray(edit.offset + edit.length)]);

/** Escapes are undone after the bytes became text: an escape may stand for what the file's encoding cannot hold. */
const valueAt = (units: Units, place: Place): string =>
  place.decode(units.readable(units.text.slice(place.from, place.to)));

function placeOf(units: Units, key: string): Place {
  const first = units.text.trimStart().charAt(0);
  const places =
    first === '{' || first === '/' || first === '[' ? placesInJson(units.text, key) : placesInXml(units.text, key);
  if (places === null) throw new CertopsError('SettingsFileNotUnderstood', { key, start: units.text.slice(0, 40) });
  const [place, second] = places;
  if (place === undefined) throw new CertopsError('SettingMissing', { key });
  if (second !== undefined) throw new CertopsError('SettingTwice', { key, times: places.length });
  return place;
}

function checked(file: Buffer): Buffer {
  if (file.length > MAX_BYTES)
    throw new CertopsError('SettingsFileNotUnderstood', { bytes: file.length, maxBytes: MAX_BYTES });
  return file;
}
