import * as z from 'zod';
import { LONGEST_GAP_MS } from '../domain/orders/armed.ts';
import { MOST_EXTRA_NAMES } from '../domain/plan/step-params.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import {
  duration,
  ENTRA_ID,
  endpoint,
  hostOrAddress,
  NAME,
  name,
  PERSON,
  PUBLIC_KEY,
  rule,
  SLACK_APP,
  SLACK_ENTERPRISE,
  SLACK_GROUP,
  SLACK_WORKSPACE,
  span,
  text,
  WINDOWS_FOLDER,
  zone,
} from './farm-fields.ts';
import { notify } from './notify-schema.ts';

/**
 * The shape of the farm file as written; `check-farm.ts` checks its parts against each other, and `resolve-farm.ts`
 * turns it into the domain's Farm. Descriptions go into `infra/lab/farm.schema.json`, which editors show.
 */

export const overridesSchema = z
  .strictObject({
    masterService: z
      .string()
      .regex(/^SSISScaleOutMaster\d{3}$/u)
      .optional(),
    workerService: z
      .string()
      .regex(/^SSISScaleOutWorker\d{3}$/u)
      .optional(),
    masterFolder: z.string().regex(WINDOWS_FOLDER).optional(),
    workerFolder: z.string().regex(WINDOWS_FOLDER).optional(),
    sqlcmdFolder: z.string().regex(WINDOWS_FOLDER).optional(),
    trustSqlServerCertificate: z.boolean().optional(),
  })
  .describe(
    'For `certops runner init` only: a runner reads its own configuration and takes no override from an order.',
  );

const host = z.strictObject({
  roles: z
    .array(z.enum(['master', 'worker']))
    .min(1)
    .max(2)
    .describe('What runs there; a onebox is both.'),
  keys: z
    .array(z.string().regex(PUBLIC_KEY))
    .min(1)
    .max(2)
    .describe("Public keys of this host's runner; a second one only while the first is exchanged."),
  address: hostOrAddress('AddressNotUnderstood')
    .optional()
    .describe('Where the host is reached if its name does not resolve; workers look there at what a master presents.'),
  systemRoot: z.string().regex(WINDOWS_FOLDER).default('C:\\Windows').describe('%SystemRoot% of the host.'),
  overrides: overridesSchema.optional(),
});

const person = z.strictObject({
  name: text.describe('As cards show it.'),
  accounts: z
    .partialRecord(z.enum(['slack', 'teams', 'web']), text)
    .refine((one) => Object.keys(one).length > 0, rule('NoAccount', 'at least one account: slack, teams or web'))
    .describe("The platforms' own ids: Slack user id, Entra object id; `web` in a rehearsal only."),
  groups: z.array(z.string().regex(PERSON)).default([]),
  language: z.enum(['en', 'zh-CN']).default('en'),
  timeZone: zone.optional().describe("IANA name; by default the farm's."),
});

const compromised = z
  .strictObject({
    quorum: z.int().min(1).max(20).optional().describe("How many must agree; by default the farm's own quorum."),
    approvers: z
      .array(z.string().regex(PERSON))
      .min(1)
      .optional()
      .describe("People or groups; by default the farm's own approvers. The requester never counts."),
  })
  .describe('Who must agree to a request that says compromised: somebody else may have the key.');

const approval = z
  .strictObject({
    approvers: z.array(z.string().regex(PERSON)).min(1).describe('People or groups. The requester never counts.'),
    quorum: z.int().min(1).max(20).default(2).describe('How many of them must agree.'),
    lapse: duration('24 h', MINUTE_MS, 30 * DAY_MS).describe('A request that is not decided by then is closed.'),
    compromised: compromised.optional(),
    review: duration('3 days', DAY_MS, 30 * DAY_MS).describe(
      'Somebody has to review a compromised rotation within this time after it; after that, a reminder comes once a day.',
    ),
  })
  .describe('Who must agree before anything changes.');

const gap = z
  .strictObject({
    limit: duration('60 s', 5000, LONGEST_GAP_MS).describe(
      'If not proved this long after the master switched, everything is put back.',
    ),
    leaveBehind: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe('How many workers not proved by then are named and left behind.'),
    canary: z
      .int()
      .min(0)
      .max(1000)
      .default(1)
      .describe('How many workers go first and must be proved. 0: all go at once.'),
    concurrency: z
      .union([z.literal('all'), z.int().min(1).max(1000)])
      .default('all')
      .describe('How many machines at a time, in prepare and after the canary.'),
  })
  .prefault({});

const drain = z
  .strictObject({
    limit: duration('15 min', 0, DAY_MS).describe(
      'Before an outage, running packages are waited for up to this long; then a person is asked. 0 s: no wait.',
    ),
  })
  .prefault({});

const extraNames = z.array(hostOrAddress('NameNotAllowed')).max(MOST_EXTRA_NAMES).default([]);

const certificate = z
  .strictObject({
    keyBits: z.literal([2048, 3072, 4096]).default(2048),
    lifetime: duration('365 days', DAY_MS, 3650 * DAY_MS).describe('From the day it is made.'),
    exportable: z.boolean().default(false).describe('Whether the private key may leave the host.'),
    extraNames: extraNames.describe("Names beside the endpoints of farm and workers and the machine's name."),
  })
  .prefault({});

