/** What came with a call that failed, as far as it concerns the proxy on its way. */
export interface ProxyWhy {
  readonly reason?: unknown;
  readonly proxy?: unknown;
  readonly target?: unknown;
  readonly found?: unknown;
}
