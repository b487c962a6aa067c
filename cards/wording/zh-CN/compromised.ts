import type { Pen } from '../../pen.ts';
import { isAlone } from '../alone.ts';
import type { compromisedNotices as en } from '../en/compromised.ts';
import type { Same } from '../line.ts';
import { hosts, join, people, short, tight } from './grammar.ts';

interface Where {
  readonly thumbprint: string;
  readonly hosts: readonly string[];
  readonly untrusted?: boolean;
  readonly trusting?: readonly string[];
}

const believed = ({ trusting = [] }: Where): string =>
  join('持有私钥的人在', trusting.length === 0 ? '那里' : hosts(trusting, 4), '仍受信任');

const stillOn = (d: Where, pen: Pen): string =>
  tight`${pen.bold(join(`${short(d.thumbprint)} 仍在`, hosts(d.hosts, 4), ''))}，而其私钥已泄露${d.untrusted === true ? '；不过那里没有信任它。' : `：删除之前，${believed(d)}。`}`;

/** Where a certificate with a compromised key still is. */
export const compromisedNotices = {
  'compromised.there': (d, pen) => tight`${stillOn(d, pen)}已没有程序使用它，请发送 /ssis retire ${d.farm}。`,
  'compromised.allowed': (d, pen) =>
    tight`${stillOn(d, pen)}只要 ${hosts(d.by, 4)} 上 runner.json 的 allowedCertificates 列有它，它就会保留：请从中移除，重启 runner，然后发送 /ssis retire ${d.farm}。`,
  'compromised.shared': (d, pen) =>
    tight`${stillOn(d, pen)}目前无法删除（${d.where.slice(0, 4).join('、')}）：/ssis retire ${d.farm} 会说明须先做什么。`,
  'compromised.used': (d, pen) =>
    tight`${pen.bold(join('', hosts(d.hosts, 4), `仍在使用 ${short(d.thumbprint)}`))}，而其私钥已泄露：须先轮换，才能删除。`,
  'compromised.unread': (d) => join(`${short(d.thumbprint)} 的私钥已泄露；无法读取它是否仍在`, hosts(d.hosts, 4), '。'),
  'compromised.left': (d, pen) =>
    tight`${pen.bold(join('', hosts(d.hosts, 4), '保持原样'))}，可能仍在使用或信任 ${short(d.thumbprint)}，而其私钥已泄露：持有私钥的人在那里可能仍受信任。`,
  'told.retire-compromised': (d, pen) =>
    tight`${pen.bold(join(`${short(d.thumbprint)} 的私钥已泄露，而证书仍在`, hosts(d.hosts, 4), ''))}${d.untrusted === true ? '；不过那里没有信任它' : `：${believed(d)}`}。已没有程序使用它，${d.farm} 现在即可删除，无需等待宽限期。`,
  'refused.nothing-goes-back': (d, pen) =>
    `${pen.bold('那里不会还原')}：泄露的密钥不会再受信任。请重新查看 ${d.id}，或放弃该机器。`,
  'warning.contain': (d) => tight`${hosts(d.masters, 4)} 先重启：其间所有 Worker 的连接都会中断，此时分派的包会等待。`,
  'warning.contain-workers': (d) =>
    tight`${hosts(d.hosts, 4)} 从那时起断开，直到启用新证书；不等待其上正在运行的包，这些包会在别处重新启动。`,
  'proof.contained': (d) =>
    isAlone(d.hosts, [d.master])
      ? `${d.master} 上的 Master 不再信任本机 Worker 的旧证书，并已重启。`
      : tight`${d.master} 不再信任 ${hosts(d.hosts, 6)} 的旧证书，并已重启。`,
  'proof.cut-off': (d) => tight`${hosts(d.hosts, 6)}：新证书未启用，保持断开。`,
  'next.contained': (d) =>
    `修复之前${d.hosts.length === 1 ? '它' : '它们'}不运行任何包：/ssis rotate-worker ${d.hosts.join(' ')} compromised。`,
  'status.contained': (d, pen) =>
    tight`${d.id} 已隔离泄露的密钥，${pen.bold(tight`${hosts(d.hosts, 4)} 此后保持断开`)}，不运行任何包：/ssis rotate-worker ${d.hosts.join(' ')} compromised。`,
  'note.contained': (d, pen) => `${pen.bold(`${d.id} 已隔离泄露的密钥`)}，但新证书未启用：其 Worker 保持断开。`,
  'note.started-contain': (d, pen) =>
    tight`${people(d.by)} 已批准，${pen.bold(`${d.id} 开始`)}：首先断开 ${hosts(d.names, 4)}。`,
  'row.contained': (d) => `不再信任 ${d.count} 个 Worker`,
  'wrong.compromised-all': (d) =>
    `请写明 Worker 的名称：compromised 会立即断开它们，不能笼统地用 all。例如 /ssis ${d.word} sqlw01 sqlw02 compromised。`,
  'wrong.not-compromised': (d) =>
    `${d.word} 不能使用 compromised：请与 rotate-master、rotate-worker 或 retire 一起使用。`,
} satisfies Same<typeof en>;
