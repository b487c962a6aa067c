import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import forge from 'node-forge';
import { type LabKey, type MadeLabCertificate, makeCertificate } from '../../infra/lab/certificate.ts';
import { type Lab, type LabOptions, startLab } from '../../infra/lab/index.ts';
import { makeKeyPool } from '../../infra/lab/keys.ts';

export const MASTER = 'SSISScaleOutMaster160';
export const WORKER = 'SSISScaleOutWorker160';
export const BINN = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';

interface Ran {
  readonly code: number | null;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface Bench {
  lab: Lab;
  readonly folder: string;
  /** Runs a tool as the product does: a process with an argument array. */
  run(host: string, tool: string, ...args: string[]): Promise<Ran>;
  /** Real path of a Windows path. */
  real(host: string, windowsPath: string): string;
  settings(host: string, file: string): { [key: string]: string };
  edit(host: string, file: string, key: string, value: string): void;
  restart(host: string, service: string): Promise<void>;
  state(host: string, service: string): Promise<number>;
  /** Makes a certificate, and puts its PFX on the host as `C:\new.pfx` with password `pw`. */
  makePfx(host: string, names: readonly string[], cn?: string): Promise<MadeLabCertificate>;
  /** Makes a certificate and imports it; waits until a new key can be bound. */
  importNew(host: string, store: 'Root' | 'My', names?: readonly string[]): Promise<string>;
  grantLikeOld(host: string, thumbprint: string, service: string): Promise<void>;
  presented(target?: string, servername?: string): Promise<string>;
  close(): Promise<void>;
}

/** One set of keys for all benches of a test file, since making them is most of what a start costs. */
let keys: Promise<readonly LabKey[]> | null = null;
function sharedKeys(): Promise<readonly LabKey[]> {
  keys ??= makeKeyPool(2);
  return keys;
}

/** A small, quick lab in a folder whose name has spaces and quotes. */
export async function startBench(options: Partial<LabOptions> = {}): Promise<Bench> {
  const folder = options.folder ?? path.join(mkdtempSync(path.join(os.tmpdir(), 'lab-')), "o'lab with blanks");
  const lab = await startLab({
    folder,
    workers: 2,
    keys: await sharedKeys(),
    heartbeatMs: 30,
    retryMs: 30,
    ...options,
    switches: { stopMs: 20, startMs: 30, newKeySettlesMs: 0, lockMs: 300, ...options.switches },
  });
  await lab.connected();
  const info = (host: string) => {
    const found = lab.hosts.find((each) => each.name === host);
    if (found === undefined) throw new Error(host);
    return found;
  };
  const bench: Bench = {
    lab,
    folder,
    run: (host, tool, ...args) => spawnTool(path.join(info(host).root, 'Windows', 'System32', `${tool}.exe`), args),
    real: (host, windowsPath) => bench.lab.machine(host).host.real(windowsPath) ?? '',
    settings: (host, file) =>
      JSON.parse(readFileSync(bench.real(host, `${BINN}\\${file}`), 'utf8').replace('\ufeff', '')),
    edit: (host, file, key, value) => {
      const place = bench.real(host, `${BINN}\\${file}`);
      const pattern = new RegExp(`("${key}": ")[^"]*`, 'u');
      writeFileSync(place, readFileSync(place, 'utf8').replace(pattern, `$1${value}`));
    },
    state: async (host, service) => stateIn((await bench.run(host, 'sc', 'queryex', service)).text),
    restart: async (host, service) => {
      await bench.run(host, 'sc', 'stop', service);
      await until(async () => (await bench.state(host, service)) === 1);
      await bench.run(host, 'sc', 'start', service);
      await until(async () => [1, 4].includes(await bench.state(host, service)));
    },
    makePfx: async (host, names, cn = names[0] ?? host) => {
      const [, key] = await sharedKeys();
      if (key === undefined) throw new Error('no key');
      const day = 86_400_000;
      const made = makeCertificate({
        key,
        cn,
        names,
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 365 * day),
        client: true,
      });
      const certificate = forge.pki.certificateFromAsn1(
        forge.asn1.fromDer(Buffer.from(made.der, 'base64').toString('latin1')),
      );
      const pfx = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(key.privatePem), [certificate], 'pw', {
        algorithm: '3des',
      });
      writeFileSync(bench.real(host, 'C:\\new.pfx'), Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'latin1'));
      writeFileSync(bench.real(host, 'C:\\new.cer'), Buffer.from(made.der, 'base64'));
      return made;
    },
    importNew: async (host, store, names = ['sqlm01']) => {
      const made = await bench.makePfx(host, names);
      const provider = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
      const args = ['-f', '-p', 'pw', '-csp', provider, '-importpfx', store, 'C:\\new.pfx', 'AT_KEYEXCHANGE,NoExport'];
      const ran = await bench.run(host, 'certutil', ...args);
      if (ran.code !== 0) throw new Error(ran.text);
      return made.thumbprint;
    },
    grantLikeOld: async (host, thumbprint, service) => {
      const { host: machine } = bench.lab.machine(host);
      const stored = machine.state.certificates.find(
        (each) => each.thumbprint === thumbprint && each.container !== null,
      );
      const container = stored === undefined ? null : machine.key(stored);
      const sid = machine.sidOf(`NT Service\\${service}`);
      await bench.run(host, 'icacls', container?.path ?? '', '/grant', `*${sid}:R`);
    },
    presented: (target = 'sqlm01:8391', servername) =>
      handshake(info('sqlm01').connect[target] ?? '127.0.0.1:1', servername),
    close: async () => {
      await bench.lab.close();
      rmSync(path.dirname(folder), { recursive: true, force: true });
    },
  };
  return bench;
}

export function spawnTool(file: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const bytes = Buffer.concat(chunks);
      resolve({ code, bytes, text: bytes.toString('utf8').replace(/\r/gu, '') });
    });
  });
}

const stateIn = (text: string): number => Number(/STATE\s*: (\d)/u.exec(text)?.[1] ?? 0);
export const pidIn = (text: string): number => Number(/PID\s*: (\d+)/u.exec(text)?.[1] ?? 0);

/** Waits until something is true; the test's own time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The thumbprint that a fresh handshake shows, in lower case; the error's code if there is none. */
function handshake(target: string, servername?: string): Promise<string> {
  const [host, port] = target.split(':');
  return new Promise((resolve) => {
    const socket = tls.connect({
      host,
      port: Number(port),
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint.replace(/:/gu, '').toLowerCase() ?? 'none');
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
  });
}
