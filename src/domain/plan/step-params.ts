import * as z from 'zod';
import { host, role, store, text, thumbprint } from '../letters/letter-fields.ts';
import { understand } from '../letters/untrusted-json.ts';
import { DAY_MS } from '../time.ts';
import type { Json, Refusal } from '../values.ts';

/**
 * The parameters of every kind of step and check: shapes for what a plan may say. A thumbprint that does not exist
 * before approval is `{ ref: 'new' }`. What a runner can read on its own machine (bindings, accounts, addresses to
 * probe) is no parameter, so that nobody can send it a wrong one.
 */
const refName = text(80).min(1);
const ref = z.strictObject({ ref: refName });
const thumbprintOrRef = z.union([thumbprint, ref]);
const port = z.int().min(1).max(65_535);
const sid = z.string().regex(/^S-1(?:-\d{1,14}){1,16}$/u);

const address = z.union([z.ipv4(), z.ipv6()]);

/** An IPv4 or IPv6 address, without brackets. */
export const isAddress = (text: string): boolean => address.safeParse(text).success;

/** A dNSName (one leading `*.` allowed) or an address: what a certificate and a handshake's SNI may contain. */
export const isCertificateName = (name: string): boolean =>
  isAddress(name) ||
  (name.length <= 253 &&
    /^(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/u.test(
      name,
    ));

const certificateName = z.string().refine(isCertificateName, { error: 'not a DNS name or an address' });

/** In one certificate. */
export const MOST_NAMES = 200;
/** Besides the endpoint's and the master's own. */
export const MOST_EXTRA_NAMES = MOST_NAMES - 2;

export const profileShape = z.strictObject({
  host,
  store,
  cn: certificateName.max(64),
  names: z.array(certificateName).min(1).max(MOST_NAMES),
  keyBits: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]),
  hash: z.literal('SHA-256'),
  lifetimeDays: z.int().min(1).max(3660),
  exportable: z.boolean(),
  usages: z
    .array(z.enum(['serverAuth', 'clientAuth']))
    .min(1)
    .max(2),
  friendlyName: z.string().regex(/^[\x20-\x7e]{1,120}$/u),
});

export const STEP_PARAMS = {
  'create-certificate': z.strictObject({
    profile: profileShape,
    store,
    oldStore: store,
    oldThumbprint: thumbprint,
    role,
    serviceSid: sid,
    ref: refName,
  }),
  'grant-key': z.strictObject({ store, thumbprint, role, serviceSid: sid }),
  'trust-certificate': z.strictObject({ thumbprint: thumbprintOrRef }),
  'distrust-certificate': z.strictObject({ thumbprint, worker: host }),
  /** `store`: where the certificate is, Root if left out. `like`: left out if nothing is bound. */
  'rehearse-binding': z.strictObject({
    port,
    like: text(300).optional(),
    thumbprint: thumbprintOrRef,
    store: store.optional(),
  }),
  'end-rehearsal': z.strictObject({ port, thumbprint: thumbprintOrRef }),
  'publish-cer': z.strictObject({ role, thumbprint: thumbprintOrRef }),
  /** `make`: nothing is bound, so the runner makes a binding; no plan can say which. */
  'bind-port': z.strictObject({
    port,
    thumbprint: thumbprintOrRef,
    store: store.optional(),
    make: z.literal(true).optional(),
  }),
  'write-setting': z.union([
    z.strictObject({ role: z.literal('master'), key: z.literal('SSLCertThumbprint'), thumbprint: thumbprintOrRef }),
    z.strictObject({
      role: z.literal('worker'),
      key: z.enum(['MasterHttpsCertThumbprint', 'WorkerHttpsCertThumbprint']),
      thumbprint: thumbprintOrRef,
    }),
  ]),
  'restart-service': z.strictObject({ role }),
  'remove-key': z.strictObject({ thumbprint }),
  'remove-certificate': z.strictObject({ thumbprint }),
} as const;

export const CHECK_PARAMS = {
  /** `silent`: addresses that answered nobody when the plan was made; left out if all answered. */
  presents: z.strictObject({
    port,
    servername: certificateName,
    rehearsal: z.boolean(),
    silent: z.array(text(300).min(1)).min(1).max(1000).optional(),
  }),
  'worker-connected': z.strictObject({}),
  'service-runs': z.strictObject({ role }),
  'packages-end': z.strictObject({ limitMs: z.int().min(1).max(DAY_MS), workers: z.array(host).max(2000) }),
} as const;

export type StepKind = keyof typeof STEP_PARAMS;
export type CheckKind = keyof typeof CHECK_PARAMS;
export type StepParams<K extends StepKind> = z.infer<(typeof STEP_PARAMS)[K]>;
export type CheckParams<K extends CheckKind> = z.infer<(typeof CHECK_PARAMS)[K]>;

export const isStepKind = (kind: string): kind is StepKind => Object.hasOwn(STEP_PARAMS, kind);
export const isCheckKind = (kind: string): kind is CheckKind => Object.hasOwn(CHECK_PARAMS, kind);

/** Where the dress rehearsal binds: an address of this machine that nobody else is sent to. */
export const REHEARSAL_ADDRESS = '127.0.0.2';

/** Reads the parameters of a planned step, strictly. Refusal: `StepNotUnderstood` with path and problem. */
export const readStepParams = <K extends StepKind>(kind: K, raw: Json): StepParams<K> | Refusal =>
  understand<unknown>(raw, STEP_PARAMS[kind], 'StepNotUnderstood') as StepParams<K> | Refusal;

/** The same for a planned check. */
export const readCheckParams = <K extends CheckKind>(kind: K, raw: Json): CheckParams<K> | Refusal =>
  understand<unknown>(raw, CHECK_PARAMS[kind], 'StepNotUnderstood') as CheckParams<K> | Refusal;

/** Parameters already read strictly when the order or the plan came in. The kind says which they are. */
export const stepParams = <K extends StepKind>(_kind: K, { params }: { readonly params: Json }): StepParams<K> =>
  params as unknown as StepParams<K>;

/** The same for a check. */
export const checkParams = <K extends CheckKind>(_kind: K, { params }: { readonly params: Json }): CheckParams<K> =>
  params as unknown as CheckParams<K>;
