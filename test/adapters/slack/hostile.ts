import { startRig } from './rig.ts';

/**
 * Runs as a process of its own, since an unhandled rejection ends a process and not a test: whatever a client
 * may send, and a Slack that goes away while the socket is opened again. Prints `alive` at its end.
 */
const deep = (n: number): string => '['.repeat(n) + ']'.repeat(n);

const BODIES = [
  'null',
  '17',
  '{}',
  '{"event":null}',
  '{"type":"event_callback","event":{}}',
  '{"type":"event_callback","event":{"type":"message","item":null}}',
  `{"type":"block_actions","actions":${deep(50_000)}}`,
  'payload=null',
  'payload=%7B%22type%22%3A%22view_submission%22%7D',
  'payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3Anull%7D',
  'command=%2Fssis',
];

const ENVELOPES = [
  'null',
  'x',
  '{}',
  '{"type":"events_api"}',
  '{"type":"events_api","envelope_id":"e","payload":{"event":null}}',
  '{"type":"interactive","envelope_id":"e","payload":null}',
  `{"type":"interactive","envelope_id":"e","payload":${deep(50_000)}}`,
];

async function overHttp(): Promise<void> {
  const rig = await startRig();
  for (const body of BODIES) {
    for (const contentType of ['application/json', 'application/x-www-form-urlencoded'])
      await rig.raw(body, { contentType });
  }
  rig.answer(() => Promise.reject(new Error('the bot fails')));
  await rig.deliver(rig.payloads.command('U0MEI', 'status'));
  rig.slack.fail('users.info', { cut: true });
  await rig.deliver(rig.payloads.command('U0ANA', 'status'));
  await rig.settled();
  await rig.close();
}

async function throughTheSocket(): Promise<void> {
  const rig = await startRig({ mode: 'socket' });
  for (const text of ENVELOPES) rig.slack.sockets[0]?.send(text);
  await rig.deliver(rig.payloads.command('U0MEI', 'status'));
  rig.slack.fail('apps.connections.open', { error: 'invalid_auth' });
  rig.slack.fail('apps.connections.open', { cut: true });
  rig.slack.sockets[0]?.cut();
  while (rig.slack.calledTimes('apps.connections.open') < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  // Closed while it is being reopened.
  rig.slack.fail('apps.connections.open', { error: 'account_inactive' }, 5);
  rig.slack.sockets.at(-1)?.cut();
  await rig.settled();
  await rig.close();
}

await overHttp();
await throughTheSocket();
process.stdout.write('alive\n');
