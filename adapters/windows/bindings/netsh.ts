import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import type { Data } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { parseSslParameters } from '../parse/netsh.ts';
import { cut, errorNumberSaid } from '../parse/text.ts';
import { remembered } from '../remembered.ts';
import { bindingArguments, keyArgument } from './arguments.ts';
import { EXTENDED_IDS } from './flags.ts';

/** How one call of netsh ended. `number`: the Windows error, null when it printed only a sentence. */
export type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly number: number | null; readonly output: string };

const LIMIT_MS = 30_000;

async function call(context: WindowsContext, args: readonly string[], isThere = false): Promise<Answer> {
  // without a signal: between delete and add nothing may stop us
  const result = await context.tools.run('netsh', ['http', ...args], { timeLimitMs: LIMIT_MS, isThere });
  return result.code === 0
    ? { ok: true }
    : { ok: false, number: errorNumberSaid(result.text), output: cut(result.text) };
}

/** An add to run right after a delete: everything that it needs is prepared now, and netsh is not looked for again. */
export function addingSslcert(context: WindowsContext, binding: SslBinding): () => Promise<Answer> {
  const args = addArguments(binding);
  return () => call(context, args, true);
}

/**
 * What is not given is reset to its default (netsh-http.md), so all flags of the binding are. Nothing is read back
 * here.
 */
export const addSslcert = (context: WindowsContext, binding: SslBinding): Promise<Answer> =>
  call(context, addArguments(binding));

const addArguments = (binding: SslBinding): readonly string[] => ['add', 'sslcert', ...bindingArguments(binding)];

/** As `addSslcert`, over a binding that is there; known from Server 2019 on. */
export const updateSslcert = (context: WindowsContext, binding: SslBinding): Promise<Answer> =>
  call(context, ['update', 'sslcert', ...bindingArguments(binding)]);

/** Takes a binding away by its address. */
export const deleteSslcert = (context: WindowsContext, binding: SslBinding): Promise<Answer> =>
  call(context, ['delete', 'sslcert', keyArgument(binding)]);

/** Sets the named extended properties, one call for each property id. */
export async function updateExtended(
  context: WindowsContext,
  wanted: SslBinding,
  names: readonly string[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const id of new Set(names.map((name) => EXTENDED_IDS.get(name)))) {
    const values = Object.entries(wanted.extended).filter(([name]) => EXTENDED_IDS.get(name) === id);
    const given = values.map(([name, value]) => `${name}=${value}`);
    answers.push(await call(context, ['update', 'sslpropertyex', keyArgument(wanted), `propertyid=${id}`, ...given]));
  }
  return answers;
}

/**
 * Whether this netsh has `update sslcert`, which came with Server 2019. Only a yes is remembered: an answer that was
 * cut short once must not cost every other binding of the port its moment without one.
 */
export async function knowsUpdate(context: WindowsContext): Promise<boolean> {
  try {
    return await remembered(context, 'update of netsh', () => readsUpdate(context));
  } catch (error) {
    if (error instanceof CertopsError && error.code === 'ToolOutputNotUnderstood') return false;
    throw error;
  }
}

async function readsUpdate(context: WindowsContext): Promise<true> {
  const { text } = await context.tools.run('netsh', ['http', 'update', 'sslcert', 'help'], { timeLimitMs: LIMIT_MS });
  parseSslParameters(text);
  return true;
}

/** Errors that waiting does not cure. */
const FINAL = new Map([
  [1312, 'BindingCertificateNotUsable'],
  // Its runner is elevated, or it would not have started: rights of its own, or a security product, may deny it.
  [5, 'AccessDenied'],
]);

/** Whether netsh has refused for a reason that no other call changes. */
export const isFinal = (answer: Answer): boolean => !answer.ok && FINAL.has(answer.number ?? 0);

/** 87, or a sentence that may mean it: for some seconds a new key gives "The parameter is incorrect". */
const NEW_KEY: readonly (number | null)[] = [null, 87];
/** Also what another program holds (32, 33) or what cannot be reached (1722) for a moment. */
const PASSING: readonly (number | null)[] = [...NEW_KEY, 32, 33, 1722];

/** Whether the same call may succeed in some seconds. */
export const mayPass = (answer: Answer): boolean => !answer.ok && PASSING.includes(answer.number);

/** Whether a key that is too new would be answered so. */
export const mayBeNewKey = (answer: Answer): boolean => !answer.ok && NEW_KEY.includes(answer.number);

/** netsh's refusal as an error. `BindingCertificateNotUsable` is 1312: not in that store, or without its key. */
export function refused(answer: Answer, binding: SslBinding, data: Data = {}): CertopsError {
  const said = answer.ok ? {} : { error: answer.number, output: answer.output };
  const code = (answer.ok ? undefined : FINAL.get(answer.number ?? 0)) ?? 'BindingRefused';
  return new CertopsError(code, { key: binding.key, thumbprint: binding.thumbprint, ...said, ...data });
}
