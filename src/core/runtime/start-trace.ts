/**
 * What runs when a container starts, as far as it can be read: ENTRYPOINT and CMD, through the programs that only
 * start another one, into shell scripts and package.json scripts of the build context. What cannot be read is named.
 */
import type { Document } from '../document.ts';
import { filesWrittenBy, isWithheld, readShellText } from '../shell.ts';
import type { ShellWord } from '../shell.ts';
import { absolutePath, copyWords } from './final-image.ts';
import type { Start, StartPart } from './final-image.ts';
import { SCRIPT_NAMES, findPackage, readCall } from './package-scripts.ts';
import {
  ASKS_FOR_ROOT,
  BUILTINS,
  HANDS_OVER,
  RUNNERS,
  SHELLS,
  WAITERS,
  WRAPPERS,
  baseName,
  behindOptions,
  candidates,
  literalProgram,
} from './start-words.ts';
import type { Place, Reached, Scope, StartTrace, Trace, TraceOptions } from './trace.ts';

export { candidates } from './start-words.ts';
export type {
  ImageTexts,
  Place,
  PrivateFile,
  Reached,
  StartTrace,
  TraceOptions,
  Unread,
  Written,
} from './trace.ts';

const MAX_DEPTH = 8;

const BASE_LABEL = 'the base image';

export function traceStart(document: Document, start: Start, options: TraceOptions): StartTrace {
  const trace: Trace = {
    ...options,
    document,
    commands: [],
    programs: [],
    written: [],
    unread: [],
    seen: new Set(),
  };
  const { entrypoint, cmd } = start;
  const scopeOf = (part: StartPart): Scope => ({
    workdir: options.workdir,
    place: placeOf(document, part),
    isGuarded: false,
    depth: 0,
    inScript: false,
  });
  const isTransparent = entrypoint?.instruction === null && HANDS_OVER.test(entrypoint.words.at(-1)!);
  if (isTransparent) {
    if (cmd) visitPart(trace, cmd, scopeOf(cmd));
  } else if (entrypoint?.form === 'shell') visitText(trace, entrypoint.words[0]!, scopeOf(entrypoint));
  else if (entrypoint) {
    const extra = cmd === null ? [] : cmd.form === 'exec' ? cmd.words : ['/bin/sh', '-c', cmd.words[0]!];
    const rest = visitWords(trace, [...entrypoint.words, ...extra], scopeOf(entrypoint));
    // A script that hands over to its arguments starts the CMD.
    if (rest === 'hands-over' && cmd) visitPart(trace, cmd, scopeOf(cmd));
  } else if (cmd) visitPart(trace, cmd, scopeOf(cmd));
  const { commands, programs, written, unread } = trace;
  return { commands, programs, written, unread };
}

function visitPart(trace: Trace, part: StartPart, scope: Scope): void {
  if (part.form === 'shell') visitText(trace, part.words[0]!, scope);
  else visitWords(trace, part.words, scope);
}

function placeOf(document: Document, { instruction, service }: StartPart): Place {
  if (service) {
    return {
      label: `${service.file} (${service.service})`,
      evidence: (note) => ({ kind: 'context', path: service.file, note }),
    };
  }
  if (instruction === null) {
    const from = document.instructions.find(({ keyword }) => keyword === 'FROM')!;
    return {
      label: BASE_LABEL,
      evidence: (note) => ({ kind: 'source', span: from.span, note }),
    };
  }
  return {
    label: `line ${instruction.line}`,
    evidence: (note) => ({ kind: 'source', span: instruction.span, note }),
  };
}

