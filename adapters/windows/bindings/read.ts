import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { sameIdentity, sameKey } from '../../../src/domain/machine/same-binding.ts';
import { parseThumbprint } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { parseSslBindings, parseSslParameters, type ShownBinding } from '../parse/netsh.ts';
import { binary, guidOf, type RegistryKey, text } from '../parse/registry.ts';
import { cut, notUnderstood } from '../parse/text.ts';
import { HTTP_PARAMETERS, printed, readChildren, readKeys } from '../registry.ts';
import { ECHO_MS, handOver, inOneTurn, takeOver } from '../seen.ts';
import { runWhole } from '../whole.ts';
import { parametersOf } from './flags.ts';

/**
 * Bindings by address, each under its own key; HTTP.SYS keeps host-name ones beside them, in some builds under a GUID.
 */
const BY_ADDRESS = `${HTTP_PARAMETERS}\\SslBindingInfo`;
const BY_NAME = `${HTTP_PARAMETERS}\\SslSniBindingInfo`;
/** Bindings of a central certificate store, each named by its port alone. */
const BY_PORT = `${HTTP_PARAMETERS}\\SslCcsBindingInfo`;

/**
 * Every binding on the port, as netsh and the registry both report it: netsh in the host's language, the registry with
 * its flags. Throws `BindingReadersDisagree` when they differ in key, certificate, application id or store, and
 * `ToolOutputNotUnderstood` when one of them cannot be read: that is never "none".
 */
export async function readBindings(context: WindowsContext, port: number): Promise<readonly SslBinding[]> {
  try {
    return await readOnce(context, port);
  } catch (error) {
    // the two are not read at the same instant: somebody may have changed a binding in between
    if (!(error instanceof CertopsError) || error.code !== 'BindingReadersDisagree') throw error;
    return await readOnce(context, port);
  }
}

/**
 * The same for a plan, which may bind because there is no binding. How netsh shows one of a central store is not known
 * from any recording, so the registry is checked for one also where netsh shows none. A change does not check that: it
 * knows what it removed itself, and must be able to bind it again. Throws as `readBindings`, and `BoundByCentralStore`.
 */
export async function readBindingsToPlan(context: WindowsContext, port: number): Promise<readonly SslBinding[]> {
  try {
    const bindings = await readBindings(context, port);
    if (bindings.some(({ kind }) => kind === 'ipport')) return bindings;
    await refuseCentralStore(context, port);
    return bindings;
  } catch (error) {
    // netsh lists one of a central store as a binding of another kind
    if (error instanceof CertopsError && error.code === 'ToolOutputNotUnderstood')
      await refuseCentralStore(context, port);
    throw error;
  }
}

async function refuseCentralStore(context: WindowsContext, port: number): Promise<void> {
  const stores = (await readChildren(context, BY_PORT, String(port))) ?? [];
  if (stores.includes(String(port))) throw new CertopsError('BoundByCentralStore', { port });
}

/** One binding of a port as a change looks at it. */
export interface Look {
  /** The binding with the key that was asked for; null when there is none. */
  readonly bound: SslBinding | null;
  /** All bindings of its port. */
  readonly all: readonly SslBinding[];
}

/** A fresh look. Throws as `readBindings`. */
export async function lookAt(context: WindowsContext, key: string): Promise<Look> {
  return lookIn(await readBindings(context, portOf(key)), key);
}

const lookIn = (all: readonly SslBinding[], key: string): Look => ({
  bound: all.find((binding) => sameKey(binding, { key })) ?? null,
  all,
});

/** The binding with this key; null when there is none. Throws as `readBindings`. */
export const readBinding = async (context: WindowsContext, key: string): Promise<SslBinding | null> =>
  (await lookAt(context, key)).bound;

const taken = new WeakMap<WindowsContext, Set<string>>();

/** A change has seen this certificate bound. */
export function noteTaken(context: WindowsContext, thumbprint: string): void {
  taken.set(context, (taken.get(context) ?? new Set()).add(thumbprint));
}

/** Whether a change has seen this certificate bound, as at the end of a rehearsal: its key is not too new. */
export const wasTaken = (context: WindowsContext, thumbprint: string): boolean =>
  taken.get(context)?.has(thumbprint) ?? false;

const nameOf = (port: number): string => `bindings of ${port}`;

/**
 * Hands over what the end of a change saw, to the look of its step or to the change of the next binding of the port.
 */
export const handOverLook = (context: WindowsContext, key: string, { all }: Look): void =>
  handOver(context, nameOf(portOf(key)), all);

