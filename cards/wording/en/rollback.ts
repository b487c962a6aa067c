import type { Line, Lines } from '../line.ts';
import { capital, list } from './grammar.ts';

type Names = readonly string[];

/** Why a rotation cannot be rolled back, said to whoever asks. */
export const rollbackWords = {
  'refused.rollback-unknown': ((d) =>
    d.known.length === 0
      ? `There is no rotation ${d.id}, and none that could be rolled back. /ssis lists what is open.`
      : `There is no rotation ${d.id}. What can be rolled back: ${list(d.known, 'or', 3)}.`) as Line<{
    id: string;
    known: Names;
  }>,
  'refused.rollback-dry': ((d) =>
    `${d.id} was a plan that changed nothing, so there is nothing to roll back.`) as Line<{
    id: string;
  }>,
  'refused.rollback-open': ((d) =>
    `${d.id} has not ended yet, so it cannot be rolled back. ${capital('stop')} it instead: /ssis stop ${d.id}.`) as Line<{
    id: string;
  }>,
  'refused.rollback-final': ((d) => `${d.id} removed certificates for good: that has no way back.`) as Line<{
    id: string;
  }>,
  'refused.rollback-untold': ((d) =>
    `What ${d.id} changed is not known here: the bot's journal was put back from a copy of before. Rotate again for a new certificate.`) as Line<{
    id: string;
  }>,
  'refused.rollback-reconnect': ((d) =>
    `${d.id} is a reconnect, which only brings workers in line with what their master presents: there is nothing that they could go back to.`) as Line<{
    id: string;
  }>,
  'refused.rollback-nothing': ((d) =>
    `${d.id} left the certificate of before in use, so there is nothing to roll back.`) as Line<{ id: string }>,
  'refused.rollback-compromised': ((d) =>
    `${d.id} replaced a key that is compromised, so nobody goes back to it. Rotate again for a new one.`) as Line<{
    id: string;
  }>,
  'refused.rollback-twice': ((d) =>
    `${d.id} was rolled back already, by ${d.by}. /ssis show ${d.by} tells about it.`) as Line<{
    id: string;
    by: string;
  }>,
  'refused.rollback-not-last': ((d) =>
    `${d.id} is not the last that changed these certificates: ${d.last} is. Roll that one back: /ssis rollback ${d.last}.`) as Line<{
    id: string;
    last: string;
  }>,
} satisfies Lines;
