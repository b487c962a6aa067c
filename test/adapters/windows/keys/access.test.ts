import { renameSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { grantKey, readKeyReaders, revokeKey } from '../../../../adapters/windows/keys/access.ts';
import { createPaths } from '../../../../adapters/windows/paths.ts';
import type { ToolResult, Tools } from '../../../../adapters/windows/tools.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { fakeClock, fakeContext } from '../fake-context.ts';
import { recorded } from '../fixtures.ts';

const root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-keys-'));
afterAll(() => fs.rm(root, { recursive: true, force: true }));

const FILE = 'f7717552e9ac0bf2063dc0c18c29c08c_92adcd87-1855-4c11-89be-680e114a784c';
const THUMBPRINT = '19F647A3F4E60EABC126D73EF1EF6E9F84224997' as Thumbprint;
const LISTED = `Root
================ Certificate 0 ================
Cert Hash(sha1): ${THUMBPRINT.toLowerCase()}
  Key Container = ${FILE}
  Simple container name: certops-1
  Provider = Microsoft Enhanced RSA and AES Cryptographic Provider
`;
const SERVICE = 'S-1-5-80-1014140700-3308905587-3330345912-272242898-93311788';

const hostWithAcl = (sddl: string, listed = LISTED) => {
  const paths = createPaths(root);
  const tools: Tools = {
    async run(tool, args) {
      if (tool === 'icacls') {
        const text = Buffer.from(`\ufeff${FILE}\r\n${sddl}\r\n`, 'utf16le');
        await fs.writeFile(paths.toFileSystem(String(args.at(-1))), text);
      }
      const text = tool === 'certutil' ? listed : '';
      return { tool, code: 0, text, bytes: Buffer.from(text), args: [] } satisfies ToolResult;
    },
  };
  return fakeContext(tools, { paths, root });
};

/** Windows lets only administrators make links, and treats a link to itself as missing. */
const whereLinksAre = process.platform === 'win32' ? test.skip : test;

/** Like `hostWithAcl`, but what icacls saved is held until somebody has waited: nobody can open a link to itself. */
const hostWithScanner = (sddl: string) => {
  const context = hostWithAcl(sddl);
  const held: string[] = [];
  const run: Tools['run'] = async (tool, args, options) => {
    const result = await context.tools.run(tool, args, options);
    if (tool !== 'icacls') return result;
    const file = context.paths.toFileSystem(String(args.at(-1)));
    await fs.rename(file, `${file}.held`);
    await fs.symlink(file, file);
    held.push(file);
    return result;
  };
  const clock = fakeClock(() => {
    for (const file of held.splice(0)) renameSync(`${file}.held`, file);
  });
  return { ...context, clock, tools: { run } };
};

beforeAll(async () => {
  const folder = path.join(root, 'ProgramData', 'Microsoft', 'Crypto', 'RSA', 'MachineKeys');
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, FILE), '');
});

test.each([
  [
    'whoever made the key as Administrator of the machine, for whom no tool has a name',
    `D:PAI(A;;FA;;;LA)(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;${SERVICE})`,
    ['S-1-5-18', 'S-1-5-32-544', SERVICE],
  ],
  ['Domain Admins', 'D:PAI(A;;0x1f019f;;;DA)(A;;FA;;;SY)(A;;FA;;;BA)', ['S-1-5-18', 'S-1-5-32-544']],
  ['nobody', 'D:PAI(A;;FA;;;SY)(A;;FR;;;S-1-5-21-1-2-3-1104)', ['S-1-5-18', 'S-1-5-21-1-2-3-1104']],
])('who may read a key, leaving out one of the Administrators: %s', async (_who, sddl, readers) => {
  expect(await readKeyReaders(hostWithAcl(sddl), 'Root', THUMBPRINT)).toEqual(readers);
});

test('nobody may read a key that is gone, and of one in hardware nobody can tell', async () => {
  const missing = LISTED.replace(FILE, FILE.replace('f7', 'a0')).replace(/^ {2}Simple.*\n/mu, '');
  const [gone, apart] = [`${missing}Missing stored keyset\n`, missing.replace(/Microsoft .*/u, 'Contoso Key Store')];
  const readers = (listed: string) => readKeyReaders(hostWithAcl('D:PAI(A;;FA;;;SY)', listed), 'Root', THUMBPRINT);
  expect(await readers(gone)).toEqual([]);
  const hardware = apart.replace(/Container = .*/u, 'Container = web');
  for (const listed of [`${hardware}Signature test passed\n`, `${hardware}Missing stored keyset\n`])
    await expect(readers(listed)).rejects.toMatchObject({ code: 'KeyNotInFile' });
});

