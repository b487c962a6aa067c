/** The data of a failed call, as far as they concern the proxy. */
export interface ProxyWhy {
  readonly reason?: unknown;
  readonly proxy?: unknown;
  readonly target?: unknown;
  readonly found?: unknown;
}
