import { plan } from '../../cards/views.ts';
import { buttonsOf } from '../../fakes/slack/index.ts';
import { CHANNEL, EN, notice, startRig } from './rig.ts';

test('a slash command in, a card out, a click in', async () => {
  const rig = await startRig();
  try {
    rig.answer(() => notice('summary.nothing-waits'));
    const sent = await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master because Yearly renewal'));
    expect(sent).toEqual({ status: 200, body: '' });
    await rig.settled();
    expect(rig.intents).toEqual([
      {
        type: 'command',
        person: { platform: 'slack', account: 'U0MEI' },
        channel: CHANNEL,
        text: 'rotate-master because Yearly renewal',
        canOpenForm: true,
      },
    ]);
    expect(rig.slack.whispers).toHaveLength(1);
    const ts = await rig.chat.post(CHANNEL, plan, { key: 'prod-17', tongue: EN, mention: [], readers: [] });
    expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(ts);
    const message = rig.slack.channels.get(CHANNEL)?.messages[0];
    const approve = buttonsOf(message?.blocks ?? []).approve;
    if (message === undefined || approve === undefined) throw new Error('no card');
    await rig.deliver(rig.payloads.click('U0ANA', { message }, approve));
    await rig.settled();
    expect(rig.intents[1]).toMatchObject({ type: 'action', verb: 'approve', person: { account: 'U0ANA' } });
    expect(rig.lines).toEqual([]);
  } finally {
    await rig.close();
  }
});
