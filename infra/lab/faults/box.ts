import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { FAULTS, type FaultKind, type Point } from './table.ts';

export interface ArmedFault {
  readonly host: string;
  readonly fault: string;
  /** How many times the fault does nothing before it takes effect. */
  readonly skip: number;
}

/** The armed faults. They are kept in a file, so that a killed lab comes back with them. */
export interface FaultBox {
  arm(host: string, fault: string, skip: number): FaultKind;
  /** The fault that takes effect at this point now, if any. The call uses up a one-shot fault, or one `skip`. */
  take(host: string, point: Point): FaultKind | null;
  /** Looks without using anything up. */
  peek(host: string, point: Point, mode?: string): FaultKind | null;
  armed(): readonly ArmedFault[];
  /** Disarms all faults of this host and returns them; null: of every host. */
  clear(host: string | null): readonly ArmedFault[];
}

export function openFaults(file: string): FaultBox {
  let armed: ArmedFault[] = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ArmedFault[]) : [];
  const keep = (next: ArmedFault[]): void => {
    armed = next;
    writeFileSync(`${file}.new`, JSON.stringify(armed));
    renameSync(`${file}.new`, file);
  };
  const find = (host: string, point: Point, mode?: string): ArmedFault | undefined =>
    armed.find((each) => {
      const kind = kindOf(each.fault);
      return each.host === host && kind?.point === point && (mode === undefined || kind.mode === mode);
    });
  return {
    arm: (host, fault, skip) => {
      const kind = kindOf(fault);
      if (kind === null) throw new Error(`no such fault: ${fault}`);
      if (!kind.immediate) keep([...armed, { host, fault, skip }]);
      return kind;
    },
    take: (host, point) => {
      const found = find(host, point);
      if (found === undefined) return null;
      const kind = kindOf(found.fault);
      if (found.skip > 0) {
        keep(armed.map((each) => (each === found ? { ...each, skip: each.skip - 1 } : each)));
        return null;
      }
      if (kind?.once === true) keep(armed.filter((each) => each !== found));
      return kind;
    },
    peek: (host, point, mode) => kindOf(find(host, point, mode)?.fault ?? ''),
    armed: () => armed,
    clear: (host) => {
      const gone = armed.filter((each) => host === null || each.host === host);
      if (gone.length > 0) keep(armed.filter((each) => !gone.includes(each)));
      return gone;
    },
  };
}

const kindOf = (id: string): FaultKind | null => FAULTS.find((kind) => kind.id === id) ?? null;
