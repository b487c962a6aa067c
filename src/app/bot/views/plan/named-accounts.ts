import type { HostLook } from '../../../../domain/machine/host-facts.ts';
import { readerNames } from '../../../../domain/machine/key-readers.ts';
import type { Json, Message } from '../../../../domain/values.ts';
import type { HostChangesView } from '../../../../domain/views/view.ts';

/** Steps know accounts by their SIDs; cards show the names that the machines gave for them. */
export function namedAccounts(
  groups: readonly HostChangesView[],
  looks: readonly HostLook[],
): readonly HostChangesView[] {
  const services = looks.flatMap(({ master, worker }) => [master, worker].flatMap((side) => side?.service ?? []));
  const nameOf = (sid: string): string => {
    const service = services.find(({ accountSid }) => accountSid === sid) ?? NOBODY;
    return readerNames([sid], service)[0] ?? sid;
  };
  return groups.map((group) => ({ ...group, lines: group.lines.map((line) => named(line, nameOf)) }));
}

const NOBODY = { account: '', accountSid: '' };

function named(line: Message, nameOf: (sid: string) => string): Message {
  const { reader, readers } = line.data;
  const name = (sid: Json): Json => (typeof sid === 'string' ? nameOf(sid) : sid);
  return {
    ...line,
    data: {
      ...line.data,
      ...(reader === undefined ? {} : { reader: name(reader) }),
      ...(Array.isArray(readers) ? { readers: readers.map(name) } : {}),
    },
  };
}
