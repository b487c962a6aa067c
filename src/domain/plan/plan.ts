import type { GapPolicy } from '../farm/farm.ts';
import { sha256 } from '../sha256.ts';
import type { Digest, Facts, HostName, Instant, Json, Role, RotationId, StoreName, Thumbprint } from '../values.ts';
import { plainWish, type RotationKind, type Wish } from './wish.ts';

/**
 * What the new certificate will be. Its thumbprint does not exist before approval; this ties it to what was approved.
 */
export type CertificateProfile = {
  readonly host: HostName;
  readonly store: StoreName;
  readonly cn: string;
  readonly names: readonly string[];
  readonly keyBits: number;
  readonly hash: 'SHA-256';
  readonly lifetimeDays: number;
  readonly exportable: boolean;
  readonly usages: readonly ('serverAuth' | 'clientAuth')[];
  /** `certops <rotation id>`: marks it as ours. */
  readonly friendlyName: string;
};

export interface MadeCertificate {
  readonly thumbprint: Thumbprint;
  /** DER, base64. */
  readonly der: string;
}

/** A certificate that already exists. Its bytes come with each order; the thumbprint ties them to what was approved. */
export interface ExistingCertificate {
  readonly thumbprint: Thumbprint;
  /** The machine that holds it with its private key, and the store it is in there. */
  readonly host: HostName;
  readonly store: StoreName;
}

/** Params may hold `{ ref: 'new' }` in place of the thumbprint of a certificate made during the rotation. */
export type PlannedStep = {
  readonly id: string;
  readonly kind: string;
  readonly host: HostName;
  readonly params: Json;
  readonly expected: Facts;
};

export type PlannedCheck = {
  readonly id: string;
  readonly kind: string;
  readonly host: HostName;
  readonly params: Json;
  readonly wanted: Json;
  readonly wantedAfterUndo: Json;
};

/** The name steps use for the certificate that a master rotation makes or takes. */
export const NEW = 'new';

/** The name steps use for the certificate that the master already presents. */
export const PRESENT = 'present';

/** The name steps use for the root above either of them if it is not self-signed: workers trust that root. */
export const AUTHORITY = 'authority';

export type PhaseName = 'contain' | 'prepare' | 'cutover' | 'retire';

export interface StageHead {
  readonly name: string;
  readonly hosts: readonly HostName[];
  readonly concurrency: number;
  readonly canary: number;
}

export interface PhaseHead {
  readonly name: PhaseName;
  readonly gate: 'request' | 'same';
  readonly onFailure: 'undo-phase' | 'put-all-back' | 'stop-keep';
  /** The order in which the stages are undone. */
  readonly undoOrder: 'same' | 'reverse';
  readonly stages: readonly StageHead[];
  /** Its first stage cuts off the hosts of the others: they hold their orders before it begins, and follow it. */
  readonly armed?: true | undefined;
}

/** First line of a plan. */
export interface PlanHeader {
  readonly v: 1;
  readonly id: RotationId;
  readonly farm: string;
  readonly kind: RotationKind;
  readonly wish: Wish;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly approval: {
    readonly quorum: number;
    readonly approvers: readonly { readonly id: string; readonly name: string }[];
    readonly lapsesAfterMs: number;
  };
  /** Digest of policy and people: if either changes, this plan is stale. */
  readonly policyDigest: Digest;
  readonly gap: GapPolicy;
  /**
   * What the master presents today, if that is to change; null: it is not. `notAfter` is null if the settings name it,
   * but it or its key is gone and nothing is bound: there is no way back to it.
   */
  readonly old: { readonly thumbprint: Thumbprint; readonly notAfter: Instant | null } | null;
  /** Profiles of all certificates to be made, by the name steps use. A master's is `new`. */
  readonly profiles: { readonly [ref: string]: CertificateProfile };
  /** All existing certificates to be used, by the name steps use. Left out: none. */
  readonly existing?: { readonly [ref: string]: ExistingCertificate } | undefined;
  readonly phases: readonly PhaseHead[];
}

/** Whether it keeps the certificate that the settings name, and only makes its binding anew. */
export const keepsCertificate = ({ old, existing }: Pick<PlanHeader, 'old' | 'existing'>): boolean =>
  old !== null && existing?.[NEW]?.thumbprint === old.thumbprint;

/** One line per host: all it will ever be asked to do under this plan. */
export interface PlanSlice {
  readonly host: HostName;
  readonly roles: readonly Role[];
  readonly stages: {
    readonly [stage: string]: { readonly steps: readonly PlannedStep[]; readonly checks: readonly PlannedCheck[] };
  };
}

/** A plan is lines: header, then one slice per host. The lines are kept as written; nothing is serialised twice. */
export interface Plan {
  readonly header: PlanHeader;
  readonly slices: readonly PlanSlice[];
  readonly lines: readonly string[];
  readonly lineHashes: readonly Digest[];
  readonly digest: Digest;
}

/** SHA-256 over the lines' hashes, in order: a runner can re-check it from its own line, the header and the hashes. */
export const digestOfHashes = (lineHashes: readonly Digest[]): Digest => sha256(lineHashes.join('\n'));

/** Written once: what is approved, hashed and sent are these very lines. */
export function writePlan(header: PlanHeader, slices: readonly PlanSlice[]): Plan {
  const lines = [header, ...slices].map((line) => JSON.stringify(line));
  const lineHashes = lines.map((line) => sha256(line));
  return { header, slices, lines, lineHashes, digest: digestOfHashes(lineHashes) };
}

/** Reads a plan from its stored lines. They must come from our own journal or have passed the digest check. */
export function readPlan(lines: readonly string[]): Plan {
  const [first, ...slices] = lines.map((line) => JSON.parse(line));
  const header = ofToday(first);
  const lineHashes = lines.map((line) => sha256(line));
  return { header, slices, lines, lineHashes, digest: digestOfHashes(lineHashes) };
}

/** Plans used to be of one kind and make one certificate; older journals still hold such plans. */
function ofToday({ profile, ...header }: PlanHeader & { readonly profile?: CertificateProfile }): PlanHeader {
  return {
    ...header,
    wish: { ...plainWish(header.kind), ...header.wish },
    profiles: header.profiles ?? (profile === undefined ? {} : { [NEW]: profile }),
  };
}

/** Names of the certificates that a part of a plan refers to. */
export function refsIn(value: Json | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    name === 'ref' && typeof one === 'string' ? [one] : refsIn(one),
  );
}