/** Follows one command. Tells whether it ends by handing over to its arguments. */
function visitWords(trace: Trace, words: readonly (string | null)[], scope: Scope): 'hands-over' | 'done' {
  const reached: Reached = { words, place: scope.place, isGuarded: scope.isGuarded };
  trace.commands.push(reached);
  const first = words[0];
  if (first === undefined || first === '') return 'done';
  if (first === null) {
    if (!scope.inScript) trace.unread.push({ code: 'variable', what: 'a variable', place: scope.place });
    return 'done';
  }
  if (scope.depth > MAX_DEPTH) {
    trace.unread.push({ code: 'depth', what: first, place: scope.place });
    return 'done';
  }
  const name = baseName(first);
  const inner: Scope = { ...scope, depth: scope.depth + 1 };
  if (SHELLS.has(name)) return visitShell(trace, words, inner);
  if (WRAPPERS.has(name)) return visitWords(trace, behindOptions(words.slice(1)), inner);
  if (WAITERS.test(name)) {
    const at = words.indexOf('--');
    return at < 0 ? 'done' : visitWords(trace, words.slice(at + 1), inner);
  }
  if (name === 'dockerize') return visitWords(trace, behindOptions(words.slice(1)), inner);
  if (name === 'npx' || name === 'bunx') return visitWords(trace, behindOptions(words.slice(1)), inner);
  if (RUNNERS[name]?.has(words[1] ?? '')) return visitWords(trace, behindOptions(words.slice(2)), inner);
  if (name === 'concurrently') {
    // Behind -n and -c stand names and colours; a command has more than one word.
    for (const word of words.slice(1)) {
      if (word && !word.startsWith('-') && /[\s:]/.test(word)) visitText(trace, word, inner);
    }
    return 'done';
  }
  if (/^(?:npm|yarn|yarnpkg|pnpm|bun)$/.test(name)) {
    visitPackageManager(trace, name, words, inner);
    return 'done';
  }
  if (/^(?:make|just|task|turbo|nx|lerna|npm-run-all|run-[ps])$/.test(name)) {
    trace.unread.push({ code: 'task-runner', what: name, place: scope.place });
    return 'done';
  }
  return visitProgram(trace, reached, scope);
}

function visitShell(trace: Trace, words: readonly (string | null)[], scope: Scope): 'hands-over' | 'done' {
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (word === null || word === undefined) {
      trace.unread.push({ code: 'variable', what: 'a script that a variable names', place: scope.place });
      return 'done';
    }
    if (/^[-+][a-zA-Z]*c$/.test(word)) {
      const text = words[at + 1];
      if (text) return visitText(trace, text, scope);
      break;
    }
    if (word === '-o' || word === '+o') at++;
    else if (!/^[-+]/.test(word)) return visitFile(trace, word, scope, true) ?? 'done';
  }
  // A shell without anything to run waits for somebody to type.
  trace.programs.push({ words, place: scope.place, isGuarded: scope.isGuarded });
  return 'done';
}

/** A program that nothing of the above starts: a script of the context is read, anything else stays as it is. */
function visitProgram(trace: Trace, reached: Reached, scope: Scope): 'hands-over' | 'done' {
  const first = reached.words[0]!;
  const result = visitFile(trace, first, scope, false);
  if (result !== null) return result;
  const isBuiltin = scope.place.label.includes(':') && BUILTINS.test(first);
  if (!scope.inScript && !isBuiltin) trace.programs.push(reached);
  return 'done';
}

/** Brought by name from a context that is not at hand: whether it is a program or a script cannot be seen. */
function isCopiedUnseen({ texts, document }: Trace, word: string, { workdir, inScript }: Scope): boolean {
  if (texts.hasContext || inScript) return false;
  const path = absolutePath(workdir, word);
  const name = baseName(word);
  return document.instructions.some((instruction) => {
    const { keyword, flags } = instruction;
    if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some((flag) => flag.name === 'from')) return false;
    const words = copyWords(document, instruction);
    const target = words.at(-1) ?? null;
    if (path === null || target === null) return false;
    const sources = words.slice(0, -1).filter((source) => source !== null && baseName(source) === name);
    if (words.length === 2 && target === path) return !/^https?:/.test(words[0] ?? 'https:');
    return (
      sources.some((source) => !/^https?:/.test(source!)) && `${target.replace(/\/+$/, '')}/${name}` === path
    );
  });
}

/** Reads a script; null when the word names no file that was found. */
function visitFile(trace: Trace, word: string, scope: Scope, byShell: boolean): 'hands-over' | 'done' | null {
  // Without a context there is no file to find.
  const paths = !trace.texts.hasContext
    ? []
    : byShell && !word.includes('/')
      ? candidates(`./${word}`, scope.workdir)
      : candidates(word, scope.workdir);
  for (const path of paths) {
    const file = trace.texts.text(path);
    if (!file) continue;
    const shebang = /^#!\s*(\S+)(?:\s+(?:-S\s+)?(\S+))?/.exec(file.text);
    const interpreter = shebang
      ? baseName(baseName(shebang[1]!) === 'env' ? (shebang[2] ?? '') : shebang[1]!)
      : null;
    if (!byShell && interpreter === null && !/\.(?:sh|bash)$/.test(path)) return null;
    if (interpreter !== null && !SHELLS.has(interpreter) && !byShell) return null;
    if (trace.seen.has(path)) return 'done';
    trace.seen.add(path);
    return visitText(
      trace,
      file.text,
      { ...scope, place: filePlace(file.path, file.text, 0), inScript: true },
      file.path,
    );
  }
  // What the base image starts by itself is its own business.
  if (scope.place.label === BASE_LABEL && !byShell) return null;
  const looksLikeScript = byShell || /\.(?:sh|bash)$|entry-?_?point/i.test(word);
  if (!looksLikeScript && !isCopiedUnseen(trace, word, scope)) return null;
  const isThere = paths.some((path) => trace.texts.has(path));
  trace.unread.push({
    code: !trace.texts.hasContext ? 'no-context' : isThere ? 'script' : 'script-missing',
    what: word,
    place: scope.place,
  });
  return 'done';
}

