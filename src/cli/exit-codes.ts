/** Exit codes. Where several apply, the one that says most about the run wins: 4 > 2 > 3 > 1 > 0. */
export const EXIT = {
  done: 0,
  changesWanted: 1,
  usage: 2,
  notJudged: 3,
  bug: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ORDER: readonly ExitCode[] = [
  EXIT.done,
  EXIT.changesWanted,
  EXIT.notJudged,
  EXIT.usage,
  EXIT.bug,
  EXIT.interrupted,
];

export function worse(a: ExitCode, b: ExitCode): ExitCode {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}
