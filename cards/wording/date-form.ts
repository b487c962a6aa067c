/** An instant on somebody's clock. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** `22:31` */
  readonly clock: string;
  /** `UTC+8`; a zone's own short name is not used, since it differs between machines. */
  readonly zone: string;
}

/** How a language writes a date, and the separator between date and time. */
export interface DateForm {
  readonly date: (local: LocalTime) => string;
  readonly day: (local: LocalTime) => string;
  readonly between: string;
}

export const two = (number: number): string => String(number).padStart(2, '0');
