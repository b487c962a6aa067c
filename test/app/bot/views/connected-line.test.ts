import { say } from '../../../../cards/wording/index.ts';
import { apartAsBefore, connectedLine } from '../../../../src/app/bot/views/evidence/evidence.ts';
import type { Proof } from '../../../../src/domain/machine/proof-roles.ts';
import type { HostName } from '../../../../src/domain/values.ts';

const proof = (host: string, facts: readonly string[], witnesses: readonly string[] = ['handshake', 'log']): Proof => ({
  host: host as HostName,
  proved: facts.length === 0,
  against: facts.map((fact) => ({ fact, found: null, wanted: 'x' })),
  witnesses,
});

const tell = (proofs: readonly Proof[], since: readonly string[] = []) => {
  const { state, what } = connectedLine(['sqlw01', 'sqlw02'], proofs, since);
  return [state, say(what, 'en'), say(what, 'zh-CN')];
};
const told = (...proofs: readonly Proof[]) => tell(proofs);

describe('The line that counts connected workers', () => {
  test('goes by their witnesses, whatever else is wrong, and then does not say that settings were read back', () => {
    expect(told(proof('sqlw01', ['SSISScaleOutMaster.cer']), proof('sqlw02', []))).toEqual([
      'bad',
      '2 of 2 workers connected, by their own logs.',
      '2 个 Worker 中已连接 2 个，依据各自的日志。',
    ]);
  });

  test('does not count a worker for which neither log nor connection speaks, or that was not looked at', () => {
    const [state, words] = told(proof('sqlw01', ['connection'], ['handshake']));
    expect([state, words]).toEqual(['bad', '0 of 2 workers connected.']);
  });

  test('does not count a worker that is back as it was before, which is not connected, and names it instead', () => {
    const back = [proof('sqlw01', []), proof('sqlw02', [], ['handshake'])];
    expect(tell(back).slice(0, 2)).toEqual(['good', '1 of 2 workers connected, by their own logs.']);
    const named = apartAsBefore(['sqlw01', 'sqlw02'], back, false);
    expect(named.map(({ state, what }) => [state, say(what, 'en')])).toEqual([
      ['unknown', 'sqlw02: put back, and cut off as before.'],
    ]);
    expect(
      apartAsBefore(['sqlw01', 'sqlw02'], [proof('sqlw01', ['connection'], []), proof('sqlw02', [])], false),
    ).toEqual([]);
    expect(apartAsBefore(['sqlw01', 'sqlw02'], back, true)).toEqual([]);
  });

  test('says that settings were read back when all are proved', () => {
    const [state, words] = told(proof('sqlw01', []), proof('sqlw02', []));
    expect(state).toBe('good');
    expect(words).toContain('settings were read back');
  });

  test('leaves out, for the end of a rotation, workers that were seen only afterwards, and is then no good news', () => {
    const proofs = [proof('sqlw01', []), proof('sqlw02', [], ['tcp'])];
    expect(tell(proofs, ['sqlw02']).slice(0, 2)).toEqual([
      'unknown',
      '1 of 2 workers connected when it ended, by their own logs.',
    ]);
    expect(tell(proofs, ['sqlw01', 'sqlw02']).slice(0, 2)).toEqual([
      'unknown',
      '0 of 2 workers connected when it ended.',
    ]);
    expect(tell([proof('sqlw01', ['connection'], []), proof('sqlw02', [])], ['sqlw02'])[0]).toBe('bad');
  });
});
