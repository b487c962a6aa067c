import { CertopsError } from '../errors.ts';
import { inTable } from '../in-table.ts';
import { parseThumbprint, type Role, type StoreName, type Thumbprint } from '../values.ts';
import type { HandshakeFacts, HostLook, StoredCertificate } from './host-facts.ts';

/**
 * One look as something that steps can read: what a plan expects is what its steps observe here, so planning and
 * running cannot differ. Anything not in the look throws CertopsError `NotInLook`, never reads as "none". Fits the port
 * HostReader.
 */
export function readLook(look: HostLook) {
  const missing = (what: string): CertopsError => new CertopsError('NotInLook', { host: look.host, what });
  const master = () => {
    if (look.master === null) throw missing('master');
    return look.master;
  };
  const worker = () => {
    if (look.worker === null) throw missing('worker');
    return look.worker;
  };
  const known = () => [look.master?.certificate ?? null, look.worker?.certificate ?? null];
  return {
    name: look.host,
    async certificate(_store: StoreName, thumbprint: Thumbprint) {
      const found = known().find((certificate) => certificate?.thumbprint === thumbprint);
      if (found === undefined) throw missing(`certificate ${thumbprint}`);
      return found;
    },
    rootSummary: async () => look.root,
    async sslBindings(port: number) {
      if (port !== master().port) throw missing(`port ${port}`);
      return master().bindings;
    },
    async setting(role: Role, key: string): Promise<string> {
      const values: { readonly [key: string]: string } =
        role === 'master'
          ? { PortNumber: String(master().port), SSLCertThumbprint: master().sslCertThumbprint }
          : {
              MasterEndpoint: worker().masterEndpoint,
              MasterHttpsCertThumbprint: worker().masterThumbprint,
              WorkerHttpsCertThumbprint: worker().workerThumbprint,
            };
      const value = inTable(values, key);
      if (value === undefined) throw missing(`${role} ${key}`);
      return value;
    },
    service: async (role: Role) => (role === 'master' ? master() : worker()).service,
    async keyReaders(store: StoreName, thumbprint: Thumbprint) {
      const place = look.named?.find((one) => one.thumbprint === thumbprint)?.places.find((one) => one.store === store);
      if (place?.readers != null) return place.readers;
      if (look.master?.certificate?.thumbprint === thumbprint) return look.master.keyReaders;
      // In the settings but in no store: nobody may read what does not exist.
      if (look.master?.certificate === null && parseThumbprint(look.master.sslCertThumbprint) === thumbprint) return [];
      if (look.worker === null || parseThumbprint(look.worker.workerThumbprint) !== thumbprint)
        throw missing(`key of ${thumbprint}`);
      const readers = look.worker.certificate === null ? [] : look.worker.keyReaders;
      if (readers === undefined) throw missing(`key of ${thumbprint}`);
      return readers;
    },
    async published(role: Role) {
      const found = role === 'master' ? master().published : worker().published;
      if (found === undefined) throw missing(`${role} .cer`);
      return found;
    },
    // The file's bytes are not part of a look, and no approval rests on them.
    publishedDer: async (_role: Role): Promise<string | null> => null,
    isPublishedTorn: async (_role: Role) => false,
    async handshake(target: { host: string; port: number; servername: string | null }): Promise<HandshakeFacts> {
      const text = `${target.host}:${target.port}`;
      const shown = master().presented.find((one) => one.target === text && one.servername === target.servername);
      if (shown === undefined) throw missing(`handshake with ${text}`);
      return shown;
    },
    connectionWitness: async () => worker().connection,
    async ssisdb() {
      if (look.ssisdb == null) throw missing('SSISDB');
      return look.ssisdb;
    },
    async traces(thumbprints: readonly Thumbprint[]) {
      return thumbprints.map((thumbprint) => {
        const found = look.leftovers?.find((one) => one.thumbprint === thumbprint);
        if (found === undefined) throw missing(`leftover ${thumbprint}`);
        const { stores, keys, users } = found;
        return { thumbprint, stores, keys, users };
      });
    },
    async named(thumbprints: readonly Thumbprint[]) {
      return thumbprints.map((thumbprint) => {
        const found = look.named?.find((one) => one.thumbprint === thumbprint);
        if (found === undefined) throw missing(`certificate ${thumbprint}`);
        return found;
      });
    },
    async stored(): Promise<readonly StoredCertificate[]> {
      throw missing('stores');
    },
    look: async () => look,
  };
}

/**
 * Thumbprints that a look shows in use by the master, each with its place. Settings are cleaned up; addresses that did
 * not answer are left out.
 */
export function masterThumbprints(look: HostLook): readonly { readonly where: string; readonly thumbprint: string }[] {
  const { master } = look;
  if (master === null) return [];
  return [
    {
      where: 'SSLCertThumbprint',
      thumbprint: parseThumbprint(master.sslCertThumbprint) ?? master.sslCertThumbprint,
    },
    ...master.bindings.map(({ key, thumbprint }) => ({ where: key, thumbprint })),
    ...master.presented.flatMap(({ target, thumbprint }) =>
      thumbprint === null ? [] : [{ where: `handshake ${target}`, thumbprint }],
    ),
  ];
}
