/** Calls of package managers in a shell script: what they install and remove, and the programs that packages bring. */
import { aptCall, firstProgram } from '../../core/apt.ts';
import type { ShellCommand } from '../../core/shell.ts';

/** Packages whose programs matter to probes, in any distribution. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  curl: ['curl'],
  'curl-minimal': ['curl'],
  wget: ['wget'],
  python3: ['python3'],
  'python3-minimal': ['python3'],
  'python3-full': ['python3'],
  'python-is-python3': ['python', 'python3'],
  python: ['python'],
  nodejs: ['node'],
  'nodejs-current': ['node'],
  'nodejs-lts': ['node'],
  npm: ['node'],
  php: ['php'],
  'php-cli': ['php'],
  ruby: ['ruby'],
  'ruby-full': ['ruby'],
  bash: ['bash'],
  netcat: ['nc'],
  'netcat-openbsd': ['nc'],
  'netcat-traditional': ['nc'],
  'postgresql-client': ['pg_isready'],
  'redis-tools': ['redis-cli'],
  redis: ['redis-cli'],
};

/** The programs of a package that matter to probes. */
export function programsIn(name: string): readonly string[] {
  if (Object.hasOwn(PACKAGES, name)) return PACKAGES[name]!;
  return /^postgresql\d*-client$|^postgresql-client-\d+$/.test(name) ? ['pg_isready'] : [];
}

export interface PackageCall {
  readonly verb: 'install' | 'remove';
  /** A name may be that of a group of apk (`.build-deps`), which an earlier call of the image has made. */
  readonly names: readonly string[];
  /** A variable among the names. */
  readonly isOpen: boolean;
  /** The group that apk puts them in. */
  readonly group: string | null;
}

/** The call of a package manager that a command is; null for every other command. */
export function packageCall(command: ShellCommand): PackageCall | null {
  const apt = aptCall(command);
  if (apt) {
    const names = apt.packages.map(({ value }) => value?.replace(/[=/:].*$/, '') ?? null);
    const verb = apt.subcommand.value ?? '';
    if (verb === 'install' || verb === 'reinstall') return callOf('install', names);
    return verb === 'purge' || verb === 'remove' ? callOf('remove', names) : null;
  }
  const program = firstProgram(command);
  const manager = Object.hasOwn(MANAGERS, program) ? MANAGERS[program]! : null;
  if (!manager) return null;
  const at = command.words.findIndex(({ value }) => value?.endsWith(program) === true);
  const words = command.words.slice(at + 1);
  const verbAt = words.findIndex(({ text }) => !text.startsWith('-'));
  const verb = words[verbAt]?.value ?? '';
  const isInstall = manager.install.includes(verb);
  if (!isInstall && !manager.remove.includes(verb)) return null;
  const names: (string | null)[] = [];
  let group: string | null = null;
  for (let index = verbAt + 1; index < words.length; index++) {
    const { text, value } = words[index]!;
    if (text === '-t' || text === '--virtual') group = words[++index]?.value ?? '';
    else if (text.startsWith('--virtual=')) group = text.slice('--virtual='.length);
    else if (/^(?:-X|--repository|--repositories-file|-p|--root|--enablerepo|--setopt)$/.test(text)) index++;
    else if (!text.startsWith('-')) names.push(value?.replace(/[=<>~@].*$/, '') ?? null);
  }
  return callOf(isInstall ? 'install' : 'remove', names, isInstall ? group : null);
}

/** What a text must hold to call one of the managers. */
export const NAMES_MANAGER = /\b(?:apt|apt-get|aptitude|apk|yum|dnf|microdnf|tdnf|zypper)\b/;

const MANAGERS: Readonly<
  Record<string, { readonly install: readonly string[]; readonly remove: readonly string[] }>
> = {
  apk: { install: ['add'], remove: ['del'] },
  yum: { install: ['install'], remove: ['remove', 'erase', 'autoremove'] },
  dnf: { install: ['install'], remove: ['remove', 'erase', 'autoremove'] },
  microdnf: { install: ['install'], remove: ['remove', 'erase'] },
  tdnf: { install: ['install'], remove: ['remove', 'erase'] },
  zypper: { install: ['install', 'in'], remove: ['remove', 'rm'] },
};

function callOf(
  verb: PackageCall['verb'],
  names: readonly (string | null)[],
  group: string | null = null,
): PackageCall {
  return { verb, names: names.filter((name) => name !== null), isOpen: names.includes(null), group };
}
