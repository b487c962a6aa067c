import type { Returns } from '../en/returning.ts';

const HOW: { readonly [how in Returns['how']]: string } = {
  'goes-back': '它会自行改回旧证书，因为没有人确认过新证书',
  stays: '它仍使用新证书',
  unknown: '它可能仍使用新证书，也可能自行改回旧证书',
};

/** The risk of leaving it. */
export const returning = ({ host, how }: Returns): string =>
  `若 ${host} 之后恢复，${HOW[how]}。${
    how === 'stays'
      ? '届时使用旧证书的 Worker 会断开，直到重新连接。'
      : '已跟随它的 Worker 会自行随之更改；不能随之更改的 Worker 届时会断开，直到重新连接。'
  }`;

/** What it says itself, once it is back. */
export const cameBackOn = (on: 'old' | 'new' | 'unknown'): string =>
  on === 'unknown' ? '但它不知道自己的状态' : `据其所述使用${on === 'old' ? '旧' : '新'}证书`;
