/**
 * Requests to addresses in the farm file and nowhere else. Throws CertopsError `HttpAway` when it is unknown whether
 * the request was accepted (no answer, 5xx, 408, 429), `HttpRefused` when it was not (4xx, a redirect, an address that
 * is not allowed). Neither names more of the address than its host: the rest may be a secret.
 */
export interface HttpOut {
  /** POST of a JSON body. Resolves on 2xx. */
  post(url: string, body: string): Promise<void>;
  /** GET. Resolves on 2xx; the body of the answer is not read. */
  get(url: string): Promise<void>;
}
