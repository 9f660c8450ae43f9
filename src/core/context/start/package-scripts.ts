/** The way through `npm start` and its like, into the scripts of a package.json. */
import { cleanPath } from '../build-context.ts';
import type { RunWord } from '../shell-words.ts';
import { stageText } from '../stage-files.ts';
import { skipOptions, wrapper } from './descent.ts';
import type { Descent, Step } from './descent.ts';
import { runText } from './scripts.ts';

/** `npm start`, `yarn run x`, `pnpm exec x`; `rest` is what stands behind the name of the program. */
export function unwrapPackageManager(descent: Descent, name: string, rest: readonly RunWord[]): Step {
  const words = rest.filter(({ text }) => !/^(?:-s|--silent|-q|--quiet|--no-update-notifier)$/.test(text));
  let workdir = descent.workdir;
  let at = 0;
  while (words[at]?.text.startsWith('-')) {
    const folder = /^(?:--prefix|-C|--dir|--cwd)(?:=(.*))?$/.exec(words[at]!.text);
    if (!folder)
      return {
        code: 'package-options',
        reason: `${name} is given ${words[at]!.text}, which is not followed`,
      };
    const value = folder[1] ?? words[++at]?.value ?? null;
    workdir =
      value === null ? null : value.startsWith('/') ? value : workdir === null ? null : `${workdir}/${value}`;
    at++;
  }
  const command = words[at]?.value ?? '';
  const isRun = command === 'run' || command === 'run-script';
  if (command === 'exec' || command === 'dlx' || command === 'x') {
    descent.firstProcess ??= 'package-manager';
    descent.isReplaced = false;
    return wrapper(descent, name, skipOptions(words.slice(at + 1), new Set(), 0));
  }
  const script = isRun ? words[at + 1]?.value : command;
  if (name === 'bun' && !isRun) return 'done';
  const isScript = isRun || command === 'start' || command === 'test' || name === 'yarn' || name === 'pnpm';
  if (!isScript || script === undefined || script === null) return 'done';
  return runPackageScript(descent, name, script, workdir, words.slice(at + (isRun ? 2 : 1)));
}

function runPackageScript(
  descent: Descent,
  manager: string,
  script: string,
  workdir: string | null,
  rest: readonly RunWord[],
): Step {
  const path = workdir === null ? null : `/${cleanPath(`${workdir}/package.json`) ?? ''}`;
  const text =
    path === null || !descent.context || !descent.files
      ? null
      : stageText(descent.context, descent.files, path);
  if (path === null || text === null) {
    return {
      code: 'manifest-not-seen',
      reason: `the package.json that ${manager} reads is not among the files that could be followed`,
    };
  }
  const scripts = scriptsIn(text);
  if (scripts === null) return { code: 'manifest-unreadable', reason: `${path} is no JSON` };
  const found = scripts.get(script) ?? (script === 'start' ? 'node server.js' : undefined);
  if (found === undefined) {
    if (manager === 'yarn' || manager === 'pnpm') return 'done';
    return { code: 'no-such-script', reason: `package.json has no script ${script.slice(0, 60)}` };
  }
  const source = descent.files!.files.get(path)!.source;
  const key = `${source ?? ''}#${script}`;
  if (descent.scripts.includes(key))
    return { code: 'script-branches', reason: `the script ${script} starts itself again` };
  descent.scripts.push(key);
  descent.firstProcess ??= 'package-manager';
  descent.isReplaced = false;
  descent.workdir = `/${cleanPath(workdir!) ?? ''}`;
  descent.steps.push({
    kind: 'package-script',
    text: found,
    evidence: { kind: 'context', path: source ?? path, note: `script ${script}: ${found.slice(0, 200)}` },
  });
  const passed =
    rest[0]?.text === '--'
      ? rest.slice(1)
      : manager === 'npm'
        ? rest.filter(({ text }) => !text.startsWith('-'))
        : rest;
  const result = runText(descent, found, []);
  if (result === 'on') descent.words = [...descent.words, ...passed];
  return result;
}

/** The scripts of a package.json; null when it is no JSON object. */
export function scriptsIn(text: string): ReadonlyMap<string, string> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { scripts } = parsed as { readonly scripts?: unknown };
  if (typeof scripts !== 'object' || scripts === null) return new Map();
  return new Map(
    Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
