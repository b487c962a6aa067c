import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CertificateText, describeCertificate } from '../certificate.ts';
import { type Acl, mayRead, parseSddl, writeSddl } from './acl.ts';
import { realPath } from './paths.ts';
import { accountSid } from './sid.ts';
import {
  type Binding,
  type HostState,
  type KeyContainer,
  type ServiceConfig,
  SQL_SWITCHES,
  type Store,
  type StoredCertificate,
} from './state.ts';

/** The list that a file without one of its own inherits from its folder. */
export const INHERITED_SDDL = 'D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)';

/** One Windows machine of the lab. Its state is kept in a file; its own files are below `root`. */
export interface LabHost {
  readonly state: HostState;
  /** Real folder of the host's tree. */
  readonly root: string;
  /** Writes the state, so that a killed lab comes back with it. Call after each change. */
  save(): void;
  /** Real path of a Windows path; null if it is not one. */
  real(windowsPath: string): string | null;
  service(name: string): ServiceConfig | null;
  certificate(store: Store, thumbprint: string): StoredCertificate | null;
  describe(certificate: StoredCertificate): CertificateText;
  /** The container behind a certificate, if its key file is there. */
  key(certificate: StoredCertificate): KeyContainer | null;
  /** PEM of the private key; null when it is gone. */
  keyPem(container: KeyContainer): string | null;
  /** Whether a service's account may open the key. */
  mayOpen(container: KeyContainer, service: ServiceConfig): boolean;
  acl(windowsPath: string): Acl;
  sidOf(account: string): string | null;
  nextPid(): number;
  /** Called after the bindings changed. */
  onBindings(listener: () => void): void;
  setBindings(bindings: Binding[]): void;
}

export function openHost(file: string, root: string): LabHost {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as HostState;
  return wrapHost({ ...kept, switches: { ...SQL_SWITCHES, ...kept.switches } }, file, root);
}

export function wrapHost(state: HostState, file: string, root: string): LabHost {
  const listeners: (() => void)[] = [];
  const described = new Map<string, CertificateText>();
  const real = (windowsPath: string): string | null => realPath(root, windowsPath);
  const keyPem = (container: KeyContainer): string | null => {
    const place = real(container.path);
    if (place === null || !existsSync(place)) return null;
    const text = readFileSync(place, 'latin1');
    return text.slice(Math.max(0, text.indexOf('-----BEGIN')));
  };
  const acl = (windowsPath: string): Acl => parseSddl(sddlOf(state.acls, windowsPath));
  const sidOf = (account: string): string | null =>
    accountSid(
      account,
      state.services.map((service) => service.name),
    );
  const host: LabHost = {
    state,
    root,
    save: () => writeState(file, state),
    real,
    service: (name) => state.services.find((each) => each.name.toLowerCase() === name.toLowerCase()) ?? null,
    certificate: (store, thumbprint) =>
      state.certificates.find(
        (each) => each.store === store && each.thumbprint === thumbprint.replace(/\s/gu, '').toLowerCase(),
      ) ?? null,
    describe: ({ thumbprint, der }) => {
      const text = described.get(thumbprint) ?? describeCertificate(der);
      described.set(thumbprint, text);
      return text;
    },
    key: (certificate) => {
      const container = state.containers.find((each) => each.name === certificate.container);
      return container !== undefined && keyPem(container) !== null ? container : null;
    },
    keyPem,
    mayOpen: (container, service) => {
      const sid = sidOf(service.account);
      if (sid === 'S-1-5-18') return true;
      return mayRead(acl(container.path), ['S-1-1-0', ...(sid === null ? [] : [sid])]);
    },
    acl,
    sidOf,
    nextPid: () => {
      state.nextPid += 4 * (1 + (state.nextPid % 7));
      return state.nextPid;
    },
    onBindings: (listener) => listeners.push(listener),
    setBindings: (bindings) => {
      state.bindings = bindings;
      writeState(file, state);
      for (const listener of listeners) listener();
    },
  };
  return host;
}

/** Replaces a key file; null removes it. */
export function writeKeyFile(host: LabHost, windowsPath: string, pem: string | Buffer | null): void {
  const place = host.real(windowsPath);
  if (place === null) throw new Error(`not a Windows path: ${windowsPath}`);
  if (pem === null) {
    rmSync(place, { force: true });
    return;
  }
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, pem, { mode: 0o600 });
}

function writeState(file: string, state: HostState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** A path's own list, or what it inherits from the nearest folder above that has one. */
function sddlOf(acls: HostState['acls'], windowsPath: string): string {
  const own = acls[windowsPath.toLowerCase()];
  if (own !== undefined) return own;
  for (let folder = path.win32.dirname(windowsPath); folder.length > 3; folder = path.win32.dirname(folder)) {
    const above = acls[folder.toLowerCase()];
    if (above === undefined) continue;
    const entries = parseSddl(above).entries.filter((ace) => ace.flags.includes('OI'));
    return writeSddl({ protected: false, entries: entries.map((ace) => ({ ...ace, flags: 'ID' })) });
  }
  return INHERITED_SDDL;
}
