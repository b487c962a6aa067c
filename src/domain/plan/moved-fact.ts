import type { HostName, Json } from '../values.ts';

/** A fact an approval rests on that no longer holds. */
export interface MovedFact {
  readonly host: HostName;
  readonly step: string;
  readonly fact: string;
  readonly found: Json;
  readonly wanted: Json;
}
