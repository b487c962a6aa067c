export interface PersonRef {
  readonly id: string;
  readonly name: string;
}

/** Somebody in the farm file on one platform; `account` is the platform's own id. */
export interface Mentioned extends PersonRef {
  readonly account: string;
}
