import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { jest } from '@jest/globals';
import { endHalfImport } from '../../../../adapters/windows/certificates/half-import.ts';
import { importCertificate } from '../../../../adapters/windows/certificates/import.ts';
import { makeCertificate } from '../../../../adapters/windows/certificates/maker.ts';
import type { WindowsContext } from '../../../../adapters/windows/context.ts';
import { containerWith } from '../../../../adapters/windows/parse/container.ts';
import type { Tools } from '../../../../adapters/windows/tools.ts';
import type { Lab } from '../../../../infra/lab/index.ts';
import { legacyKeyFile } from '../../../../infra/lab/world/key-file.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { contextOf, filesBelow, openLab } from '../lab-host.ts';

const profile = profileOf('sqlm01');
const KEYS = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';

let lab: Lab;
let end: () => Promise<void>;
let context: WindowsContext;
let keys: string;
beforeAll(async () => {
  ({ lab, end } = await openLab({ workers: 1 }));
});
afterAll(() => end());
beforeEach(async () => {
  await lab.clear();
  context = contextOf(lab, 'sqlm01');
  keys = context.paths.toFileSystem(KEYS);
  await fs.mkdir(context.stateFolder, { recursive: true });
});

const keyFiles = async () => (await fs.readdir(keys)).sort();
const events = async (): Promise<string> =>
  fs.readFile(context.paths.toFileSystem('C:\\Windows\\System32\\winevt\\Logs\\Application.jsonl'), 'utf8');

async function importing(tools: Tools = context.tools) {
  const { made, secret } = await makeCertificate(profile, Date.now());
  const change = { type: 'certificate.import', store: 'Root', made, secret, profile } as const;
  const failure = await importCertificate({ ...context, tools }, change, new AbortController().signal).then(
    () => null,
    (error: unknown) => error,
  );
  return { made, failure };
}

/** Tools of a runner that is killed once certutil has answered: they are not used again. */
function killed(): Tools {
  let isDead = false;
  return {
    async run(tool, args, options) {
      if (isDead) throw new Error('dead');
      isDead = args.includes('-importpfx');
      const result = await context.tools.run(tool, args, options);
      if (isDead) throw new Error('dead');
      return result;
    },
  };
}

test('a key without a certificate, left by an import that fails, is removed at once', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  const { made, failure } = await importing();
  expect(failure).toMatchObject({ code: 'CertificateImportFailed' });
  expect(await keyFiles()).toEqual(before);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
  expect(await events()).toContain(`removed the private key of ${made.thumbprint}, whose import was cut short`);
});

test('a key left by an import is removed at the next start if the runner was killed', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  expect(await keyFiles()).toHaveLength(before.length + 1);
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(before);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
});

test('it is removed as well if an older version left the note, which had one for all imports', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  const { made } = await importing(killed());
  const one = path.join(context.stateFolder, 'importing');
  await fs.rename(`${one}-${made.thumbprint}`, one);
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(before);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
});

test.each([
  ['empty', 0],
  ['half', 400],
])('a note that is %s because the runner was killed while writing it is deleted', async (_, length) => {
  const { made } = await makeCertificate(profile, Date.now());
  const note = path.join(context.stateFolder, `importing-${made.thumbprint}`);
  await fs.writeFile(note, made.der.slice(0, length));
  await endHalfImport(context);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
});

test('the next import removes it too, before it leaves a note of its own', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  expect((await importing()).failure).toBeNull();
  expect(await keyFiles()).toHaveLength(before.length + 1);
});

test('two keys left while the store could not be read are both removed once it can be', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  await lab.break('sqlm01', 'certutil-store-fails');
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  expect(await keyFiles()).toHaveLength(before.length + 2);
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(before);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
});

test('an import that was complete when the runner was killed keeps its key', async () => {
  const before = await keyFiles();
  await importing(killed());
  await endHalfImport(context);
  expect(await keyFiles()).toHaveLength(before.length + 1);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
});

