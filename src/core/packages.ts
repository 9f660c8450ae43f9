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
  return uniquePackages(packages);
}

/** Sections of `K:value` lines, as apk writes them: `lib/apk/db/installed`. */
export function parseApkInstalled(text: string): readonly Package[] {
  const packages: Package[] = [];
  for (const section of sectionsOf(text)) {
    const name = fieldOf(section, 'P:');
    const version = fieldOf(section, 'V:');
    if (name !== null && version !== null) packages.push({ name, version });
  }
  return uniquePackages(packages);
}

/** The packages of an SPDX document (JSON) that were installed by a package manager. Anything else: none. */
export function parseSpdx(document: unknown): readonly Package[] {
  return fromList(
    isRecord(document) ? document['packages'] : null,
    ({ name, versionInfo, externalRefs }) => ({
      name,
      version: versionInfo,
      purls: Array.isArray(externalRefs) ? (externalRefs as unknown[]).map(locatorOf) : [],
    }),
  );
}

/** As `parseSpdx`, of a CycloneDX document (JSON). Components inside of components are passed over. */
export function parseCycloneDx(document: unknown): readonly Package[] {
  return fromList(isRecord(document) ? document['components'] : null, ({ name, version, purl }) => ({
    name,
    version,
    purls: typeof purl === 'string' ? [purl] : [],
  }));
}

function fromList(
  list: unknown,
  read: (item: Readonly<Record<string, unknown>>) => {
    readonly name: unknown;
    readonly version: unknown;
    readonly purls: readonly string[];
  },
): readonly Package[] {
  const packages: Package[] = [];
  for (const item of Array.isArray(list) ? (list as unknown[]).slice(0, MAX_PACKAGES) : []) {
    if (!isRecord(item)) continue;
    const { name, version, purls } = read(item);
    // Of an image, an SBOM lists what applications are made of, too; that is not what a base image is about.
    const installed = purls.find((purl) => /^pkg:(?:deb|apk|rpm)\//.test(purl));
    if (installed === undefined || typeof name !== 'string' || typeof version !== 'string') continue;
    // RPM's own lists leave out an epoch of zero.
    const plain = installed.startsWith('pkg:rpm/') ? version.replace(/^0:/, '') : version;
    packages.push({ name: name.slice(0, 200), version: plain.slice(0, 200) });
  }
  return uniquePackages(packages);
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

/** Each once, and not more than any distribution has. */
export function uniquePackages(packages: readonly Package[]): readonly Package[] {
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
