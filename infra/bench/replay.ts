import { generateKeyPairSync, randomBytes, type X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import forge from 'node-forge';
import { makeCertificate } from '../lab/certificate.ts';
import type { LabFile } from '../lab/options.ts';
import { type BareHost, runBare, untilState } from './bare.ts';
import { sleep } from './clicks.ts';
import { type Action, type Group, type Item, withThumbprint } from './replay-plan.ts';

const BINN = 'Program Files/Microsoft SQL Server/160/DTS/Binn';
const KEYS = 'ProgramData/Microsoft/Crypto/RSA/MachineKeys';
const PATIENCE_MS = 120_000;

export interface Replayed {
  readonly wallMs: number;
  readonly calls: number;
  /** Calls that ended with a different exit code than recorded. */
  readonly differing: readonly string[];
}

/** The public part of the new certificate: one machine makes it, every machine may know it. */
export interface Known {
  readonly thumbprint: string;
  /** Base64. */
  readonly der: string;
}

interface Made extends Known {
  /** null: made on another machine. */
  readonly secret: { readonly pfx: Buffer; readonly password: string } | null;
}

/**
 * A rotation by a bare script: one process, the recorded calls through `child_process`, a barrier after each stage, and
 * no journal, no queue, no signatures, no second look unless one was recorded. It makes a key and a certificate as the
 * product does, edits the settings files, and waits for each service, each handshake and each worker's log.
 */
export async function replay(lab: LabFile, groups: readonly Group[], recorded: string): Promise<Replayed> {
  const script = createScript(lab, recorded);
  const from = performance.now();
  for (const group of groups) {
    await Promise.all(group.hosts.map(({ host, items }) => script.work(group, host, items)));
  }
  const wallMs = performance.now() - from;
  await script.aside();
  return { wallMs, calls: script.calls(), differing: script.differing };
}

/** The part of a bare script that works on machines: on all of them, or on one of them in its own process. */
export function createScript(lab: LabFile, recorded: string) {
  const hosts = new Map<string, BareHost & { connect: LabFile['hosts'][number]['connect'] }>(
    lab.hosts.map((host) => [host.name, host]),
  );
  const differing: string[] = [];
  const aside = new Set<Promise<unknown>>();
  const keysBefore = new Map(lab.hosts.map(({ name, root }) => [name, new Set(readdirSync(path.join(root, KEYS)))]));
  let made: Made | null = null;
  let calls = 0;
  const hostOf = (name: string) => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`the recording names ${name}, and the lab has no such machine`);
    return host;
  };
  const run = (host: BareHost, tool: string, args: readonly string[]) => {
    calls += 1;
    return runBare(host, tool, args);
  };

  /**
   * Adapts a recorded argument to this run: puts in its own certificate and key file, and prepares the temporary folder
   * or file that the tool reads or writes.
   */
  function argument(host: BareHost, arg: string): string {
    const mine = made === null ? arg : withThumbprint(arg, recorded, made.thumbprint);
    const inKeys = /^C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\(\S+)$/u.exec(mine)?.[1];
    if (inKeys !== undefined && !existsSync(path.join(host.root, KEYS, inKeys))) {
      const fresh = readdirSync(path.join(host.root, KEYS)).find((name) => !keysBefore.get(host.name)?.has(name));
      return mine.replace(inKeys, fresh ?? inKeys);
    }
    const inTemp = /^C:\\(ProgramData\\certops\\tmp\\.+)$/u.exec(mine)?.[1];
    if (inTemp !== undefined) {
      const place = path.join(host.root, ...inTemp.split('\\'));
      mkdirSync(/\.\w+$/u.test(place) ? path.dirname(place) : place, { recursive: true });
      if (place.endsWith('.pfx')) writeFileSync(place, made?.secret?.pfx ?? '');
      else if (path.basename(place) === 'trust.cer') writeFileSync(place, derOf(made));
    }
    return mine;
  }

  async function act(host: BareHost, action: Action): Promise<void> {
    if (action.do === 'nothing') return;
    if (action.do === 'until-state') return untilState(host, action.service, action.state, () => (calls += 1));
    const { tool } = action;
    if (action.args.includes('-importpfx')) made = makePfx();
    const args = action.args.map((arg) => (arg === '***' ? (made?.secret?.password ?? '') : argument(host, arg)));
    if (tool === 'eventcreate') {
      const writing = run(host, tool, args).finally(() => aside.delete(writing));
      aside.add(writing);
      return;
    }
    if (tool === 'sc' && args[0] === 'stop') writeSettings(host, made?.thumbprint ?? '');
    if (action.do === 'run') {
      const { code, text } = await run(host, tool, args);
      if (code !== action.code)
        differing.push(
          `${host.name} ${tool} ${args.join(' ')}: ${code}, recorded ${action.code}: ${text.slice(0, 200)}`,
        );
      return;
    }
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20)) {
      if ((await run(host, tool, args)).code === 0) return;
    }
    throw new Error(`${tool} ${args.join(' ')} did not succeed`);
  }

  async function work(group: Group, name: string, items: readonly Item[]): Promise<void> {
    const host = hostOf(name);
    const since = Date.now();
    const done: Promise<void>[] = [];
    for (const { action, after } of items) {
      done.push(Promise.all(after.map((at) => done[at])).then(() => act(host, action)));
    }
    await Promise.all(done);
    const thumbprint = made?.thumbprint ?? '';
    if (group.stage === 'publish') writeFileSync(path.join(host.root, BINN, 'SSISScaleOutMaster.cer'), derOf(made));
    if (group.kind === 'look' || group.stage === 'master') await untilPresented(host.connect, lab.endpoint, thumbprint);
    if (group.stage === 'workers') {
      await untilPresented(host.connect, lab.endpoint, thumbprint);
      await untilLogged(host, since);
    }
  }

  return {
    work,
    differing,
    calls: () => calls,
    aside: () => Promise.all(aside),
    known: (): Known | null => made && { thumbprint: made.thumbprint, der: made.der },
    learn: (known: Known | null): void => {
      if (known !== null) made ??= { ...known, secret: null };
    },
  };
}

