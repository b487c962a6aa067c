import { CertopsError, isCertopsError } from '../../../src/domain/errors.ts';
import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { differences, extendedDifferences } from '../../../src/domain/machine/same-binding.ts';
import type { WindowsContext } from '../context.ts';
import {
  type Answer,
  addingSslcert,
  addSslcert,
  deleteSslcert,
  isFinal,
  mayBeNewKey,
  mayPass,
  refused,
  updateExtended,
  updateSslcert,
} from './netsh.ts';
import { createPatience } from './patience.ts';
import { type Look, lookAt, readBinding, wasTaken } from './read.ts';

/** A certificate that HTTP.SYS has taken before has no new key to wait for: what it refuses then, it mostly means. */
const TAKEN_MS = 1_000;

/**
 * Uses `update sslcert`, which leaves no moment without a binding. Where netsh lacks it or it has no effect: delete and
 * add with nothing in between, and the old binding again at once when the add fails. Returns the look that showed what
 * is bound then.
 */
export async function swap(
  context: WindowsContext,
  from: SslBinding,
  to: SslBinding,
  hasUpdate: boolean,
  signal: AbortSignal,
): Promise<Look> {
  // shared by both ways: after waiting in vain for an update, the binding is not taken away again and again
  const patience = createPatience(context.clock, signal);
  const isTaken = wasTaken(context, to.thumbprint);
  const again = (answer: Answer): Promise<boolean> =>
    patience.wait(isTaken && mayBeNewKey(answer) ? TAKEN_MS : undefined);
  const seen = hasUpdate ? await updated(context, to, again) : null;
  if (seen !== null) return seen;
  for (;;) {
    const answer = await replace(context, from, to);
    if (answer.ok) {
      const look = await lookAt(context, to.key);
      if (look.bound !== null) return look;
      // netsh reported success and nothing is bound
      const back = await putBack(context, from);
      throw new CertopsError('BindingNotAsWanted', { key: to.key, found: null, wanted: { ...to }, putBack: back });
    }
    // put the old one back before asking anything
    const back = await putBack(context, from);
    const look = await lookAt(context, to.key);
    if (look.bound !== null && differences(look.bound, to).length === 0) return look;
    if (!back || !mayPass(answer) || !(await again(answer))) throw refused(answer, to, { putBack: back });
  }
}

/** What was seen after an update that had its effect; null: it has none. */
async function updated(
  context: WindowsContext,
  to: SslBinding,
  again: (answer: Answer) => Promise<boolean>,
): Promise<Look | null> {
  for (;;) {
    const answer = await updateSslcert(context, to);
    // an add would fail in the same way, and the port would be without a binding for nothing
    if (isFinal(answer)) throw refused(answer, to);
    const look = await lookAt(context, to.key);
    if (look.bound !== null && differences(look.bound, to).length === 0) return look;
    if (answer.ok || !mayPass(answer) || !(await again(answer))) return null;
  }
}

/**
 * From delete to add the port answers nobody. Only the end of one process and the start of the next are in between:
 * what add needs is prepared before, netsh is not looked for again, and the record of running tools is wiped once add
 * runs.
 */
async function replace(context: WindowsContext, from: SslBinding, to: SslBinding): Promise<Answer> {
  const add = addingSslcert(context, to);
  try {
    const gone = await deleteSslcert(context, from);
    // 2: it was already gone; when no number is given, netsh may have deleted it all the same
    if (!gone.ok && gone.number !== 2 && (gone.number !== null || (await readBinding(context, from.key)) !== null))
      return gone;
    return await add();
  } catch (error) {
    // a tool that hung or was killed: it is not known whether it did its work
    await putBack(context, from).catch(() => false);
    throw error;
  }
}

/**
 * Puts the old binding back, extended properties included; true when it is there. 183 says that there is one, not that
 * it is ours. Until it is back the port answers nobody, so a tool that was cut short is run again too.
 */
async function putBack(context: WindowsContext, from: SslBinding): Promise<boolean> {
  const patience = createPatience(context.clock, new AbortController().signal);
  for (;;) {
    try {
      const answer = await addSslcert(context, from);
      const found = await readBinding(context, from.key);
      if (found !== null) {
        await updateExtended(context, from, extendedDifferences(found, from));
        return differences(found, from).length === 0;
      }
      if (answer.ok || !mayPass(answer)) return false;
    } catch (error) {
      if (!isCertopsError(error) || !error.code.startsWith('Tool')) throw error;
    }
    if (!(await patience.wait())) return false;
  }
}
