/** Whether the one worker of a sentence runs on the master's machine, which would be named beside itself. */
export const isAlone = (hosts: readonly string[], masters: readonly string[]): boolean =>
  hosts.length === 1 && masters.length === 1 && hosts[0] === masters[0];
