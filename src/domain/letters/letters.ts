import * as z from 'zod';
import { DAY_MS } from '../time.ts';
import { type HostName, type Instant, isRefusal, type Json, type Refusal, type RotationId } from '../values.ts';
import { lastRead } from './last-read.ts';
import { digest, envelope, host, instant, json, jsonRecord, table, text, thumbprint } from './letter-fields.ts';
import type { Ack, JournalLine, Order, Report, Signal } from './protocol.ts';
import { parseJson, understand } from './untrusted-json.ts';

const n = z.int().min(0);
const rotation = text(80);

const seen = { thumbprint, der: text(64 * 1024), host };
const made = { ...seen, seq: n.min(1), report: envelope };

const order: z.ZodType<Order> = z.strictObject({
  v: z.literal(1),
  farm: text(63),
  host,
  n: n.min(1),
  rotation,
  kind: z.enum(['look', 'apply', 'undo', 'stop']),
  stage: text(80).nullable(),
  digest: digest.nullable(),
  header: z.string().nullable(),
  slice: z.string().nullable(),
  lineHashes: z.array(digest).max(2001),
  refs: table(text(80), z.union([z.strictObject(made), z.strictObject(seen)])),
  certificates: z.array(thumbprint).max(2000).optional(),
  only: z.array(text(200)).max(2000).optional(),
  bot: z.strictObject({ epoch: n, seq: n, hash: text(80) }).optional(),
  open: z.array(rotation).max(10_000).optional(),
  issued: instant,
  startBy: instant,
  timeLimitMs: z.int().min(1).max(DAY_MS),
});

/** Identifies an order written by another version: nobody acts on these four fields alone. */
interface OrderName {
  readonly farm: string;
  readonly host: HostName;
  readonly n: number;
  readonly rotation: RotationId;
}

const orderName: z.ZodType<OrderName> = z.object({ farm: text(63), host, n: n.min(1), rotation });

/** Notes stay in memory, whatever their report weighs. Characters. */
const MOST_OF_NOTES = 64 * 1024;
const isShort = (notes: unknown): boolean => JSON.stringify(notes).length <= MOST_OF_NOTES;

const report: z.ZodType<Report> = z.strictObject({
  v: z.literal(1),
  farm: text(63),
  host,
  boot: text(80),
  version: text(40),
  clock: instant,
  lastN: n,
  from: n,
  entries: z.array(envelope).max(10_000),
  notes: z
    .array(z.strictObject({ code: text(80), data: jsonRecord }))
    .max(100)
    .refine(isShort),
});

/** Identifies the sender of a report written by another version. */
export interface ReportName {
  readonly farm: string;
  readonly host: HostName;
  readonly boot: string;
  readonly version: string;
  readonly clock: Instant;
}

const reportName: z.ZodType<ReportName> = z.object({
  farm: text(63),
  host,
  boot: text(80),
  version: text(40),
  clock: instant,
});

const ack: z.ZodType<Ack> = z.strictObject({ v: z.literal(1), farm: text(63), host, boot: text(80), upTo: n });

const signal: z.ZodType<Signal> = z.strictObject({
  v: z.literal(1),
  farm: text(63),
  host,
  rotation,
  n: n.min(1),
  digest,
  say: z.enum(['wait', 'go', 'confirm']),
  issued: instant,
});

const line: z.ZodType<JournalLine<Json>> = z.strictObject({
  stream: text(80),
  seq: n.min(1),
  prev: digest,
  at: instant,
  entry: json,
});

const parse = <T>(body: string, shape: z.ZodType<T>, code: string): T | Refusal => {
  const value = parseJson(body);
  return isRefusal(value) ? value : understand(value, shape, code);
};

/**
 * Body of a verified `order`. Refusals: `LetterNotJson`, `LetterTooDeep`, `OrderNotUnderstood` with path and problem.
 */
export const parseOrder: (body: string) => Order | Refusal = lastRead((body) =>
  parse(body, order, 'OrderNotUnderstood'),
);

/** Identifies a verified `order` that could not be parsed as a whole; null: no version of ours has written it. */
export const nameOfOrder = (body: string): OrderName | null => named(body, orderName);

/** Identifies a verified `report` that could not be parsed as a whole; null: no version of ours has written it. */
export const nameOfReport = (body: string): ReportName | null => named(body, reportName);

function named<T>(body: string, shape: z.ZodType<T>): T | null {
  const value = parseJson(body);
  return isRefusal(value) ? null : (shape.safeParse(value).data ?? null);
}

/** Body of a verified `report`. Its entries are envelopes, not yet verified. Refusal: `ReportNotUnderstood`. */
export const parseReport = (body: string): Report | Refusal => parse(body, report, 'ReportNotUnderstood');

/** Body of a verified `ack`. Refusal: `AckNotUnderstood`. */
export const parseAck = (body: string): Ack | Refusal => parse(body, ack, 'AckNotUnderstood');

/** Body of a verified `signal`. Refusal: `SignalNotUnderstood`. */
export const parseSignal = (body: string): Signal | Refusal => parse(body, signal, 'SignalNotUnderstood');

/** Body of a verified `entry`; its content stays Json until `parseRunnerEntry`. Refusal: `LineNotUnderstood`. */
export const parseJournalLine = (body: string): JournalLine<Json> | Refusal => parse(body, line, 'LineNotUnderstood');
