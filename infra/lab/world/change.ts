import type { LabKey, MadeLabCertificate } from '../certificate.ts';
import type { Catalog, PackageStart } from '../ssisdb/catalog.ts';
import { setClustered } from './cluster.ts';
import { addKeyed, addPublic } from './create.ts';
import type { LabHost } from './host.ts';
import type { ServiceConfig, SsisdbState, Store, Switches } from './state.ts';

/** What a test may change on a host from outside, as an administrator would have set it up. */
export interface HostChanges extends Partial<Switches> {
  /** By service name. */
  readonly services?: { readonly [name: string]: Partial<Pick<ServiceConfig, 'account' | 'start'>> };
  /** The master is a resource of a Windows failover cluster. */
  readonly clustered?: boolean;
  /** Packages to start now. Given for the master's host. */
  readonly packages?: readonly PackageStart[];
  /** Workers in the catalog that are no hosts of the lab. Given for the master's host. */
  readonly strangers?: SsisdbState['strangers'];
  /**
   * Certificates to import. With a key and `readable`, the master's service may read the key; otherwise no service may.
   */
  readonly certificates?: readonly (MadeLabCertificate & {
    readonly store: Store;
    readonly key: LabKey | null;
    readonly readable: boolean;
  })[];
  /** Whether a worker is enabled in the catalog. */
  readonly enabled?: { readonly [worker: string]: boolean };
}

/** Throws for a service that is not installed, and for a package on a worker that is not in the farm. */
export function changeHost(host: LabHost, changes: HostChanges, catalog: Catalog): void {
  const { services = {}, clustered, packages = [], strangers, enabled = {}, certificates = [], ...switches } = changes;
  for (const start of packages) catalog.begin(start);
  for (const [worker, is] of Object.entries(enabled)) catalog.setEnabled(worker, is);
  if (strangers !== undefined && host.state.ssisdb !== undefined) host.state.ssisdb.strangers = strangers;
  Object.assign(host.state.switches, switches);
  for (const [name, changes] of Object.entries(services)) {
    const service = host.service(name);
    if (service === null) throw new Error(`no such service: ${name}`);
    Object.assign(service, changes);
  }
  const master = host.state.services.find((service) => service.role === 'master');
  for (const { store, key, readable, thumbprint, der } of certificates)
    if (key === null) addPublic(host, store, { thumbprint, der });
    else addKeyed(host, store, { thumbprint, der, key }, readable ? (master ?? null) : null, Date.now());
  if (clustered !== undefined) setClustered(host, clustered);
  host.save();
}
