/** An address that the bot may call: https, or http on this very machine, without user and password. */
export function isCallableUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const isPlain = protocol === 'http:' && hostname === '127.0.0.1';
  return (protocol === 'https:' || isPlain) && hostname !== '' && `${username}${password}${hash}` === '';
}

/** Whether what is sent there can be read on the way. */
export const isPlainAddress = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'http:';
