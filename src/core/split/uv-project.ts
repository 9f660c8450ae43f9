/** What a file does with uv: the folder of the environment, the project behind it, and what cannot be taken over. */
import { absolutePath } from '../runtime/final-image.ts';
import { baseNameOf, folderOf, sentText } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import type { ShellCommand } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { variableAt } from '../variables.ts';
import { addPackage } from './python-installs.ts';
import type { Installs } from './python-installs.ts';
import { allowsPython, meansPython } from './uv-python.ts';
import type { PythonVersion } from './uv-python.ts';
import { uvVerb, wrongOptions, wrongSettings, wrongStep } from './uv-calls.ts';
import type { Reading, Step } from './words.ts';

export interface UvProject extends Pick<
  Installs,
  'manifests' | 'packages' | 'usesSources' | 'last' | 'steps'
> {
  readonly first: Step;
  /** Names of [project.scripts]. */
  readonly scripts: ReadonlySet<string>;
  /** Absolute folder of the environment. */
  readonly venv: string;
}

/** `version` is the Python of the image. */
export function readUv(reading: Reading, version: PythonVersion): UvProject | Withheld {
  const steps = reading.steps.filter(({ commands }) =>
    (commands ?? []).some((one) => uvVerb(one) !== null && uvVerb(one) !== ''),
  );
  const first = steps.find(({ commands }) => commands!.some((one) => uvVerb(one) === 'sync'))!;
  const last = steps.at(-1)!;
  for (const step of reading.steps) {
    const wrong = wrongStep(step);
    if (wrong) return wrong;
  }
  const wrong = wrongSettings(reading, last, version);
  if (wrong) return wrong;
  const folder = first.workdir;
  const said = variableAt(reading.document, first.instruction, 'UV_PROJECT_ENVIRONMENT');
  const venv = folder === null ? null : absolutePath(folder, said ? (said.value ?? '$') : '.venv');
  const isOther = steps.some(({ workdir }) => workdir !== folder);
  if (folder === null || venv === null || isOther || venv.includes('$') || SYSTEM.test(venv)) {
    return {
      code: 'uv-environment-not-known',
      reason: `line ${first.instruction.line}: uv is not run in one folder with an environment of its own, so what the runtime stage would take over is not known`,
    };
  }
  const sync = steps.flatMap(({ commands, instruction }) =>
    commands!.filter((one) => uvVerb(one) !== null).map((command) => ({ command, line: instruction.line })),
  );
  for (const { command, line } of sync) {
    const bad = wrongOptions(command, folder, venv, line, version);
    if (bad) return bad;
  }
  return readProject(reading, {
    first,
    last,
    steps,
    folder,
    venv,
    version,
    commands: sync.map(({ command }) => command),
  });
}

/** Folders that are more than an environment. */
const SYSTEM = /^\/(?:usr(?:\/local)?|opt|root|home|etc|var|app)?$/;

// ---- the project ------------------------------------------------------------------------------------------------

interface Found extends Pick<UvProject, 'first' | 'last' | 'steps' | 'venv'> {
  readonly folder: string;
  readonly version: PythonVersion;
  readonly commands: readonly ShellCommand[];
}

