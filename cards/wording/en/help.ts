import type { Pen } from '../../pen.ts';
import type { Lines } from '../line.ts';

/** `help` and `help WORD`. */
export const helpWords = {
  'help.intro': () =>
    'Certificates of SSIS Scale Out are rotated from here: asked for, approved, proved, or put back. Say after /ssis:',
  'help.asking': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('rotate-master because Yearly renewal')} asks for a new master certificate. ${pen.bold('rotate-worker all because Renewal')} asks for the workers' own.`,
  'help.looking': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('plan rotate-master')} shows the plan and asks nobody. ${pen.bold('status')}, ${pen.bold('certs')} and ${pen.bold('runners')} tell how things stand.`,
  'help.one': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('show prod-17')} brings the card of one rotation again, ${pen.bold('stop prod-17')} withdraws or stops it.`,
  'help.words': (d: { words: readonly string[] }, pen: Pen) =>
    `All words: ${d.words.join(', ')}. ${pen.bold('help rotate-master')} explains one.`,
  'help.rotate-master': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('rotate-master [FARM] [use THUMBPRINT] [at TIME] [ticket TICKET] [leave behind NAME] [compromised] [because REASON]')} plans the rotation of the master certificate and asks the approvers; use takes one that is in the master's Root or My.`,
  'help.rotate-worker': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('rotate-worker WORKER... | all [in FARM] [at TIME] [ticket TICKET] [compromised] [because REASON]')} plans the rotation of workers' own certificates and asks the approvers.`,
  'help.reconnect': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('reconnect WORKER... [in FARM] [at TIME] [ticket TICKET] [because REASON]')} brings workers that were off or re-imaged in line with what their master presents, and asks the approvers.`,
  'help.retire': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('retire [FARM] [at TIME] [ticket TICKET] [compromised] [because REASON]')} removes old certificates and their keys for good, once nothing has used them for the grace period; with compromised nothing waits for it.`,
  'help.rollback': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('rollback ID [at TIME] [ticket TICKET] [because REASON]')} goes back to the certificate before a rotation, while it is there; planned and approved like every other.`,
  'help.plan': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('plan')} in front of any request shows its plan and asks nobody: plan rotate-master, plan retire.`,
  'help.status': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('status [FARM]')} tells what is open, when certificates end, and whether the runners answer.`,
  'help.certs': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('certs [FARM]')} tells what each machine presents, binds, pins and stores and who may read the keys, the worst first; ${pen.bold('certs HOST [in FARM]')} tells all of one machine, with whole thumbprints.`,
  'help.runners': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('runners [FARM]')} tells which runners answer, their versions and their clocks, the silent first.`,
  'help.reminders': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('reminders [FARM]')} shows the reminder as of now, to you alone; ${pen.bold('reminders test [FARM]')} posts a sample to every channel.`,
  'help.show': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('show ID')} shows a card again; votes are cast by its buttons only.`,
  'help.stop': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('stop ID')} withdraws what has not begun, and stops what runs: it is put back, but for what was removed or contained.`,
  'help.by-button': (d: { word: string }, pen: Pen) =>
    `${pen.bold(d.word)} is never typed: it is a button of the rotation's card, so that whoever presses it has seen what it is about. ${pen.bold(`${d.word} ID`)} brings that card, as ${pen.bold('show ID')} does.`,
  'help.resolve': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('resolve ID [leave NAME...]')} shows what can be decided when a machine is unknown; where several are in question, names bring the button that asks to leave only these behind.`,
  'help.review': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('review ID because SENTENCE')} records that you looked once more at what was done about a compromised key.`,
  'help.freeze': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('freeze FARM until TIME because REASON')} lets no rotation begin before then; approvers only.`,
  'help.when': () =>
    'It starts in the next change window, where the farm has some, and else as soon as it is approved. Say at TIME, at next-window or now for another start.',
  'help.compromised': (d: { workers: boolean }) =>
    `Say compromised when somebody else may have a key: it begins as soon as it is approved, with the quorum that the farm file has for that, and the old certificate waits for no grace period.${d.workers ? ' A worker is cut off first, until it shows a new certificate.' : ''}`,
  'help.times': () =>
    'A time is 2026-12-24, 2026-12-24 18:00, 18:00, tomorrow 08:00, sat 22:00, noon or 3 days, in your time zone, or in the one that you add (18:00 Europe/Berlin); 90 days at most.',
  'help.unfreeze': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('unfreeze FARM [because REASON]')} ends a freeze before its time; approvers only.`,
  'help.whoami': (_d: object, pen: { bold(text: string): string }) =>
    `${pen.bold('whoami')} tells who you are here and what you may do.`,
  'help.help': (_d: object, pen: { bold(text: string): string }) => `${pen.bold('help [WORD]')} explains one word.`,
} satisfies Lines;
