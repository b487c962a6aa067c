/** What is worth a line. `data` never holds a secret, nor a letter's body. pino fits. */
export interface Log {
  info(data: object, sentence: string): void;
  warn(data: object, sentence: string): void;
}
