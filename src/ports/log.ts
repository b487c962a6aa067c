/** For what is worth a line in the log. `data` never holds a secret or the body of a letter. pino fits. */
export interface Log {
  info(data: object, sentence: string): void;
  warn(data: object, sentence: string): void;
}
