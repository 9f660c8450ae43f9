/**
 * The marks of a run. Everything that a run makes has its name, and the name says which process on which machine it
 * belongs to, so that a later run can tell what a dead one has left from what a living one still uses.
 */

/** The label of containers, networks and volumes; its value is the name of the run. */
export const LABEL = 'dockfix.run';
/** Images have the name of the run as their tag, with a number behind it. */
export const REPOSITORY = 'dockfix-verify';
/** What --keep-images leaves; no run removes it. */
export const KEPT_REPOSITORY = 'dockfix-kept';
/** Of folders for temporary files, before the name of the run. */
export const FOLDER_PREFIX = 'dockfix-verify-';

export interface RunMark {
  /** `<machine>-<pid>-<start>-<random>`, all of it [a-z0-9-]. */
  readonly name: string;
}

export interface ProcessPlace {
  /** Eight hexadecimal digits that stand for the machine. */
  readonly machine: string;
  /** When a process started, in any unit that stays the same; null when there is no such process. */
  startOf(pid: number): string | null;
}

const NAME = /^([0-9a-f]{8})-([0-9]{1,10})-([0-9a-z]{1,16})-([0-9a-f]{8})$/;

export function markOf(place: ProcessPlace, pid: number, random: string): RunMark {
  return { name: `${place.machine}-${pid}-${place.startOf(pid) ?? '0'}-${random}` };
}

/** Whether a run is over: its process was on this machine and is gone. Nobody knows that of other machines. */
export function isDead(name: string, place: ProcessPlace): boolean {
  const match = NAME.exec(name);
  if (!match || match[1] !== place.machine) return false;
  return place.startOf(Number(match[2])) !== match[3];
}

/** The run that an image of this tag belongs to; null for other images. */
export function runOfTag(tag: string): string | null {
  const name = tag.replace(/-[0-9]{1,6}$/, '');
  return NAME.test(name) && name !== tag ? name : null;
}
