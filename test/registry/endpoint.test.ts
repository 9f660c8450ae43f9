import { describe, expect, it } from 'vitest';
import { apiRoot, apiUrl, lookedUp, nameAt, placesFor } from '../../src/registry/endpoint.ts';
import type { RegistrySettings } from '../../src/registry/endpoint.ts';

function bases(host: string, settings?: RegistrySettings, mode?: 'trusted' | 'untrusted'): string[] {
  return placesFor(host, 'resolve', settings, mode)
    .at(-1)!
    .bases.map(({ origin }) => origin);
}

describe('where a registry is', () => {
  it('REF-7: Docker Hub has its own API host', () => {
    expect(bases('docker.io')).toEqual(['https://registry-1.docker.io']);
  });

  it.each(['localhost:5000', 'localhost', 'a.localhost:1', '127.0.0.1:5000', '127.9.9.9', '[::1]:5000'])(
    'NET-6: %s may speak plain HTTP, after HTTPS, on one’s own machine',
    (host) => {
      expect(bases(host)).toEqual([`https://${host}`, `http://${host}`]);
      expect(bases(host, undefined, 'untrusted')).toEqual([`https://${host}`]);
    },
  );

  it.each(['10.0.0.1:5000', '192.168.1.1', 'registry.corp', 'localhost.example.com', '127.0.0.1.nip.io'])(
    'NET-6: %s may not, unless it is named',
    (host) => {
      expect(bases(host)).toEqual([`https://${host}`]);
      expect(bases(host, { insecure: true })).toEqual([`https://${host}`, `http://${host}`]);
    },
  );

  it('an endpoint takes the place of all that', () => {
    expect(bases('docker.io', { endpoint: 'http://127.0.0.1:5', insecure: true })).toEqual([
      'http://127.0.0.1:5',
    ]);
  });

  it('NET-2: mirrors come first, in order, each for what it is trusted with', () => {
    const settings: RegistrySettings = {
      mirrors: [
        { url: 'https://a.test', for: 'pull' },
        { url: 'https://b.test:5000', for: 'resolve' },
        { url: 'https://c.test', for: 'both' },
      ],
    };
    const hosts = (question: 'resolve' | 'pull'): unknown[] =>
      placesFor('docker.io', question, settings).map(({ host, mirrorOf }) => [host, mirrorOf]);
    expect(hosts('resolve')).toEqual([
      ['b.test:5000', 'docker.io'],
      ['c.test', 'docker.io'],
      ['docker.io', null],
    ]);
    expect(hosts('pull')).toEqual([
      ['a.test', 'docker.io'],
      ['c.test', 'docker.io'],
      ['docker.io', null],
    ]);
  });

  it.each([
    ['https://r.test', 'https://r.test/v2/a/b/manifests/1', 'a/b', 'https://r.test/v2/'],
    [
      'https://r.test/artifactory/hub/',
      'https://r.test/artifactory/hub/v2/a/b/manifests/1',
      'a/b',
      'https://r.test/artifactory/hub/v2/',
    ],
    ['https://r.test/v2/proxy', 'https://r.test/v2/proxy/a/b/manifests/1', 'proxy/a/b', 'https://r.test/v2/'],
    ['https://r.test/v2', 'https://r.test/v2/a/b/manifests/1', 'a/b', 'https://r.test/v2/'],
  ])('a path of %s goes where it belongs', (text, url, name, root) => {
    const base = new URL(text);
    expect(apiUrl(base, 'a/b', 'manifests/1').href).toBe(url);
    expect(nameAt(base, 'a/b')).toBe(name);
    expect(apiRoot(base).href).toBe(root);
  });
});

describe('names that are copies', () => {
  const rules = [
    { prefix: 'proxy.test/', upstream: 'ghcr.io/' },
    { prefix: 'proxy.test/cgr/', upstream: 'cgr.dev' },
    { prefix: 'proxy.test/hub', upstream: 'docker.io/' },
  ];
  it.each([
    ['proxy.test', 'cgr/chainguard/node', 'cgr.dev', 'chainguard/node'],
    ['proxy.test', 'other/x', 'ghcr.io', 'other/x'],
    ['proxy.test', 'hub/node', 'docker.io', 'library/node'],
    ['proxy.test', 'hubbub/node', 'ghcr.io', 'hubbub/node'],
    ['docker.io', 'library/node', 'docker.io', 'library/node'],
  ])('NET-1: %s/%s is asked as %s/%s', (registry, repository, host, name) => {
    expect(lookedUp({ registry, repository }, rules)).toEqual({ registry: host, repository: name });
  });
});