test('a key is not called gone where profiles, which may hold it, cannot be looked into', async () => {
  const listed = `${LISTED.replace(FILE, FILE.replace('f7', 'a0')).replace(/^ {2}Simple.*\n/mu, '')}Missing stored keyset\n`;
  const context = hostWithAcl('D:PAI(A;;FA;;;SY)', listed);
  const run: Tools['run'] = async (tool, args, options) => {
    if (tool === 'reg') throw new CertopsError('ToolTimedOut');
    return context.tools.run(tool, args, options);
  };
  const reading = readKeyReaders({ ...context, tools: { run } }, 'Root', THUMBPRINT);
  await expect(reading).rejects.toMatchObject({ code: 'KeyNotInFile' });
});

test.each([
  ['an entry that does not let it read', `(A;;0x1;;;${SERVICE})`, 'KeyEntryThere'],
  ['one that another denies', `(D;;FR;;;${SERVICE})(A;;FR;;;${SERVICE})`, 'KeyEntryThere'],
  ['only one that keeps it out', `(D;;FR;;;${SERVICE})`, null],
  ['one under a condition', `(XA;;FR;;;${SERVICE};(@User.a == 1))`, 'KeyEntryThere'],
  ['none but what the folder gives', `(A;ID;0x1;;;${SERVICE})`, null],
  ['none', '', null],
])(
  'an account that has %s is granted access only where undoing that takes nothing else away',
  async (_what, entry, code) => {
    const context = hostWithAcl(`D:PAI(A;;FA;;;SY)${entry}`);
    const asked: string[] = [];
    const run: Tools['run'] = async (tool, args, options) => {
      asked.push(String(args[1]));
      return args[1] === '/grant'
        ? Promise.reject(new CertopsError('Granting'))
        : context.tools.run(tool, args, options);
    };
    const change = {
      type: 'key.grant',
      store: 'Root',
      thumbprint: THUMBPRINT,
      sid: SERVICE,
      isReturned: true,
    } as const;
    const signal = new AbortController().signal;
    const error = await grantKey({ ...context, tools: { run } }, change, signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: code ?? 'Granting' });
    expect(asked.includes('/grant')).toBe(code === null);
  },
);

test.each(['BA', 'Everyone', `${SERVICE}:F`, `S-1-5-18 /grant *S-1-1-0`, ''])(
  'an account that is not a SID is granted nothing, and no tool is run: %j',
  async (sid) => {
    const context = hostWithAcl('D:PAI(A;;FA;;;SY)');
    const asked: string[] = [];
    const run: Tools['run'] = async (tool, args, options) => {
      asked.push(tool);
      return context.tools.run(tool, args, options);
    };
    const change = { type: 'key.grant', store: 'Root', thumbprint: THUMBPRINT, sid } as const;
    const granting = grantKey({ ...context, tools: { run } }, change, new AbortController().signal);
    await expect(granting).rejects.toMatchObject({ code: 'SidRefused' });
    expect(asked).toEqual([]);
  },
);

test('a grant names one file and one account, and allows reading and nothing else', async () => {
  const context = hostWithAcl(`D:PAI(A;;FA;;;SY)(A;;FR;;;${SERVICE})`);
  const granted: unknown[] = [];
  const run: Tools['run'] = async (tool, args, options) => {
    if (!args.includes('/grant')) return context.tools.run(tool, args, options);
    granted.push(args);
    return { tool, code: 0, text: '', bytes: Buffer.alloc(0), args: [] };
  };
  const change = { type: 'key.grant', store: 'Root', thumbprint: THUMBPRINT, sid: SERVICE } as const;
  await grantKey({ ...context, tools: { run } }, change, new AbortController().signal);
  const file = `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${FILE}`;
  expect(granted).toEqual([[file, '/grant', `*${SERVICE}:R`]]);
});

