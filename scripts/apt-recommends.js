/**
 * Makes src/facts/apt-recommends.data.ts from Debian's package indexes: for every package name given, which
 * recommended packages are lost with --no-install-recommends and matter, and which of those it brings in anyway.
 *
 *   node scripts/apt-recommends.js bullseye=Packages bookworm=Packages trixie=Packages < names
 *
 * `Packages` is the index file of that release (main, amd64), `names` one package name a line.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Recommended packages that no program in an image looks for unless it names them itself: documentation,
 * translations, helpers for people at a terminal, desktop and init integration.
 */
const INERT = new Set(
  `krb5-locales manpages manpages-dev libc-devtools publicsuffix libsasl2-modules libldap-common libgpm2 less
   xdg-user-dirs libglib2.0-data libfile-fcntllock-perl liblocale-gettext-perl libalgorithm-merge-perl fakeroot
   libatm1 libpam-cap javascript-common systemd-timesyncd libnss-systemd libpam-systemd systemd dbus-user-session
   alsa-ucm-conf alsa-topology-conf libpng-tools libpaper-utils ncurses-term bash-completion at-spi2-core
   libgail-common libgtk2.0-bin libgtk-3-bin libgdk-pixbuf2.0-bin libgphoto2-l10n qttranslations5-l10n xxd
   libgts-bin libraw1394-tools libjxr-tools libjs-jquery fonts-lato poppler-data psmisc nodejs-doc dbus vim
   packagekit-tools logrotate exim4-daemon-light binfmt-support libhwloc-plugins fonts-dejavu-extra
   linux-sysctl-defaults systemd-cryptsetup libkmod2 libjs-sphinxdoc`.split(/\s+/),
);
const isInert = (name) => INERT.has(name) || /-(?:doc|docs|doc-html|l10n|locales|dbg)$/.test(name);

/** Recommended by these for a use that an image does not have. */
const INERT_FOR = new Map([
  ['xauth', new Set(['openssh-client', 'openssh-server'])],
  ['libc6-dbg', new Set(['gdb'])],
  ['curl', new Set(['gettext'])],
]);

/** Names that the index gives to another program than the one that Dockerfiles install from its own archive. */
const OTHER_PROGRAM = new Set(['yarn', 'docker', 'node']);

/** Libraries and services bring Python along for their scripts; only who installs Python uses its HTTPS. */
const isPythonCertificates = (name, member, chosen) =>
  chosen === 'ca-certificates' && /^(?:lib)?python3/.test(member) && !/^python3/.test(name);

/** Perl comes along for the scripts of others; only who installs Perl asks it for the names of services. */
const isPerlServices = (name, member, chosen) =>
  chosen === 'netbase' && member === 'perl' && !/(?:^|-)perl(?:-|$)/.test(name);

