import {
  aloneAt,
  followedOf,
  hear,
  NEW_WATCH,
  partOf,
  see,
  seenAs,
  type Watch,
} from '../../../src/domain/orders/armed.ts';
import type { PhaseHead, PlannedStep } from '../../../src/domain/plan/plan.ts';
import type { HostName, Json, Thumbprint } from '../../../src/domain/values.ts';

const OLD = 'A'.repeat(40) as Thumbprint;
const NEXT = 'B'.repeat(40) as Thumbprint;
const OTHER = 'C'.repeat(40) as Thumbprint;
const NOW = 1_000_000;

const phase = (armed?: boolean): PhaseHead => {
  const stages = ['master', 'workers', 'rest'].map((name) => ({ name, hosts: [], concurrency: 1, canary: 0 }));
  const head = { name: 'cutover', gate: 'same', onFailure: 'put-all-back', undoOrder: 'same', stages } as const;
  return armed === undefined ? head : { ...head, armed: armed as true };
};

test.each([
  ['master', true, 'lead'],
  ['workers', true, 'follow'],
  ['rest', true, 'follow'],
  ['master', undefined, null],
  ['workers', undefined, null],
] as const)('the stage %s of a phase that is armed (%s) is a part of its own: %s', (stage, armed, part) => {
  expect(partOf({ phase: phase(armed), stage })).toBe(part);
});

describe('A worker follows', () => {
  const step = (key: string, thumbprint: Json, value: Json, kind = 'write-setting'): PlannedStep => ({
    id: `sqlw01/workers/${kind}/${key}`,
    kind,
    host: 'sqlw01' as HostName,
    params: kind === 'restart-service' ? { role: 'worker' } : { role: 'worker', key, thumbprint },
    expected: { value },
  });
  const pin = (thumbprint: Json = NEXT, value: Json = OLD) => step('MasterHttpsCertThumbprint', thumbprint, value);
  const restart = step('', null, null, 'restart-service');
  const own = step('WorkerHttpsCertThumbprint', OTHER, OTHER);
  const made = { new: { thumbprint: NEXT } };

  test('from the certificate it pins to the one it is to pin, wherever that step stands', () => {
    for (const steps of [[pin()], [own, pin(), restart], [restart, own, pin()]])
      expect(followedOf({ steps }, {})).toEqual({ old: OLD, next: NEXT });
  });

  test('to the certificate that was made, if that is what the plan names', () => {
    expect(followedOf({ steps: [pin({ ref: 'new' })] }, made)).toEqual({ old: OLD, next: NEXT });
  });

  test('from a pin that a person has written with blanks or in small letters', () => {
    const written = ` ${OLD.toLowerCase().replace(/(..)/g, '$1 ')}`;
    expect(followedOf({ steps: [pin(NEXT, written)] }, {})?.old).toBe(OLD);
  });

  test.each<readonly [string, readonly PlannedStep[]]>([
    ['its order has no steps', []],
    ['its pin does not change', [own, restart]],
    ['the certificate was not made', [pin({ ref: 'other' })]],
    ['the certificate has the name of something else', [pin({ ref: 'toString' })]],
    ['it pins nothing that is a certificate', [pin(NEXT, 'none')]],
    ['nobody knows what it pins', [pin(NEXT, null)]],
  ])('nobody if %s', (_, steps) => {
    expect(followedOf({ steps }, made)).toBeNull();
  });
});

test.each([
  [OLD, 'old'],
  [NEXT, 'next'],
  [OTHER, 'other'],
  [null, 'other'],
] as const)('a master that presents %s is seen as on the %s one', (presented, seen) => {
  expect(seenAs({ old: OLD, next: NEXT }, presented)).toBe(seen);
});

describe('What a machine remembers', () => {
  const all: Watch = { ...NEW_WATCH, sawNext: true, wordAt: 5, go: true, confirmedAt: 6, issued: 7 };

  test('of the bot stays when it looks at its master', () => {
    expect(see(all, 'other', NOW)).toEqual(all);
    expect(see({ ...all, sawNext: false }, 'old', NOW)).toEqual({ ...all, sawNext: false, oldSince: NOW });
  });

  test('of its master stays when the bot speaks', () => {
    const seen = { ...NEW_WATCH, nextSince: 3, sawNext: true };
    const word = { ...seen, issued: 8, wordAt: NOW };
    expect(hear(seen, 'wait', 8, NOW)).toEqual(word);
    expect(hear(seen, 'go', 8, NOW)).toEqual({ ...word, go: true });
    expect(hear(seen, 'confirm', 8, NOW)).toEqual({ ...word, confirmedAt: NOW });
    expect(hear({ ...seen, go: true }, 'wait', 8, NOW)).toEqual(word);
  });
});

test('A worker goes alone at no time while its master does not present the new certificate, whenever it was told', () => {
  for (const wordAt of [null, NOW]) expect(aloneAt({ ...NEW_WATCH, wordAt, oldSince: NOW })).toBe(Infinity);
  expect(aloneAt({ ...NEW_WATCH, nextSince: NOW, wordAt: NOW + 1 })).toBe(NOW + 10_001);
});
