import { generateKeyPairSync } from 'node:crypto';
import { publicKeyText, signEnvelope } from '../../../src/domain/letters/envelope.ts';
import { otherFarmOf } from '../../../src/domain/letters/other-farm.ts';
import type { HostName } from '../../../src/domain/values.ts';

const keyOf = () => generateKeyPairSync('ed25519').privateKey;
const bot = keyOf();
const stranger = keyOf();
const own = { farm: 'prod', host: 'sqlw01' as HostName, botKeys: [publicKeyText(bot) ?? ''] };
const body = (names: object): string => JSON.stringify({ v: 1, farm: 'test', host: 'sqlw01', ...names, n: 4 });

describe('letters of another farm, for a machine of the same name', () => {
  test('are told by their first two names', () => {
    const letter = signEnvelope(stranger, 'order', body({}));
    expect(otherFarmOf(letter, own)).toEqual({ farm: 'test', key: letter.key });
  });

  test('are told so in a later version too', () => {
    const letter = signEnvelope(stranger, 'order', body({ v: 2 }));
    expect(otherFarmOf(letter, own)).toEqual({ farm: 'test', key: letter.key });
  });

  test('are not parsed: nobody has to have signed them', () => {
    const letter = signEnvelope(stranger, 'order', '{"v":1,"farm":"test","host":"sqlw01","n":[[[[');
    expect(otherFarmOf(letter, own)).toEqual({ farm: 'test', key: letter.key });
  });

  test.each([
    ['for another machine', stranger, body({ host: 'sqlw02' })],
    ['of this farm', stranger, body({ farm: 'prod' })],
    ['of a farm that can have no name like this', stranger, body({ farm: 'Test' })],
    ['of a farm with an escape in its name', stranger, body({ farm: 'te"st' })],
    ['under a key that is pinned here', bot, body({})],
    ['that begins otherwise', stranger, JSON.stringify({ farm: 'test', host: 'sqlw01' })],
  ])('are not seen in one %s', (_, key, text) => {
    expect(otherFarmOf(signEnvelope(key, 'order', text), own)).toBeNull();
  });
});
