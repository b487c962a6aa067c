import { inTable } from '../../src/domain/in-table.ts';
import type { Problem, WorkerLook } from '../../src/domain/machine/host-facts.ts';
import { parseThumbprint, type StoreName } from '../../src/domain/values.ts';
import { readCertificate } from './certificates/read.ts';
import type { WindowsContext } from './context.ts';
import { readKeyReaders } from './keys/access.ts';
import { settingProblems } from './look-master.ts';
import { orProblem, publishedProblems, serviceProblems } from './look-problems.ts';
import { readPublished } from './publish.ts';
import { readService } from './services/facts.ts';
import { readSettingOf } from './settings/file.ts';
import { readTrust } from './trusts-pinned.ts';
import { witnessForLook } from './witness.ts';

/**
 * Reads everything that a plan needs of the worker here. Adds to `problems` what could not be read or needs a person.
 * Throws where nothing can be planned without it: the service, its settings file.
 */
export async function lookAtWorker(context: WindowsContext, problems: Problem[]): Promise<WorkerLook> {
  const service = await readService(context, 'worker');
  const setting = (key: string): Promise<string> => readSettingOf(context, service.folder, 'worker', key);
  const [masterEndpoint, masterThumbprint, workerThumbprint, storeName, location] = await Promise.all([
    setting('MasterEndpoint'),
    setting('MasterHttpsCertThumbprint'),
    setting('WorkerHttpsCertThumbprint'),
    setting('StoreName'),
    setting('StoreLocation'),
  ]);
  const store = named(STORES, storeName);
  const served = servedStore(store);
  const workerStore = served ?? 'My';
  const storeLocation =
    elsewhereIn(named(LOCATIONS, location)) ?? (served === null ? `${LOCAL_MACHINE}\\${short(store)}` : undefined);
  const pinned = parseThumbprint(masterThumbprint);
  const own = parseThumbprint(workerThumbprint);
  const [certificate, connection, published] = await Promise.all([
    own === null || storeLocation !== undefined ? null : readCertificate(context, workerStore, own),
    witnessForLook(context, service, masterEndpoint),
    orProblem(problems, readPublished(context, service.folder, 'worker'), null, {
      what: 'SSISScaleOutWorker.cer',
    }),
  ]);
  const trustsPinned = pinned === null ? false : await readTrust(context, pinned, connection);
  const keyReaders =
    certificate === null || certificate.privateKey === 'no'
      ? []
      : await orProblem(problems, readKeyReaders(context, workerStore, certificate.thumbprint), [], {
          what: 'private key',
          role: 'worker',
        });
  problems.push(...(await serviceProblems(context, 'worker', service)));
  problems.push(...(await publishedProblems(context, 'worker', service, published)));
  problems.push(...settingProblems(masterThumbprint, pinned, 'MasterHttpsCertThumbprint'));
  problems.push(...settingProblems(workerThumbprint, own, 'WorkerHttpsCertThumbprint'));
  if (own !== null && certificate === null && storeLocation === undefined)
    problems.push({ code: 'certificate-missing', data: { role: 'worker', thumbprint: own } });
  if (service.pid !== 0 && connection.log === null) problems.push({ code: 'log-unreadable', data: { role: 'worker' } });
  const facts = { service, masterEndpoint, masterThumbprint, workerThumbprint, workerStore, certificate };
  const elsewhere = storeLocation === undefined ? {} : { storeLocation };
  return { ...facts, ...elsewhere, keyReaders, published, trustsPinned, connection };
}

const LOCAL_MACHINE = 'LocalMachine';

/** The numbers of .NET's StoreLocation and StoreName: JSON serializers write those unless told otherwise. */
const LOCATIONS = { 1: 'CurrentUser', 2: LOCAL_MACHINE };
const STORES = {
  1: 'AddressBook',
  2: 'AuthRoot',
  3: 'CertificateAuthority',
  4: 'Disallowed',
  5: 'My',
  6: 'Root',
  7: 'TrustedPeople',
  8: 'TrustedPublisher',
};
const named = (names: { readonly [number: string]: string }, text: string): string =>
  inTable(names, text.trim()) ?? text;

/** Undefined: the machine's own stores, the only ones that the tools can read here. */
function elsewhereIn(text: string): string | undefined {
  const location = short(text);
  return location === '' || location.toLowerCase() === LOCAL_MACHINE.toLowerCase() ? undefined : location;
}

/**
 * Null: another store of the machine. The worker can still be moved to another master certificate, but its own is not
 * read.
 */
function servedStore(text: string): StoreName | null {
  const name = text.trim().toLowerCase();
  if (name === '' || name === 'my') return 'My';
  return name === 'root' ? 'Root' : null;
}

const short = (text: string): string => text.trim().slice(0, 100);
