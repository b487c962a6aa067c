import type { Data } from './values.ts';

/**
 * The error that one part of the project throws at another: a stable code, and data a person can act on. `data` must
 * never hold a secret; tool arguments are masked before they get here.
 */
export class CertopsError extends Error {
  readonly code: string;
  readonly data: Data;

  constructor(code: string, data: Data = {}) {
    super(`${code} ${JSON.stringify(data)}`);
    this.name = 'CertopsError';
    this.code = code;
    this.data = data;
  }
}

export const isCertopsError = (value: unknown): value is CertopsError => value instanceof CertopsError;

/** Exit codes of Windows tools: there is not enough space on the disk. certutil ends with the HRESULT. */
const NO_SPACE: readonly unknown[] = [112, 0x80070070];

/** By an error's data: the disk is full, and nobody lacks the right to write. */
export const isDiskFull = ({ reason, code }: { readonly [name: string]: unknown }): boolean =>
  reason === 'ENOSPC' || NO_SPACE.includes(code);

/** `ENOSPC` and the like; `''` when the error carries no code. Never the message: it may hold a path or worse. */
export function errorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/**
 * Whether the error says nothing about the machine: a tool did not finish, or its output was not understood. Trying
 * again may help; something that was read and found wrong stays wrong.
 */
export const tellsNothing = (error: unknown): boolean =>
  isCertopsError(error) &&
  (error.code.startsWith('Tool') ||
    error.code.endsWith('NotReadable') ||
    ['CodePageUnknown', 'BindingReadersDisagree', 'FileBusy'].includes(error.code));
