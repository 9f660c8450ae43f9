/** What a file installs with pip, poetry and pipenv: requirements, options, and what cannot go into an environment. */
import { baseNameOf, cleanPath, folderOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import type { ShellCommand } from '../shell.ts';
import type { Edit, Withheld } from '../types.ts';
import { variableAt } from '../variables.ts';
import { absolutePath } from '../runtime/final-image.ts';
import { programOf } from './reading.ts';
import type { Reading, Step } from './words.ts';

const TOOLS = new Set(['pip', 'pip3', 'poetry', 'pipenv', 'uv', 'virtualenv']);

interface ToolCall {
  readonly tool: string;
  readonly args: ShellCommand['words'];
}

/** `pip` for `pip3`, `python -m pip` and the like; null for a command of another kind. */
export function toolOf({ words }: ShellCommand): ToolCall | null {
  const program = programOf(words);
  if (TOOLS.has(program)) return { tool: program.replace(/^pip3$/, 'pip'), args: words.slice(1) };
  if (/^pip3\.\d+$/.test(program)) return { tool: 'pip', args: words.slice(1) };
  if (!/^python[\d.]*$/.test(program)) return null;
  const at = words.findIndex(({ value }) => value === '-m');
  const module = words[at + 1]?.value ?? '';
  return at > 0 && /^(?:pip|venv|virtualenv|poetry|ensurepip|pipenv|uv)$/.test(module)
    ? { tool: module === 'venv' ? 'virtualenv' : module, args: words.slice(at + 2) }
    : null;
}

export interface Installs {
  readonly steps: readonly Step[];
  readonly first: Step;
  readonly last: Step;
  /** Requirement files, absolute in the image. */
  readonly manifests: readonly string[];
  /** Names of packages, normalised, with what the command or the file says behind them. */
  readonly packages: ReadonlyMap<string, string>;
  readonly usesSources: boolean;
  readonly onlyWheels: boolean;
  readonly tool: 'pip' | 'poetry' | 'pipenv' | 'uv';
  /** `--system` of uv pip is taken out, which would not see the environment. */
  readonly edits: readonly Edit[];
  /** An environment that the file makes itself. */
  readonly ownVenv: string | null;
}

export function installsMany(command: ShellCommand): boolean {
  const found = toolOf(command);
  return found !== null && found.args.some(({ value }) => value === 'install' || value === 'sync');
}

export function readInstalls(reading: Reading): Installs | Withheld {
  const steps = reading.steps.filter(({ commands }) => (commands ?? []).some((one) => toolOf(one) !== null));
  const installing = steps.filter(({ commands }) => (commands ?? []).some((one) => installsMany(one)));
  const last = installing.at(-1);
  if (!last) return { code: 'nothing-installed', reason: 'no pip, poetry or pipenv installs anything' };
  const manifests: string[] = [];
  const packages = new Map<string, string>();
  let usesSources = false;
  let onlyWheels = false;
  let tool: Installs['tool'] = 'pip';
  let ownVenv: string | null = null;
  const edits: Edit[] = [];
  for (const step of steps) {
    const { line } = step.instruction;
    if (step.user !== '' && !/^(?:root|0)(?::|$)/.test(step.user)) {
      return {
        code: 'installs-as-a-user',
        reason: `line ${line} installs as the user ${step.user}, into folders of that user; install as root, or make a virtual environment that the user owns`,
      };
    }
    for (const command of step.commands ?? []) {
      const found = toolOf(command);
      if (!found) continue;
      const { args } = found;
      if (found.tool === 'uv') {
        const wrong = readUvPip(reading, step, args, { manifests, packages });
        if ('code' in wrong) return wrong;
        tool = 'uv';
        usesSources ||= wrong.usesSources;
        ownVenv ??= wrong.venv;
        edits.push(...wrong.edits);
        continue;
      }
      if (found.tool === 'virtualenv') {
        ownVenv = absolutePath(
          step.workdir,
          args.findLast(({ text }) => !text.startsWith('-'))?.value ?? '?',
        );
        continue;
      }
      if (found.tool === 'poetry' || found.tool === 'pipenv') {
        if (!args.some(({ value }) => value === 'install' || value === 'sync')) continue;
        tool = found.tool;
        usesSources ||= tool === 'poetry' && !args.some(({ text }) => /^--no-root$|^--only-root$/.test(text));
        const lock = tool === 'poetry' ? 'poetry.lock' : 'Pipfile.lock';
        const at = absolutePath(step.workdir, lock);
        if (at === null || !reading.files.files.has(at)) {
          return {
            code: 'no-lock-file',
            reason: `line ${line}: ${lock} is not in the image, so what ${tool} installs is decided anew by every build`,
          };
        }
        manifests.push(at, absolutePath(step.workdir, tool === 'poetry' ? 'pyproject.toml' : 'Pipfile')!);
        const text = stageText(reading.context, reading.files, manifests.at(-1)!);
        for (const match of (text ?? '').matchAll(/^["']?([A-Za-z][\w.-]*)["']?\s*=/gm))
          packages.set(normal(match[1]!), '');
        continue;
      }
      const wrong = readPip(reading, step, args, { manifests, packages });
      if ('code' in wrong) return wrong;
      usesSources ||= wrong.usesSources;
      onlyWheels ||= wrong.onlyWheels;
    }
  }
  if (tool === 'uv' && ownVenv === null && edits.length === 0) {
    return {
      code: 'uv-environment-not-known',
      reason: `line ${last.instruction.line}: into which environment uv pip installs is not said; say --system, or make one with uv venv`,
    };
  }
  return {
    steps,
    first: steps[0]!,
    last,
    manifests,
    packages,
    usesSources,
    onlyWheels,
    tool,
    ownVenv,
    edits: ownVenv === null ? edits : [],
  };
}

/** `uv pip install`, which takes what pip takes, and `uv venv`. */
function readUvPip(
  reading: Reading,
  step: Step,
  args: ShellCommand['words'],
  found: PipFound,
):
  | { readonly usesSources: boolean; readonly venv: string | null; readonly edits: readonly Edit[] }
  | Withheld {
  const { line } = step.instruction;
  const verb = args.find(({ text }) => !text.startsWith('-'))?.value;
  const python = args.find(({ text }) => /^(?:-p|--python|--target|--prefix)(?:=|$)/.test(text));
  const isSet = variableAt(reading.document, step.instruction, 'UV_SYSTEM_PYTHON') !== undefined;
  if ((verb !== 'pip' && verb !== 'venv') || python || isSet) {
    return {
      code: 'uv',
      reason: `line ${line}: of uv, projects with a lock (uv sync) are split, and uv pip install with --system or into one environment`,
    };
  }
  if (verb === 'venv') {
    const name = args.findLast(({ text }) => !text.startsWith('-'))?.value ?? 'venv';
    return {
      usesSources: false,
      venv: absolutePath(step.workdir, name === 'venv' ? '.venv' : name),
      edits: [],
    };
  }
  const rest = args.slice(args.findIndex(({ value }) => value === 'pip') + 1);
  const inner = rest.find(({ text }) => !text.startsWith('-'))?.value;
  if (inner === 'sync')
    return {
      code: 'uv',
      reason: `line ${line}: of uv pip, only install is followed; use it in place of sync`,
    };
  const pip = readPip(reading, step, rest, found);
  if ('code' in pip) return pip;
  const edits = args.flatMap((word, at) => {
    if (word.text !== '--system') return [];
    const next = args[at + 1];
    // With the blanks on one side of it.
    const start = next ? word.span.start : args[at - 1]!.span.end;
    const end = next ? next.span.start : word.span.end;
    return [{ start, end, before: reading.document.text.slice(start, end), text: '' }];
  });
  return { usesSources: pip.usesSources, venv: null, edits };
}

const WITH_VALUE = new Set([
  '-c',
  '--constraint',
  '-i',
  '--index-url',
  '--extra-index-url',
  '--trusted-host',
  '--timeout',
  '--default-timeout',
  '--retries',
  '-f',
  '--find-links',
  '--cache-dir',
  '--progress-bar',
  '--no-binary',
  '--only-binary',
  '--config-settings',
  '--global-option',
  '--root-user-action',
  '--platform',
  '--python-version',
  '--implementation',
  '--abi',
  '--proxy',
  '--cert',
  '--index-strategy',
  '--resolution',
  '--prerelease',
  '--link-mode',
]);

interface PipFound {
  readonly manifests: string[];
  readonly packages: Map<string, string>;
}

function readPip(
  reading: Reading,
  step: Step,
  args: ShellCommand['words'],
  found: PipFound,
): { readonly usesSources: boolean; readonly onlyWheels: boolean } | Withheld {
  const { line } = step.instruction;
  if (args.find(({ text }) => !text.startsWith('-'))?.value !== 'install')
    return { usesSources: false, onlyWheels: false };
  let usesSources = false;
  const onlyWheels = /--only-binary[ =]:all:/.test(args.map(({ text }) => text).join(' '));
  const rest = args.slice(args.findIndex(({ value }) => value === 'install') + 1);
  for (let at = 0; at < rest.length; at++) {
    const { text, value } = rest[at]!;
    const inline = /^(?:-r|--requirement)=?(.+)$/.exec(text)?.[1];
    if (text === '-r' || text === '--requirement' || inline !== undefined) {
      const name = inline ?? rest[++at]?.value ?? null;
      const path = name === null ? null : absolutePath(step.workdir, name);
      if (path === null)
        return {
          code: 'requirements-not-seen',
          reason: `line ${line}: which file of requirements is meant is not known`,
        };
      const wrong = readRequirements(reading, line, path, found, 0);
      if (wrong) return wrong;
    } else if (/^(?:-e|--editable)/.test(text)) {
      return {
        code: 'editable-install',
        reason: `line ${line} installs a package as a link to its sources (-e); install it without -e`,
      };
    } else if (/^(?:--user|--target|-t|--prefix|--root)(?:=|$)/.test(text)) {
      return {
        code: 'installs-elsewhere',
        reason: `line ${line}: ${text.slice(0, 30)} puts the packages into a folder of its own; take it out, and a virtual environment can hold them`,
      };
    } else if (text.startsWith('-')) {
      if (WITH_VALUE.has(text)) at++;
    } else if (value === null) {
      if (!/^"?[\w.\[\],-]+(?:[=<>~!]=|@)/.test(text))
        return {
          code: 'requirements-not-seen',
          reason: `line ${line}: what ${text.slice(0, 60)} stands for is not known`,
        };
    } else if (/^git\+ssh|^git@/.test(value)) {
      return {
        code: 'private-source',
        reason: `line ${line} installs over ssh with a key that dockfix does not know`,
      };
    } else if (/^\.{1,2}(?:\/|$|\[)|^\//.test(value)) usesSources = true;
    else addPackage(found.packages, value);
  }
  return { usesSources, onlyWheels };
}

export function addPackage(packages: Map<string, string>, text: string): void {
  const match = /^([A-Za-z0-9][\w.-]*)\s*(.*)$/.exec(text.trim());
  if (match) packages.set(normal(match[1]!), match[2]!);
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function readRequirements(
  reading: Reading,
  line: number,
  path: string,
  found: PipFound,
  depth: number,
): Withheld | null {
  const text = stageText(reading.context, reading.files, path);
  if (text === null || depth > 10) {
    return {
      code: 'requirements-not-seen',
      reason: `line ${line}: ${path.slice(0, 80)} is not among the files of the build context that could be read`,
    };
  }
  found.manifests.push(path);
  for (const raw of text.split('\n')) {
    const row = raw.replace(/(?:^|\s)#.*$/, '').trim();
    if (row === '') continue;
    const other =
      /^(?:-r|--requirement)[ =]?\s*(\S+)/.exec(row)?.[1] ??
      /^(?:-c|--constraint)[ =]?\s*(\S+)/.exec(row)?.[1];
    if (other !== undefined) {
      const wrong = readRequirements(
        reading,
        line,
        `/${cleanPath(`${folderOf(path)}/${other}`) ?? ''}`,
        found,
        depth + 1,
      );
      if (wrong) return wrong;
    } else if (/^(?:-e|--editable)\b/.test(row)) {
      return {
        code: 'editable-install',
        reason: `${baseNameOf(path)} installs a package as a link to its sources (-e)`,
      };
    } else if (/^(?:\.{1,2}\/|\/|file:)|@\s*file:/.test(row)) {
      return {
        code: 'local-dependency',
        reason: `${baseNameOf(path)} installs a package from a folder of the build context`,
      };
    } else if (/git\+ssh|git@/.test(row)) {
      return {
        code: 'private-source',
        reason: `${baseNameOf(path)} installs over ssh with a key that dockfix does not know`,
      };
    } else if (!row.startsWith('-')) addPackage(found.packages, row);
  }
  return null;
}
