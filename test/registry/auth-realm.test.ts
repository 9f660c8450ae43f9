import { describe, expect, it } from 'vitest';
import { mayHaveCredentials, usableRealm } from '../../src/registry/realm.ts';

const HTTPS = new URL('https://r.test');
const HTTP = new URL('http://r.test:5000');

describe('a realm (AUTH-10)', () => {
  // Red when usableRealm() does not look at user, password or fragment.
  it('SEC-1: is absolute, without user and fragment', () => {
    expect(usableRealm(HTTPS, 'https://auth.test/token?x=1')?.href).toBe('https://auth.test/token?x=1');
    for (const bad of [
      undefined,
      '',
      '/token',
      'auth.test/token',
      'ftp://auth.test/',
      'https://u:p@auth.test/',
      'https://u@auth.test/',
      'https://auth.test/#',
      'https://auth.test/#x',
      `https://auth.test/${'x'.repeat(5000)}`,
    ]) {
      expect(usableRealm(HTTPS, bad), bad).toBeNull();
    }
  });

  // Red when `secureEnough` no longer looks at the registry's own protocol.
  it('SEC-1: is plain HTTP only where the registry is', () => {
    expect(usableRealm(HTTPS, 'http://r.test/token')).toBeNull();
    expect(usableRealm(HTTP, 'http://r.test:5000/token')).not.toBeNull();
    expect(usableRealm(HTTP, 'https://r.test/token')).not.toBeNull();
  });

  const hub = new URL('https://registry-1.docker.io');
  // Red when the host is left out of `isNamed` in realm.ts.
  it.each([
    ['docker.io', hub, 'https://auth.docker.io/token', {}, true],
    ['docker.io', hub, 'https://auth.docker.io:8443/token', {}, false],
    ['docker.io', hub, 'https://auth.docker.io.evil.test/token', {}, false],
    ['docker.io', HTTP, 'http://auth.docker.io/token', {}, false],
    ['registry.gitlab.com', new URL('https://registry.gitlab.com'), 'https://gitlab.com/jwt/auth', {}, true],
    ['r.test', HTTPS, 'https://r.test/token', {}, true],
    ['r.test', HTTPS, 'https://r.test:8443/token', {}, false],
    ['r.test', HTTPS, 'https://auth.docker.io/token', {}, false],
    ['r.test', HTTPS, 'https://auth.test/token', { 'r.test': 'auth.test' }, true],
    ['r.test', HTTPS, 'https://auth.test/token', { 'r.test': ['x.test', 'AUTH.test'] }, true],
    ['r.test', HTTPS, 'https://auth.test/token', { 'other.test': 'auth.test' }, false],
    ['constructor', HTTPS, 'https://auth.test/token', {}, false],
  ] as const)(
    // Red when the pair's left side is not looked at.
    'SEC-1: of %s at %s, %s with %j: credentials %s',
    (host, base, realm, configured, expected) => {
      expect(mayHaveCredentials(host, base, new URL(realm), configured)).toBe(expected);
    },
  );
});