test('a key that cannot be removed is reported with its container, and tried again at the next start', async () => {
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  await lab.break('sqlm01', 'certutil-delkey-fails');
  await endHalfImport(context);
  expect(await keyFiles()).toHaveLength(before.length + 1);
  expect(await events()).toMatch(/could not remove the private key of [0-9A-F]{40}, .*container [0-9a-f-]{36}/u);
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(before);
});

test('nothing is removed while a store cannot be read', async () => {
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  const before = await keyFiles();
  await lab.break('sqlm01', 'certutil-store-fails');
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(before);
  await endHalfImport(context);
  expect(await keyFiles()).toHaveLength(before.length - 1);
});

describe('a note that cannot be removed', () => {
  const { rm } = fs;
  beforeEach(() => {
    jest
      .spyOn(fs, 'rm')
      .mockImplementation((file, how) =>
        String(file).includes('importing') ? Promise.reject(new Error('EBUSY')) : rm(file, how),
      );
  });
  afterEach(async () => {
    const left = await filesBelow(context.stateFolder);
    jest.restoreAllMocks();
    expect(left).toEqual([expect.stringMatching(/^importing-[0-9A-F]{40}$/u)]);
  });

  test('does not fail an import that is complete', async () => {
    expect((await importing()).failure).toBeNull();
  });

  test('does not hide why an import failed', async () => {
    const missing = new CertopsError('ToolMissing', { tool: 'certutil' });
    const tools: Tools = {
      run: (tool, args, options) =>
        args.includes('-importpfx') ? Promise.reject(missing) : context.tools.run(tool, args, options),
    };
    expect((await importing(tools)).failure).toBe(missing);
  });
});

test('somebody else’s key stays, as does one whose file is not named after its container', async () => {
  const before = await keyFiles();
  await importing();
  await lab.break('sqlm01', 'certutil-import-half');
  const known = await keyFiles();
  await importing(killed());
  const [ours = ''] = (await keyFiles()).filter((name) => !known.includes(name));
  const strange = `${'f'.repeat(32)}_guid`;
  await fs.rename(path.join(keys, ours), path.join(keys, strange));
  await endHalfImport(context);
  expect(await keyFiles()).toEqual([...known, strange].sort());
  expect(known).toHaveLength(before.length + 1);
});

test.each([
  ['that is briefly held open keeps everything for the next start, since it may be ours', 'EBUSY', 1],
  ['that nobody may read is not ours, and keeps nothing', 'EACCES', 0],
])('a key file %s', async (_, code, left) => {
  const before = await keyFiles();
  await importing();
  const [others = ''] = (await keyFiles()).filter((name) => !before.includes(name));
  const known = await keyFiles();
  await lab.break('sqlm01', 'certutil-import-half');
  await importing(killed());
  const { readFile } = fs;
  const held = jest
    .spyOn(fs, 'readFile')
    .mockImplementation(((file: string, ...how: never[]) =>
      String(file).endsWith(others)
        ? Promise.reject(Object.assign(new Error(code), { code }))
        : (readFile as (...args: unknown[]) => unknown)(file, ...how)) as typeof readFile);
  await endHalfImport(context);
  held.mockRestore();
  expect(await keyFiles()).toHaveLength(known.length + left);
  expect(await filesBelow(context.stateFolder)).toHaveLength(left);
  await endHalfImport(context);
  expect(await keyFiles()).toEqual(known);
});

describe('a key file', () => {
  test.each([
    ['of an unknown version', (file: Buffer) => file.writeUInt32LE(3, 0)],
    ['whose name has no end', (file: Buffer) => file.writeUInt32LE(30, 8)],
    ['whose name is longer than the file', (file: Buffer) => file.writeUInt32LE(5_000, 8)],
    ['of another key', (file: Buffer) => file.fill(1, 120, 400)],
  ])('%s gives no container', async (_, spoil) => {
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const modulus = Buffer.from(createPublicKey(pem).export({ format: 'jwk' }).n ?? '', 'base64url');
    const file = legacyKeyFile('0f2c', pem);
    expect(containerWith(modulus, file)).toBe('0f2c');
    spoil(file);
    expect(containerWith(modulus, file)).toBeNull();
  });
});
