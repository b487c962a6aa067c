import type { ConsoleView } from '../domain/views/view.ts';

/** What the web console reads of one farm beside the chat. */
export interface ConsoleFeed {
  view(): ConsoleView;
  /** Called after each change, merged to at most some ten a second; returns the way to stop. */
  subscribe(changed: () => void): () => void;
}

/** The lab's faults, as far as the console may arm them. */
export interface FaultBox {
  /** Faults by id with a sentence, per host. */
  list(): Promise<readonly { readonly host: string; readonly fault: string; readonly sentence: string }[]>;
  arm(host: string, fault: string): Promise<void>;
  clear(): Promise<void>;
  armed(): Promise<readonly { readonly host: string; readonly fault: string }[]>;
}
