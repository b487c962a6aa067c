/**
 * The Teams app package: manifest, Chinese texts and two icons in a zip file. The same input gives the same bytes, so
 * that a reviewer can rebuild what was uploaded and compare.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { parse } from 'yaml';
import { colorIcon, outlineIcon } from './icons.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u;
/** The earliest time that a zip file can hold. Local time, because that is what it stores. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * @param {{ appId: string, version: string, website: string }} words
 * @returns {Uint8Array} the zip file
 */
export function teamsPackage({ appId, version, website }) {
  const fill = { APP_ID: appId, VERSION: version, WEBSITE: website };
  const manifest = readFileSync(path.join(HERE, 'manifest.json'), 'utf8').replace(
    /\$\{([A-Z_]+)\}/gu,
    (_all, name) => fill[name],
  );
  return zipSync(
    {
      'manifest.json': [strToU8(manifest), { level: 9 }],
      'zh-cn.json': [readFileSync(path.join(HERE, 'zh-cn.json')), { level: 9 }],
      'color.png': [colorIcon(), { level: 0 }],
      'outline.png': [outlineIcon(), { level: 0 }],
    },
    { mtime: NO_TIME },
  );
}

const USAGE =
  // Not through npm: started by PowerShell, older versions lose the -- and take the options as their own.
  'Usage: node infra/up.mjs teams-app APP_ID [--website https://...]\n' +
  '       node infra/up.mjs teams-app --farm FILE [--website https://...]   (takes teams.app of the farm file)';

/**
 * Parses the command line: `{ appId, website }`, or one sentence that says what is wrong.
 * @param {readonly string[]} args
 * @param {(file: string) => Uint8Array} read
 */
export function readArguments(args, read) {
  const left = [...args];
  const option = (name) => {
    const at = left.indexOf(name);
    return at < 0 ? undefined : left.splice(at, 2)[1];
  };
  const website = option('--website') ?? 'https://certops.example.com';
  const farm = option('--farm');
  const given = farm === undefined ? left.shift() : idOf(farm, read);
  if (given === null)
    return `${farm} has no teams.app: put the application (client) id of the app registration there, or name it here instead of the file: node infra/up.mjs teams-app APP_ID`;
  if (given === undefined || left.length > 0) return USAGE;
  const appId = String(given).trim().toLowerCase();
  if (!GUID.test(appId))
    return `${JSON.stringify(given)} is no application (client) id: it looks like 00000000-0000-0000-0000-000000000000, and stands on the overview page of the app registration.`;
  if (!/^https:\/\/[^\s"\\]{1,2000}$/u.test(website))
    return `--website ${website}: Teams wants an address with https://.`;
  return { appId, website };
}

/**
 * Windows PowerShell writes UTF-16, with or without a byte order mark. Without one, a zero among the first two bytes
 * shows it: no UTF-8 farm file begins with one. null: the file has no `teams.app`.
 */
function idOf(file, read) {
  const bytes = read(file);
  const mark = Buffer.from(bytes).toString('hex', 0, 2);
  const wide = /^(?:feff|00..)$/u.test(mark) ? 'utf-16be' : /^(?:fffe|..00)$/u.test(mark) ? 'utf-16le' : null;
  const text = new TextDecoder(wide ?? 'utf-8').decode(bytes);
  return parse(text)?.teams?.app ?? null;
}
