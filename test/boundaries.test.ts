import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

interface Import {
  readonly file: string;
  /** A file of ours from the project's folder, or the name of a package. */
  readonly of: string;
  readonly typeOnly: boolean;
}

const inFolder = (folder: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mjs|js)$/u.test(name))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Without comments: an example in one is no import. Quoted text stays whole. */
const code = (text: string): string =>
  text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/gu,
    (_all, quoted) => (typeof quoted === 'string' ? quoted : ' '),
  );

const FROM = /\b(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"`]*?\sfrom\s+)?['"]([^'"]+)['"]/gu;
const DYNAMIC = /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gu;

function importsOf(file: string): readonly Import[] {
  const text = code(read(file));
  const found = [
    ...[...text.matchAll(FROM)].map(([, type, of]) => ({ of: of ?? '', typeOnly: type !== undefined })),
    ...[...text.matchAll(DYNAMIC)].map(([, of]) => ({ of: of ?? '', typeOnly: false })),
  ];
  return found.map(({ of, typeOnly }) => ({ file, typeOnly, of: of.startsWith('.') ? resolved(file, of) : of }));
}

const resolved = (file: string, of: string): string => path.posix.join(path.posix.dirname(file), of);

const NODE_IO = /^node:/u;

/** What each folder may import: its own files, these folders, these packages. */
const TABLE: readonly {
  readonly folder: string;
  readonly may: readonly (string | RegExp)[];
}[] = [
  { folder: 'src/domain', may: ['node:crypto', 'zod', 'luxon', 'croner'] },
  { folder: 'src/ports', may: ['src/domain/'] },
  { folder: 'src/steps', may: ['src/ports/', 'src/domain/'] },
  { folder: 'src/plans', may: ['src/ports/', 'src/domain/', 'src/steps/'] },
  { folder: 'src/app', may: ['src/steps/', 'src/plans/', 'src/ports/', 'src/domain/', 'node:util'] },
  { folder: 'src/config', may: ['src/domain/', 'zod', 'yaml', 'node:util/types'] },
  { folder: 'cards', may: ['src/domain/'] },
  { folder: 'adapters/web', may: ['cards/', 'src/ports/', 'src/domain/', 'zod', NODE_IO] },
  { folder: 'adapters/slack', may: ['cards/', 'src/ports/', 'src/domain/', 'zod', /^@slack\//u, NODE_IO] },
  {
    folder: 'adapters/teams',
    may: ['cards/', 'src/ports/', 'src/domain/', 'zod', NODE_IO, 'botbuilder', /^botframework-connector(?:\/lib\/|$)/u],
  },
  { folder: 'adapters/front', may: ['src/ports/', 'src/domain/', NODE_IO] },
  { folder: 'adapters/http', may: ['src/ports/', 'src/domain/'] },
  { folder: 'adapters/proxy', may: ['src/ports/', 'src/domain/', NODE_IO, 'undici'] },
  { folder: 'adapters/files', may: ['src/ports/', 'src/domain/', NODE_IO] },
  {
    folder: 'adapters/windows',
    may: ['src/ports/', 'src/domain/', NODE_IO, 'execa', 'iconv-lite', 'jsonc-parser', 'node-forge'],
  },
  { folder: 'adapters/memory', may: ['src/ports/', 'src/domain/', 'node:crypto'] },
  { folder: 'jobs', may: ['bullmq', 'ioredis', 'src/app/', 'src/ports/', 'src/domain/', NODE_IO] },
  { folder: 'infra/lab', may: [NODE_IO, 'node-forge'] },
];

const allowed = (may: readonly (string | RegExp)[], of: string): boolean =>
  may.some((one) => (typeof one === 'string' ? of === one || (one.endsWith('/') && of.startsWith(one)) : one.test(of)));

/** What is left when whatever needs nothing, or only what is gone already, is taken away again and again. */
function inCircles(needs: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const left = needs.filter(([, to]) => needs.some(([from]) => from === to));
  return left.length === needs.length ? [...new Set(left.flat())].sort() : inCircles(left);
}

describe('the import table', () => {
  test.each(TABLE.filter(({ folder }) => existsSync(path.join(ROOT, folder))))(
    '$folder keeps to it',
    ({ folder, may }) => {
      const strangers = inFolder(folder)
        .filter((file) => !file.startsWith('adapters/web/client/'))
        .flatMap(importsOf)
        .filter(({ of }) => !of.startsWith(`${folder}/`) && !allowed(may, of))
        .map(({ file, of }) => `${file} imports ${of}`);
      expect(strangers).toEqual([]);
    },
  );

  test('every folder of the product stands in it', () => {
    const folders = ['src', 'adapters'].flatMap((above) =>
      readdirSync(path.join(ROOT, above), { withFileTypes: true })
        .filter((one) => one.isDirectory())
        .map(({ name }) => `${above}/${name}`),
    );
    const known = TABLE.map(({ folder }) => folder);
    expect(folders.filter((folder) => folder !== 'src/roots' && !known.includes(folder))).toEqual([]);
  });

  test('what the browser loads of the console needs nothing else', () => {
    const client = 'adapters/web/client/';
    const outside = inFolder('adapters/web/client')
      .flatMap(importsOf)
      .filter(({ of }) => !of.startsWith(client));
    expect(outside).toEqual([]);
  });

  test('ports are types only, and import only types', () => {
    const files = inFolder('src/ports');
    expect(files.flatMap(importsOf).filter(({ typeOnly }) => !typeOnly)).toEqual([]);
    expect(files.filter((file) => /^export\s+(?!type|interface)/mu.test(code(read(file))))).toEqual([]);
  });

  test('only its own adapter knows a chat library, and the roots load both adapters late', () => {
    const all = ['src', 'adapters', 'jobs', 'cards', 'infra'].flatMap(inFolder);
    const foreign = all
      // The bench compares with apps that consist of the library alone.
      .filter((file) => !/^(?:adapters\/(?:slack|teams)|infra\/bench)\//u.test(file))
      .flatMap(importsOf)
      .filter(({ of }) => /^(?:@slack\/|botbuilder|botframework)/u.test(of));
    expect(foreign).toEqual([]);
    const early = all
      .filter((file) => !/^(?:adapters\/(?:slack|teams)|infra\/bench)\//u.test(file))
      .filter((file) =>
        [...code(read(file)).matchAll(FROM)].some(
          ([, type, of]) => type === undefined && /adapters\/(?:slack|teams)\//u.test(of ?? ''),
        ),
      );
    expect(early).toEqual([]);
  });

  test.each(['src/domain', 'src/app/bot', 'src/app/bot/views', 'src/app/runner', 'src/roots', 'src/domain/next'])(
    'the folders of %s do not need each other in a circle',
    (folder) => {
      const room = (file: string): string => file.slice(folder.length + 1).split('/')[0] ?? '';
      const needs = inFolder(folder)
        .flatMap(importsOf)
        .filter(({ of }) => of.startsWith(`${folder}/`))
        .map(({ file, of }): readonly [string, string] => [room(file), room(of)])
        .filter(([from, to]) => from !== to);
      expect(inCircles(needs)).toEqual([]);
    },
  );

  test('adapters do not know each other', () => {
    const across = inFolder('adapters')
      .flatMap(importsOf)
      .filter(({ file, of }) => of.startsWith('adapters/') && of.split('/')[1] !== file.split('/')[1]);
    expect(across).toEqual([]);
  });

  test('no part of the product except its roots imports from infra', () => {
    const product = ['src', 'adapters', 'jobs', 'cards'].flatMap(inFolder).filter((file) => !isRoot(file));
    expect(product.flatMap(importsOf).filter(({ of }) => of.startsWith('infra/'))).toEqual([]);
  });

  test('nothing of the product, its roots included, takes what the lab measures', () => {
    const product = ['src', 'adapters', 'jobs', 'cards'].flatMap(inFolder);
    expect(product.flatMap(importsOf).filter(({ of }) => of.startsWith('infra/lab/measure'))).toEqual([]);
    expect(product.filter((file) => /\.measure\(/u.test(code(read(file))))).toEqual([]);
  });
});

const WIDTH = 120;
const isWide = (line: string): boolean => /^\s*(?:\/\/|\/?\*)/u.test(line) && [...line].length > WIDTH;

const isRoot = (file: string): boolean => /^src\/(?:[a-z-]+\.ts$|roots\/)/u.test(file);

describe('habits that a scan can see', () => {
  const product = ['src', 'adapters', 'jobs', 'cards'].flatMap(inFolder);

  test('the environment is read in one place', () => {
    const readers = product.filter((file) =>
      /\bprocess\s*\.\s*env\b|\benv\s*\}\s*=\s*process\b/u.test(code(read(file))),
    );
    expect(readers).toEqual(['src/config/load.ts']);
  });

  test('nothing starts a shell', () => {
    const shell = /\bshell\s*:\s*(?!false\b)|\bexec(?:Sync)?\b[^;]*\bfrom\s+'node:child_process'|\bexecaCommand/u;
    const starters = [...product, ...inFolder('infra')].filter((file) => shell.test(code(read(file))));
    expect(starters).toEqual([]);
  });

  test('the roots are short and branch little', () => {
    const roots = inFolder('src').filter((file) => /^src\/[a-z-]+\.ts$/u.test(file));
    const long = roots.filter((file) => read(file).split('\n').length > 120);
    const branchy = roots.filter(
      (file) => (code(read(file)).match(/\b(?:if|switch|for|while)\b|\?\?|&&|\|\|/gu) ?? []).length > 16,
    );
    expect({ long, branchy }).toEqual({ long: [], branchy: [] });
  });

  test('a file has at most 300 lines', () => {
    const long = [...product, ...inFolder('infra')].filter((file) => read(file).split('\n').length > 301);
    expect(long).toEqual([]);
  });

  test('no comment is wider than 120 characters', () => {
    const wide = [...product, ...inFolder('infra'), ...inFolder('test')]
      .filter((file) => !file.startsWith('test/fixtures/'))
      .flatMap((file) =>
        read(file)
          .split('\n')
          .flatMap((line, at) => (isWide(line) ? [`${file}:${at + 1}`] : [])),
      );
    expect(wide).toEqual([]);
  });

  test('no file silences the compiler', () => {
    const silent = product.filter(
      (file) =>
        /@ts-(?:ignore|nocheck|expect-error)/u.test(read(file)) || /\bas any\b|:\s*any\b/u.test(code(read(file))),
    );
    expect(silent).toEqual([]);
  });
});

describe('the runner, which is shipped alone', () => {
  test('has no chat in it', () => {
    const reached = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { of, typeOnly } of importsOf(file)) {
        if (typeOnly) continue;
        if (existsSync(path.join(ROOT, of)) && /\.(?:ts|mjs|js)$/u.test(of)) visit(of);
        else packages.add(of);
      }
    };
    visit('src/runner.ts');
    const chat = /^(?:cards|adapters\/(?:web|slack|teams|http|proxy)|src\/app\/bot|infra)\//u;
    expect([...reached].filter((file) => chat.test(file))).toEqual([]);
    expect(
      [...packages].filter((name) =>
        /slack|botbuilder|botframework|adaptivecards|playwright|express|undici/u.test(name),
      ),
    ).toEqual([]);
    expect(reached.size).toBeGreaterThan(20);
  });
});
