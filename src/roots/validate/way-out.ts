import { otherProxyHere, type ProxyHere } from '../../config/load.ts';
import { isOutOfReach, shownProxy } from '../../domain/calls/way-out.ts';
import type { Finding } from '../../ports/chat.ts';
import { type Line, note } from './line.ts';

/** The proxy that the bot uses; empty if it has none. */
export const lookAtWayOut = (here: ProxyHere | null): readonly Line[] =>
  here === null
    ? []
    : [
        note(
          `Chats, webhook and ping are reached through the proxy ${shownProxy(here.proxy)}, which ${here.from} names${
            here.noProxy === '' ? '' : '; what NO_PROXY lists is reached directly'
          }.`,
        ),
      ];

/** A note if a chat is out of reach and the machine has a proxy in a variable that we do not read. */
export function lookAtOtherProxy(here: ProxyHere | null, findings: readonly Finding[]): readonly Line[] {
  const other = here === null && findings.some(isAway) ? otherProxyHere() : null;
  return other === null ? [] : [note(`${other}${NOT_READ}`)];
}

const isAway = ({ ok: well, message: { data } }: Finding): boolean =>
  !well && data.code === 'ChatAway' && isOutOfReach(String(data.reason ?? ''));

const NOT_READ =
  ' is set but not used: the bot connects directly. To give it a proxy, set CERTOPS_HTTPS_PROXY or HTTPS_PROXY.';
