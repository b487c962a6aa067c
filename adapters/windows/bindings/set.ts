import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { differences, extendedDifferences, isAsWanted, sameKey } from '../../../src/domain/machine/same-binding.ts';
import { readBefore } from '../before-change.ts';
import type { WindowsContext } from '../context.ts';
import { remembered } from '../remembered.ts';
import { checkBinding, checkKnown } from './arguments.ts';
import { addSslcert, deleteSslcert, knowsUpdate, mayPass, refused, updateExtended } from './netsh.ts';
import { createPatience } from './patience.ts';
import { bindingNow, handOverLook, type Look, lookAt, noteTaken, readNetshParameters } from './read.ts';
import { swap } from './swap.ts';

interface SslcertSet {
  readonly from: SslBinding | null;
  readonly to: SslBinding | null;
}

/**
 * Binds (`from` null), unbinds (`to` null) or swaps one binding, giving every flag again, and reads it back with both
 * readers. `from` is what must be there now: anything else throws `BindingMoved` before the first change. Throws
 * `BindingNotAsWanted` when netsh reported success but the binding is not as wanted, `BindingRefused`,
 * `BindingCertificateNotUsable`, `BindingFlagNotReturnable`, `NetshParameterUnknown`. When a swap fails, the old
 * binding has been put back (`putBack` in the error says whether that worked).
 */
export async function setBinding(
  context: WindowsContext,
  { from, to }: SslcertSet,
  signal: AbortSignal,
): Promise<void> {
  const one = to ?? from;
  if (one === null) return;
  if (from !== null && to !== null && !sameKey(from, to)) {
    throw new CertopsError('BindingNotValid', { key: to.key, wrong: ['key'] });
  }
  for (const binding of [from, to]) if (binding !== null) checkBinding(binding);
  const ahead = () =>
    Promise.all([
      bindingNow(context, one.key),
      to === null ? null : remembered(context, 'parameters of netsh', () => readNetshParameters(context)),
      to !== null && from !== null && knowsUpdate(context),
    ]);
  const [found, known, update] = await readBefore(context, ahead, signal);
  for (const binding of known === null ? [] : [from, to]) if (binding !== null) checkKnown(binding, known ?? []);
  if (isAsWanted(found, to)) return;
  if (differences(found, from).length > 0) throw notAs('BindingMoved', found, from);
  if (signal.aborted) throw new CertopsError('ChangeStopped', { change: 'sslcert.set', key: one.key });

  const change = (): Promise<Look> =>
    to === null
      ? unbind(context, one)
      : from === null
        ? bind(context, to, signal)
        : swap(context, from, to, update, signal);
  const look = await prove(context, one.key, to, await change());
  if (to !== null) noteTaken(context, to.thumbprint);
  // Whoever gave this change up may be at its undo by now, and looks for itself.
  if (!signal.aborted) handOverLook(context, one.key, look);
}

async function unbind(context: WindowsContext, binding: SslBinding): Promise<Look> {
  const answer = await deleteSslcert(context, binding);
  const look = await lookAt(context, binding.key);
  // 2: it was already gone
  if (answer.ok || answer.number === 2 || look.bound === null) return look;
  throw refused(answer, binding);
}

async function bind(context: WindowsContext, to: SslBinding, signal: AbortSignal): Promise<Look> {
  const patience = createPatience(context.clock, signal);
  for (;;) {
    const answer = await addSslcert(context, to);
    const look = await lookAt(context, to.key);
    // 183: there is one already. Whatever netsh says, what is there decides
    if (answer.ok || isAsWanted(look.bound, to)) return look;
    if (look.bound !== null) throw notAs('BindingNotAsWanted', look.bound, to);
    if (!mayPass(answer) || !(await patience.wait())) throw refused(answer, to);
  }
}

/**
 * Judges by the look that followed the change. `add` has no parameters for extended properties: they are set
 * afterwards, where they differ from the defaults.
 */
async function prove(context: WindowsContext, key: string, to: SslBinding | null, look: Look): Promise<Look> {
  const { bound } = look;
  if (isAsWanted(bound, to)) return look;
  if (bound === null || to === null || differences(bound, to).length > 0) throw notAs('BindingNotAsWanted', bound, to);
  await updateExtended(context, to, extendedDifferences(bound, to));
  const again = await lookAt(context, key);
  if (!isAsWanted(again.bound, to)) throw notAs('BindingNotAsWanted', again.bound, to);
  return again;
}

const notAs = (code: string, found: SslBinding | null, wanted: SslBinding | null): CertopsError =>
  new CertopsError(code, {
    key: wanted?.key ?? found?.key ?? '',
    differs: [...differences(found, wanted), ...extendedDifferences(found, wanted)],
    found: found === null ? null : { ...found },
    wanted: wanted === null ? null : { ...wanted },
  });