function filePlace(path: string, text: string, offset: number): Place {
  const line = lineOf(text, offset);
  return {
    label: `${path}:${line}`,
    evidence: (note) => ({ kind: 'context', path, line, note }),
  };
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function visitText(
  trace: Trace,
  text: string,
  scope: Scope,
  path: string | null = null,
): 'hands-over' | 'done' {
  const script = readShellText(text);
  if (isWithheld(script)) {
    trace.unread.push({ code: 'shell', what: path ?? 'the command', place: scope.place });
    return 'done';
  }
  const guardAt = path === null ? -1 : text.search(ASKS_FOR_ROOT);
  const placeAt = (word: ShellWord | { readonly span: { readonly start: number } }): Place =>
    path === null ? scope.place : filePlace(path, text, word.span.start);
  for (const write of filesWrittenBy(text)) {
    trace.written.push({ path: write.value ?? write.text.replace(/["']/g, ''), place: placeAt(write) });
  }
  let workdir = scope.workdir;
  let handsOver = false;
  const steps = script.commands.filter(({ inSubstitution }) => !inSubstitution);
  steps.forEach((command, index) => {
    const words = command.words.map((word) => word.value ?? literalProgram(word, command.words[0] === word));
    if (words[0] === 'cd' && typeof words[1] === 'string') {
      workdir = absolutePath(workdir, words[1]);
      return;
    }
    // `exec "$@"`: what it is given is read where it is written.
    if (command.words.some((word) => /^"?\$(?:@|\*|\{@\}|\{1:?)/.test(word.text))) {
      handsOver = true;
      const first = words[0] === 'exec' ? words[1] : words[0];
      if (first === null || first === undefined) return;
    }
    const isLast = index === steps.length - 1;
    const isGuarded = scope.isGuarded || (guardAt >= 0 && command.span.start > guardAt);
    visitWords(trace, words, {
      ...scope,
      workdir,
      place: placeAt(command),
      isGuarded,
      depth: scope.depth + 1,
      inScript: !(isLast || command.words[0]!.value === 'exec') || (scope.inScript && path === null),
    });
  });
  return handsOver ? 'hands-over' : 'done';
}

function visitPackageManager(
  trace: Trace,
  manager: string,
  words: readonly (string | null)[],
  scope: Scope,
): void {
  const call = readCall(manager, words);
  if (call.script === null) {
    if (call.file !== null) trace.programs.push({ words, place: scope.place, isGuarded: scope.isGuarded });
    return;
  }
  const found = findPackage(trace.texts, call, scope.workdir);
  if (found === null) {
    const code = trace.texts.hasContext ? 'package-script' : 'no-context';
    trace.unread.push({ code, what: `the script ${call.script} of package.json`, place: scope.place });
    return;
  }
  const { scripts, file, folder } = found;
  if (scripts[call.script] === undefined) {
    if (call.script === 'start' && manager === 'npm') {
      visitWords(trace, ['node', 'server.js'], { ...scope, workdir: folder });
      return;
    }
    // `yarn gunicorn`, `bun server.ts`: no script, but a program of the dependencies or a file.
    if (call.mayBeProgram && !SCRIPT_NAMES.test(call.script))
      visitWords(trace, [call.script, ...call.rest], { ...scope, workdir: folder });
    else {
      trace.unread.push({
        code: 'package-script',
        what: `the script ${call.script} of ${file.path}`,
        place: scope.place,
      });
    }
    return;
  }
  for (const name of [`pre${call.script}`, call.script, `post${call.script}`]) {
    const script = scripts[name];
    const key = `${file.path} ${name}`;
    if (script === undefined || trace.seen.has(key)) continue;
    trace.seen.add(key);
    const at = file.text.indexOf(JSON.stringify(name));
    visitText(trace, script, {
      ...scope,
      workdir: folder,
      place: filePlace(file.path, file.text, Math.max(0, at)),
      inScript: name !== call.script,
    });
  }
}
