/**
 * The shell's view of a RUN: what the shell is given, parsed, with every command mapped back to the source. The
 * parser reads the joined text, which is exactly what the shell sees; positions are translated afterwards.
 */
import { parse } from 'unbash';
import type { Command, Script, Statement, SyntaxNode, Word } from 'unbash';
import { forEachChild } from 'unbash';
import type { Document, Instruction } from './document.ts';
import { lineEndingAt, lineStartAt } from './document.ts';
import { sourceSpan } from './lines.ts';
import type { LogicalText, Piece } from './lines.ts';
import { stagesOf } from './stages.ts';
import type { Edit, Span, Withheld } from './types.ts';

export interface ShellWord {
  /** What the command gets, quotes removed; null when a variable, a substitution or a glob decides it. */
  readonly value: string | null;
  readonly text: string;
  readonly span: Span;
}

export interface ShellCommand {
  /** The command's name and its arguments, without assignments in front and redirections. */
  readonly words: readonly ShellWord[];
  /** Variables set for this command alone (`A=1 cmd`). */
  readonly assignments: readonly string[];
  readonly redirects: boolean;
  readonly span: Span;
  /** Inside `$(…)`, backticks or `<(…)`. */
  readonly inSubstitution: boolean;
}

export interface ShellScript {
  /** What the shell is given. */
  readonly logical: LogicalText;
  /** Every simple command, in order, also those inside groups, loops, functions and substitutions. */
  readonly commands: readonly ShellCommand[];
  /** Where the last statement ends, in the source, and whether it runs in the background. */
  readonly end: number;
  readonly endsInBackground: boolean;
  /** `set -e` is in force for the last statement, by the script or by SHELL. */
  readonly stopsOnError: boolean;
  /** The script is the body of a heredoc (`RUN <<EOF`). */
  readonly isHeredoc: boolean;
  /** Separators of the top level in order, with their place in the source: `&&`, `||` or `;`. */
  readonly separators: readonly { readonly text: string; readonly span: Span }[];
}

const POSIX_SHELLS = /(?:^|\/)(?:sh|bash|ash|dash|ksh|zsh|busybox)$/;
const WINDOWS_BASE =
  /(?:^|\/)(?:windows|servercore|nanoserver|windowsservercore)(?:[/:@]|$)|windowsservercore|nanoserver/i;

const known = new WeakMap<Instruction, ShellScript | Withheld>();

/** The script of a RUN, or why it cannot be read as one. */
export function shellOf(document: Document, instruction: Instruction): ShellScript | Withheld {
  let script = known.get(instruction);
  if (!script) {
    script = readScript(document, instruction);
    known.set(instruction, script);
  }
  return script;
}

export function isWithheld(value: object): value is Withheld {
  return 'code' in value && 'reason' in value;
}

function readScript(document: Document, instruction: Instruction): ShellScript | Withheld {
  if (instruction.json !== null) {
    return { code: 'exec-form', reason: 'the command is in exec form, which no shell reads' };
  }
  const shell = shellAt(document, instruction);
  if (shell === 'other') {
    return { code: 'other-shell', reason: 'the command is not run by a POSIX shell' };
  }
  const source = scriptSource(document, instruction);
  if (isWithheld(source)) return source;
  const parsed = parse(source.text);
  if (parsed.errors && parsed.errors.length > 0) {
    return {
      code: 'unreadable-shell',
      reason: `the shell text cannot be parsed: ${parsed.errors[0]!.message}`,
    };
  }
  const last = parsed.commands.at(-1);
  if (!last) return { code: 'no-command', reason: 'there is no command in it' };
  return {
    logical: source,
    commands: collectCommands(parsed, source),
    end: sourceSpan(source, last.pos, last.end).end,
    endsInBackground: last.background === true,
    stopsOnError: shell === 'posix-errexit' || setsErrexit(parsed.commands),
    isHeredoc: instruction.heredocs.length > 0,
    separators: separatorsOf(parsed, source),
  };
}

// ---- which shell ----------------------------------------------------------------------------------------------