function readProject(reading: Reading, found: Found): UvProject | Withheld {
  const { first, folder, venv, version } = found;
  const { line } = first.instruction;
  const { context, files } = reading;
  const place = (name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);
  const sourceOf = (name: string): string | null =>
    files.files.get(place(name))?.source ?? mountedSource(found, place(name));
  const lock = sourceOf('uv.lock');
  if (lock === null || context.entries.get(lock)?.sent !== true) {
    return {
      code: 'no-lock-file',
      reason: `line ${line}: uv.lock is not in the image, so what uv installs is decided anew by every build`,
    };
  }
  const source = sourceOf('pyproject.toml');
  const text =
    source === null ? stageText(context, files, place('pyproject.toml')) : sentText(context, source);
  if (text === null) {
    return {
      code: 'manifest-not-seen',
      reason: `line ${line}: pyproject.toml is not among the files of the build context that could be read`,
    };
  }
  for (let above = folderOf(folder.slice(1)); folder !== '/'; above = folderOf(above)) {
    if (files.files.has(`/${above === '' ? '' : `${above}/`}pyproject.toml`)) {
      return {
        code: 'uv-environment-not-known',
        reason: `line ${line}: a folder above has a pyproject.toml too, and the environment may be there; run uv in that folder`,
      };
    }
    if (above === '') break;
  }
  const asked = pythonAsked(reading, sourceOf('.python-version'), text, version, line);
  if (asked) return asked;
  if (
    sourceOf('uv.toml') !== null ||
    /^\s*(?:python-preference|python-downloads|link-mode)\s*=/m.test(text)
  ) {
    return {
      code: 'uv-settings',
      reason: `line ${line}: the project changes the settings of uv, which decide about the Python and the links of the environment; set them by ENV`,
    };
  }
  if (/git\+ssh|ssh:\/\/|git@/.test(text)) {
    return {
      code: 'private-source',
      reason: `line ${line} installs over ssh with a key that dockfix does not know`,
    };
  }
  const usesSources = found.commands.some((one) => installsSources(one, text));
  const linked = usesSources ? linkedBuild(reading, found, text) : null;
  if (linked) return linked;
  const brought = [...context.entries].find(
    ([path, entry]) => entry.sent && entry.kind !== 'file' && venv === place(baseNameOf(path)),
  );
  if (brought) {
    return {
      code: 'environment-in-the-context',
      reason: `the build context has an environment too (${brought[0].slice(0, 80)}), and COPY may bring it; list it in .dockerignore`,
    };
  }
  const packages = new Map<string, string>();
  for (const match of text.matchAll(/["']([A-Za-z][\w.-]*(?:\[[^\]"']*\])?[^"'\n]*)["']/g))
    addPackage(packages, match[1]!);
  return {
    steps: found.steps,
    first,
    last: found.last,
    venv,
    packages,
    scripts: scriptsOf(text),
    usesSources,
    manifests: ['pyproject.toml', 'uv.lock'].map(place).filter((path) => files.files.has(path)),
  };
}

function scriptsOf(text: string): ReadonlySet<string> {
  const section = /^\[project\.scripts\]\n((?:[^\[\n].*\n?|\n)*)/m.exec(text)?.[1] ?? '';
  return new Set([...section.matchAll(/^["']?([\w.-]+)["']?\s*=/gm)].map((match) => match[1]!));
}

/** What a bind mount of the RUNs shows at a path. */
function mountedSource({ steps, folder }: Found, path: string): string | null {
  for (const { instruction } of steps) {
    for (const { name, value } of instruction.flags) {
      if (name !== 'mount' || value === null) continue;
      const options = new Map(
        value.text.split(',').map((pair) => {
          const [key = '', given = ''] = pair.split('=', 2);
          return [key.replace(/^src$/, 'source').replace(/^(?:dst|destination)$/, 'target'), given];
        }),
      );
      const target = options.get('target');
      if ((options.get('type') ?? 'bind') !== 'bind' || options.has('from') || target === undefined) continue;
      const at = absolutePath(folder, target);
      const from = absolutePath('/', options.get('source') ?? '/')?.slice(1) ?? null;
      if (at === null || from === null) continue;
      if (path === at) return from;
      const inside =
        at === '/' ? path.slice(1) : path.startsWith(`${at}/`) ? path.slice(at.length + 1) : null;
      if (inside !== null) return from === '' ? inside : `${from}/${inside}`;
    }
  }
  return null;
}

function pythonAsked(
  { context }: Reading,
  file: string | null,
  text: string,
  version: PythonVersion,
  line: number,
): Withheld | null {
  const asked = file === null || !context.entries.get(file)?.sent ? '' : (sentText(context, file) ?? '?');
  const row = asked.split('\n').find((one) => one.trim() !== '' && !one.startsWith('#'));
  const specifiers = /^\s*requires-python\s*=\s*["']([^"'\n]*)["']/m.exec(text)?.[1];
  const wrong =
    row !== undefined && !meansPython(row.trim(), version)
      ? `.python-version (${row.trim().slice(0, 20)})`
      : specifiers !== undefined && !allowsPython(specifiers, version)
        ? `requires-python (${specifiers.slice(0, 20)})`
        : null;
  return wrong === null
    ? null
    : {
        code: 'uv-managed-python',
        reason: `line ${line}: Python ${version.join('.')} of the image does not certainly meet ${wrong}, and uv would bring a Python of its own, which would be missing in the runtime stage`,
      };
}

// ---- sources ----------------------------------------------------------------------------------------------------

const has = ({ words }: ShellCommand, flag: string): boolean => words.some(({ text }) => text === flag);

/** Whether a call installs packages whose sources are in the context: the project itself, or what it names by a path. */
function installsSources(command: ShellCommand, text: string): boolean {
  if (uvVerb(command) !== 'sync' || has(command, '--no-install-workspace')) return false;
  const isLocal = /^\[tool\.uv\.workspace\]|\bworkspace\s*=\s*true|\bpath\s*=\s*["']|@\s*file:/m.test(text);
  const isPackage =
    !/^package\s*=\s*false/m.test(text) && /^\[build-system\]|^package\s*=\s*true/m.test(text);
  return isLocal || (isPackage && !has(command, '--no-install-project'));
}

/** By links, the sources are used where they are: then the build must not have written into them. */
function linkedBuild({ context, files }: Reading, { commands, steps }: Found, text: string): Withheld | null {
  const linking = commands.find((one) => installsSources(one, text) && !has(one, '--no-editable'));
  if (!linking) return null;
  const projects = [...context.texts].filter(
    ([path]) => baseNameOf(path) === 'pyproject.toml' && context.entries.get(path)?.sent === true,
  );
  const writes = projects.some(
    ([, one]) => /^\[build-system\]/m.test(one) && (WRITES.test(one) || !PURE.test(one)),
  );
  const setup = [...files.files.keys()].some((path) => baseNameOf(path) === 'setup.py');
  if (!writes && !setup) return null;
  const at = steps.find(({ commands: own }) => own!.includes(linking))!;
  return {
    code: 'editable-install',
    reason: `line ${at.instruction.line}: uv installs the project as a link to its sources, into which its build may write; add --no-editable`,
  };
}

/** What writes into the sources while a project is built: versions by git, extensions, hooks. */
const WRITES =
  /setuptools[_-]scm|hatch-vcs|\.hooks\b|ext[_-]modules|cython|pdm\.build|versioneer|versioning|tool\.poetry\.build|cffi_modules/i;
/** Backends that only link. */
const PURE =
  /^build-backend\s*=\s*["'](?:hatchling\.build|setuptools\.build_meta|uv_build|flit_core\.buildapi|poetry\.core\.masonry\.api|pdm\.backend)["']/m;
