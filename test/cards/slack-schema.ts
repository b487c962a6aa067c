import type { KnownBlock, ModalView } from '@slack/types';
import * as z from 'zod';

/** What Slack accepts, written from its reference and apart from the renderer's own table; nothing else is allowed. */
const most = (limit: number) => z.string().min(1).max(limit);
const plain = (limit: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: most(limit), emoji: z.literal(false) });
/** Without `verbatim`, Slack looks for links, channels and mentions in what merely looks like them. */
const mrkdwn = (limit: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: most(limit), verbatim: z.literal(true) });

const style = z.enum(['primary', 'danger']).exactOptional();
const button = z.strictObject({
  type: z.literal('button'),
  action_id: most(255),
  text: plain(75),
  value: most(2000),
  style,
  confirm: z
    .strictObject({
      title: plain(100),
      text: z.union([plain(300), mrkdwn(300)]),
      confirm: plain(30),
      deny: plain(30),
      style,
    })
    .exactOptional(),
});

const shown = [
  z.strictObject({ type: z.literal('header'), text: plain(150) }),
  z.strictObject({ type: z.literal('divider') }),
  /** Without `expand` Slack may fold it. */
  z.strictObject({
    type: z.literal('section'),
    text: z.union([mrkdwn(3000), plain(3000)]),
    expand: z.literal(true),
  }),
  z.strictObject({ type: z.literal('section'), fields: z.array(mrkdwn(2000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('context'), elements: z.array(mrkdwn(3000)).min(1).max(10) }),
  z
    .strictObject({ type: z.literal('actions'), block_id: most(255), elements: z.array(button).min(1).max(25) })
    .refine(({ elements }) => new Set(elements.map((one) => one.action_id)).size === elements.length),
] as const;

const option = z.strictObject({ text: plain(75), value: most(150), description: plain(75).exactOptional() });
const inputs = [
  z.strictObject({
    type: z.literal('input'),
    block_id: most(255),
    label: plain(2000),
    element: z.strictObject({
      type: z.literal('static_select'),
      action_id: most(255),
      options: z.array(option).min(1).max(100),
      initial_option: option.exactOptional(),
    }),
  }),
  z.strictObject({
    type: z.literal('input'),
    block_id: most(255),
    optional: z.boolean(),
    label: plain(2000),
    hint: plain(2000).exactOptional(),
    element: z.strictObject({
      type: z.literal('plain_text_input'),
      action_id: most(255),
      multiline: z.boolean().exactOptional(),
      min_length: z.number().int().min(0).max(3000).exactOptional(),
      max_length: z.number().int().min(1).max(3000),
      initial_value: most(500).exactOptional(),
    }),
  }),
] as const;

const distinct = (blocks: readonly object[]): boolean => {
  const ids = blocks.flatMap((one) => ('block_id' in one ? [one.block_id] : []));
  return new Set(ids).size === ids.length;
};

const message = z.strictObject({
  text: most(4000),
  blocks: z
    .array(z.union(shown))
    .min(1)
    .max(50)
    .refine((blocks) => JSON.stringify(blocks).length <= 12_000, 'msg_blocks_too_long')
    .refine(distinct),
});

const modal = z.strictObject({
  type: z.literal('modal'),
  callback_id: most(255),
  private_metadata: z.string().max(3000),
  title: plain(24),
  submit: plain(24).exactOptional(),
  close: plain(24),
  blocks: z
    .array(z.union([...shown, ...inputs]))
    .min(1)
    .max(100)
    .refine(distinct),
});

interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Throws where Slack would refuse. To the compiler, what the schema lets through is what Slack's library takes. */
export const asMessage = (given: unknown): SlackMessage => message.parse(given);
export const asModal = (given: unknown): ModalView => modal.parse(given);
