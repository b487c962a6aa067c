import type { Farm } from '../../src/domain/farm/farm.ts';
import type { Looks } from '../../src/domain/machine/host-facts.ts';
import { isRefusal, type Refusal } from '../../src/domain/values.ts';
import { farmOf, Sim } from '../domain/sim.ts';
import type { Loose } from './support.ts';

export interface Plain {
  readonly farm: Loose<Farm>;
  readonly looks: Loose<Looks>;
}

/** A farm and looks at its machines as plain data that a test may change, without a certificate being made. */
export function plainLooks(workers = 2): Plain {
  const farm = farmOf(workers);
  const sim = new Sim(farm);
  const looks = Object.fromEntries(farm.hosts.map(({ name }) => [name, sim.look(name)]));
  return { farm: JSON.parse(JSON.stringify(farm)), looks: JSON.parse(JSON.stringify(looks)) };
}

/** As a survey takes them, whatever a test has made of them. */
export const fixed = ({ farm, looks }: Plain) => ({
  farm: farm as unknown as Farm,
  looks: looks as unknown as Looks,
});

/** The refusal without its mark; null: there is none. */
export function refused(found: object | Refusal): { readonly code: string; readonly data: object } | null {
  if (!isRefusal(found)) return null;
  const { code, data } = found;
  return { code, data };
}

export const masterIn = ({ looks }: Plain, host = 'sqlm01') => {
  const found = looks[host]?.master;
  if (found == null) throw new Error(`no master ${host}`);
  return found;
};

export const workerIn = ({ looks }: Plain, host = 'sqlw01') => {
  const found = looks[host]?.worker;
  if (found == null) throw new Error(`no worker ${host}`);
  return found;
};

/** Makes a machine another master like the first. */
export function alsoMaster(one: Plain, host: string): void {
  const { farm, looks } = one;
  const added = farm.hosts.find(({ name }) => String(name) === host);
  const look = looks[host];
  if (added === undefined || look === undefined) throw new Error(`no machine ${host}`);
  Object.assign(added, { roles: ['master'] });
  Object.assign(look, { master: structuredClone(looks.sqlm01?.master), worker: null });
}

/** Two nodes of a cluster; the first of them does not run. */
export function clustered(one: Plain, host: string): void {
  alsoMaster(one, host);
  for (const name of ['sqlm01', host]) masterIn(one, name).clustered = true;
  const { service } = masterIn(one);
  Object.assign(service, { state: 'stopped' });
  Object.assign(masterIn(one), { presented: [] });
}
