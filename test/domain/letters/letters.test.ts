import { parseRunnerEntry } from '../../../src/domain/journal/runner-entries.ts';
import {
  parseAck,
  parseJournalLine,
  parseOrder,
  parseReport,
  parseSignal,
} from '../../../src/domain/letters/letters.ts';
import { parseJson } from '../../../src/domain/letters/untrusted-json.ts';
import { parseSlice } from '../../../src/domain/plan/plan-shape.ts';
import { isRefusal, type Json } from '../../../src/domain/values.ts';

const digest = 'a'.repeat(64);
const at = '2026-11-21T10:00:00.000Z';
const thumbprint = 'A'.repeat(40);
const envelope = { type: 'entry', key: '0'.repeat(16), body: '{}', sig: 'x'.repeat(86) };
const order = {
  v: 1,
  farm: 'prod',
  host: 'sqlw01',
  n: 4,
  rotation: 'prod-17',
  kind: 'apply',
  stage: 'trust',
  digest,
  header: '{}',
  slice: '{}',
  lineHashes: [digest, digest],
  refs: { new: { thumbprint, der: 'AA==', host: 'sqlm01', seq: 3, report: envelope } },
  issued: at,
  startBy: at,
  timeLimitMs: 60_000,
};
const report = {
  v: 1,
  farm: 'prod',
  host: 'sqlw01',
  boot: 'b',
  version: '0.1.0',
  clock: at,
  lastN: 0,
  from: 1,
  entries: [envelope],
  notes: [{ code: 'paused', data: {} }],
};
const ack = { v: 1, farm: 'prod', host: 'sqlw01', boot: 'b', upTo: 0 };
const line = { stream: 'runner', seq: 1, prev: digest, at, entry: { type: 'anything', deep: [1, null] } };
const signal = { v: 1, farm: 'prod', host: 'sqlw01', rotation: 'prod-17', n: 4, digest, say: 'go', issued: at };
const parsers = { order: parseOrder, report: parseReport, ack: parseAck, signal: parseSignal, line: parseJournalLine };
const examples: { [kind: string]: object } = { order, report, ack, signal, line };

test.each(Object.entries(parsers))('a well-formed %s comes back unchanged', (kind, parse) => {
  expect(parse(JSON.stringify(examples[kind]))).toEqual(examples[kind]);
});

test.each(Object.entries(parsers))('an unknown field gets the %s refused', (kind, parse) => {
  const answer = parse(JSON.stringify({ ...examples[kind], shell: 'cmd' }));
  expect(isRefusal(answer) && answer.code).toMatch(/NotUnderstood$/u);
});

test.each(Object.entries(parsers))('each field of the %s is required', (kind, parse) => {
  const example = { ...examples[kind] } as { [name: string]: unknown };
  for (const name of Object.keys(example)) {
    const { [name]: _gone, ...less } = example;
    expect([name, isRefusal(parse(JSON.stringify(less)))]).toEqual([name, true]);
  }
});

test.each<[string, object]>([
  ['a host in capitals', { host: 'SQLW01' }],
  ['a host that opens another queue', { host: 'a:b' }],
  ['n of zero', { n: 0 }],
  ['n as text', { n: '4' }],
  ['n with a fraction', { n: 1.5 }],
  ['an unknown kind', { kind: 'run' }],
  ['a time without a zone', { issued: '2026-11-21T10:00:00.000' }],
  ['a day that does not exist', { startBy: '2026-13-21T10:00:00.000Z' }],
  ['a digest in capitals', { digest: 'A'.repeat(64) }],
  ['no time limit', { timeLimitMs: 0 }],
  ['a time limit of more than a day', { timeLimitMs: 86_400_001 }],
  ['a farm name that is too long', { farm: 'a'.repeat(64) }],
  ['more lines than a plan has', { lineHashes: Array(2002).fill(digest) }],
  ['the journal of a bot from before its first line', { bot: { epoch: 0, seq: -1, hash: digest } }],
  ['a certificate with an extra field', { refs: { new: { ...order.refs.new, trusted: true } } }],
  ['a certificate from before the first line of its maker', { refs: { new: { ...order.refs.new, seq: 0 } } }],
  ['a thumbprint with a hidden mark', { refs: { new: { ...order.refs.new, thumbprint: `\u200e${thumbprint}` } } }],
  ['another version', { v: 2 }],
])('an order with %s is refused', (_what, change) => {
  const answer = parseOrder(JSON.stringify({ ...order, ...change }));
  expect(isRefusal(answer) && answer.code).toBe('OrderNotUnderstood');
});

