import { CertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { differences, extendedDifferences, isAsWanted, sameKey } from '../../../src/domain/machine/same-binding.ts';
import { readBefore } from '../before-change.ts';
import type { WindowsContext } from '../context.ts';
import { checkBinding, checkKnown } from './arguments.ts';
import { addSslcert, deleteSslcert, knowsUpdate, mayPass, refused, updateExtended } from './netsh.ts';
import { createPatience } from './patience.ts';
import { readBinding, readNetshParameters } from './read.ts';
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
      readBinding(context, one.key),
      to === null ? null : readNetshParameters(context),
      to !== null && from !== null && knowsUpdate(context),
    ]);
  const [found, known, update] = await readBefore(context, ahead, signal);
  for (const binding of known === null ? [] : [from, to]) if (binding !== null) checkKnown(binding, known ?? []);
  if (isAsWanted(found, to)) return;
  if (differences(found, from).length > 0) throw notAs('BindingMoved', found, from);
  if (signal.aborted) throw new CertopsError('ChangeStopped', { change: 'sslcert.set', key: one.key });

  if (to === null) await unbind(context, one);
  else if (from === null) await bind(context, to, signal);
  else await swap(context, from, to, update, signal);
  await prove(context, one.key, to);
}

async function unbind(context: WindowsContext, binding: SslBinding): Promise<void> {
  const answer = await deleteSslcert(context, binding);
  // 2: it was already gone
  if (answer.ok || answer.number === 2) return;
  if ((await readBinding(context, binding.key)) !== null) throw refused(answer, binding);
}

async function bind(context: WindowsContext, to: SslBinding, signal: AbortSignal): Promise<void> {
  const patience = createPatience(context.clock, signal);
  for (;;) {
    const answer = await addSslcert(context, to);
    if (answer.ok) return;
    // 183: there is one already. Whatever netsh says, what is there decides
    const found = await readBinding(context, to.key);
    if (isAsWanted(found, to)) return;
    if (found !== null) throw notAs('BindingNotAsWanted', found, to);
    if (!mayPass(answer) || !(await patience.wait())) throw refused(answer, to);
  }
}

/** `add` has no parameters for extended properties: they are set afterwards, where they differ from the defaults. */
async function prove(context: WindowsContext, key: string, to: SslBinding | null): Promise<void> {
  const found = await readBinding(context, key);
  if (isAsWanted(found, to)) return;
  if (found === null || to === null || differences(found, to).length > 0) throw notAs('BindingNotAsWanted', found, to);
  await updateExtended(context, to, extendedDifferences(found, to));
  const again = await readBinding(context, key);
  if (!isAsWanted(again, to)) throw notAs('BindingNotAsWanted', again, to);
}

const notAs = (code: string, found: SslBinding | null, wanted: SslBinding | null): CertopsError =>
  new CertopsError(code, {
    key: wanted?.key ?? found?.key ?? '',
    differs: [...differences(found, wanted), ...extendedDifferences(found, wanted)],
    found: found === null ? null : { ...found },
    wanted: wanted === null ? null : { ...wanted },
  });
