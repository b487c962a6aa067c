/**
 * The texts that the packages inside the bundles require to travel with them: each one's own licence, word for word. In
 * a file of its own, so that a runner does not carry it in its memory.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The folder of the package that a file belongs to, the innermost one; null: the file is ours. */
function packageOf(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file.replaceAll('\\', '/'))?.[0] ?? null;
}

/**
 * The packages of which at least some bytes are in a bundle.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
export function packagesIn(metafiles) {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((one) => Object.entries(one.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  return [...new Set(files.map(packageOf).filter((folder) => folder !== null))];
}

const TEXTS = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/iu;
const LINE = '-'.repeat(80);

/** One text for all packages, by name; a package in two versions is there twice. */
export async function licencesOf(root, folders) {
  const told = [];
  for (const folder of folders) told.push(await licenceOf(path.join(root, folder)));
  return `${[HEAD, ...new Set(told.toSorted())].join(`\n${LINE}\n\n`)}`;
}

const HEAD = 'Parts of these packages stand in the bundles beside this file. Each is under its own licence.\n';

/** Some packages state their licence only at the end of their README. */
async function inReadme(folder) {
  const name = (await readdir(folder)).find((file) => /^readme(?:\.md)?$/iu.test(file));
  const text = name === undefined ? '' : await readFile(path.join(folder, name), 'utf8');
  return /^#* *licen[cs]e *\r?\n.*/imsu.exec(text)?.[0] ?? null;
}

async function licenceOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder)).filter((file) => TEXTS.test(file)).toSorted();
  const texts = await Promise.all(names.map((file) => readFile(path.join(folder, file), 'utf8')));
  const said =
    texts.length > 0 ? texts : [(await inReadme(folder)) ?? `By ${author?.name ?? author ?? 'its authors'}.`];
  return [
    `${name} ${version} (${license?.type ?? license ?? 'see below'})\n`,
    ...said.map((text) => `${text.trim()}\n`),
  ]
    .join('\n')
    .replaceAll('\r', '');
}
