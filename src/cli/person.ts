/** The person in front of `--write`: sees each file's diff and says yes, no, or yes to some of its fixes. */
import type { FixedFinding } from '../core/outcome.ts';
import { visible } from '../report/text.ts';
import type { Io } from './io.ts';

export type Answer =
  | { readonly kind: 'write' }
  | { readonly kind: 'decline' }
  /** Write, but without these. */
  | { readonly kind: 'write-some'; readonly refuse: (finding: FixedFinding) => boolean };

export interface Person {
  /** Asks about one file whose diff has just been shown. */
  decide(path: string, findings: readonly FixedFinding[]): Promise<Answer>;
  /** Nobody needs to see or be asked about the other files. */
  readonly wantsNoMore: boolean;
}

/** Writes everything without asking: `--yes`, or nobody is there. */
export const nobody: Person = { decide: () => Promise.resolve({ kind: 'write' }), wantsNoMore: false };

export function createPerson(io: Io): Person {
  let forAll: Answer | null = null;
  let quit = false;
  return {
    async decide(path, findings) {
      while (forAll === null) {
        const answer = await io.ask(`Write ${path}? [y]es, [n]o, [e]ach fix, [a]ll files, [q]uit: `);
        switch (answer?.trim().toLowerCase() ?? 'q') {
          case 'y':
          case 'yes':
            return { kind: 'write' };
          case 'n':
          case 'no':
            return { kind: 'decline' };
          case 'e':
          case 'each':
            return askEach(io, findings);
          case 'a':
          case 'all':
            forAll = { kind: 'write' };
            break;
          case 'q':
          case 'quit':
            quit = true;
            forAll = { kind: 'decline' };
        }
      }
      return forAll;
    },
    get wantsNoMore() {
      return quit;
    },
  };
}

async function askEach(io: Io, findings: readonly FixedFinding[]): Promise<Answer> {
  const refused = new Set<string>();
  const key = ({ id, line, message }: FixedFinding): string => `${id} ${line} ${message}`;
  for (const finding of findings) {
    const what = visible(finding.title ?? finding.message);
    const answer = await io.ask(`  line ${finding.line}  ${finding.id}: ${what}? [y/n]: `);
    if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) refused.add(key(finding));
  }
  if (refused.size === findings.length) return { kind: 'decline' };
  return { kind: 'write-some', refuse: (finding) => refused.has(key(finding)) };
}
