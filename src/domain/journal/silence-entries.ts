import type { HostName, Instant, RotationId } from '../values.ts';

/** What a machine says of an order that has ended there while its journal cannot be written. A claim, never a proof. */
export interface Unwritten {
  /** The system's own word: `ENOSPC`, `ENOENT`; '': it gave none. */
  readonly reason: string;
  readonly outcome: string;
}

/** What becomes of an order that its machine does not answer. */
export type SilenceEntry =
  | {
      readonly type: 'silent';
      readonly id: RotationId;
      readonly host: HostName;
      readonly since: Instant;
      /** It reports, but the bot does not understand it. Absent if nothing is heard, and in older journals. */
      readonly unread?: true;
      /** It speaks, and has reported nothing of its order since then. Absent: nothing is heard, or an older journal. */
      readonly overdue?: true;
      /** It speaks, and says that it cannot write how this order ended there. Absent: any other silence. */
      readonly unwritten?: Unwritten & { readonly n: number };
    }
  | {
      readonly type: 'lapsed';
      readonly id: RotationId;
      readonly host: HostName;
      readonly n: number;
      /** Its machine says that it cannot write that it takes it, for this reason. Absent: it did not say so. */
      readonly unwritable?: string;
      /** Its runner says that Redis hands it no orders. Absent: it did not say so. */
      readonly refused?: true;
      /** Redis did not let this bot write it, for lack of a right. Absent: it did, or nothing is known of it. */
      readonly unsent?: true;
    };
