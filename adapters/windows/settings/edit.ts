import { CertopsError } from '../../../src/domain/errors.ts';
import { parseThumbprint } from '../../../src/domain/values.ts';
import { placesInJson } from './json-form.ts';
import type { Place } from './places.ts';
import { toUnits, type Units } from './units.ts';
import { placesInXml } from './xml-form.ts';

/** Far above any settings file: anything larger is something else, and would take seconds to parse. */
const MAX_BYTES = 128 * 1024;

/** Replaces some bytes of a file, and nothing else. */
export interface Edit {
  readonly offset: number;
  /** How many bytes of the present file are replaced. */
  readonly length: number;
  readonly bytes: Buffer;
  /**
   * A blank in this file's encoding, to fill the end for a moment while the file gets shorter; without one the old end
   * stays there.
   */
  readonly blank?: Buffer;
}

/**
 * The value of a key as written, hidden characters included, with JSON and XML escapes undone. Names are compared
 * without case. Throws `SettingMissing`, `SettingTwice`, `SettingsFileNotUnderstood`.
 */
export function readSetting(file: Buffer, key: string): string {
  const units = toUnits(checked(file));
  return valueAt(units, placeOf(units, key));
}

/**
 * The edit that changes the key's thumbprint from `from` to `to`. `from` is what readSetting returned; `to`, 40
 * hexadecimal digits, is written exactly as given. null: it is already there. Throws `SettingNotAThumbprint`,
 * `SettingMoved`, and what readSetting throws.
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

/** Escapes are undone once the bytes are text: an escape may stand for a character that the file's encoding lacks. */
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
