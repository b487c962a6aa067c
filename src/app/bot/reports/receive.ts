import { createRefusals } from '../../../domain/calls/refusals.ts';
import { parseHostName, type Refusal, refuse } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { BotPostOffice } from '../../../ports/post-office.ts';
import type { Desk } from '../desk.ts';
import { type Claim, claimOf, createHandOn } from './hand-on.ts';
import { createTaker, type TakerDeps } from './take-report.ts';

interface ReceiverDeps extends TakerDeps {
  readonly office: BotPostOffice;
  readonly clock: SteadyClock;
}

/**
 * Brings each letter of the `reports` queue to the farm that takes it; one of a farm that is not served here goes to
 * that farm's own bot. What nobody takes is logged, and kept in mind by the farm whose machine it names.
 */
export function createReceiver(desks: readonly Desk[], deps: ReceiverDeps): (letter: unknown) => Promise<void> {
  const takers = desks.map((desk) => ({ desk, take: createTaker(desk, deps) }));
  const handOn = createHandOn(deps);
  const refusedReport = createRefusals(deps.clock, (data) => deps.log.warn(data, 'a report was refused'));
  const isOurs = (host: string | null): host is string =>
    desks.some(({ farm }) => farm.hosts.some(({ name }) => name === host));

  return async (letter) => {
    const refusals = new Map<string, Refusal>();
    for (const { desk, take } of takers) {
      const refused = await take(letter);
      if (refused === null) return;
      refusals.set(desk.farm.name, refused);
    }
    const claim = claimOf(letter);
    for (const desk of desks) {
      noteUnnamed(desk, claim, refusals.get(desk.farm.name));
      noteElsewhere(desk, refusals.get(desk.farm.name));
    }
    const isHandedOn = claim !== null && !refusals.has(claim.farm);
    if (isHandedOn) await handOn(claim);
    // A runner known under another farm's name is misconfigured, which is logged here as well.
    const known = [...refusals.values()].find(({ code }) => code === 'ReportOfAnotherFarm');
    if (isHandedOn && known === undefined) return;
    const refused = known ?? refusals.get(claim?.farm ?? '') ?? [...refusals.values()][0] ?? refuse('unknown-farm');
    // Only the id of a public key; under the name `key` a log would take it for a secret.
    const { key: keyId, ...data } = refused.data;
    const says = claim?.host ?? null;
    const said = { ...(claim === null ? {} : { says }), ...(keyId === undefined ? {} : { keyId }) };
    refusedReport(refused.code, { ...said, data }, isOurs(says) ? says : '');
  };
}

/** Its signature shows that it is the runner of a machine of this farm, which is set up for another one. */
function noteElsewhere(desk: Desk, refused: Refusal | undefined): void {
  if (refused?.code !== 'ReportOfAnotherFarm') return;
  const { signer } = refused.data;
  const farm = parseHostName(String(refused.data.farm));
  if (typeof signer === 'string' && farm !== null) desk.elsewhere[signer] = { farm, at: desk.moment().now };
}

function noteUnnamed(desk: Desk, claim: Claim | null, refused: Refusal | undefined): void {
  if (claim?.host == null || claim.farm !== desk.farm.name || refused?.code !== 'EnvelopeUnknownKey') return;
  desk.unnamed(claim.host, String(refused.data.key));
}