const reminders = z
  .strictObject({
    days: z
      .array(z.int().min(1).max(3650))
      .min(1)
      .default([45, 30, 14, 7, 3, 1])
      .describe('Days left at which a reminder is posted; below the smallest, every day.'),
    at: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u)
      .default('09:00')
      .describe("In the farm's time zone."),
    owner: z.string().regex(PERSON).optional().describe('A person, mentioned each time.'),
    escalate: duration('7 days', DAY_MS, 365 * DAY_MS).describe(
      'From this long before an end, the approvers are mentioned too, on each card that is due.',
    ),
    snooze: duration('7 days', DAY_MS, 30 * DAY_MS).describe(
      'A reminder can be snoozed for this long at most, and never past the last day but one.',
    ),
  })
  .prefault({});

const retire = z
  .strictObject({
    grace: duration('7 days', HOUR_MS, 365 * DAY_MS).describe(
      'A certificate may be removed once nothing has used it for this long.',
    ),
  })
  .prefault({});
const changeWindow = z.strictObject({
  cron: text.describe('When it opens: minute, hour, day, month and weekday, such as 0 22 * * 6.'),
  length: span(10 * MINUTE_MS, 7 * DAY_MS).describe('How long it stays open, in elapsed time.'),
  timeZone: zone.optional().describe("The zone of the expression; by default the farm's."),
});

const ticket = z
  .strictObject({
    pattern: text.describe('A regular expression that the whole ticket must match, such as CHG[0-9]{7}.'),
    example: text.describe('A ticket that matches, shown to whoever named none.'),
    required: z.boolean().default(false).describe('Whether a request needs one.'),
    link: text.optional().describe('Where a ticket can be read: https://, with {ticket} in place of the ticket.'),
  })
  .describe('The change ticket that a request names.');

const channel = z.strictObject({
  platform: z.enum(['slack', 'teams', 'web']),
  id: text.describe("The platform's own id of the channel."),
  name: text.optional().describe('What people call it; by default the id.'),
  language: z.enum(['en', 'zh-CN']).default('en').describe('Of the cards posted there.'),
});

const group = z.strictObject({
  slack: z
    .string()
    .regex(SLACK_GROUP)
    .optional()
    .describe('A Slack user group: its members who are listed below people are in this group too.'),
});

const slack = z
  .strictObject({
    app: z.string().regex(SLACK_APP).describe('App ID of the Slack app: requests of any other are refused.'),
    workspaces: z
      .array(z.string().regex(SLACK_WORKSPACE))
      .min(1)
      .describe('Workspaces that are served, and whose members may use the bot.'),
    enterprises: z
      .array(z.string().regex(SLACK_ENTERPRISE))
      .default([])
      .describe('Enterprise organisations of those workspaces; leave out if they belong to none.'),
  })
  .describe('Needed when a channel is in Slack. Tokens and secrets do not belong here: they are in the environment.');

const teams = z
  .strictObject({
    app: z.string().regex(ENTRA_ID).describe("Application (client) id of the bot's registration in Entra."),
    tenant: z.string().regex(ENTRA_ID).describe('Tenant that is served, and whose members may use the bot.'),
  })
  .describe('Needed when a channel is in Microsoft Teams. The secret does not belong here: it is in the environment.');

export const farmFileSchema = z
  .strictObject({
    farm: z.string().regex(NAME).describe('Short name. Rotations are named after it: prod-1, prod-2 ...'),
    rehearsal: z
      .boolean()
      .default(false)
      .describe('true only for a farm made up by the lab; the web console serves no other.'),
    timeZone: zone.default('UTC').describe('IANA name, such as Europe/Berlin.'),
    endpoint: endpoint.describe('MasterEndpoint of the workers, host:port; 8391 if no port is given.'),
    hosts: z.record(name, host).describe('Every machine of the farm, by its name.'),
    people: z.record(z.string().regex(PERSON), person).describe('Everybody who may ask or decide, by a short id.'),
    groups: z
      .record(z.string().regex(PERSON), group)
      .default({})
      .describe('Only for groups whose members a chat supplies too; otherwise each person names their groups.'),
    approval,
    gap,
    drain,
    certificate,
    reminders,
    retire,
    windows: z
      .array(changeWindow)
      .max(20)
      .default([])
      .describe('When a rotation may begin, unless its request says now. None: as soon as it is approved.'),
    ticket: ticket.optional(),
    slack: slack.optional(),
    teams: teams.optional(),
    notify: notify.describe('Where alarms that cannot wait for a chat are sent too.'),
    channels: z.array(channel).min(1).describe('Where its cards are posted.'),
  })
  .describe('A Scale Out farm, and who decides about it.');

export type FarmFile = z.output<typeof farmFileSchema>;
export type HostOverrides = z.output<typeof overridesSchema>;

/** JSON Schema for editors, as the file is written (defaults not yet applied). */
export const farmJsonSchema = (): object => z.toJSONSchema(farmFileSchema, { io: 'input' });
