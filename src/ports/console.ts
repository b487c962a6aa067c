import type { ConsoleView } from '../domain/views/view.ts';

/** What the web console shows of one farm besides the chat. */
export interface ConsoleFeed {
  view(): ConsoleView;
  /**
   * Calls `changed` after each change, merged to at most about ten calls a second; returns a function that
   * unsubscribes.
   */
  subscribe(changed: () => void): () => void;
}

/** The faults of the lab that the console may arm. */
export interface FaultBox {
  /** The available faults of each host, each with a sentence that describes it. */
  list(): Promise<readonly { readonly host: string; readonly fault: string; readonly sentence: string }[]>;
  arm(host: string, fault: string): Promise<void>;
  clear(): Promise<void>;
  armed(): Promise<readonly { readonly host: string; readonly fault: string }[]>;
}
