export const SLOTS = 512;

export const TOOL_NAMES = ['netsh', 'certutil', 'sc', 'icacls', 'reg', 'whoami', 'netstat', 'eventcreate'] as const;
/** sqlcmd is in a folder of its own, and only on the master's host. */
export type LabTool = (typeof TOOL_NAMES)[number] | 'sqlcmd';

/** RPC_S_SERVER_UNAVAILABLE: exit code of a tool whose machine is not there. */
export const UNAVAILABLE = 1722;

/**
 * The stand-in for a Windows tool: plain sh, without a child process (unless all slots are taken). It claims a slot by
 * creating the slot's request file exclusively, with the arguments separated by NUL, rings the daemon through a named
 * pipe and blocks on reading the slot's own pipe. The answer is a piece of sh that prints the bytes. Costs a third of a
 * millisecond more than an empty script.
 */
export function shimText(host: string, runFolder: string): string {
  return `#!/bin/sh
# Stand-in for a Windows tool, on a made-up machine. It does nothing by itself: it asks the lab.
h=${quote(host)}
d=${quote(runFolder)}
t=\${0##*/}
away() {
  printf '%s\\r\\n' 'The RPC server is unavailable.'
  exit ${UNAVAILABLE & 0xff}
}
[ -r "$d/pid" ] && read -r p <"$d/pid" && kill -0 "$p" 2>/dev/null || away
i=$(($$ % ${SLOTS}))
n=0
set -C
until { printf '%s\\0' "$$" "$h" "$t" "$@" >"$d/$i.req"; } 2>/dev/null; do
  [ -d "$d" ] || away
  i=$(((i + 1) % ${SLOTS}))
  n=$((n + 1))
  # All taken: wait, or the spinning would keep the others from ending.
  [ $((n % ${SLOTS})) -gt 0 ] || sleep 0.02 2>/dev/null || sleep 1
  [ "$n" -lt ${SLOTS * 1000} ] || away
done
set +C
exec 3<>"$d/ring"
printf '%s\\n' "$i" >&3
a=
# Opened for both first, or the opening would wait for a daemon that has just died; then its end is an end of file.
exec 4<>"$d/$i.pipe" 5<"$d/$i.pipe" 4<&-
while read -r a && [ "$a" != "$$" ]; do :; done <&5
[ "$a" = "$$" ] || away
c=255
. "$d/$i.out"
printf 'd%s %s\\n' "$i" "$$" >&3
exit "$c"
`;
}

/** One call's answer as sh: printf's %b outputs every byte unchanged, whatever the shell. */
export const answerText = (bytes: Buffer, code: number): string =>
  `printf %b '${Array.from(bytes, (byte) => OCTAL[byte]).join('')}'\nc=${code & 0xff}\n`;

const OCTAL: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte > 0x7e || byte === 0x27 || byte === 0x5c
    ? `\\0${byte.toString(8).padStart(3, '0')}`
    : String.fromCharCode(byte),
);

const quote = (text: string): string => `'${text.replace(/'/gu, `'\\''`)}'`;
