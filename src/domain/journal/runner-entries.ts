import * as z from 'zod';
import {
  digest,
  envelope,
  host,
  instant,
  jsonRecord,
  store,
  table,
  text,
  thumbprint,
} from '../letters/letter-fields.ts';
import { understand } from '../letters/untrusted-json.ts';
import type {
  CertificateFacts,
  ConnectionWitness,
  HandshakeFacts,
  HostLook,
  Leftover,
  NamedCertificate,
  PinnedKeys,
  ServiceFacts,
  SslBinding,
} from '../machine/host-facts.ts';
import { type SsisdbLook, UNSEEN_CODES, type Unseen } from '../machine/ssisdb.ts';
import type { Json, Refusal } from '../values.ts';
import type { RunnerEntry } from './entries.ts';

const line = text(64 * 1024);
const words = z.array(line).max(10_000);
const count = z.int().min(0);

const service: z.ZodType<ServiceFacts> = z.strictObject({
  name: line,
  state: z.enum(['stopped', 'start-pending', 'stop-pending', 'running', 'continue-pending', 'pause-pending', 'paused']),
  pid: count,
  start: z.enum(['auto', 'manual', 'disabled', 'boot', 'system']),
  account: line,
  accountSid: line,
  folder: line,
  dependents: words,
});

const certificate: z.ZodType<CertificateFacts> = z.strictObject({
  thumbprint,
  subject: line,
  selfSigned: z.boolean(),
  ca: z.boolean(),
  certSign: z.boolean(),
  names: words,
  notBefore: instant,
  notAfter: instant,
  keyBits: count.nullable(),
  hash: line,
  extendedKeyUsage: words,
  privateKey: z.enum(['yes', 'no', 'unreadable']),
});

const binding: z.ZodType<SslBinding> = z.strictObject({
  key: line,
  kind: z.enum(['ipport', 'hostnameport']),
  thumbprint,
  appId: line,
  store: line,
  parameters: table(line, line),
  extended: table(line, line),
});

const handshake: z.ZodType<HandshakeFacts> = z.strictObject({
  target: line,
  servername: line.nullable(),
  thumbprint: thumbprint.nullable(),
  error: line.nullable(),
  notAfter: instant.optional(),
});

const connection: z.ZodType<ConnectionWitness> = z.strictObject({
  endpoint: line,
  handshake,
  log: z
    .strictObject({
      state: z.enum(['connected', 'refused', 'silent']),
      line: line.nullable(),
      at: instant.nullable(),
    })
    .nullable(),
  tcp: z.boolean().nullable(),
});

const unseen: z.ZodType<Unseen> = z.strictObject({ code: z.enum(UNSEEN_CODES), data: jsonRecord });
const seenOf = <T>(what: z.ZodType<T>) =>
  z.union([z.strictObject({ seen: what, unseen: z.null() }), z.strictObject({ seen: z.null(), unseen })]);

const ssisdb: z.ZodType<SsisdbLook> = z.strictObject({
  server: line.nullable(),
  now: instant.nullable(),
  thumbprint: thumbprint.nullable(),
  workers: seenOf(
    z.array(z.strictObject({ machine: line, lastOnline: instant.nullable(), enabled: z.boolean() })).max(10_000),
  ),
  running: seenOf(
    z
      .array(
        z.strictObject({
          id: line,
          project: line,
          package: line,
          since: instant.nullable(),
          worker: line.nullable(),
        }),
      )
      .max(1000),
  ),
  hours: seenOf(z.array(z.strictObject({ hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/u), count })).max(1000)),
});

const stores = z.array(store).max(2);

const leftover: z.ZodType<Leftover> = z.strictObject({
  thumbprint,
  stores,
  keys: stores,
  users: z
    .array(
      z.strictObject({
        kind: z.enum(['binding', 'setting', 'published', 'shared-key', 'key-elsewhere', 'sql', 'rdp']),
        where: line,
      }),
    )
    .max(1000),
  subject: line,
  notAfter: instant,
  mark: line.nullable(),
  lastUsed: instant.nullable(),
  unusedSince: instant.optional(),
});

const der = text(64 * 1024);

