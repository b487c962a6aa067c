import type { Data, Json } from '../values.ts';

/** What a refusal leaves in the entry that ends its rotation. A tool's exit code, `code` in the data, keeps a place. */
export const refusedEnd = (code: string, { code: toolCode, ...data }: Data): Data => ({
  ...data,
  ...(toolCode === undefined ? {} : { toolCode }),
  code,
});

/** The refusal again, as it was. */
export function refusalIn(end: Data): { readonly code: Json; readonly host: Json; readonly data: Data } {
  const { code = '', host = null, toolCode, ...data } = end;
  return { code, host, data: toolCode === undefined ? data : { ...data, code: toolCode } };
}
