import type { CertificateProfile } from '../../src/domain/plan/plan.ts';
import type { Role } from '../../src/domain/values.ts';
import type { HostChange, HostMaker, HostReader } from '../../src/ports/windows-host.ts';
import { importCertificate } from './certificates/import.ts';
import { makeCertificate } from './certificates/maker.ts';
import { readNamed } from './certificates/named.ts';
import { readCertificate, readRootSummary } from './certificates/read.ts';
import { removeCertificate, removeKeyOf } from './certificates/remove.ts';
import { readStored } from './certificates/stored.ts';
import { readTraces } from './certificates/traces.ts';
import { trustCertificate } from './certificates/trust.ts';
import type { WindowsContext } from './context.ts';
import { forChange } from './held-files.ts';
import { grantKey, readKeyReaders, revokeKey } from './keys/access.ts';
import { look } from './look.ts';
import { readHandshake } from './probe.ts';
import { isPublishedTorn, publish, readPublished, readPublishedDer } from './publish.ts';
import { readServiceFolder } from './services/facts.ts';
import { readSettingOf, writeSettingOf } from './settings/file.ts';
import { sharedSsisdb } from './ssisdb/shared.ts';
import { readConnectionWitness } from './witness.ts';

type Readers = Pick<
  HostReader,
  | 'certificate'
  | 'rootSummary'
  | 'setting'
  | 'keyReaders'
  | 'published'
  | 'publishedDer'
  | 'isPublishedTorn'
  | 'handshake'
  | 'connectionWitness'
  | 'ssisdb'
  | 'traces'
  | 'named'
  | 'stored'
  | 'look'
>;

/** The reading half of a host that concerns certificates, keys, settings and witnesses. */
export function certificateReaders(context: WindowsContext): Readers & HostMaker {
  const folder = (role: Role): Promise<string> => readServiceFolder(context, role);
  return {
    certificate: (store, thumbprint) => readCertificate(context, store, thumbprint),
    rootSummary: () => readRootSummary(context),
    // A step asks, and a scanner may hold a file just because it was written: without an answer all goes back.
    setting: async (role, key) => readSettingOf(context, await folder(role), role, key, forChange()),
    keyReaders: (store, thumbprint) => readKeyReaders(context, store, thumbprint),
    published: async (role) => readPublished(context, await folder(role), role, forChange()),
    publishedDer: async (role) =>
      (await readPublishedDer(context, await folder(role), role, forChange()))?.toString('base64') ?? null,
    isPublishedTorn: async (role) => isPublishedTorn(context, await folder(role), role, forChange()),
    handshake: (target) => readHandshake(context, target),
    connectionWitness: () => readConnectionWitness(context),
    ssisdb: () => sharedSsisdb(context),
    traces: (thumbprints) => readTraces(context, thumbprints),
    named: (thumbprints) => readNamed(context, thumbprints),
    stored: () => readStored(context),
    look: () => look(context),
    makeCertificate: (profile: CertificateProfile) => makeCertificate(profile, context.clock.now()),
  };
}

type CertificateChange = Exclude<HostChange, { type: 'sslcert.set' | 'service.restart' }>;

/** The changing half. */
export async function performCertificateChange(
  context: WindowsContext,
  change: CertificateChange,
  signal: AbortSignal,
): Promise<void> {
  switch (change.type) {
    case 'certificate.import':
      return importCertificate(context, change, signal);
    case 'certificate.trust':
      return trustCertificate(context, change, signal);
    case 'certificate.remove':
      return removeCertificate(context, change, signal);
    case 'key.remove':
      return removeKeyOf(context, change, signal);
    case 'key.grant':
      return grantKey(context, change, signal);
    case 'key.revoke':
      return revokeKey(context, change, signal);
    case 'setting.write':
      return writeSettingOf(context, await readServiceFolder(context, change.role), change, signal);
    case 'cer.publish':
      return publish(context, await readServiceFolder(context, change.role), change, signal);
  }
}
