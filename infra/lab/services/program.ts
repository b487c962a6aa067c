/** What a service was started with: the settings as they were at that moment. */
export interface ServiceStart {
  readonly pid: number;
  readonly settings: { readonly [key: string]: string };
}

/** The program behind a service. */
export interface ServiceProgram {
  /** Why it cannot run, as its log would say it; null when it can. */
  check(start: ServiceStart): string | null;
  run(start: ServiceStart): Promise<void>;
  /** Ends it at once: listeners closed, connections cut. */
  halt(): void;
}
