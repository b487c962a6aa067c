/** Room that is kept free on a disk for the one thing that must be written when it is full. Neither call throws. */
export interface SpareRoom {
  /** Takes it, where there is as much; does nothing where it is kept already. */
  keep(): Promise<void>;
  /** Gives it back, to be written into at once. */
  give(): Promise<void>;
}
