import { judgeOrigin, judgePerson } from '../../../adapters/slack/doorkeeper.ts';

describe('what Slack says of an account and of a delivery', () => {
  const access = { app: 'A0', workspaces: ['T0ONE', 'T0TWO'], enterprises: ['E0CORP'] };
  const member = { deleted: false, bot: false, guest: false, stranger: false, team: null, enterprise: null };

  test.each<[string, object, string | null]>([
    ['of a listed workspace', { team: 'T0TWO' }, null],
    ['whose team is the listed organisation', { team: 'E0CORP' }, null],
    ['of another workspace of the listed organisation', { team: 'T0SISTER', enterprise: 'E0CORP' }, null],
    ['of the listed organisation, and of no team', { enterprise: 'E0CORP' }, null],
    ['of another organisation', { team: 'T0OTHER', enterprise: 'E0OTHER' }, 'chat-stranger'],
    ['of another organisation, and of no team', { enterprise: 'E0OTHER' }, 'chat-stranger'],
    ['of another workspace', { team: 'T0OTHER' }, 'chat-stranger'],
    ['of whom nothing is said', {}, 'chat-stranger'],
    [
      'of another company, whatever else is said',
      { team: 'T0ONE', enterprise: 'E0CORP', stranger: true },
      'chat-stranger',
    ],
    ['who is a guest, whatever else is said', { team: 'T0ONE', enterprise: 'E0CORP', guest: true }, 'chat-guest'],
  ])('decides about a person %s', (_, facts, code) => {
    expect(judgePerson(access, { ...member, ...facts })?.code ?? null).toBe(code);
  });

  const from = { app: 'A0', team: 'T0ONE', enterprise: null, personTeam: null };
  test.each<[string, object, string | null]>([
    ['of a listed workspace', {}, null],
    ['of the listed organisation alone', { team: null, enterprise: 'E0CORP' }, null],
    ['of a person whose team is the listed organisation', { personTeam: 'E0CORP' }, null],
    ['of no app', { app: null }, 'AppNotOurs'],
    ['of another app', { app: 'A1' }, 'AppNotOurs'],
    ['of nowhere', { team: null }, 'TeamNotListed'],
    ['of another workspace', { team: 'T0OTHER' }, 'TeamNotListed'],
    ['of another workspace of the listed organisation', { team: 'T0SISTER', enterprise: 'E0CORP' }, 'TeamNotListed'],
    ['that names the listed organisation as its workspace', { team: 'E0CORP', enterprise: 'E0CORP' }, null],
    ['that names another organisation as its workspace', { team: 'E0OTHER' }, 'TeamNotListed'],
    ['of another organisation, though its workspace is listed', { enterprise: 'E0OTHER' }, 'EnterpriseNotListed'],
    ['of another organisation alone', { team: null, enterprise: 'E0OTHER' }, 'EnterpriseNotListed'],
    ['of a person of another team', { personTeam: 'T0OTHER' }, 'PersonOfAnotherTeam'],
  ])('decides about a delivery %s', (_, how, code) => {
    expect(judgeOrigin(access, { ...from, ...how })?.code ?? null).toBe(code);
  });
});
