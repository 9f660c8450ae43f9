/**
 * The shell's view of a RUN: what the shell is given, parsed, with every command mapped back to the source. The
 * parser reads the joined text, which is exactly what the shell sees; positions are translated afterwards.
 */
import { parse } from 'unbash';
import type { Command, Script, Statement, SyntaxNode, Word } from 'unbash';
import { forEachChild } from 'unbash';
import { plainWords } from './arguments.ts';
import { expandFrom } from './build-arguments.ts';
import type { Document, Instruction } from './document.ts';
import { lineEndingAt, lineStartAt, memo, sourceText } from './document.ts';
import { sourceSpan } from './lines.ts';
import type { LogicalText, Piece } from './lines.ts';
import { firstIndex } from './search.ts';
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
  /** Nothing that stands behind its last command would ever run: `exit`, `exec`, `return`. */
  readonly endsInExit: boolean;
  /** The shell gives up when the last statement fails: `set -e` is in force there, by the script or by SHELL. */
  readonly stopsOnError: boolean;
  /** The script is the body of a heredoc (`RUN <<EOF`). */
  readonly isHeredoc: boolean;
  /** Separators of the top level in order, with their place in the source: `&&`, `||` or `;`. */
  readonly separators: readonly { readonly text: string; readonly span: Span }[];
}

const POSIX_SHELLS = /(?:^|\/)(?:sh|bash|ash|dash|ksh|zsh|busybox)$/;
const WINDOWS_BASE = /(?:^|\/)windows(?:[/:@]|$)|servercore|nanoserver|(?:^|\/)dotnet\/framework\//i;

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

/** Texts that were read lately: the next pass over a file meets nearly all of them again, and so do its transforms. */
const scripts = new Map<string, ReturnType<typeof parse>>();
/** Characters of all texts that are kept; a tree takes about a hundred times as many bytes. */
const MAX_KEPT = 50_000;
let keptLength = 0;

function scriptOf(text: string): ReturnType<typeof parse> {
  const found = scripts.get(text);
  if (found) return found;
  const script = parse(text);
  if (text.length > MAX_KEPT) return script;
  for (const old of scripts.keys()) {
    if (keptLength + text.length <= MAX_KEPT) break;
    scripts.delete(old);
    keptLength -= old.length;
  }
  scripts.set(text, script);
  keptLength += text.length;
  return script;
}

function readScript(document: Document, instruction: Instruction): ShellScript | Withheld {
  if (instruction.json !== null) {
    return { code: 'exec-form', reason: 'the command is in exec form, which no shell reads' };
  }
  const shell = shellAt(document, instruction);
  if (shell === 'other') {
    return { code: 'other-shell', reason: 'the command is not run by a POSIX shell' };
  }
  const isHeredoc = isHeredocScript(instruction);
  const source = isHeredoc ? heredocScript(document, instruction) : commandLine(document, instruction);
  if (isWithheld(source)) return source;
  const parsed = scriptOf(source.text);
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
    endsInExit: endsInExit(last),
    stopsOnError: stopsOnError(parsed.commands, shell === 'posix-errexit' && !source.text.startsWith('#!')),
    isHeredoc,
    separators: separatorsOf(parsed, source),
  };
}

// ---- which shell ----------------------------------------------------------------------------------------------

type Shell = 'posix' | 'posix-errexit' | 'other';

/** Whether a RUN in shell form is handed to a POSIX shell, whatever its text says. */
export function isRunByPosixShell(document: Document, instruction: Instruction): boolean {
  const { json, heredocs, rest } = instruction;
  if (json !== null || heredocs.length > 0 || rest.text.trim() === '') return false;
  return shellAt(document, instruction) !== 'other';
}

interface StageShells {
  /** The shell that the stage starts with. */
  readonly inherited: Shell;
  /** Its SHELL instructions, in order. */
  readonly settings: readonly Instruction[];
}

/** By the last SHELL above, in this stage or its parents; without one, by the base image's operating system. */
function shellAt(document: Document, instruction: Instruction): Shell {
  return shellBefore(shellsOf(document)[instruction.stage]!, instruction.index);
}

function shellBefore({ inherited, settings }: StageShells, index: number): Shell {
  const setting = settings[firstIndex(settings.length, (at) => settings[at]!.index >= index) - 1];
  return setting ? shellSetBy(setting) : inherited;
}

