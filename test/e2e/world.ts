import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../../infra/lab/index.ts';
import type { LabMachine } from '../../infra/lab/machine.ts';

/** Everything about a machine of the lab that a rotation can change, as the lab sees it. */
interface MachineWorld {
  /** `Root 40HEX key` or `Root 40HEX`, sorted. */
  readonly certificates: readonly string[];
  readonly bindings: readonly object[];
  /** SHA-256 of settings and .cer files by name. */
  readonly files: { readonly [name: string]: string };
  /** Key files with their access lists, by number of the certificate they belong to. */
  readonly keys: readonly string[];
  readonly services: {
    readonly [name: string]: { readonly state: number; readonly start: string; readonly account: string };
  };
}

export type World = { readonly [host: string]: MachineWorld };

export const worldOf = (lab: Lab): World =>
  Object.fromEntries(lab.hosts.map(({ name }) => [name, machineWorld(lab.machine(name))]));

function machineWorld({ host, scm }: LabMachine): MachineWorld {
  const { state } = host;
  const linked = (container: string) =>
    state.certificates.find((each) => each.container === container)?.thumbprint ?? '-';
  return {
    certificates: state.certificates
      .map(({ store, thumbprint, container }) => `${store} ${thumbprint}${container === null ? '' : ' key'}`)
      .sort(),
    bindings: [...state.bindings].sort((one, other) => one.key.localeCompare(other.key)),
    files: Object.fromEntries(ownFiles(host.real(state.services[0]?.folder ?? '') ?? '')),
    keys: state.containers
      .filter(({ path: file }) => existsSync(host.real(file) ?? ''))
      .map(({ name, path: file }) => `${linked(name)} ${state.acls[file.toLowerCase()] ?? ''}`)
      .sort(),
    services: Object.fromEntries(
      state.services.map((service) => [
        service.name,
        { state: scm.query(service).state, start: service.start, account: service.account },
      ]),
    ),
  };
}

/** Process ids of all services, which a restart changes. */
export const pidsOf = (lab: Lab): { readonly [service: string]: number } =>
  Object.fromEntries(
    lab.hosts.flatMap(({ name }) => {
      const { host, scm } = lab.machine(name);
      return host.state.services.map((service) => [`${name} ${service.name}`, scm.query(service).pid]);
    }),
  );

/** Copies that were made before a file was written do not count. */
function ownFiles(folder: string): [name: string, hash: string][] {
  return readdirSync(folder)
    .filter((name) => /\.(?:config|cer)$/u.test(name))
    .sort()
    .map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex'),
    ]);
}

/** Certificates of the second world that are not in the first, as `host Root 40HEX`. */
export const strangersIn = (before: World, after: World): readonly string[] =>
  Object.entries(after).flatMap(([host, { certificates }]) =>
    certificates.filter((each) => !before[host]?.certificates.includes(each)).map((each) => `${host} ${each}`),
  );

/** All text in files below a folder, for a search. */
export function textsBelow(folder: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, 'latin1') }));
}
