import { commandWords, plainWords } from '../../../adapters/slack/text.ts';
import { CHANNEL, type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

describe('typed words', () => {
  test('are not carried out again when the mention is edited', async () => {
    const said = rig.payloads.mention('U0MEI', 'unfreeze prod', CHANNEL, { ts: '1706785420.000100' });
    await rig.deliver(said);
    rig.clock.forward(20 * 3_600_000);
    const edited = { user: 'U0MEI', ts: '1706785427.000000' };
    await rig.deliver(
      rig.payloads.mention('U0MEI', 'unfreeze prod, please', CHANNEL, { ts: '1706785420.000100', edited }),
    );
    await rig.settled();
    expect(rig.intents).toMatchObject([{ type: 'command', text: 'unfreeze prod' }]);
  });

  test.each([{ thread_ts: null }, { edited: null }, { subtype: null }])('count as words with %j', async (more) => {
    await rig.deliver(rig.payloads.mention('U0MEI', 'status', CHANNEL, more));
    await rig.settled();
    expect(rig.intents).toMatchObject([{ type: 'command', text: 'status' }]);
  });

  test.each([
    ['with a file', 'file_share'],
    ['of a thread that the channel sees too', 'thread_broadcast'],
    ['after /me', 'me_message'],
  ])('%s count as words', async (_name, subtype) => {
    await rig.deliver(rig.payloads.direct('U0MEI', 'status', { subtype }));
    await rig.settled();
    expect(rig.intents).toMatchObject([{ type: 'command', text: 'status' }]);
  });

  test('from another company are a stranger’s, even if only one field says so', async () => {
    await rig.deliver(
      rig.payloads.mention('U0MEI', 'status', CHANNEL, { source_team: 'T0OTHER', user_team: 'T0CORP' }),
    );
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(rig.lines.map(({ data }) => data.code)).toEqual(['PersonOfAnotherTeam']);
  });
});

test.each([
  ['at the beginning', '<@UBOT> status', 'status'],
  ['with its label', '<@UBOT|certops> status', 'status'],
  ['twice', '<@UBOT> <@UBOT> status', 'status'],
  ['with a comma', '<@UBOT>, status', 'status'],
  ['with a Chinese comma', '<@UBOT>，status', 'status'],
  ['with a Chinese colon', '<@UBOT>：status', 'status'],
  ['with a non-breaking space', '<@UBOT>\u00a0status', 'status'],
  ['before an emoji', '<@UBOT>: :wave: status', ':wave: status'],
  ['at the end', 'status <@UBOT>', 'status'],
  ['at the end, with a full stop', 'status, <@UBOT>.', 'status,'],
  ['only in a reason', '<@UBOT> rotate-master because <@UBOT> said so', 'rotate-master because @UBOT said so'],
  ['at the end of a reason', '<@UBOT> rotate-master because of <@UBOT>', 'rotate-master because of @UBOT'],
  ['alone', '<@UBOT>', ''],
  ['after forty thousand spaces', `${' '.repeat(40_000)}x <@UBOT>`, `${' '.repeat(40_000)}x`],
  ['as somebody else', '<@UBOTTER> status', '@UBOTTER status'],
  [
    'beside a channel whose name it may not know',
    '<@UBOT> freeze prod because of <#C0X|>',
    'freeze prod because of #C0X',
  ],
])('the words are right with the bot mentioned %s', (_name, said, words) => {
  expect(plainWords(said, 'UBOT')).toBe(words);
});

test('a number that Slack turns into a phone link stays the number that was typed', () => {
  const said = 'rotate-master prod ticket <tel:4155550123|4155550123> because <tel:112> said so';
  const words = 'rotate-master prod ticket 4155550123 because 112 said so';
  expect([commandWords(said), plainWords(said, 'UBOT')]).toEqual([words, words]);
});
