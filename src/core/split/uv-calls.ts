/** The calls of uv in a file, and what stands in the way in them: other folders, other installers, another Python. */
import { absolutePath } from '../runtime/final-image.ts';
import type { ShellCommand } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { variableAt } from '../variables.ts';
import { toolOf } from './python-installs.ts';
import { meansPython } from './uv-python.ts';
import type { PythonVersion } from './uv-python.ts';
import type { Reading, Step } from './words.ts';

const VERBS =
  /^(?:sync|pip|venv|run|python|tool|add|remove|lock|export|tree|init|build|publish|cache|self|version|help)$/;

/** The subcommand of a call of uv; `''` for none, null for a command that is no uv. */
export function uvVerb(command: ShellCommand): string | null {
  const found = toolOf(command);
  if (found?.tool !== 'uv') return null;
  return found.args.find(({ value }) => VERBS.test(value ?? ''))?.value ?? '';
}

export function usesUvProject({ steps }: Reading): boolean {
  return steps.some(({ commands }) => (commands ?? []).some((one) => uvVerb(one) === 'sync'));
}

/** What a command does beside uv sync, or in another place. */
export function wrongStep({ instruction, commands, user }: Step): Withheld | null {
  const { line, rest } = instruction;
  for (const command of commands ?? []) {
    const found = toolOf(command);
    const verb = uvVerb(command);
    if (!found || verb === '') continue;
    if (user !== '' && !/^(?:root|0)(?::|$)/.test(user)) {
      return {
        code: 'installs-as-a-user',
        reason: `line ${line} installs as the user ${user.slice(0, 40)}, into folders of that user; install as root`,
      };
    }
    if (verb === 'run') {
      return {
        code: 'uv-run-in-the-build',
        reason: `line ${line}: which files uv run leaves behind is not known, and it changes the environment; call the program of the environment instead`,
      };
    }
    if (verb === 'python') return managed(line, 'uv python');
    if (verb !== null && !/^(?:sync|venv|cache)$/.test(verb)) {
      return {
        code: 'uv',
        reason: `line ${line}: of uv, only what uv sync installs is split, not uv ${verb}`,
      };
    }
    if (verb === null && !bringsTools(found.tool, found.args)) {
      return {
        code: 'mixed-installers',
        reason: `line ${line} installs beside uv, into another place; let uv sync install everything`,
      };
    }
    if (verb !== null && (/\bUV_(?:PROJECT_ENV|PYTHON|MANAGED|LINK)/.test(rest.text) || moves(commands!))) {
      return {
        code: 'uv-environment-not-known',
        reason: `line ${line} changes the folder or the settings of uv in the command, so where it installs is not known; use WORKDIR and ENV`,
      };
    }
  }
  return null;
}

function moves(commands: readonly ShellCommand[]): boolean {
  return commands.some(({ words }) => /^(?:cd|pushd|source|\.)$/.test(words[0]?.value ?? ''));
}

/** `pip install uv` and the like. */
function bringsTools(tool: string, args: ShellCommand['words']): boolean {
  if (tool !== 'pip') return false;
  const words = args.filter(({ text }) => !text.startsWith('-'));
  return (
    words[0]?.value !== 'install' ||
    (args.every(
      ({ text }) => !/^(?:-r|-e|--requirement|--editable|--user|-t|--target|--prefix)/.test(text),
    ) &&
      words.slice(1).every(({ text }) => /^["']?(?:uv|pip|setuptools|wheel)(?![\w.-])/.test(text)))
  );
}

function managed(line: number, what: string): Withheld {
  return {
    code: 'uv-managed-python',
    reason: `line ${line}: ${what.slice(0, 60)} may make uv bring a Python of its own, which lies outside of the environment and would be missing in the runtime stage; use the Python of the image`,
  };
}

/** Settings by ENV or ARG that bring another Python, or links. */
export function wrongSettings({ document }: Reading, last: Step, version: PythonVersion): Withheld | null {
  const set = (name: string): { readonly value: string | null; readonly line: number } | null => {
    const variable = variableAt(document, last.instruction, name);
    return variable ? { value: variable.value, line: variable.instruction?.line ?? 0 } : null;
  };
  const request = set('UV_PYTHON');
  if (request && !(request.value !== null && meansPython(request.value, version)))
    return managed(request.line, 'UV_PYTHON');
  const preference = set('UV_PYTHON_PREFERENCE');
  if (preference && !/^(?:only-)?system$|^managed$/.test(preference.value ?? ''))
    return managed(preference.line, 'UV_PYTHON_PREFERENCE');
  const only = set('UV_MANAGED_PYTHON') ?? set('UV_PYTHON_INSTALL_DIR');
  if (only) return managed(only.line, 'the setting');
  const link = set('UV_LINK_MODE');
  return link && !/^(?:copy|clone|hardlink)$/.test(link.value ?? '') ? links(link.line) : null;
}

function links(line: number): Withheld {
  return {
    code: 'uv-links',
    reason: `line ${line}: the environment may consist of links into the cache of uv, which the runtime stage does not have; set UV_LINK_MODE=copy`,
  };
}

/** Options that name another project, environment or Python. */
export function wrongOptions(
  command: ShellCommand,
  folder: string,
  venv: string,
  line: number,
  version: PythonVersion,
): Withheld | null {
  const { args } = toolOf(command)!;
  const verb = uvVerb(command);
  for (let at = 0; at < args.length; at++) {
    const { text, value } = args[at]!;
    const [name = '', inline] = text.split('=', 2);
    const given = inline ?? args[at + 1]?.value ?? '';
    if (/^(?:--project|--directory|--active|--script|--config-file|--relocatable)$/.test(name)) {
      return {
        code: 'uv-environment-not-known',
        reason: `line ${line}: ${name} decides which project or environment is meant; use WORKDIR`,
      };
    }
    if (name === '--managed-python') return managed(line, name);
    if (name === '--python-preference' && !/^(?:only-)?system$/.test(given)) return managed(line, name);
    if (/^(?:-p|--python)$/.test(name) && !meansPython(given, version))
      return managed(line, `${name} ${given}`);
    if (name === '--link-mode' && !/^(?:copy|clone|hardlink)$/.test(given)) return links(line);
    if (/^-p\S/.test(name)) return managed(line, name);
    const isFolder =
      verb === 'venv' && !text.startsWith('-') && value !== 'venv' && !takesValue(args[at - 1]?.text);
    if (isFolder && absolutePath(folder, value ?? '$') !== venv) {
      return {
        code: 'uv-environment-not-known',
        reason: `line ${line} makes an environment in another folder than uv sync uses`,
      };
    }
  }
  return null;
}

function takesValue(option: string | undefined): boolean {
  return /^(?:-p|--python|--prompt|--link-mode|--cache-dir|--python-preference)$/.test(option ?? '');
}
