/**
 * What a build keeps below /root although a variable could put it where everybody can read it: the fix sets that
 * variable above the RUN, and the same variable tells the program where to look when it runs.
 */
import type { Document, Instruction } from '../document.ts';
import { firstProgram } from '../apt.ts';
import { isWithheld, shellOf } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { variableAt } from '../variables.ts';
import type { FinalImage } from './final-image.ts';
import type { StartTrace } from './start-trace.ts';

export interface Relocation {
  readonly name: string;
  readonly value: string;
  /** The variable has to be set in front of this RUN. */
  readonly instruction: Instruction;
}

/** The variables to set, each once, in the order of the file. */
export function relocationsOf(
  document: Document,
  image: FinalImage,
  trace: StartTrace,
): readonly Relocation[] {
  const found = new Map<string, Relocation>();
  for (const [instruction, command] of commandsOf(document, image)) {
    const variable = movesBrowsers(command)
      ? { name: 'PLAYWRIGHT_BROWSERS_PATH', value: '/ms-playwright' }
      : firstProgram(command) === 'corepack' && keptByCorepack(document, image, trace) === 'used'
        ? { name: 'COREPACK_HOME', value: '/usr/local/share/corepack' }
        : null;
    if (!variable || found.has(variable.name)) continue;
    const isSet =
      Boolean(variableAt(document, instruction, variable.name)?.value) ||
      command.assignments.some((text) => text.startsWith(`${variable.name}=`));
    if (!isSet) found.set(variable.name, { ...variable, instruction });
  }
  return [...found.values()];
}

function commandsOf(
  document: Document,
  { instructions }: FinalImage,
): readonly (readonly [Instruction, ShellCommand])[] {
  return instructions.flatMap((instruction) => {
    const { keyword, rest, heredocs } = instruction;
    if (keyword !== 'RUN') return [];
    // A package manager counts only beside corepack, see keptByCorepack.
    if (heredocs.length === 0 && !/playwright|corepack|pnpm|yarn/.test(rest.text)) return [];
    const script = shellOf(document, instruction);
    return isWithheld(script)
      ? []
      : script.commands.map((command): readonly [Instruction, ShellCommand] => [instruction, command]);
  });
}

/** `playwright install`, by whichever program. */
function movesBrowsers({ words }: ShellCommand): boolean {
  const text = words.map(({ value }) => value ?? '?').join(' ');
  return /\bplaywright(?:@\S+)?\s+install\b/.test(text);
}

/**
 * What corepack has below /root when the image is built: nothing; a package manager that the build has used, so that
 * the version which the start wants is there; or one that was only prepared.
 */
export function keptByCorepack(
  document: Document,
  image: FinalImage,
  trace: StartTrace,
): 'nothing' | 'used' | 'prepared' {
  const isStarted = trace.commands.some(({ words }) => /(?:^|\/)(?:pnpm|yarn)$/.test(words[0] ?? ''));
  const all = commandsOf(document, image).map(([, command]) => command);
  const calls = all.filter((command) => firstProgram(command) === 'corepack');
  if (!isStarted || calls.length === 0) return 'nothing';
  if (all.some((command) => /^(?:pnpm|yarn)$/.test(firstProgram(command)))) return 'used';
  return calls.some(({ words }) => /^(?:prepare|install|use|pack|hydrate)$/.test(words[1]?.value ?? ''))
    ? 'prepared'
    : 'nothing';
}
