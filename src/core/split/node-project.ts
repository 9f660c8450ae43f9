/** What a Node project installs and builds: the commands of its managers, its manifest, and what cannot be followed. */
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import type { Withheld } from '../types.ts';
import { variableAt } from '../variables.ts';
import { programOf } from './reading.ts';
import { startupOf } from './startup.ts';
import type { Reading, Step } from './words.ts';

export const MANAGERS = new Set(['npm', 'yarn', 'pnpm', 'npx', 'corepack', 'pnpx']);

/** Compilers and generators that a RUN calls by their names. */
const BUILDERS =
  /^(?:tsc|tsc-alias|nest|next|nuxt|vite|webpack|rollup|esbuild|prisma|ng|gulp|grunt|node-prune|ncc|swc|babel|turbo|nx|vue-cli-service)$/;

type Manager = 'npm' | 'yarn' | 'pnpm';

export interface Call {
  readonly manager: string;
  readonly kind: 'install' | 'add' | 'global' | 'script' | 'prune' | 'other';
  /** What is added, or the script. */
  readonly names: readonly string[];
  readonly omitsDev: boolean;
  /** Another folder than the working folder. */
  readonly elsewhere: boolean;
}

export function callOf({ words }: ShellCommand): Call | null {
  const manager = programOf(words);
  if (!MANAGERS.has(manager)) return BUILDERS.test(manager) ? other(manager) : null;
  const args = words.slice(1).map(({ text }) => text);
  const rest = args.filter((text) => !text.startsWith('-'));
  const verb = rest[0] ?? (manager === 'yarn' ? 'install' : '');
  const flags = args.filter((text) => text.startsWith('-'));
  const elsewhere = flags.some((text) =>
    /^(?:--prefix|--cwd|-C|--dir|--filter|-F|-w|--workspace|-r|--recursive)\b/.test(text),
  );
  const omitsDev = /--omit[= ]dev|--only[= ]prod|--production(?!=false)|--prod\b|-P\b/.test(args.join(' '));
  const make = (kind: Call['kind'], names: readonly string[]): Call => ({
    manager,
    kind,
    names,
    omitsDev,
    elsewhere,
  });
  if (manager === 'corepack') return make('global', ['corepack', ...rest.slice(1)]);
  if (manager === 'npx' || manager === 'pnpx') return make('script', [verb]);
  if (manager === 'yarn' && verb === 'global') return make('global', rest.slice(2));
  if (/^(?:install|i|ci|add|clean-install)$/.test(verb)) {
    if (flags.some((text) => /^(?:-g|--global|--location=global)$/.test(text)))
      return make('global', rest.slice(1));
    return rest.length > 1 || verb === 'add' ? make('add', rest.slice(1)) : make('install', []);
  }
  if (verb === 'prune') return make('prune', []);
  if (verb === 'run' || verb === 'run-script') return make('script', rest.slice(1, 2));
  if (
    /^(?:cache|config|set|version|rebuild|dedupe|audit|fund|-v|get|approve-builds|update|link)$/.test(verb) ||
    verb === ''
  )
    return make('other', []);
  return manager === 'yarn' || manager === 'pnpm' ? make('script', [verb]) : make('other', [verb]);
}

function other(name: string): Call {
  return { manager: name, kind: 'script', names: [name], omitsDev: false, elsewhere: false };
}

interface Manifest {
  readonly name: string | null;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly hasWorkspaces: boolean;
  /** Of yarn's second generation, by packageManager; null for everything else. */
  readonly berry: number | null;
}

function readManifest(text: string): Manifest | null {
  try {
    const json = JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>;
    const map = (key: string): Record<string, string> => {
      const value = json[key];
      if (typeof value !== 'object' || value === null) return {};
      return Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
    };
    return {
      name: typeof json['name'] === 'string' ? json['name'] : null,
      scripts: map('scripts'),
      dependencies: { ...map('optionalDependencies'), ...map('dependencies') },
      devDependencies: map('devDependencies'),
      hasWorkspaces: json['workspaces'] !== undefined,
      berry: berryOf(String(json['packageManager'])),
    };
  } catch {
    return null;
  }
}

function berryOf(manager: string): number | null {
  const major = Number(/^yarn@(\d+)/.exec(manager)?.[1] ?? 0);
  return major > 1 ? major : null;
}

export interface Project {
  readonly workdir: string;
  readonly manager: Manager;
  readonly manifest: Manifest;
  readonly calls: readonly { readonly step: Step; readonly call: Call }[];
  readonly install: Step;
  readonly last: Step;
  /** A script or a compiler is run behind the installation. */
  readonly hasBuild: boolean;
  readonly omitsDev: boolean;
}

const WORKSPACES: Withheld = {
  code: 'workspaces',
  reason:
    'package.json has workspaces, whose packages link to one another; prune it for one of them (turbo prune, pnpm deploy) in a stage of its own',
};

