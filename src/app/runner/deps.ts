import type { RunnerState } from '../../domain/fold/runner-fold.ts';
import type { OwnConfig } from '../../domain/gate/gate.ts';
import type { RunnerEntry, RunnerOutcome } from '../../domain/journal/entries.ts';
import type { RotationId } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { Journal, Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import type { PostOffice } from '../../ports/post-office.ts';
import type { SpareRoom } from '../../ports/spare-room.ts';
import type { WindowsHost } from '../../ports/windows-host.ts';

export interface RunnerDeps {
  /** From the runner's own configuration; no order can change it. */
  readonly config: OwnConfig & { readonly botKeys: readonly string[] };
  readonly host: WindowsHost;
  readonly journal: Journal<RunnerState, RunnerEntry>;
  readonly signer: Signer;
  readonly office: PostOffice;
  readonly clock: SteadyClock;
  readonly log: Log;
  readonly version: string;
  /** Random, new at each start. */
  readonly boot: string;
  /** Whether somebody on this machine has paused the runner (a file named STOP): it then refuses every change. */
  readonly paused?: () => Promise<boolean>;
  /** The error word with which Redis refuses to hand out its orders (`NOPERM`); null: it hands them out. */
  readonly refusal?: () => string | null;
  /** Spare room on the journal's disk, for ends alone; if left out, none is kept. */
  readonly room?: SpareRoom;
  /** A worker's heartbeat, milliseconds; left out: read from its settings file, one minute when it is not there. */
  readonly heartbeatMs?: number;
}

/** One stage of a rotation that was put back by hand, and how that ended. */
export interface StageBack {
  readonly stage: string;
  readonly outcome: RunnerOutcome;
}

export interface Runner {
  /** Goes on with what the journal shows as open, and says hello. */
  start(): Promise<void>;
  /** Whether it changes nothing yet because it waits for the bot's first word, which comes by letter. */
  waits(): boolean;
  /** Accepts nothing more, lets the change in hand end, and leaves the rest to the next start. */
  stop(): Promise<void>;
  /** One letter from `orders.<host>`: an order or an acknowledgement. Never throws. */
  receive(letter: unknown): Promise<void>;
  /** For a person at this machine, without network: puts back what the runner's own journal shows of a rotation. */
  undoHere(rotation: RotationId): Promise<readonly StageBack[]>;
  /** Tells the bot at once what its next hello would: somebody has paused this runner, or resumed it. */
  sayHello(): void;
  /** Resolves when nothing is under way: for tests and the command line. */
  idle(): Promise<void>;
}