/** By the last SHELL above, in this stage or its parents; without one, by the base image's operating system. */
function shellAt(document: Document, instruction: Instruction): 'posix' | 'posix-errexit' | 'other' {
  const stages = stagesOf(document);
  let stage = stages[instruction.stage] ?? null;
  let root = stage;
  for (let depth = 0; stage && depth < stages.length; stage = stage.parent, depth++) {
    const setting = stage.instructions.findLast(
      (other) =>
        other.keyword === 'SHELL' && (other.index < instruction.index || other.stage !== instruction.stage),
    );
    if (setting) {
      const [program = '', ...options] = setting.json ?? [];
      if (!POSIX_SHELLS.test(program)) return 'other';
      return options.some((option) => /^-[a-z]*e/.test(option)) || options.includes('errexit')
        ? 'posix-errexit'
        : 'posix';
    }
    root = stage;
  }
  return root && WINDOWS_BASE.test(root.base.text) ? 'other' : 'posix';
}

// ---- what the shell is given ----------------------------------------------------------------------------------

function scriptSource(document: Document, instruction: Instruction): LogicalText | Withheld {
  const { rest, heredocs } = instruction;
  if (heredocs.length === 0) return rest;
  const first = heredocs[0]!;
  if (heredocs.length === 1 && /^\d*<<-?\s*\S+$/.test(rest.text)) {
    const body = document.text.slice(first.body.start, first.body.end);
    if (body.startsWith('#!') && !/^#!\s*\S*\/(?:env\s+(?:-S\s+)?)?(?:sh|bash|ash|dash)\b/.test(body)) {
      return { code: 'other-shell', reason: 'the heredoc names another interpreter than a POSIX shell' };
    }
    if (first.stripsTabs || body.includes('\r')) {
      return { code: 'heredoc', reason: 'the heredoc is changed before the shell reads it' };
    }
    return { text: body, pieces: [{ at: 0, source: first.body.start }] };
  }
  // The bodies follow the command on lines of their own, as they do in the file.
  const end = heredocs.at(-1)!.terminator.end;
  const bodies = document.text.slice(first.body.start, end).replace(/\r\n/g, '\n\n');
  const pieces: Piece[] = [...rest.pieces, { at: rest.text.length, source: first.body.start - 1 }];
  return { text: `${rest.text}\n${bodies}`, pieces };
}

// ---- what is in it --------------------------------------------------------------------------------------------

function collectCommands(script: Script, source: LogicalText): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  // An own stack: shell text may be nested deeper than the call stack.
  const stack: { readonly node: SyntaxNode; readonly inSubstitution: boolean }[] = [
    { node: script, inSubstitution: false },
  ];
  while (stack.length > 0) {
    const { node, inSubstitution } = stack.pop()!;
    if (node.type === 'Command') {
      const command = toCommand(node, source, inSubstitution);
      if (command) commands.push(command);
    }
    const inside = inSubstitution || node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution';
    forEachChild(node, (child) => stack.push({ node: child, inSubstitution: inside }));
  }
  return commands.sort((a, b) => a.span.start - b.span.start);
}

function toCommand(node: Command, source: LogicalText, inSubstitution: boolean): ShellCommand | null {
  if (!node.name) return null;
  const words: ShellWord[] = [toWord(node.name, source)];
  for (const argument of node.args) {
    words.push(
      argument.type === 'Word'
        ? toWord(argument, source)
        : { value: null, text: argument.text, span: sourceSpan(source, argument.pos, argument.end) },
    );
  }
  const assignments = node.prefix.flatMap((prefix) => (prefix.type === 'Assignment' ? [prefix.text] : []));
  return {
    words,
    assignments,
    redirects: node.redirects.length > 0,
    span: sourceSpan(source, node.pos, node.end),
    inSubstitution,
  };
}

function toWord(word: Word, source: LogicalText): ShellWord {
  const isStatic = (word.parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      part.type === 'AnsiCQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((child) => child.type === 'Literal')),
  );
  return {
    value: isStatic ? word.value : null,
    text: word.text,
    span: sourceSpan(source, word.pos, word.end),
  };
}

function setsErrexit(statements: readonly Statement[]): boolean {
  return statements.some(({ command }) => {
    const first = command.type === 'AndOr' ? command.commands[0] : command;
    if (first?.type !== 'Command' || first.name?.value !== 'set') return false;
    return first.args.some((word) => /^-[a-z]*e/.test(word.text) || word.text === 'errexit');
  });
}