const shellsOf = memo((document: Document): readonly StageShells[] => {
  const shells: StageShells[] = [];
  for (const { parent, from, instructions } of stagesOf(document)) {
    const byBase = isWindows(document, from) ? 'other' : 'posix';
    const inherited = parent ? shellBefore(shells[parent.index]!, Infinity) : byBase;
    shells.push({ inherited, settings: instructions.filter(({ keyword }) => keyword === 'SHELL') });
  }
  return shells;
});

function isWindows(document: Document, { rest, flags }: Instruction): boolean {
  const base = plainWords(rest)[0]!.text;
  const name = base.includes('$') ? (expandFrom(document, base) ?? base) : base;
  const platform = flags.find((flag) => flag.name === 'platform')?.value?.text ?? '';
  return WINDOWS_BASE.test(name) || /^windows(?:\/|$)/i.test(platform);
}

function shellSetBy({ json }: Instruction): Shell {
  const [program = '', ...options] = json ?? [];
  if (!POSIX_SHELLS.test(program)) return 'other';
  return errexitIn(options) ? 'posix-errexit' : 'posix';
}

/** What the options of a shell or of `set` do to errexit; undefined when they leave it alone. */
function errexitIn(options: readonly string[]): boolean | undefined {
  let isOn: boolean | undefined;
  options.forEach((option, index) => {
    if (option === 'errexit') isOn = !options[index - 1]?.startsWith('+');
    else if (/^[-+][a-zA-Z]*e/.test(option)) isOn = option.startsWith('-');
  });
  return isOn;
}

// ---- what the shell is given ----------------------------------------------------------------------------------

/** `RUN <<EOF` and nothing else: the body is the script. */
function isHeredocScript({ rest, heredocs }: Instruction): boolean {
  return heredocs.length === 1 && /^\d*<<-?\s*\S+$/.test(rest.text);
}

function heredocScript(document: Document, { heredocs }: Instruction): LogicalText | Withheld {
  const { body, stripsTabs } = heredocs[0]!;
  const text = sourceText(document, body);
  if (text.startsWith('#!') && !/^#!\s*\S*\/(?:env\s+(?:-S\s+)?)?(?:sh|bash|ash|dash)\b/.test(text)) {
    return { code: 'other-shell', reason: 'the heredoc names another interpreter than a POSIX shell' };
  }
  if (stripsTabs || text.includes('\r')) {
    return { code: 'heredoc', reason: 'the heredoc is changed before the shell reads it' };
  }
  return { text, pieces: [{ at: 0, source: body.start }] };
}

/** The bodies of heredocs follow the command on lines of their own, as they do in the file. */
function commandLine(document: Document, { rest, heredocs }: Instruction): LogicalText {
  if (heredocs.length === 0) return rest;
  const start = heredocs[0]!.body.start;
  const bodies = document.text.slice(start, heredocs.at(-1)!.terminator.end).replace(/\r\n/g, '\n\n');
  const pieces: Piece[] = [...rest.pieces, { at: rest.text.length, source: start - 1 }];
  return { text: `${rest.text}\n${bodies}`, pieces };
}

// ---- what is in it --------------------------------------------------------------------------------------------

const SUBSTITUTIONS: ReadonlySet<SyntaxNode['type']> = new Set([
  'CommandExpansion',
  'ArithmeticCommandExpansion',
  'ProcessSubstitution',
]);

