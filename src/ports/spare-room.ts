/** Disk space kept free for the one thing that must still be written when the disk is full. Neither call throws. */
export interface SpareRoom {
  /** Reserves the space if there is enough; does nothing if it is already reserved. */
  keep(): Promise<void>;
  /** Releases the space, so that it can be written to at once. */
  give(): Promise<void>;
}