const groups = (list) =>
  (list ?? '')
    .split(/,\s*/)
    .filter(Boolean)
    .map((group) => group.split('|').map((name) => name.trim().replace(/[ (:[].*/, '')));

function readIndex(path) {
  const packages = new Map();
  const providers = new Map();
  for (const paragraph of readFileSync(path, 'utf8').split('\n\n')) {
    const fields = Object.fromEntries(
      [...paragraph.matchAll(/^([A-Za-z-]+): (.*)$/gm)].map(([, key, value]) => [key, value]),
    );
    if (!fields.Package || packages.has(fields.Package)) continue;
    packages.set(fields.Package, fields);
    for (const provided of (fields.Provides ?? '').split(/,\s*/)) {
      const name = provided.split(' ')[0];
      if (name) providers.set(name, [...(providers.get(name) ?? []), fields.Package]);
    }
  }
  return { packages, providers };
}

/** The package that would be installed for a group of alternatives; null when one is there already. */
function choose({ packages, providers }, group, have) {
  for (const name of group) {
    if (have.has(name) || (providers.get(name) ?? []).some((provider) => have.has(provider))) return null;
  }
  for (const name of group) {
    if (packages.has(name)) return name;
    const [provider] = [...(providers.get(name) ?? [])].sort();
    if (provider) return provider;
  }
  return null;
}

function dependencies(index, names, base) {
  const { packages, providers } = index;
  const have = new Set(base);
  const todo = [...names];
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    const real = packages.has(name) ? name : [...(providers.get(name) ?? [])].sort()[0];
    if (!real || have.has(real)) continue;
    have.add(real);
    const fields = packages.get(real);
    for (const group of [...groups(fields['Pre-Depends']), ...groups(fields.Depends)]) {
      const chosen = choose(index, group, have);
      if (chosen) todo.push(chosen);
    }
  }
  return have;
}

/** `lost:brings` of every name that the index has. */
function rowsOf(index, names) {
  const { packages, providers } = index;
  const essential = [...packages.values()].filter((p) => p.Essential === 'yes' || p.Priority === 'required');
  // The images have the small one of two alternatives; the other one would bring Perl.
  const merged = ['usr-is-merged'].filter((name) => packages.has(name));
  const base = dependencies(index, [...merged, ...essential.map((p) => p.Package), 'apt'], new Set());
  const rows = [];
  const matters = new Set();
  for (const name of names) {
    if (!name || OTHER_PROGRAM.has(name) || (!packages.has(name) && !providers.has(name))) continue;
    const have = dependencies(index, [name], base);
    const lost = new Set();
    for (const member of have) {
      if (base.has(member)) continue;
      for (const group of groups(packages.get(member).Recommends)) {
        const chosen = choose(index, group, have);
        if (!chosen || isInert(chosen) || INERT_FOR.get(chosen)?.has(member)) continue;
        if (isPythonCertificates(name, member, chosen) || isPerlServices(name, member, chosen)) continue;
        lost.add(chosen);
      }
    }
    for (const other of lost) matters.add(other);
    rows.push({ name, lost: [...lost].sort(), have });
  }
  return new Map(
    rows.map(({ name, lost, have }) => {
      const brings = [...have].filter((other) => matters.has(other) && !base.has(other) && other !== name);
      return [name, `${lost.join(' ')}:${brings.sort().join(' ')}`];
    }),
  );
}

const names = [...new Set(readFileSync(0, 'utf8').split(/\s+/))].sort();
const suites = process.argv.slice(2).map((argument) => {
  const [suite, path] = argument.split('=');
  return { suite, rows: rowsOf(readIndex(path), names) };
});
/** Rows by the suites that have them, most suites first. */
const sections = new Map();
for (const name of names) {
  const byText = new Map();
  for (const { suite, rows } of suites) {
    const row = rows.get(name);
    if (row !== undefined) byText.set(row, [...(byText.get(row) ?? []), suite]);
  }
  for (const [row, where] of byText) {
    const key = where.join(' ');
    sections.set(key, [...(sections.get(key) ?? []), `${name}:${row}`]);
  }
}
const order = [...sections.keys()].sort(
  (a, b) => b.split(' ').length - a.split(' ').length || (a < b ? -1 : 1),
);
writeFileSync(
  new URL('../src/facts/apt-recommends.data.ts', import.meta.url),
  `// Made by scripts/apt-recommends.js from the package indexes (main, amd64) of Debian; not edited by hand.\n` +
    `// Below the suites for which they hold, one line a package: its name, the recommended packages that matter, and\n` +
    `// which such packages it depends on.\n` +
    `export const TABLE = \`\n${order.map((key) => `[${key}]\n${sections.get(key).join('\n')}`).join('\n')}\n\`;\n`,
);
for (const { suite, rows } of suites) {
  const free = [...rows.values()].filter((row) => row.startsWith(':')).length;
  process.stderr.write(`${suite}: ${rows.size} packages, ${free} lose nothing\n`);
}
