/** What go build and go install write, and whether it can be linked statically. */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import type { ShellCommand } from '../shell.ts';
import type { Edit, Withheld } from '../types.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import { variableAt } from '../variables.ts';
import { sourceWith } from './assets.ts';
import { programOf } from './reading.ts';
import type { Reading, Step } from './words.ts';

/** Modules that are C behind a Go face. S: their installation notes. */
const CGO =
  /github\.com\/(?:mattn\/go-sqlite3|confluentinc\/confluent-kafka-go|mattn\/go-oci8|godror\/godror|libgit2\/git2go|h2non\/bimg|davidbyttow\/govips|gographics\/imagick|rakyll\/portmidi|go-gl\/|veandco\/go-sdl2|tensorflow\/tensorflow\/tensorflow\/go|DataDog\/go-libddwaf|pebbe\/zmq4|miekg\/pkcs11|google\/gopacket\/pcap|bytecodealliance\/wasmtime-go|marcboeker\/go-duckdb|tidwall\/|linxGnu\/grocksdb|ethereum\/go-ethereum)\b/;

export function isGoBuild({ words }: ShellCommand): boolean {
  if (programOf(words) !== 'go') return false;
  const verb = words[1]?.value;
  if (verb === 'build') return true;
  return verb === 'install' && !words.some(({ text }) => text.includes('@'));
}

export interface Output {
  readonly path: string;
}

/** Where `go build` and `go install` write to. */
export function outputOf(reading: Reading, step: Step, command: ShellCommand): Output | Withheld {
  const { line } = step.instruction;
  const folder = folderAt(step, command);
  if (folder === null)
    return { code: 'output-not-known', reason: `line ${line}: in which folder go builds is not known` };
  const args = command.words.slice(2);
  const out = args.findIndex(({ text }) => text === '-o' || text.startsWith('-o='));
  const packages = args.filter(
    ({ text }, at) => !text.startsWith('-') && !VALUED.has(args[at - 1]?.text ?? ''),
  );
  const main = packages.at(-1)?.value ?? '.';
  const name = nameOf(reading, folder, main);
  if (command.words[1]?.value === 'install') {
    return name === null
      ? { code: 'output-not-known', reason: `line ${line}: which program go install makes is not known` }
      : { path: `/go/bin/${name}` };
  }
  if (out >= 0) {
    const word = args[out]!.text === '-o' ? args[out + 1] : args[out];
    const value = word?.value?.replace(/^-o=/, '') ?? null;
    const path = value === null ? null : absolutePath(folder, value);
    if (path === null)
      return { code: 'output-not-known', reason: `line ${line}: a variable decides what go build writes` };
    const isFolder = /\/$|^\.{1,2}$/.test(value!);
    return isFolder
      ? name === null
        ? {
            code: 'output-not-known',
            reason: `line ${line}: what go build writes into ${value} is not known`,
          }
        : { path: `${path}/${name}` }
      : { path };
  }
  return name === null
    ? {
        code: 'output-not-known',
        reason: `line ${line}: how go build names what it writes is not known; say it with -o`,
      }
    : { path: absolutePath(folder, name)! };
}

const VALUED = new Set([
  '-o',
  '-ldflags',
  '-tags',
  '-gcflags',
  '-asmflags',
  '-mod',
  '-modfile',
  '-p',
  '-buildmode',
  '-pkgdir',
  '-C',
  '-installsuffix',
  '-toolexec',
  '-overlay',
  '-trimpath=',
]);

/** `cd x &&` in front of the command counts. */
function folderAt(step: Step, command: ShellCommand): string | null {
  let folder = step.workdir;
  for (const { words, span } of step.commands ?? []) {
    if (span.start >= command.span.start || words[0]?.value !== 'cd') continue;
    folder = absolutePath(folder, words[1]?.value ?? '?');
  }
  return folder;
}

function nameOf({ context, files }: Reading, folder: string, main: string): string | null {
  if (/\.\.\.|\*/.test(main)) return null;
  if (/\.go$/.test(main)) return baseNameOf(main).replace(/\.go$/, '');
  const inside = main.replace(/^\.\/?/, '').replace(/\/$/, '');
  if (inside !== '') return baseNameOf(inside);
  const text = stageText(context, files, folder === '/' ? '/go.mod' : `${folder}/go.mod`);
  const module = /^module\s+"?([^\s"]+)/m.exec(text ?? '')?.[1];
  if (module === undefined) return null;
  return baseNameOf(module.replace(/\/v\d+$/, ''));
}

/** The edit that links statically, or the module that forbids it. */
export function cgoIn(
  reading: Reading,
  step: Step,
  command: ShellCommand,
): { readonly edits: readonly Edit[] } | Withheld {
  const { document } = reading;
  const { line } = step.instruction;
  const own = command.assignments.find((text) => text.startsWith('CGO_ENABLED='));
  const set = variableAt(document, step.instruction, 'CGO_ENABLED');
  const value = own?.slice('CGO_ENABLED='.length) ?? (set ? set.value : undefined);
  if (value === '1')
    return {
      code: 'cgo',
      reason: `line ${line} links C libraries (CGO_ENABLED=1), which the program would miss`,
    };
  for (const path of reading.files.files.keys()) {
    if (!/(?:^|\/)go\.mod$/.test(path) || !isBelow(path, '/')) continue;
    const module = (stageText(reading.context, reading.files, path) ?? '')
      .split('\n')
      .find((row) => CGO.test(row) && !/\/\/ indirect/.test(row));
    if (module)
      return {
        code: 'cgo',
        reason: `${module.trim().split(/\s+/)[0] === 'require' ? module.trim().split(/\s+/)[1] : module.trim().split(/\s+/)[0]} links C libraries, which the program would miss`,
      };
  }
  const imports = sourceWith(reading, /\.go$/, /^[ \t]*(?:import[ \t]+)?"C"/m);
  if (imports !== null)
    return { code: 'cgo', reason: `${imports} imports "C", so the program links C libraries` };
  if (/\bexport\b[^\n]*CGO_ENABLED=0/.test(step.instruction.rest.text)) return { edits: [] };
  if (value === '0') return { edits: [] };
  const at = command.span.start;
  return { edits: [{ start: at, end: at, before: '', text: 'CGO_ENABLED=0 ' }] };
}
