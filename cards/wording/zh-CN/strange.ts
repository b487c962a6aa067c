import type { strangeWords as en } from '../en/strange.ts';
import type { Same } from '../line.ts';

/** Reports from a machine that should never occur. */
export const strangeWords = {
  'strange-order': (d, pen) =>
    `${pen.bold(`${d.host} 拒绝了一条并非由本机器人发出的指令`)}（${d.code}，${pen.time(d.at)}）。有他人写入它的队列：请查看谁能访问 Redis。`,
  'bot-key-not-pinned': (d, pen) =>
    `${pen.bold(`${d.host} 不认可本机器人的密钥`)}（${d.code}，${pen.time(d.at)} 发现）：它拒绝本机器人发出的一切指令。若机器人并未换用另一密钥，请查明是谁改动了它的 runner.json。若已换用，请先将下面的密钥与机器人处 certops keys 的输出比对，再在 ${d.host} 上以管理员身份输入下列命令，并重启其 runner：node runner.mjs keys --bot-key ${d.key}`,
  'letters-of-other-farm': (d, pen) =>
    `${pen.bold(`${d.farm} 的 ${d.host} 在其队列中发现服务器场 ${d.other} 的消息`)}，所用密钥（${d.key}）它不认识，于 ${pen.time(d.at)} 发现。若 ${d.other} 的机器人共用此 Redis，且也有名为 ${d.host} 的机器，则两个 runner 会互取对方的消息，工作因此延迟或失效：请让其中一个服务器场使用自己的 Redis。否则有他人写入该队列：请查看谁能访问 Redis。`,
  'order-not-remembered': (d, pen) =>
    `${pen.bold(`${d.host} 接受了${d.id === null ? '一条不属于任何轮换的指令（例如查看）' : ` ${d.id} 的一条指令`}，而机器人的操作日志中没有它`)}，于 ${pen.time(d.at)} 发现；其他机器可能也有。要么机器人的文件夹被删除或从较早的副本恢复，此后的批准与拒绝在此缺失；要么有第二个机器人在其副本上运行（可用 certops validate 查明）；要么有他人用其密钥签名。此处未决的申请已结束：请在每台机器上查看其状态（node runner.mjs status），然后重新申请，勿批准更早的申请。请查看该主机的事件日志，若无人动过该文件夹，请更换密钥。`,
  'journal-lost': (d, pen) =>
    `${pen.bold(`${d.host} 上 runner 的操作日志已不是原来那份`)}，于 ${pen.time(d.at)} 发现。若当时有未完成的工作，其进度无从知晓。要么它被重新设置，要么有人删除或恢复了该文件，要么断电使其末尾丢失，要么该机器或其文件夹的副本也在运行：certops validate 会指出是否有两个同名的 runner 已连接。`,
  'too-much-said': (d, pen) =>
    `${pen.bold(`${d.host} 上的 runner 发来的内容超出它可能有的记录`)}（${d.code}，${pen.time(d.at)}）。下一个小时之前不再接收（若当天的限额已用完，则到 UTC 零点之前），其间视为没有响应。若只是补报多年的记录，会自行恢复；否则请检查该机器：可能有他人持有其密钥。`,
  'much-said': (d, pen) =>
    `${pen.bold(`${d.host} 上的 runner 正在填满机器人的操作日志`)}（${d.code}，${pen.time(d.at)}）：自 UTC 零点以来发来的内容，已超出任何一天的查看和轮换所能产生的量。目前仍全部记录；达到八倍后，当天不再接收。若只是补报多年的记录，会自行恢复；否则请检查该机器：其 runner 出了故障、有他人写入它的队列，或有他人持有其密钥。请停止其 runner；若找不到其他原因，请更换密钥。`,
  'number-too-high': (d, pen) =>
    `${pen.bold(`${d.host} 上的 runner 所报的指令编号远高于发给它的指令`)}（${d.code}，${pen.time(d.at)}）。每发一条指令，其编号最多只按增加十万采信。若是机器人的文件夹丢失过，会自行恢复；否则请检查该机器：可能有他人持有其密钥，请更换密钥。`,
  'two-speak': (d, pen) =>
    `${pen.bold(`有两方在使用 ${d.host} 上 runner 的密钥`)}（${d.code}，${pen.time(d.at)}）：其所报内容不可能来自同一方。请检查其文件夹的副本是否在别处运行；若没有，则有他人持有其密钥：请更换密钥，并检查该机器。`,
  'not-signed-here': (d, pen) =>
    `${pen.bold(`${d.host} 上的 runner 报告了并非由本机器人签名的指令`)}（${d.code}，${pen.time(d.at)}）。此处未因此有任何改变。若机器人曾以另一密钥重新设置，那是此前的指令；否则请检查该机器：可能有他人持有其 runner 的密钥，请更换密钥。`,
  'not-understood': (d, pen) =>
    `${pen.bold(`无法理解 ${d.host} 上的 runner 所报内容`)}（${d.code}，${pen.time(d.at)}）。它的版本多半比本机器人新：在机器人也更新到该版本之前，看不到它的任何操作，轮换也无法完成。请先更新机器人，再更新 runner。`,
  'order-not-understood': (d, pen) =>
    `${pen.bold(`${d.host} 不识别一条以机器人密钥签名的指令`)}（${d.code}，${pen.time(d.at)}）。若其 runner 的版本比机器人旧，请更新它；若两者版本相同，则有他人持有机器人的密钥：请更换密钥。`,
} satisfies Same<typeof en>;