const derOf = (made: Made | null): Buffer => Buffer.from(made?.der ?? '', 'base64');

function makePfx(): Made {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const day = 86_400_000;
  const { thumbprint, der } = makeCertificate({
    key: { publicPem: pair.publicKey, privatePem: pair.privateKey },
    cn: 'sqlm01',
    names: ['sqlm01'],
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    client: false,
  });
  const password = `p${randomBytes(24).toString('hex')}`;
  const certificate = forge.pki.certificateFromAsn1(forge.asn1.fromDer(Buffer.from(der, 'base64').toString('latin1')));
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  const pfx = forge.pkcs12.toPkcs12Asn1(key, certificate, password, { algorithm: '3des' });
  return {
    thumbprint,
    der,
    secret: { pfx: Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'latin1'), password },
  };
}

/** Writes the thumbprint into each of the two settings files that the machine has. */
function writeSettings(host: BareHost, thumbprint: string): void {
  const places = [
    ['MasterSettings.config', 'SSLCertThumbprint'],
    ['WorkerSettings.config', 'MasterHttpsCertThumbprint'],
  ] as const;
  for (const [name, key] of places) {
    const file = path.join(host.root, BINN, name);
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(new RegExp(`("${key}"\\s*:\\s*")[^"]*`, 'u'), `$1${thumbprint.toUpperCase()}`));
  }
}

async function untilPresented(
  connect: { readonly [hostAndPort: string]: string },
  endpoint: LabFile['endpoint'],
  thumbprint: string,
): Promise<void> {
  const [host = '', port = ''] = (connect[`${endpoint.host}:${endpoint.port}`] ?? '').split(':');
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20)) {
    if ((await presented(host, Number(port), endpoint.host)) === thumbprint.toLowerCase()) return;
  }
  throw new Error(`the master does not present ${thumbprint}`);
}

function presented(host: string, port: number, servername: string): Promise<string | null> {
  return new Promise((resolve) => {
    const raw = connectTcp({ host, port });
    const socket = tls.connect({ socket: raw, servername, rejectUnauthorized: false, minVersion: 'TLSv1' });
    const answer = (found: X509Certificate | undefined): void => {
      socket.destroy();
      resolve(found === undefined ? null : found.fingerprint.replaceAll(':', '').toLowerCase());
    };
    raw.on('error', () => answer(undefined));
    socket.on('error', () => answer(undefined));
    socket.once('secureConnect', () => answer(socket.getPeerX509Certificate()));
  });
}

/** Waits for the worker's own log, in whichever profile it is. */
async function untilLogged(host: BareHost, since: number): Promise<void> {
  const file = findLog(path.join(host.root, 'Windows/ServiceProfiles'), 9);
  if (file === null) throw new Error(`${host.name} has no worker log`);
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20)) {
    const line = readFileSync(file, 'latin1')
      .trimEnd()
      .split('\r\n')
      .findLast((each) => each.includes('Connected to'));
    if (line !== undefined && Date.parse(line.slice(0, 24)) >= since) return;
  }
  throw new Error(`the log of ${host.name} does not say that it is connected`);
}

function findLog(folder: string, depth: number): string | null {
  if (depth === 0 || !existsSync(folder)) return null;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isFile() && /Worker\d*_\d{8}\.log$/u.test(entry.name)) return place;
    const below = entry.isDirectory() ? findLog(place, depth - 1) : null;
    if (below !== null) return below;
  }
  return null;
}