/** What icacls is asked to change on a host with this access list, and how that ended. */
async function revoked(sddl: string): Promise<{ readonly asked: readonly unknown[]; readonly ended: unknown }> {
  const context = hostWithAcl(sddl);
  const asked: unknown[] = [];
  const run: Tools['run'] = async (tool, args, options) => {
    if (!args.includes('/remove:g')) return context.tools.run(tool, args, options);
    asked.push(args);
    return { tool, code: 0, text: '', bytes: Buffer.alloc(0), args: [] };
  };
  const change = { type: 'key.revoke', store: 'Root', thumbprint: THUMBPRINT, sid: SERVICE } as const;
  const revoking = revokeKey({ ...context, tools: { run } }, change, new AbortController().signal);
  return { asked, ended: await revoking.catch((error: { code?: string }) => error.code) };
}

test('a revoke removes the grant of one account on one file, and fails if the access stays', async () => {
  const file = `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${FILE}`;
  const asked = [[file, '/remove:g', `*${SERVICE}`]];
  expect(await revoked('D:PAI(A;;FA;;;SY)')).toEqual({ asked, ended: undefined });
  expect(await revoked(`D:AI(A;;FA;;;SY)(A;ID;FR;;;${SERVICE})`)).toEqual({ asked, ended: 'KeyRevokeNotEffective' });
});

whereLinksAre('a list that icacls has just saved is read although a scanner briefly holds it', async () => {
  const context = hostWithScanner('D:PAI(A;;FA;;;SY)(A;;FA;;;BA)');
  expect(await readKeyReaders(context, 'Root', THUMBPRINT)).toEqual(['S-1-5-18', 'S-1-5-32-544']);
  expect(context.clock.slept).toBe(200);
});

/** A host whose icacls says this about a grant, and shows this list afterwards. */
const hostThatGrants = (code: number, said: string, sddl: string) => {
  const context = hostWithAcl(sddl);
  const run: Tools['run'] = async (tool, args, options) =>
    args.includes('/grant')
      ? { tool, code, text: said, bytes: Buffer.from(said), args: [] }
      : context.tools.run(tool, args, options);
  return { ...context, tools: { run } };
};

test('nobody is granted a key that is in no file, or that could be in either of two', async () => {
  const places = ['MachineKeys', 'S-1-5-18'].map((name) =>
    path.join(root, 'ProgramData', 'Microsoft', 'Crypto', 'RSA', name, FILE),
  );
  const [first = '', second = ''] = places;
  const change = { type: 'key.grant', store: 'Root', thumbprint: THUMBPRINT, sid: SERVICE } as const;
  const granting = () =>
    grantKey(hostThatGrants(0, '', `D:(A;;FR;;;${SERVICE})`), change, new AbortController().signal);
  await fs.mkdir(path.dirname(second), { recursive: true });
  await fs.copyFile(first, second);
  await expect(granting()).rejects.toMatchObject({ code: 'KeyNotInFile' });
  await fs.rm(first);
  await expect(granting()).resolves.toBeUndefined();
  await fs.rm(second);
  await expect(granting()).rejects.toMatchObject({ code: 'KeyNotInFile' });
  await fs.writeFile(first, '');
});

const SAID = ['en-success-summary-line', 'zh-CN-success-and-invalid-param', 'es-grant-virtual-account-fail-and-ok'];

describe.each(SAID)('a grant of which icacls says %s', (file) => {
  const said = recorded(`icacls/${file}.txt`);
  const change = { type: 'key.grant', store: 'Root', thumbprint: THUMBPRINT, sid: SERVICE } as const;
  const grant = (code: number, sddl: string) =>
    grantKey(hostThatGrants(code, said, sddl), change, new AbortController().signal);
  const without = 'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)';

  test('is done once a fresh look shows it, whatever the text and its counts say', async () => {
    await expect(grant(0, `${without}(A;;FR;;;${SERVICE})`)).resolves.toBeUndefined();
    await expect(grant(0, without)).rejects.toMatchObject({ code: 'KeyGrantNotEffective' });
  });

  test('has failed if icacls exits with an error, whatever its last line counts', async () => {
    await expect(grant(1332, `${without}(A;;FR;;;${SERVICE})`)).rejects.toMatchObject({
      code: 'KeyGrantFailed',
      data: { code: 1332 },
    });
  });
});
