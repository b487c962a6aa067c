import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { besideMaster, outsideOf, refuseOutside } from '../../../src/domain/machine/outside.ts';
import { blindLook, type SsisdbLook, seen } from '../../../src/domain/machine/ssisdb.ts';

const HOSTS = ['sqlm01', 'sqlw01', 'sqlw02'];
const NOW = '2026-11-24T14:00:00.000Z';

const looked = (ssisdb: SsisdbLook | null | undefined) => ({ host: 'sqlm01', ssisdb }) as unknown as HostLook;
const worker = (machine: string, lastOnline: string | null = NOW) => ({ machine, lastOnline, enabled: true });
const saw = (...workers: ReturnType<typeof worker>[]): HostLook =>
  looked({ ...blindLook('sqlm01', 'sqlcmd-missing' as never), now: NOW, workers: seen(workers) });

describe('Workers that the farm file does not list', () => {
  test.each([
    ['nobody but the farm', saw(worker('SQLW01'), worker('sqlw02.corp.example')), []],
    ['one more', saw(worker('SQLW01'), worker('SQLW09')), ['SQLW09']],
    ['one that was last there long ago', saw(worker('SQLW09', '2026-11-01T00:00:00.000Z')), []],
    ['one that never came', saw(worker('SQLW09', null)), []],
    ['nothing at all', looked(blindLook('sqlm01', 'sqlcmd-missing' as never)), null],
    ['nothing, by a runner that does not ask', looked(undefined), null],
  ])('are those that SSISDB sees: %s', (_, look, wanted) => {
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
    [['SQLM01'], [], 'WorkersOutside'],
    [['SQLM01'], ['sqlm01'], null],
  ] as const)('are refused unless the request names them: %j seen, %j named, %s', (outside, named, code) => {
    expect(refuseOutside(outside, named, HOSTS)?.code ?? null).toBe(code);
  });

  const beside = (worker: object | null): HostLook =>
    ({ ...looked(null), master: { sslCertThumbprint: 'A'.repeat(40) }, worker }) as unknown as HostLook;
  const running = { service: { state: 'running' }, masterThumbprint: `\u200e${'a'.repeat(40)}` };

  test.each([
    ['one that runs and pins what it presents', beside(running), ['sqlw01'], ['sqlm01']],
    ['one that is a worker by the farm file', beside(running), ['sqlm01', 'sqlw01'], []],
    ['one that does not run', beside({ ...running, service: { state: 'stopped' } }), ['sqlw01'], []],
    ['one of another master', beside({ ...running, masterThumbprint: 'B'.repeat(40) }), ['sqlw01'], []],
    ['none', beside(null), ['sqlw01'], []],
    ['nobody has looked', undefined, ['sqlw01'], []],
  ])('may run on the master’s own machine: %s', (_, look, workers, wanted) => {
    expect(besideMaster(look, workers)).toEqual(wanted);
  });

  test('are named in the refusal only if the request does not name them', () => {
    expect(refuseOutside(['SQLW09', 'SQLW10'], ['sqlw09'], HOSTS)).toMatchObject({ data: { hosts: ['SQLW10'] } });
  });
});