test.each<[keyof typeof parsers, string, object]>([
  ['report', 'of another version', { v: 2 }],
  ['report', 'from before the first line', { from: -1 }],
  ['report', 'with a line that has an extra field', { entries: [{ ...envelope, at }] }],
  ['report', 'with a line under a key that is too long', { entries: [{ ...envelope, key: '0'.repeat(17) }] }],
  ['report', 'with a line under a signature that is too long', { entries: [{ ...envelope, sig: 'x'.repeat(87) }] }],
  ['report', 'with too many notes', { notes: Array(101).fill({ code: 'paused', data: {} }) }],
  ['report', 'with a note that is too long', { notes: [{ code: 'paused', data: { it: 'x'.repeat(66_000) } }] }],
  ['report', 'with too many lines', { entries: Array(10_001).fill(envelope) }],
  ['ack', 'of another version', { v: 2 }],
  ['ack', 'of a negative number', { upTo: -1 }],
  ['signal', 'of another version', { v: 2 }],
  ['signal', 'about no order', { n: 0 }],
  ['signal', 'that says something else', { say: 'stop' }],
  ['signal', 'about a digest in capitals', { digest: 'A'.repeat(64) }],
  ['signal', 'with something before its time', { issued: `x${at}` }],
  ['signal', 'with something after its time', { issued: `${at}x` }],
  ['line', 'before the first', { seq: 0 }],
  ['line', 'with something before the previous hash', { prev: `0${digest}` }],
  ['line', 'with something after the previous hash', { prev: `${digest}0` }],
])('%s: one %s is refused', (kind, _what, change) => {
  const answer = parsers[kind](JSON.stringify({ ...examples[kind], ...change }));
  expect(isRefusal(answer) && answer.code).toMatch(/NotUnderstood$/u);
});

test('a refusal names the place and does not repeat the value', () => {
  const answer = parseOrder(JSON.stringify({ ...order, host: 'a secret' }));
  expect(answer).toMatchObject({ code: 'OrderNotUnderstood', data: { path: 'host' } });
  expect(JSON.stringify(answer)).not.toContain('a secret');
});

describe('Of a table with more names than any of ours nothing is looked at, which would take seconds:', () => {
  const named = (names: number) => Object.fromEntries(Array.from({ length: names }, (_, at) => [`n${at}`, {}]));

  test.each<[number, string]>([
    [4000, 'refs.n0'],
    [4001, 'refs'],
  ])('with %i certificates, the first problem is at %s', (names, path) => {
    const answer = parseOrder(JSON.stringify({ ...order, refs: named(names) }));
    expect(answer).toMatchObject({ code: 'OrderNotUnderstood', data: { path } });
  });

  test.each<[number, string]>([
    [4000, 'stages.n0.steps'],
    [4001, 'stages'],
  ])('with %i stages, the first problem is at %s', (names, path) => {
    const answer = parseSlice(JSON.stringify({ host: 'sqlw01', roles: ['worker'], stages: named(names) }));
    expect(answer).toMatchObject({ code: 'PlanNotUnderstood', data: { path } });
  });
});

