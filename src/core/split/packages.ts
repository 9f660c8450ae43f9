/** Which packages the runtime stage needs for what was compiled against others. */
import { BUILD_PACKAGES, SUITES, devPackages } from './packages.data.ts';
import type { Suite } from './packages.data.ts';

/** What becomes of a package of the build. */
export type PackageRole =
  | { readonly role: 'build' }
  | { readonly role: 'library'; readonly runtime: readonly string[] }
  | { readonly role: 'runtime' }
  /** A -dev package without a row, or one whose libraries differ by a suite that is not known. */
  | { readonly role: 'unknown'; readonly why: 'no-row' | 'no-suite' };

/**
 * The role of a Debian package, its version (`=1.2`) and architecture (`:amd64`) left aside. `suite` is null when the
 * base image's tag does not say it: then it is bookworm or trixie, and only names that both know are used.
 */
export function packageRole(word: string, suite: Suite | null): PackageRole {
  const name = word.replace(/[=:/].*$/, '');
  if (BUILD_PACKAGES.test(name)) return { role: 'build' };
  if (!/-dev$/.test(name)) return { role: 'runtime' };
  const row = devPackages().get(name);
  if (!row) return { role: 'unknown', why: 'no-row' };
  const { runtime } = row;
  if (suite !== null) return { role: 'library', runtime: runtime[suite] };
  const isShared = runtime.bookworm.every((older, at) => isName(older, runtime.trixie[at]));
  return isShared ? { role: 'library', runtime: runtime.bookworm } : { role: 'unknown', why: 'no-suite' };
}

/**
 * Whether a package of bookworm can be asked for in trixie: by the same name, or by the one that its successor with
 * 64-bit time provides. V: the field Provides of trixie's packages for 64-bit machines; libaio1t64 has none.
 */
function isName(older: string, newer: string | undefined): boolean {
  if (older === newer) return true;
  return newer !== undefined && /t64(?:-openssl)?$/.test(newer) && newer !== 'libaio1t64';
}

/** `13`, `trixie`, `slim-bookworm` as a suite with a table; `other` for one without, null when nothing is said. */
export function suiteOf(tag: string): Suite | 'other' | null {
  const found = /(?:^|-)(bullseye|bookworm|trixie)(?:-|$)/.exec(tag)?.[1];
  if (found) return SUITES.find((suite) => suite === found)!;
  return /(?:^|-)(?:wheezy|jessie|stretch|buster|forky|sid|focal|jammy|noble|xenial|bionic)(?:-|$)/.test(tag)
    ? 'other'
    : null;
}
