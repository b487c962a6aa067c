import type { HostLook } from '../../src/domain/machine/host-facts.ts';
import { outsideOf, refuseOutside } from '../../src/domain/machine/outside.ts';
import { blindLook, type SsisdbLook, seen } from '../../src/domain/machine/ssisdb.ts';

const HOSTS = ['sqlm01', 'sqlw01', 'sqlw02'];
const NOW = '2026-11-24T14:00:00.000Z';

const looked = (ssisdb: SsisdbLook | null | undefined) => ({ host: 'sqlm01', ssisdb }) as unknown as HostLook;
const worker = (machine: string, lastOnline: string | null = NOW) => ({ machine, lastOnline, enabled: true });
const saw = (...workers: ReturnType<typeof worker>[]): HostLook =>
  looked({ ...blindLook('sqlm01', 'sqlcmd-missing' as never), now: NOW, workers: seen(workers) });

describe('Workers that the farm file does not know', () => {
  test.each([
    ['nobody but the farm', saw(worker('SQLW01'), worker('sqlw02.corp.example')), []],
    ['one more', saw(worker('SQLW01'), worker('SQLW09')), ['SQLW09']],
    ['one that was last there long ago', saw(worker('SQLW09', '2026-11-01T00:00:00.000Z')), []],
    ['one that never came', saw(worker('SQLW09', null)), []],
    ['nothing at all', looked(blindLook('sqlm01', 'sqlcmd-missing' as never)), null],
    ['nothing, by a runner that does not ask', looked(undefined), null],
  ])('are as SSISDB sees them: %s', (_, look, wanted) => {
    expect(outsideOf(look, HOSTS)).toEqual(wanted);
  });

  test.each([
    [['SQLW09'], [], 'WorkersOutside'],
    [['SQLW09', 'SQLW10'], ['sqlw09'], 'WorkersOutside'],
    [['SQLW09', 'SQLW10'], ['sqlw09', 'SQLW10.corp.example'], null],
    [[], ['sqlw09'], null],
    [null, [], null],
    [null, ['sqlw09'], null],
    [[], ['SQLW02'], 'LeaveBehindKnown'],
  ] as const)('%j seen, %j named: %s', (outside, named, code) => {
    expect(refuseOutside(outside, named, HOSTS)?.code ?? null).toBe(code);
  });

  test('are named in the refusal, those alone that the request does not name', () => {
    expect(refuseOutside(['SQLW09', 'SQLW10'], ['sqlw09'], HOSTS)).toMatchObject({ data: { hosts: ['SQLW10'] } });
  });
});
