import type { leaveOneWords as en } from '../../en/cards/leave-one.ts';
import type { Same } from '../../line.ts';
import { hosts, tight } from '../grammar.ts';

const stays = (rest: readonly string[], most = 3): string => tight`${hosts(rest, most)} 如何处理仍待决定。`;

const BY = { all: '点击其按钮，或', some: '点击其按钮（若有），或', none: '' } as const;

export const leaveOneWords = {
  'person.leave-one': (d) => `放弃 ${d.host}…`,
  'person.leave-some': () => '放弃其中一台…',
  'person.leave-one-choice': (d, pen) =>
    `也可以只放弃其中一台（同样须获得 ${d.quorum} 票批准；${BY[d.buttons]}发送 ${pen.bold(`/ssis resolve ${d.id} leave NAME`)}），其余仍待决定。`,
  'person.leave-one-what': (d) =>
    tight`${hosts(d.hosts)} ${d.packages ? '保留旧证书，不重启' : '保持现状，予以放弃'}。${stays(d.rest)}`,
  'person.asked-one': (d, pen) => tight`${pen.bold(d.by)} 申请放弃 ${hosts(d.hosts)}。${stays(d.rest, 6)}`,
  'person.approve-one': (d, pen) =>
    tight`您同意${d.packages ? ' ' : '放弃 '}${pen.bold(hosts(d.hosts))}${d.packages ? ' 保留旧证书' : ''}。${stays(d.rest)}${d.starts ? `点击后 ${pen.bold('立即执行')}。` : '其他人同意之前不会执行。'}`,
} satisfies Same<typeof en>;
