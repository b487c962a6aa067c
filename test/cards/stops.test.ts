import { say } from '../../cards/wording/index.ts';
import type { Json } from '../../src/domain/values.ts';

const told = (id: string, data: { readonly [name: string]: Json }) =>
  (['en', 'zh-CN'] as const).map((language) => say({ id, data: { id: 'prod-19', ...data } }, language));

describe('Whoever stops a running rotation is told what becomes of it', () => {
  test('all is put back', () => {
    expect(told('stopping', { stays: null })).toEqual([
      'prod-19 stops: the change in hand is finished, then all is put back.',
      'prod-19 正在停止：完成手头的更改后，全部还原。',
    ]);
  });

  test.each([
    ['removed', 'what is gone stays gone', '已删除的不会恢复'],
    ['contained', 'what is contained stays contained', '已隔离的保持隔离'],
  ])('what is %s stays so', (stays, en, zh) => {
    const [english, chinese] = told('stopping', { stays });
    expect(english).toContain(en);
    expect(english).not.toContain('put back');
    expect(chinese).toContain(zh);
    expect(chinese).not.toContain('还原');
  });

  test('every worker, or those named, go back to the old certificate and restart once more', () => {
    const stop = (again: readonly string[]) => told('stop.workers', { again, stillCut: [] })[0];
    expect(stop([])).toContain('every worker goes back to the old certificate and restarts once more.');
    expect(stop(['sqlw01'])).toContain('sqlw01 goes back to the old certificate and restarts once more.');
    expect(stop(['sqlw01', 'sqlw02'])).toContain(
      'sqlw01 and sqlw02 go back to the old certificate and restart once more.',
    );
  });

  test('a rollback that is stopped goes back to the certificate that it was to replace', () => {
    const data = { master: 'sqlm01', workers: 2, again: ['sqlw01'], stillCut: [], of: 'prod-17' };
    for (const id of ['stop.workers', 'stop.cutover']) {
      const [english, chinese] = told(id, data);
      expect(english).toContain('back to the certificate from prod-17');
      expect(english).not.toContain('old');
      expect(chinese).toContain('改回 prod-17 换上的证书');
    }
  });

  test('a stopped wave that keeps what it proved is not said to be put back', () => {
    expect(told('refused.goes-back-already', { kept: true }).join()).not.toMatch(/put back|还原/u);
  });

  test('what needs a person is not said to be put back, and the way on is its card', () => {
    expect(told('refused.waits-for-person', { hosts: ['sqlm01'], paused: false })).toEqual([
      'prod-19 needs a person, and to stop it changes nothing: how sqlm01 stands is not known. Its card has the buttons to look again or to decide what becomes of it: /ssis resolve prod-19.',
      'prod-19 需要人工决定，再停止也不会有任何改变：sqlm01 状态未知。请用卡片上的按钮再次查看或决定如何处理：/ssis resolve prod-19。',
    ]);
    const paused = told('refused.waits-for-person', { hosts: ['sqlw01', 'sqlw02'], paused: true });
    expect(paused[0]).toContain(': sqlw01 and sqlw02 are paused, and not put back before that ends. Its card');
    expect(paused[1]).toContain('：sqlw01 和 sqlw02 已暂停，恢复之前不会还原。');
  });

  test('a freeze does not promise that what runs will be put back', () => {
    expect(told('freeze.runs', {}).join()).not.toMatch(/back|还原/u);
  });
});
