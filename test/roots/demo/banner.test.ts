import { stripVTControlCharacters } from 'node:util';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { OpenRotation } from '../../../src/domain/views/open-rotation.ts';
import { banner } from '../../../src/roots/demo/banner.ts';
import { readGoesOn, tellGoesOn } from '../../../src/roots/demo/goes-on.ts';
import { farm as example } from '../../adapters/web/support.ts';

const farm: Farm = { ...example, hosts: [] };
const asked: OpenRotation = {
  id: 'prod-1' as OpenRotation['id'],
  state: 'asks',
  line: { id: 'summary.waits', data: { id: 'prod-1', by: 'Mei Lin' } },
  missing: 1,
  mayApprove: ['Tom Becker', 'Wei Zhang'],
};

/** As it comes from the bot: one line of JSON. */
const shown = (open: readonly OpenRotation[], scripted = false): string => {
  const said = JSON.parse(JSON.stringify(tellGoesOn(open, 'Europe/Berlin')));
  const facts = { version: '1', farm, redis: 'here', url: 'http://127.0.0.1/', state: '.state', ms: 1000, scripted };
  return stripVTControlCharacters(banner({ ...facts, open: readGoesOn(said) }));
};

const like = (state: OpenRotation['state'], line: OpenRotation['line']): OpenRotation => {
  return { ...asked, state, line, missing: 0, mayApprove: [] };
};

describe('the banner of a rehearsal', () => {
  test('says what to ask for where nothing is going on', () => {
    const text = shown([]);
    expect(text).toContain('ask: /ssis rotate-master because Yearly renewal');
    expect(text).not.toContain('goes on  prod');
  });

  test.each([
    [
      'waits for approvals',
      asked,
      'goes on  prod-1 waits for approvals, asked by Mei Lin.',
      'Approve prod-1 on its card as Tom Becker, and watch.',
    ],
    [
      'runs',
      like('runs', { id: 'summary.runs', data: { id: 'prod-1', by: 'Mei Lin' } }),
      'goes on  prod-1 runs, asked by Mei Lin.',
      'and watch: prod-1 goes on by itself',
    ],
    [
      'looks at the machines',
      like('looks', { id: 'summary.looks', data: { id: 'prod-1', by: 'Mei Lin' } }),
      'goes on  prod-1 looks at the machines for its plan',
      'The plan of prod-1 comes as a card',
    ],
    [
      'waits for its start',
      like('waits', { id: 'summary.starts', data: { id: 'prod-1', from: '2026-11-28T21:00:00.000Z' } }),
      'goes on  prod-1 is approved and starts on 28 Nov 2026, 22:00 UTC+1',
      'Withdraw on its card takes it back',
    ],
    [
      'needs a person',
      like('needs-person', { id: 'summary.needs-person', data: { id: 'prod-1', hosts: ['sqlw02'], paused: false } }),
      'goes on  prod-1 needs a person: how sqlw02 stands is not known',
      'until then prod-1 stands still',
    ],
  ])('says that a rotation %s, and what to do', (_what, open, row, next) => {
    const text = shown([open]);
    expect(text).toContain(row);
    expect(text).toContain(next);
    expect(text).not.toContain('ask: /ssis rotate-master');
  });

  test('tells a script what is going on, and not what to do', () => {
    const text = shown([asked], true);
    expect(text).toContain('goes on  prod-1');
    expect(text).not.toContain('Open the address');
  });

  test('leaves out what is going on where it does not know the words of the bot', () => {
    expect([readGoesOn(undefined), readGoesOn([{ id: 'prod-1', state: 'sleeps' }])]).toEqual([[], []]);
  });
});