function collectCommands(script: SyntaxNode, source: LogicalText): readonly ShellCommand[] {
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
    const inside = inSubstitution || SUBSTITUTIONS.has(node.type);
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

function stopsOnError(statements: readonly Statement[], atStart: boolean): boolean {
  const last = statements.at(-1)!.command;
  // A shell never gives up over what stands behind `!`.
  if (last.type === 'Pipeline' && last.prefixes.some(({ type }) => type === 'Negation')) return false;
  let isOn = atStart;
  for (const { command } of statements) {
    const first = command.type === 'AndOr' ? command.commands[0] : command;
    if (first?.type !== 'Command' || first.name?.value !== 'set') continue;
    isOn = errexitIn(first.args.map((word) => word.text)) ?? isOn;
  }
  return isOn;
}

/** Behind `||` an `exit` is the way out of a failure; anywhere else the last command is always reached. */
function endsInExit({ command }: Statement): boolean {
  const isList = command.type === 'AndOr';
  if (isList && command.operators.at(-1) === '||') return false;
  const last = isList ? command.commands.at(-1) : command;
  if (last?.type !== 'Command') return false;
  const replaces = last.name?.value === 'exec' && last.args.length > 0;
  return replaces || last.name?.value === 'exit' || last.name?.value === 'return';
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

// ---- scripts that are no instruction ---------------------------------------------------------------------------

/** The files that `>` and `>>` write to in a text that {@link readShellText} can read; spans are offsets in it. */
export function filesWrittenBy(text: string): readonly ShellWord[] {
  if (!text.includes('>')) return [];
  return collectWrites(scriptOf(text), { text, pieces: [{ at: 0, source: 0 }] });
}

function collectWrites(script: Script, source: LogicalText): readonly ShellWord[] {
  const writes: ShellWord[] = [];
  const stack: SyntaxNode[] = [script];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (node.type === 'Command' || node.type === 'Redirected') {
      for (const redirect of node.redirects) {
        if (redirect.type !== 'Redirect' || !redirect.operator.includes('>') || !redirect.target) continue;
        // `2>&1` names a descriptor, no file.
        if (!redirect.operator.endsWith('&')) writes.push(toWord(redirect.target, source));
      }
    }
    forEachChild(node, (child) => stack.push(child));
  }
  return writes;
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
  if (script.endsInExit) {
    return { code: 'ends-in-exit', reason: 'its last command leaves the shell' };
  }
  const text = layOut(document, instruction, script, command);
  return { start: script.end, end: script.end, before: '', text };
}

const MAX_INDENT = 8;

function layOut(document: Document, instruction: Instruction, script: ShellScript, command: string): string {
  const at = script.end;
  const lineEnding = lineEndingAt(document, at);
  const last = script.separators.at(-1);
  const lineBreak = ` ${document.escape}${lineEnding}`;
  const bySemicolon = script.stopsOnError && (last?.text === ';' || last?.text === '\n');
  if (script.isHeredoc) {
    return bySemicolon || (script.stopsOnError && !last)
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

// ---- shell text that is no RUN --------------------------------------------------------------------------------

/** What a shell text (a CMD, a script of the context) comes down to. Spans are offsets into the text. */
export interface ShellText {
  /** Every simple command, in order, nested ones included. */
  readonly commands: readonly ShellCommand[];
  /** The simple command that it ends in and stays at; null when branches or a pipeline decide it. */
  readonly last: ShellCommand | null;
  /** Variables set on the top level before that, `export` included. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /** `exec` inside branches or loops: another way out than `last`. */
  readonly otherExits: readonly ShellCommand[];
  /** Commands that go on in the background. */
  readonly background: readonly ShellCommand[];
}

const MAX_SCRIPT = 256 * 1024;

/** Reads a shell text, or says why it cannot be read. */
export function readShellText(text: string): ShellText | Withheld {
  if (text.length > MAX_SCRIPT)
    return { code: 'script-too-long', reason: 'the script is too long to be read' };
  const parsed = scriptOf(text);
  const error = parsed.errors?.[0];
  if (error) return { code: 'unreadable-shell', reason: `the shell text cannot be parsed: ${error.message}` };
  const source: LogicalText = { text, pieces: [{ at: 0, source: 0 }] };
  const settings: { name: string; value: string }[] = [];
  const otherExits: ShellCommand[] = [];
  const background: ShellCommand[] = [];
  let last: ShellCommand | null = null;
  for (const statement of parsed.commands) {
    const { command } = statement;
    const found = collectCommands(statement, source);
    if (statement.background) {
      background.push(...found);
      continue;
    }
    last = null;
    if (command.type === 'Function') continue;
    settings.push(...settingsIn(command, source));
    if (command.type === 'Command') last = toCommand(command, source, false);
    else if (command.type === 'AndOr' && command.operators.every((operator) => operator === '&&')) {
      const end = command.commands.at(-1);
      last = end?.type === 'Command' ? toCommand(end, source, false) : null;
    } else otherExits.push(...found.filter(isExec));
    if (last && isExec(last)) break;
  }
  return { commands: collectCommands(parsed, source), last, settings, otherExits, background };
}

function isExec({ words }: ShellCommand): boolean {
  return words[0]?.value === 'exec' && words.length > 1;
}

function settingsIn(node: SyntaxNode, source: LogicalText): readonly { name: string; value: string }[] {
  if (node.type !== 'Command') return [];
  const { name } = node;
  if (name && name.value !== 'export') return [];
  const texts = name
    ? node.args.map((argument) => source.text.slice(argument.pos, argument.end))
    : node.prefix.map((prefix) => source.text.slice(prefix.pos, prefix.end));
  return texts.flatMap((text) => {
    const found = /^([A-Za-z_]\w*)=([^]*)$/.exec(text);
    return found ? [{ name: found[1]!, value: found[2]! }] : [];
  });
}
