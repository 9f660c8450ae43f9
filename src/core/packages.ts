/** Packages of a distribution, as the image's own package database lists them, and what differs between two lists. */

export interface Package {
  readonly name: string;
  readonly version: string;
}

export interface PackageUpdate {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface PackageDelta {
  readonly added: readonly Package[];
  readonly removed: readonly Package[];
  readonly updated: readonly PackageUpdate[];
}

/** More are no package database. */
const MAX_PACKAGES = 50_000;

/** Sections of `Key: value` lines, as dpkg writes them: `var/lib/dpkg/status`, and each file of `status.d`. */
export function parseDpkgStatus(text: string): readonly Package[] {
  const packages: Package[] = [];
  for (const section of sectionsOf(text)) {
    const name = fieldOf(section, 'Package: ');
    const version = fieldOf(section, 'Version: ');
    const status = fieldOf(section, 'Status: ');
    // A package that was removed leaves its configuration files, and its section, behind.
    if (status !== null && !status.endsWith(' installed')) continue;
    if (name !== null && version !== null) packages.push({ name, version });
  }
  return unique(packages);
}

/** Sections of `K:value` lines, as apk writes them: `lib/apk/db/installed`. */
export function parseApkInstalled(text: string): readonly Package[] {
  const packages: Package[] = [];
  for (const section of sectionsOf(text)) {
    const name = fieldOf(section, 'P:');
    const version = fieldOf(section, 'V:');
    if (name !== null && version !== null) packages.push({ name, version });
  }
  return unique(packages);
}

/** The packages of an SPDX document (JSON) that were installed by a package manager. Anything else: none. */
export function parseSpdx(document: unknown): readonly Package[] {
  const list = isRecord(document) ? document['packages'] : null;
  if (!Array.isArray(list)) return [];
  const packages: Package[] = [];
  for (const item of (list as unknown[]).slice(0, MAX_PACKAGES)) {
    if (!isRecord(item)) continue;
    const { name, versionInfo, externalRefs } = item;
    const purls = Array.isArray(externalRefs) ? (externalRefs as unknown[]).map(locatorOf) : [];
    // Of an image, an SBOM lists what applications are made of, too; that is not what a base image is about.
    if (!purls.some((purl) => /^pkg:(?:deb|apk|rpm)\//.test(purl))) continue;
    if (typeof name === 'string' && typeof versionInfo === 'string')
      packages.push({ name: name.slice(0, 200), version: versionInfo.slice(0, 200) });
  }
  return unique(packages);
}

/** What has changed, each list in order of the names. A name with several versions on both sides is compared as a set. */
export function comparePackages(before: readonly Package[], after: readonly Package[]): PackageDelta {
  const old = versionsByName(before);
  const now = versionsByName(after);
  const added: Package[] = [];
  const removed: Package[] = [];
  const updated: PackageUpdate[] = [];
  for (const name of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const from = old.get(name);
    const to = now.get(name);
    if (from === undefined) added.push({ name, version: to! });
    else if (to === undefined) removed.push({ name, version: from });
    else if (from !== to) updated.push({ name, from, to });
  }
  return { added, removed, updated };
}

function versionsByName(packages: readonly Package[]): ReadonlyMap<string, string> {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) {
    const known = versions.get(name);
    if (known) known.add(version);
    else versions.set(name, new Set([version]));
  }
  return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(', ')]));
}

function unique(packages: readonly Package[]): readonly Package[] {
  return [...new Map(packages.map((one) => [`${one.name} ${one.version}`, one])).values()].slice(
    0,
    MAX_PACKAGES,
  );
}

function sectionsOf(text: string): readonly (readonly string[])[] {
  const sections: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      if (sections.at(-1)!.length > 0) sections.push([]);
    } else sections.at(-1)!.push(line);
  }
  return sections;
}

function fieldOf(section: readonly string[], prefix: string): string | null {
  const line = section.find((one) => one.startsWith(prefix));
  const value = line?.slice(prefix.length).trim().slice(0, 200) ?? '';
  return value === '' ? null : value;
}

function locatorOf(reference: unknown): string {
  const locator = isRecord(reference) ? reference['referenceLocator'] : null;
  return typeof locator === 'string' ? locator : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
