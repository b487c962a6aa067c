import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { readService } from '../../../adapters/windows/services/facts.ts';
import { witnessForLook } from '../../../adapters/windows/witness.ts';
import { fakeClock } from './fake-context.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ workers: 1 });
afterAll(end);

const ENDPOINT = 'https://sqlm01:8391';

/** What the worker's look sees while the way to its master cuts off the first connections. */
async function seenBehind(cutOff: number) {
  const context = contextOf(lab, 'sqlw01');
  const [host = '', port = ''] = (context.connect['sqlm01:8391'] ?? '').split(':');
  let met = 0;
  const way = createServer((socket) => {
    met += 1;
    if (met <= cutOff) {
      socket.destroy();
      return;
    }
    const onward = connect(Number(port), host);
    for (const each of [socket, onward]) each.on('error', () => null);
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  const at = way.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  const clock = fakeClock();
  const through = { ...context, clock, connect: { ...context.connect, 'sqlm01:8391': `127.0.0.1:${at.port}` } };
  const seen = await witnessForLook(through, await readService(through, 'worker'), ENDPOINT);
  way.close();
  return { ...seen.handshake, met };
}

test('a look does not judge by one attempt that was cut off', async () => {
  expect(await seenBehind(1)).toMatchObject({ thumbprint: expect.any(String), error: null, met: 2 });
});

test('a look says so when the second attempt is cut off, too', async () => {
  expect(await seenBehind(9)).toMatchObject({ thumbprint: null, error: 'ECONNRESET', met: 2 });
});

test('a look asks once where it is answered', async () => {
  expect(await seenBehind(0)).toMatchObject({ error: null, met: 1 });
});
