import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { presentsNothing } from '../../src/plans/presents-nothing.ts';
import { bindsAgain, isUnbound, lostOld } from '../../src/plans/rotate-master-refusals.ts';
import { NEW, OLD } from '../domain/sim.ts';
import { masterIn, plainLooks } from './plain-looks.ts';

describe('A port where nothing is bound', () => {
  const found = (over: object) => {
    const one = plainLooks();
    Object.assign(masterIn(one), over);
    return masterIn(one) as never;
  };
  const { certificate } = found({});

  test('has lost its old certificate if that is in no store, or has no key, but not if the key cannot be read', () => {
    const lost = (privateKey: string | null) =>
      lostOld(
        found({ bindings: [], certificate: privateKey === null ? null : { ...(certificate as object), privateKey } }),
      );
    expect([lost(null), lost('no'), lost('unreadable'), lost('yes')]).toEqual([true, true, false, false]);
    expect([isUnbound(found({ bindings: [] })), isUnbound(found({})), lostOld(found({ certificate: null }))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('answers nobody because nothing is bound; a key that is gone is the reason only where its certificate is', () => {
    const gone = { certificate: { ...(certificate as object), privateKey: 'no' } };
    const { code, data } = presentsNothing('sqlm01' as never, found({ ...gone, bindings: [], presented: [] }));
    expect([code, data]).toEqual(['MasterPresentsNothing', { host: 'sqlm01' }]);
    expect(presentsNothing('sqlm01' as never, found({ ...gone, presented: [] }))).toMatchObject({
      code: 'HostNotReady',
      data: { problem: 'private-key-missing' },
    });
  });

  test.each<readonly [string, Partial<Wish>, object, boolean]>([
    ['the certificate in the settings is taken', {}, { bindings: [] }, true],
    ['something is bound', {}, {}, false],
    ['another one is taken', { use: NEW }, { bindings: [] }, false],
    ['one is made', { use: null }, { bindings: [] }, false],
    ['nothing is in the store', { use: null }, { bindings: [], certificate: null }, false],
    ['a rotation is rolled back', { of: 'prod-1' as never }, { bindings: [] }, false],
    ['it is compromised', { compromised: true }, { bindings: [] }, false],
  ])('is only bound again if %s: %#', (_, over, how, wanted) => {
    const wish = { ...plainWish('rotate-master'), use: OLD, ...over };
    expect(bindsAgain(wish, { master: found(how) })).toBe(wanted);
  });
});
