/** The person in front of `--write`: sees each file's diff and says yes, no, or yes to some of its fixes. */
import type { FixedFinding } from '../core/outcome.ts';
import { visibleLine } from '../report/visible.ts';
import type { Io } from './io.ts';

export type Answer =
  | { readonly kind: 'write' }
  | { readonly kind: 'decline' }
  /** Write, but without these. */
  | { readonly kind: 'write-some'; readonly refuse: (finding: FixedFinding) => boolean };

export interface Person {
  /** Asks about one file whose diff has just been shown. */
  decide(path: string, findings: readonly FixedFinding[]): Promise<Answer>;
  /** The other files shall not be looked at. */
  readonly hasQuit: boolean;
}

/** Writes everything without asking: `--yes`, or nobody is there. */
export const nobody: Person = { decide: () => Promise.resolve({ kind: 'write' }), hasQuit: false };

export function createPerson(io: Io): Person {
  let writesAll = false;
  let hasQuit = false;

  async function decide(path: string, findings: readonly FixedFinding[]): Promise<Answer> {
    while (!writesAll) {
      const answer = await io.ask(
        `Write ${visibleLine(path)}? [y]es, [n]o, [e]ach fix, [a]ll files, [q]uit: `,
      );
      switch (answer?.trim().toLowerCase() ?? 'q') {
        case 'y':
        case 'yes':
          return { kind: 'write' };
        case 'n':
        case 'no':
          return { kind: 'decline' };
        case 'e':
        case 'each':
          return askEach(findings);
        case 'a':
        case 'all':
          writesAll = true;
          break;
        case 'q':
        case 'quit':
          return quit();
      }
    }
    return { kind: 'write' };
  }

  async function askEach(findings: readonly FixedFinding[]): Promise<Answer> {
    const accepted = new Set<string>();
    const key = ({ id, line, message }: FixedFinding): string => `${id} ${line} ${message}`;
    for (const finding of findings) {
      const what = visibleLine(finding.title ?? finding.message);
      const answer = await io.ask(`  line ${finding.line}  ${finding.id}: ${what}? [y/n]: `);
      if (answer === null) return quit();
      if (/^y(?:es)?$/i.test(answer.trim())) accepted.add(key(finding));
    }
    if (accepted.size === 0) return { kind: 'decline' };
    // Without the ones that were refused, others may become possible; nobody has seen those.
    return { kind: 'write-some', refuse: (finding) => !accepted.has(key(finding)) };
  }

  function quit(): Answer {
    hasQuit = true;
    return { kind: 'decline' };
  }

  return {
    decide,
    get hasQuit() {
      return hasQuit;
    },
  };
}
