import type { runningWords as en } from '../../en/cards/running.ts';
import type { Same } from '../../line.ts';
import { hosts, people, tight } from '../grammar.ts';
import { exact, sum, whole } from '../measure.ts';
import { reconnecting } from './reconnect.ts';

const PHASES = { contain: '隔离', prepare: '准备', cutover: '切换', retire: '删除', prove: '验证' } as const;

interface About {
  readonly farm: string;
  readonly request: string;
  readonly hosts: readonly string[];
}

function whose({ farm, request, hosts: workers }: About): string {
  if (request !== 'rotate-worker') return `${farm} `;
  return workers.length === 1 ? `${workers[0]} ` : `${farm} 的 ${workers.length} 个 Worker `;
}

function whoIsCutOff({ cut, ms, unheard }: Parameters<(typeof en)['running.fallback']>[0]): string {
  if (cut.length === 0) return '';
  const since = unheard || ms === null ? '' : ` ${whole(ms)}`;
  return tight`${unheard ? '最后一次有消息时，' : ''}${hosts(cut)} 已断开${since}。`;
}

export const runningWords = {
  'running.state': (d) => `正在执行 · 第 ${d.step} 步，共 ${d.steps} 步`,
  'running.state-back': () => '正在还原',
  'running.title': (d) =>
    d.request === 'reconnect'
      ? reconnecting(d, false)
      : `正在${d.of === null ? '轮换' : `回退 ${d.of}，即`} ${whose(d)}的${d.request === 'rotate-worker' ? '' : ' Master '}证书`,
  'running.title-back': (d) =>
    d.request === 'reconnect'
      ? reconnecting(d, true)
      : d.unbound
        ? `正在移除 ${d.farm} 端口的新绑定`
        : `正在还原 ${whose(d)}${d.of === null ? '的旧' : `由 ${d.of} 换上的`}${d.request === 'rotate-worker' ? '' : ' Master '}证书`,
  'running.about': (d, pen) =>
    tight`${d.id}${d.ticket === null ? '' : ` · ${d.ticket}`} · 批准人 ${people(d.names)} · ${pen.time(d.at)} 开始`,
  'running.phase': (d) => `${d.sign} ${PHASES[d.phase]}`,
  'running.phase-done': (d) => exact(d.ms),
  'running.phase-done-unmeasured': () => '完成',
  'running.phase-now': (d) => `第 ${d.step} 步，至第 ${d.to} 步`,
  'running.phase-later': (d) => (d.from === d.to ? `第 ${d.to} 步` : `第 ${d.from}–${d.to} 步`),
  'running.cut-off': (d, pen) =>
    `${d.count} 个 Worker 已断开 ${pen.bold(whole(d.ms))}。${d.limitMs === null ? '' : `满 ${whole(d.limitMs)}${d.leaveBehind === 0 ? '' : `时若仍有超过 ${d.leaveBehind} 个未恢复，`}将全部还原。`}`,
  'running.cut-off-unmeasured': (d) => `${d.count} 个 Worker 已断开，时长未能测得。`,
  'running.cut-before': (d) => `${d.all ? '所有' : `${d.count} 个`} Worker 仍断开，开始之前即已如此。`,
  'running.refused-before': (d) => `${d.all ? '所有' : `${d.count} 个`} Worker 在开始之前即已断开，此后尚未见其连接。`,
  'running.unheard': (d) => {
    const cut =
      d.count === 0
        ? '目前无法得知是否有 Worker 断开，因为并非所有机器都有消息。'
        : `最后一次有消息时，${d.count} 个 Worker 已断开。`;
    return d.master === null || d.limitMs === null
      ? cut
      : tight`${cut}若 ${d.master} 在切换后 ${whole(d.limitMs)}内未得到确认，会自行还原，各 Worker 也随之还原。`;
  },
  'running.unsure': (d) => tight`不知道 ${hosts(d.hosts)} 现在是否断开。`,
  'running.nobody-yet': () => '没有 Worker 断开。',
  'running.nobody-now': () => '已没有 Worker 断开。',
  'running.nobody-heard': () => '按最近收到的消息，没有 Worker 断开。',
  'running.stop-asked': (d, pen) => `${pen.bold(d.by)} 要求停止：完成手头的更改后，全部还原。`,
  'running.stop-contained': (d, pen) => tight`${pen.bold(d.by)} 要求停止：正在进行的更改会做完；已隔离的保持隔离。`,
  'running.row-cut-off': (d) => (d.ms === null ? '已断开' : `已断开 ${whole(d.ms)}`),
  'running.row-ms': (d) => sum(d.ms),
  'running.rows-cut': (d) => {
    const parts = [
      d.good > 0 ? `${d.good} 台完成` : '',
      d.running > 0 ? `${d.running} 台进行中` : '',
      d.waiting > 0 ? `${d.waiting} 台等待` : '',
      d.bad > 0 ? `${d.bad} 台失败` : '',
      d.unknown > 0 ? `${d.unknown} 台状态未知` : '',
    ].filter((part) => part !== '');
    return `另有 ${d.left} 台：${parts.join('，')}`;
  },
  'running.steps': () => '步骤',
  'running.step': (d) => {
    if (d.names.length === 0) return `${d.number} · 全部：`;
    return `${d.number} · ${d.names.length > 3 ? `${d.names.length} 台机器` : hosts(d.names, 4, '、')}：`;
  },
  'running.step-at': (d) => `+${exact(d.ms)}`,
  'running.steps-cut': (d) => `另有 ${d.left} 行`,
  'running.new-thumbprint': (d) => `新证书 ${d.thumbprint}`,
  'running.stop': () => '停止并还原…',
  'running.stop-do': () => '停止并还原',
  'running.every-button': () => '全部步骤',
  'running.fallback': (d) => {
    const back = d.back.length === 0 ? '' : tight`${hosts(d.back)} 已恢复。`;
    return `${d.id} 正在执行：第 ${d.step} 步，共 ${d.steps} 步。${back}${whoIsCutOff(d)}`;
  },
  'running.fallback-back': (d) => `${d.id} 正在还原${d.why === null ? '。' : `：${d.why}`}`,
  'stop.prepare': () => '在处理下一台机器之前停止，并撤销目前的准备工作。这不会使任何 Worker 断开。',
  'stop.unbound': (d) =>
    `在处理下一台机器之前停止，并撤销目前的更改：端口 ${d.port} 和之前一样没有绑定${d.workers === 0 ? '' : '，所有 Worker 断开'}。`,
  'stop.old-gone': () =>
    '在处理下一台机器之前停止，并撤去已准备的内容。一旦 Master 的配置已写入新证书，那里就不再还原，因为旧证书已不存在：届时由人工决定。',
  'stop.contained': (d, pen) =>
    tight`在下一台机器之前停止。不会再让任何机器信任泄露的密钥：${pen.bold(hosts(d.hosts, 4))} 在启用新证书之前保持断开。`,
  'stop.workers': (d, pen) => {
    const all = [...d.again, ...d.stillCut];
    return tight`在处理下一台机器之前停止，并还原目前的更改：${pen.bold(all.length === 0 ? '每个 Worker' : hosts(all))} 改回${before(d.of)}，并再次重启。`;
  },
  'stop.cutover': (d, pen) => {
    const all =
      d.workers === 0 ? d.master : `${d.master} 和${d.workers === 1 ? '它的 Worker' : `全部 ${d.workers} 个 Worker`}`;
    const again = d.again.length === 0 ? '' : tight`${hosts(d.again)} 会再次断开`;
    const still = d.stillCut.length === 0 ? '' : tight`${hosts(d.stillCut)} 在恢复之前保持断开`;
    const cost = [again, still].filter((part) => part !== '').join('，');
    return `在处理下一台机器之前停止，并还原目前的更改：${pen.bold(all)} 改回${before(d.of)}${cost === '' ? '' : `；${cost}`}。`;
  },
} satisfies Same<typeof en>;

/** What is gone back to; `of`: the rotation that is being rolled back, whose certificate it was. */
export const before = (of: string | null = null): string => (of === null ? '旧证书' : ` ${of} 换上的证书`);