function hasWorkspaces({ context, files }: Reading, { workdir }: Step): boolean {
  if (workdir === null) return false;
  const text = stageText(context, files, `${workdir}/package.json`);
  return (
    files.files.has(`${workdir}/pnpm-workspace.yaml`) ||
    (text !== null && readManifest(text)?.hasWorkspaces === true)
  );
}

/** Yarn 2 and later put packages into node_modules only where the settings say so, and run scripts of whole projects only. */
function wrongBerry(reading: Reading, workdir: string, { berry }: Manifest): Withheld | null {
  const { context, files } = reading;
  const settings = stageText(context, files, `${workdir}/.yarnrc.yml`);
  if (berry === null && settings === null && !files.files.has(`${workdir}/.pnp.cjs`)) return null;
  if (!/^nodeLinker:\s*["']?node-modules\b/m.test(settings ?? '')) {
    return {
      code: 'yarn-berry',
      reason:
        'this version of yarn puts the packages into archives, unless .yarnrc.yml says nodeLinker: node-modules',
    };
  }
  const startup = startupOf(reading);
  if (isWithheld(startup) || !startup.programs.has('yarn')) return null;
  return {
    code: 'yarn-berry',
    reason:
      'this version of yarn starts scripts only where the whole project is, with its lock; start the program itself (node dist/main.js)',
  };
}

export function readProject(reading: Reading): Project | Withheld {
  const calls = reading.steps.flatMap((step) =>
    (step.commands ?? []).flatMap((command) => {
      const call = callOf(command);
      return call ? [{ step, call }] : [];
    }),
  );
  const installs = calls.filter(({ call }) => call.kind === 'install');
  const first = installs[0];
  if (!first)
    return { code: 'nothing-installed', reason: 'no npm, yarn or pnpm installs what package.json names' };
  const { step: install, call } = first;
  const { line } = install.instruction;
  if (
    calls.some(({ call: one }) => one.elsewhere) ||
    (install.commands ?? []).some((one) => programOf(one.words) === 'cd')
  ) {
    if (hasWorkspaces(reading, install)) return WORKSPACES;
    return {
      code: 'several-packages',
      reason: `line ${line}: several packages, or one in another folder than the working folder, are installed; which of them runs is not known`,
    };
  }
  const { workdir } = install;
  if (workdir === null)
    return { code: 'workdir-not-known', reason: `line ${line}: a variable decides the working folder` };
  if (workdir === '/')
    return {
      code: 'works-in-root',
      reason: `line ${line} installs into /, where the application cannot be told from the system; set WORKDIR to a folder such as /app`,
    };
  const elsewhere = installs.find(({ step }) => step.workdir !== workdir);
  if (elsewhere)
    return {
      code: 'several-packages',
      reason: `line ${elsewhere.step.instruction.line} installs in a second folder; which of the two runs is not known`,
    };
  const text = stageText(reading.context, reading.files, `${workdir}/package.json`);
  const manifest = text === null ? null : readManifest(text);
  if (manifest === null) {
    return {
      code: 'manifest-not-seen',
      reason: `line ${line}: ${workdir}/package.json is not among the files of the build context that could be read`,
    };
  }
  if (hasWorkspaces(reading, install)) return WORKSPACES;
  const berry = wrongBerry(reading, workdir, manifest);
  if (berry) return berry;
  const local = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).find(
    ([, version]) => /^(?:file|link|portal|workspace):|^\.{1,2}\//.test(version),
  );
  if (local) {
    return {
      code: 'local-dependency',
      reason: `package.json installs ${local[0]} from a folder, to which node_modules only links`,
    };
  }
  const ssh = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).find(([, version]) =>
    /git\+ssh|^git@/.test(version),
  );
  if (ssh)
    return {
      code: 'private-source',
      reason: `package.json installs ${ssh[0]} over ssh with a key that dockfix does not know`,
    };
  const builds = calls.filter(
    ({ call: one, step }) =>
      (one.kind === 'script' || one.kind === 'prune' || one.kind === 'add' || one.kind === 'install') &&
      step.workdir === workdir,
  );
  const last = builds.at(-1)!.step;
  const cut = last.instruction.index;
  const manager: Manager = call.manager === 'yarn' || call.manager === 'pnpm' ? call.manager : 'npm';
  const production = variableAt(reading.document, install.instruction, 'NODE_ENV')?.value === 'production';
  return {
    workdir,
    manager,
    manifest,
    calls: calls.filter(({ step }) => step.instruction.index <= cut),
    install,
    last,
    hasBuild: calls.some(({ call: one }) => one.kind === 'script'),
    omitsDev: call.omitsDev || calls.some(({ call: one }) => one.kind === 'prune') || production,
  };
}