const named: z.ZodType<NamedCertificate> = z.strictObject({
  thumbprint,
  der: der.nullable(),
  places: z
    .array(
      z.strictObject({
        store,
        privateKey: z.enum(['yes', 'no', 'unreadable']),
        readers: words.nullable(),
      }),
    )
    .max(2),
  issuers: z.array(z.strictObject({ thumbprint, der, store: z.enum(['Root', 'CA']) })).max(20),
});

const keyId = z.string().regex(/^[0-9a-f]{16}$/u);

const pins: z.ZodType<PinnedKeys> = z.strictObject({
  own: keyId,
  master: host,
  runners: z.array(z.strictObject({ host, keys: z.array(keyId).max(2) })).max(10_000),
});

const look: z.ZodType<HostLook> = z.strictObject({
  host,
  at: instant,
  version: line,
  systemRoot: line,
  root: z.strictObject({ count, notSelfSigned: count }),
  master: z
    .strictObject({
      service,
      port: z.int().min(1).max(65_535),
      sslCertThumbprint: line,
      bindings: z.array(binding).max(1000),
      certificate: certificate.nullable(),
      store: store.optional(),
      der: der.nullish(),
      keyReaders: words,
      published: thumbprint.nullable(),
      publishedTorn: z.literal(true).optional(),
      presented: z.array(handshake).max(1000),
      passesSilent: z.literal(true).optional(),
      listens: z.array(line).max(1000).nullish(),
      clustered: z.boolean(),
      netshParameters: words,
    })
    .nullable(),
  worker: z
    .strictObject({
      service,
      masterEndpoint: line,
      masterThumbprint: line,
      workerThumbprint: line,
      workerStore: store,
      storeLocation: line.optional(),
      certificate: certificate.nullable(),
      keyReaders: words.optional(),
      published: thumbprint.nullish(),
      trustsPinned: z.boolean().nullable(),
      connection,
    })
    .nullable(),
  ssisdb: ssisdb.nullish(),
  problems: z.array(z.strictObject({ code: line, data: jsonRecord })).max(1000),
  leftovers: z.array(leftover).max(1000).nullable().optional(),
  named: z.array(named).max(2000).nullish(),
  used: z.array(thumbprint).max(2000).optional(),
  keeps: z.literal(true).optional(),
  allowed: z.array(thumbprint).max(10_000).optional(),
  pins: pins.optional(),
  unconfirmed: z.strictObject({ rotation: text(80), goesBackAt: instant }).optional(),
});

const n = z.int().min(1);
const rotation = text(80);
const step = text(200);
const facts = jsonRecord;
const made = z.strictObject({ thumbprint, der });
const kind = z.enum(['look', 'apply', 'undo', 'stop']);

const entry: z.ZodType<RunnerEntry> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('accepted'),
    n,
    rotation,
    kind,
    stage: text(80).nullable(),
    digest: digest.nullable(),
    order: envelope,
  }),
  z.strictObject({ type: z.literal('armed'), n, rotation }),
  z.strictObject({ type: z.literal('switched'), n, rotation, goesBackAt: instant.nullable() }),
  z.strictObject({
    type: z.literal('refused'),
    n: count.nullable(),
    rotation: rotation.nullable(),
    code: text(80),
    data: facts,
  }),
  z.strictObject({
    type: z.literal('started'),
    n,
    rotation,
    digest,
    step,
    before: facts,
    made: made.nullable(),
    goal: facts,
    direction: z.enum(['forth', 'back']),
  }),
  z.strictObject({
    type: z.literal('done'),
    n,
    rotation,
    digest,
    step,
    facts,
    made: made.nullable(),
    changed: z.boolean(),
  }),
  z.strictObject({ type: z.literal('proved'), n, rotation, step, facts }),
  z.strictObject({ type: z.literal('failed'), n, rotation, step: step.nullable(), code: text(80), data: facts }),
  z.strictObject({ type: z.literal('undone'), n, rotation, step, facts }),
  z.strictObject({
    type: z.literal('finished'),
    n,
    rotation,
    outcome: z.enum(['applied', 'unchanged', 'put-back', 'kept', 'unknown', 'looked']),
    look: look.nullable(),
    facts: table(step, facts),
  }),
]);

/** Parses the content of a runner's journal line, strictly. Refusal: `EntryNotUnderstood` with path and problem. */
export const parseRunnerEntry = (raw: Json): RunnerEntry | Refusal => understand(raw, entry, 'EntryNotUnderstood');
