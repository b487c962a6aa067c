import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as z from 'zod';
import { CertopsError } from '../../src/domain/errors.ts';

export interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

const colour = z.record(z.string().regex(/^[A-Za-z0-9]+$/u), z.string().regex(/^#[0-9a-f]{6}$/u));
const hostConfigSchema = z.object({ themes: z.object({ light: colour, dark: colour }), hostConfig: z.looseObject({}) });

/** Where the page's files are when the sources run; a bundle copies all of them into one folder. */
export const sourceAssets = (projectRoot: string): readonly string[] => [
  join(projectRoot, 'adapters', 'web', 'client'),
  join(projectRoot, 'cards'),
  join(projectRoot, 'node_modules', 'adaptivecards', 'dist'),
];

/**
 * Reads everything the page will ever be given into memory, so that a request only looks up a name. The first folder
 * holds the page itself; the renderer and its colours may be in any. Throws CertopsError `ConsoleFileMissing`.
 */
export async function loadStaticFiles(folders: readonly string[]): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  const [client = ''] = folders;
  for (const name of await readdir(client).catch(() => [])) {
    const type = TYPES[extname(name)];
    if (type !== undefined) files.set(name, { type, body: await readFile(join(client, name)) });
  }
  if (!files.has('index.html')) throw new CertopsError('ConsoleFileMissing', { file: 'index.html', folders });

  files.set('adaptivecards.min.js', {
    type: 'text/javascript; charset=utf-8',
    body: await readFirst(folders, 'adaptivecards.min.js'),
  });
  const { themes, hostConfig } = hostConfigSchema.parse(
    JSON.parse((await readFirst(folders, 'hostconfig.json')).toString('utf8')),
  );
  files.set('hostconfig.json', { type: TYPES['.json'] ?? '', body: Buffer.from(JSON.stringify(hostConfig)) });
  files.set('tokens.css', { type: TYPES['.css'] ?? '', body: Buffer.from(tokens(themes)) });
  return files;
}

async function readFirst(folders: readonly string[], name: string): Promise<Buffer> {
  for (const folder of folders) {
    const body = await readFile(join(folder, name)).catch(() => null);
    if (body !== null) return body;
  }
  throw new CertopsError('ConsoleFileMissing', { file: name, folders });
}

/** The cards' colours as CSS variables, so that both take them from one place: the host config. */
function tokens({ light, dark }: { light: { [name: string]: string }; dark: { [name: string]: string } }): string {
  const list = (theme: { [name: string]: string }) =>
    Object.entries(theme)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  return [
    `:root{${list(light)};color-scheme:light}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${list(dark)};color-scheme:dark}}`,
    `:root[data-theme=dark]{${list(dark)};color-scheme:dark}`,
    '',
  ].join('\n');
}