/** The bindings of a port by a fresh look, or by the last one of a change that has just ended. Throws as above. */
export async function bindingsNow(context: WindowsContext, port: number): Promise<readonly SslBinding[]> {
  const handed = takeOver<readonly SslBinding[]>(context, nameOf(port), ECHO_MS);
  return handed ?? (await inOneTurn(context, nameOf(port), () => readBindings(context, port)));
}

/** The same for one binding. */
export async function bindingNow(context: WindowsContext, key: string): Promise<SslBinding | null> {
  return lookIn(await bindingsNow(context, portOf(key)), key).bound;
}

/** Parameter names that this host's netsh accepts for `add sslcert`. */
export async function readNetshParameters(context: WindowsContext): Promise<readonly string[]> {
  return parseSslParameters((await context.tools.run('netsh', ['http', 'add', 'sslcert', 'help'])).text);
}

const portOf = (key: string): number => Number(/:(\d{1,5})$/u.exec(key)?.[1] ?? 0);

async function readOnce(context: WindowsContext, port: number): Promise<readonly SslBinding[]> {
  const [shown, byAddress] = await Promise.all([
    runWhole(context, 'netsh', ['http', 'show', 'sslcert']),
    readKeys(context, BY_ADDRESS, { deep: true }),
  ]);
  const { bindings, unread, empty } = parseSslBindings(shown.text);
  const odd = unread.find((block) => block.port === port || block.port === null);
  if (odd !== undefined) throw notUnderstood('netsh', 'a binding of another kind, or one that is not whole', odd.lines);
  const here = bindings.filter((binding) => binding.port === port);

  const keys = entriesOf(byAddress ?? [], BY_ADDRESS);
  const missing = here.some((one) => one.kind === 'hostnameport' && !keys.some((entry) => sameKey(entry, one)));
  // where netsh lists none, the registry must have none by name either: a plan may bind because of that
  if (missing || here.length === 0)
    keys.push(...entriesOf((await readKeys(context, BY_NAME, { deep: true })) ?? [], BY_NAME));
  if (empty === 'perhaps' && keys.length > 0) {
    throw notUnderstood('netsh', 'no bindings, and the registry has some', shown.text);
  }
  const recorded = keys.filter((entry) => portOf(entry.key) === port);
  const extra = recorded.find((entry) => !here.some((one) => sameKey(one, entry)));
  if (extra !== undefined) throw disagree(extra.key, null, identityOf(extra));
  return here
    .map((one) =>
      joined(
        one,
        recorded.find((entry) => sameKey(entry, one)),
      ),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

type Entry = { readonly key: string; readonly values: RegistryKey };

const entriesOf = (keys: readonly RegistryKey[], parent: string): Entry[] =>
  keys.flatMap((values) => {
    const last = values.path.slice(values.path.lastIndexOf('\\') + 1);
    const own = values.path.toLowerCase() === `${printed(parent)}\\${last}`.toLowerCase();
    const key = text(values, 'HostnamePort') || last;
    return own && portOf(key) > 0 ? [{ key, values }] : [];
  });

function joined(one: ShownBinding, entry: Entry | undefined): SslBinding {
  const { key, kind, thumbprint, appId, store, extended } = one;
  const identity = entry === undefined ? null : identityOf(entry);
  if (entry === undefined || identity === null || !sameIdentity(one, identity)) {
    throw disagree(key, { thumbprint, appId, store }, identity);
  }
  return { key, kind, thumbprint, appId, store, parameters: parametersOf(entry.values), extended };
}

function identityOf({ key, values }: Entry) {
  const appId = binary(values, 'AppId', 16);
  const thumbprint = parseThumbprint(binary(values, 'SslCertHash', 20) ?? '');
  const store = text(values, 'SslCertStoreName');
  if (appId === null || thumbprint === null || store === null || values.unread.length > 0) {
    const lines = [...values.values].map(([name, value]) => `${name} ${value.type} ${value.data}`);
    throw notUnderstood('reg', `no whole binding ${key}`, [...lines, ...values.unread].join('\n'));
  }
  return { key, thumbprint, appId: guidOf(appId), store };
}

function disagree(
  key: string,
  netsh: { thumbprint: string; appId: string; store: string } | null,
  registry: { thumbprint: string; appId: string; store: string } | null,
): CertopsError {
  const tell = (seen: typeof netsh) =>
    seen === null ? null : { thumbprint: seen.thumbprint, appId: seen.appId, store: cut(seen.store) };
  return new CertopsError('BindingReadersDisagree', { key, netsh: tell(netsh), registry: tell(registry) });
}
