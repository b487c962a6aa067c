import type { compromisedWords as en } from '../../en/cards/compromised.ts';
import type { Same } from '../../line.ts';
import { hosts, join } from '../grammar.ts';

/** What cards say about a compromised key. */
export const compromisedWords = {
  'compromised.key': (d) => {
    if (d.request === 'retire') return '密钥泄露：旧证书不再等待宽限期。';
    if (d.request === 'rotate-master') return `密钥泄露：${d.farm} 的${d.old ? '旧' : ''} Master 证书的私钥。`;
    return join('密钥泄露：', hosts(d.hosts, 4), `的${d.old ? '旧' : ''}私钥。`);
  },
  'compromised.at-once': () => '批准后立即开始，不等待变更窗口。',
  'compromised.spoken': () => '密钥泄露：',
} satisfies Same<typeof en>;