test.each<[string, string, string]>([
  ['nothing', '', 'LetterNotJson'],
  ['half a letter', '{"v":1', 'LetterNotJson'],
  ['a thousand nested lists', '['.repeat(1000) + ']'.repeat(1000), 'LetterTooDeep'],
  ['a million nested lists', '['.repeat(1e6) + ']'.repeat(1e6), 'LetterTooDeep'],
  ['one list too deep', '['.repeat(42) + ']'.repeat(42), 'LetterTooDeep'],
  ['a forbidden name', '{"a":{"__proto__":{"v":1}}}', 'LetterNameForbidden'],
])('%s is refused without a crash', (_what, body, code) => {
  expect(parseJson(body)).toMatchObject({ refused: true, code });
});

test('JSON nested as deep as is allowed is read', () => {
  expect(isRefusal(parseJson('['.repeat(41) + ']'.repeat(41)))).toBe(false);
});

const entries: { [type: string]: Json } = {
  accepted: {
    type: 'accepted',
    n: 1,
    rotation: 'prod-17',
    kind: 'look',
    stage: null,
    digest: null,
    order: { ...envelope, type: 'order' },
  },
  refused: { type: 'refused', n: null, rotation: null, code: 'OrderExpired', data: { by: 1 } },
  started: {
    type: 'started',
    n: 1,
    rotation: 'prod-17',
    digest,
    step: 's',
    before: { a: 1 },
    made: { thumbprint, der: 'AA==' },
    goal: {},
    direction: 'forth',
  },
  done: { type: 'done', n: 1, rotation: 'prod-17', digest, step: 's', facts: {}, made: null, changed: true },
  proved: { type: 'proved', n: 1, rotation: 'prod-17', step: 's', facts: {} },
  failed: { type: 'failed', n: 1, rotation: 'prod-17', step: null, code: 'ToolTimedOut', data: {} },
  undone: { type: 'undone', n: 1, rotation: 'prod-17', step: 's', facts: {} },
  finished: {
    type: 'finished',
    n: 1,
    rotation: 'prod-17',
    outcome: 'looked',
    look: {
      host: 'sqlw01',
      at,
      version: '0.1.0',
      systemRoot: 'C:\\Windows',
      root: { count: 1, notSelfSigned: 0 },
      master: null,
      worker: null,
      problems: [],
    },
    facts: { s: { a: 1 } },
  },
};

test.each(Object.entries(entries))('an entry %s is read strictly', (_type, entry) => {
  expect(parseRunnerEntry(entry)).toEqual(entry);
  expect(parseRunnerEntry({ ...(entry as object), extra: 1 })).toMatchObject({ code: 'EntryNotUnderstood' });
});

test('an entry of a type that a runner never writes is refused', () => {
  expect(parseRunnerEntry({ type: 'voted' })).toMatchObject({ code: 'EntryNotUnderstood' });
  expect(parseRunnerEntry(null)).toMatchObject({ code: 'EntryNotUnderstood' });
});

describe('What a look tells of pinned keys', () => {
  const read = (pins: Json) => {
    const { finished } = entries as { finished: { look: object } };
    return parseRunnerEntry({ ...finished, look: { ...finished.look, pins } });
  };
  const KEY = '0123456789abcdef';
  const runners = [{ host: 'sqlm01', keys: [KEY] }];

  test('is read as it is', () => {
    const pins = { own: KEY, master: 'sqlm01', runners };
    expect(read(pins)).toMatchObject({ look: { pins } });
  });

  test.each([
    ['a key in place of its id', { own: `ed25519:${'A'.repeat(43)}`, master: 'sqlm01', runners }],
    ['a name that no host can have', { own: KEY, master: 'sqlm01', runners: [{ host: '__proto__', keys: [KEY] }] }],
    [
      'more keys of one runner than are pinned',
      { own: KEY, master: 'sqlm01', runners: [{ host: 'a', keys: [KEY, KEY, KEY] }] },
    ],
    ['an extra field', { own: KEY, master: 'sqlm01', runners, private: 'key' }],
    ['nothing', null],
  ])('is refused with %s', (_what, pins) => {
    expect(read(pins)).toMatchObject({ code: 'EntryNotUnderstood' });
  });
});