function separatorsOf(script: Script, source: LogicalText): ShellScript['separators'] {
  const separators: { text: string; span: Span }[] = [];
  const between = (end: number, start: number): void => {
    const found = /&&|\|\||;|\n/.exec(source.text.slice(end, start));
    if (!found) return;
    const at = end + found.index;
    separators.push({ text: found[0], span: sourceSpan(source, at, at + found[0].length) });
  };
  script.commands.forEach((statement, index) => {
    const previous = script.commands[index - 1];
    if (previous) between(previous.end, statement.pos);
    if (statement.command.type !== 'AndOr') return;
    const { commands } = statement.command;
    for (let i = 1; i < commands.length; i++) between(commands[i - 1]!.end, commands[i]!.pos);
  });
  return separators;
}

// ---- adding a command -----------------------------------------------------------------------------------------

/**
 * The edit that makes `command` the last thing a RUN does, in the layout of the author: on the same line when the
 * RUN has one line, else on a line of its own, with `&&` where the others have theirs. It runs only when what was
 * last has succeeded, so the RUN fails exactly when it failed before.
 */
export function appendCommand(
  document: Document,
  instruction: Instruction,
  script: ShellScript,
  command: string,
): Edit | Withheld {
  if (script.endsInBackground) {
    return { code: 'ends-in-background', reason: 'its last command runs in the background' };
  }
  const at = script.end;
  const insert = (text: string): Edit => ({ start: at, end: at, before: '', text });
  const lineEnding = lineEndingAt(document, at);
  const last = script.separators.at(-1);
  if (script.isHeredoc && !last) return insert(`${lineEnding}${indentAt(document, at)}${command}`);
  return insert(layOut(document, instruction, script, command, lineEnding, last));
}

const MAX_INDENT = 8;

function layOut(
  document: Document,
  instruction: Instruction,
  script: ShellScript,
  command: string,
  lineEnding: string,
  last: ShellScript['separators'][number] | undefined,
): string {
  const at = script.end;
  const lineBreak = ` ${document.escape}${lineEnding}`;
  const bySemicolon = script.stopsOnError && (last?.text === ';' || last?.text === '\n');
  if (script.isHeredoc) {
    return bySemicolon || script.stopsOnError
      ? `${lineEnding}${indentAt(document, at)}${command}`
      : ` && ${command}`;
  }
  const spansLines = lineStartAt(document, instruction.rest.pieces[0]!.source) !== lineStartAt(document, at);
  if (!spansLines) return bySemicolon ? `; ${command}` : ` && ${command}`;
  const operator = bySemicolon ? ';' : '&&';
  const layout = last ? separatorLayout(document, last.span) : 'inline';
  if (bySemicolon) return `;${lineBreak}${indentAt(document, at)}${command}`;
  if (layout === 'trailing')
    return ` ${operator}${lineBreak}${indentAt(document, last!.span.end, 'next')}${command}`;
  const own = indentAt(document, at);
  // Arguments are often aligned far to the right; an operator does not belong there.
  const inline = own.length > MAX_INDENT ? '    ' : own;
  const indent = layout === 'leading' ? indentAt(document, last!.span.start) : inline;
  return `${lineBreak}${indent}${operator} ${command}`;
}

/** `leading`: the operator starts its line; `trailing`: it ends its line; `inline`: neither. */
function separatorLayout(document: Document, span: Span): 'leading' | 'trailing' | 'inline' {
  const before = document.text.slice(lineStartAt(document, span.start), span.start);
  if (before.trim() === '') return 'leading';
  const feed = document.text.indexOf('\n', span.end);
  const behind = document.text.slice(span.end, feed < 0 ? document.text.length : feed).trim();
  return behind === document.escape || behind === '' ? 'trailing' : 'inline';
}

/** The blanks at the start of the line of `offset`, or of the line below it. */
function indentAt(document: Document, offset: number, which: 'this' | 'next' = 'this'): string {
  const from = which === 'this' ? offset : document.text.indexOf('\n', offset) + 1;
  const start = lineStartAt(document, from);
  return /^[ \t]*/.exec(document.text.slice(start, start + 200))![0];
}
