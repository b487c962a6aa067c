import type { HostName, Json } from '../values.ts';

/** A fact that an approval rests on and that is no longer so. */
export interface MovedFact {
  readonly host: HostName;
  readonly step: string;
  readonly fact: string;
  readonly found: Json;
  readonly wanted: Json;
}
