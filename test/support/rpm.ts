/** Databases of RPM, made by Debian's rpm from packages without files. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './distribution.ts';

/** `sqlite3` changes what rpm has made: another size of pages, say. */
export const hasRpm = ['rpm', 'rpmbuild', 'sqlite3'].every(isInstalled);

export interface FakePackage {
  readonly name: string;
  readonly version: string;
  readonly epoch?: number;
  /** `noarch` when left out. */
  readonly arch?: string;
  readonly description?: string;
}

export interface RpmDatabase {
  readonly bytes: Uint8Array;
  /** Path of the file. */
  readonly path: string;
  /** `rpm -qa` with this format for each package. */
  query(format: string): readonly string[];
  remove(): void;
}

/** Installs the packages into a database of their own; nothing else of this machine is touched. */
export function makeRpmDatabase(packages: readonly FakePackage[]): RpmDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-rpm-'));
  const made = join(folder, 'packages');
  const database = join(folder, 'database');
  mkdirSync(database);
  const byArch = new Map<string, FakePackage[]>();
  for (const one of packages)
    byArch.set(one.arch ?? 'noarch', [...(byArch.get(one.arch ?? 'noarch') ?? []), one]);
  for (const [arch, all] of byArch) {
    const spec = join(folder, `${arch}.spec`);
    writeFileSync(spec, specOf(all));
    execFileSync('rpmbuild', [
      ...['-bb', '--quiet', '--target', arch, '--define', `_topdir ${join(folder, 'top')}`],
      ...['--define', `_rpmdir ${made}`, '--define', '_tmppath /tmp', spec],
    ]);
  }
  const files = readdirSync(made, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.rpm'),
  );
  const options = ['--dbpath', database, '--define', '_db_backend sqlite'];
  execFileSync(
    'rpm',
    [
      ...[...options, '-i', '--justdb', '--nodeps', '--nosignature', '--ignorearch', '--force-debian'],
      ...files.sort().map((name) => join(made, name)),
    ],
    { stdio: 'ignore' },
  );
  const path = join(database, 'rpmdb.sqlite');
  return {
    bytes: readFileSync(path),
    path,
    query: (format) =>
      execFileSync('rpm', [...options, '-qa', '--qf', `${format}\\n`], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line !== ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** One source with a package for each; it makes none of its own name. */
function specOf(packages: readonly FakePackage[]): string {
  const common = 'Summary: A package\nLicense: MIT\nRelease: 1.el9\n';
  return [
    `Name: all\nVersion: 1\n${common}%description\nAll.\n`,
    ...packages.map(
      ({ name, version, epoch, description = 'A package.' }) =>
        `%package -n ${name}\nVersion: ${version}\n${epoch === undefined ? '' : `Epoch: ${epoch}\n`}` +
        `Summary: A package\n%description -n ${name}\n${description}\n%files -n ${name}\n`,
    ),
  ].join('\n');
}
