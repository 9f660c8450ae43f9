/** Package databases, and what differs between two of them. */
import { describe, expect, it } from 'vitest';
import {
  comparePackages,
  parseApkInstalled,
  parseCycloneDx,
  parseDpkgStatus,
  parseSpdx,
} from '../../src/core/packages.ts';

describe('package databases', () => {
  it('of dpkg: the installed packages, not those that were removed and left their configuration', () => {
    const text =
      'Package: libssl3\nStatus: install ok installed\nVersion: 3.0.2-1\nDescription: TLS\n Version: 9 (a continued line)\n\n' +
      'Package: old\nStatus: deinstall ok config-files\nVersion: 1\n\n\n' +
      'Package: tzdata\nVersion: 2026a\n';
    expect(parseDpkgStatus(text)).toEqual([
      { name: 'libssl3', version: '3.0.2-1' },
      { name: 'tzdata', version: '2026a' },
    ]);
  });

  it('of apk: name and version, from sections of one-letter keys', () => {
    expect(
      parseApkInstalled('C:Q1=\nP:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:libc.so\n\nP:busybox\nV:1.36\n\n'),
    ).toEqual([
      { name: 'musl', version: '1.2.5-r0' },
      { name: 'busybox', version: '1.36' },
    ]);
  });

  it('of an SBOM: what a package manager installed, not what an application is made of', () => {
    const purl = (locator: string): object => ({
      referenceCategory: 'PACKAGE-MANAGER',
      referenceLocator: locator,
    });
    const packages = [
      { name: 'curl', versionInfo: '8', externalRefs: [purl('pkg:deb/debian/curl@8')] },
      { name: 'left-pad', versionInfo: '1', externalRefs: [purl('pkg:npm/left-pad@1')] },
      { name: 'no-version', externalRefs: [purl('pkg:apk/x')] },
      'nonsense',
    ];
    expect(parseSpdx({ packages })).toEqual([{ name: 'curl', version: '8' }]);
    for (const nothing of [null, 1, {}, { packages: {} }]) expect(parseSpdx(nothing)).toEqual([]);
  });

  it('of an SBOM in CycloneDX: the same; an epoch of zero is none', () => {
    const components = [
      {
        type: 'library',
        name: 'bash',
        version: '0:5.1-9.el9',
        purl: 'pkg:rpm/rhel/bash@5.1-9.el9?arch=x86_64',
      },
      {
        type: 'library',
        name: 'dbus',
        version: '1:1.12-8.el9',
        purl: 'pkg:rpm/rhel/dbus@1.12-8.el9?epoch=1',
      },
      { type: 'library', name: 'left-pad', version: '1', purl: 'pkg:npm/left-pad@1' },
      { type: 'operating-system', name: 'rhel', version: '9' },
      7,
    ];
    expect(parseCycloneDx({ components })).toEqual([
      { name: 'bash', version: '5.1-9.el9' },
      { name: 'dbus', version: '1:1.12-8.el9' },
    ]);
    for (const nothing of [null, 1, {}, { components: {} }]) expect(parseCycloneDx(nothing)).toEqual([]);
  });

  it('read what is damaged as far as it goes, in linear time', () => {
    expect(parseDpkgStatus('\0\0Package\nVersion: 1\n\nPackage: a\n\n')).toEqual([]);
    expect(parseDpkgStatus('Package: a\nVersion: 1\n\n'.repeat(100_000))).toHaveLength(1);
    expect(parseDpkgStatus(`Package: ${'n'.repeat(1_000_000)}\nVersion: 1`)[0]!.name).toHaveLength(200);
  });
});

describe('two lists of packages', () => {
  it('differ in what was added, removed and updated, in order of the names', () => {
    const delta = comparePackages(
      [
        { name: 'b', version: '1' },
        { name: 'a', version: '1' },
        { name: 'same', version: '1' },
      ],
      [
        { name: 'same', version: '1' },
        { name: 'c', version: '1' },
        { name: 'a', version: '2' },
      ],
    );
    expect(delta).toEqual({
      added: [{ name: 'c', version: '1' }],
      removed: [{ name: 'b', version: '1' }],
      updated: [{ name: 'a', from: '1', to: '2' }],
    });
  });

  it('compare a name with several versions as a whole', () => {
    const two = [
      { name: 'libc', version: '2' },
      { name: 'libc', version: '1' },
    ];
    expect(comparePackages(two, [...two].reverse()).updated).toEqual([]);
    expect(comparePackages(two, [{ name: 'libc', version: '2' }]).updated).toEqual([
      { name: 'libc', from: '1, 2', to: '2' },
    ]);
  });
});
