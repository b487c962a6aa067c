import { askInputs } from '../../cards/adaptive/ask-inputs.ts';

const ticketOf = (farms: readonly string[]) => {
  const policies = farms.map((farm) => ({ farm, pattern: '[0-9]{7}', example: '0031877', required: true }));
  const ticket = { said: '', required: true, policies };
  const label = (id: string) => id;
  return askInputs({ starts: ['now'], start: 'now', at: '', ticket }, { label }).find(({ id }) => id === 'ticket');
};

test('a mistake in a ticket is answered with how tickets look for one farm, and with a general text for several', () => {
  expect(ticketOf(['prod'])).toMatchObject({ placeholder: 'form.ticket-hint', errorMessage: 'form.ticket-hint' });
  expect(ticketOf(['prod', 'test'])).toMatchObject({ placeholder: 'form.ticket-hint', errorMessage: 'form.ticket' });
});
