/** How the operator's configuration names credentials, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../src/config/validate.ts';
import { transforms } from '../../transforms/index.ts';

function check(settings: object): string {
  const result = validateConfig({ registries: { 'ghcr.io': settings } }, 'operator', transforms);
  return result.ok ? 'ok' : result.message;
}

describe('credentials of a registry', () => {
  it.each([
    [{ username: 'jane', passwordEnv: 'GHCR_PASSWORD' }],
    [{ username: 'jane', tokenEnv: '_T0KEN' }],
    [{ tokenEnv: 'TOKEN' }],
    [{ helper: 'ecr-login' }],
    [{ username: 'jane' }],
    [{ endpoint: 'https://mirror.example.com', insecure: false, helper: 'gcr' }],
  ])('CRED: may be %j', (settings) => {
    expect(check(settings)).toBe('ok');
  });

  it.each([
    [{ passwordEnv: 'A' }],
    [{ username: 'jane', passwordEnv: 'A', tokenEnv: 'B' }],
    [{ tokenEnv: 'A', helper: 'gcr' }],
    [{ username: 'jane', helper: 'gcr' }],
  ])('CRED: may not be half or two at once: %j', (settings) => {
    expect(check(settings)).toBe(
      'registries.ghcr.io: takes one of passwordEnv (with username), tokenEnv and helper',
    );
  });

  it('CRED: are never in the file themselves, and a secret in the wrong place is not repeated', () => {
    expect(check({ username: 'jane', passwordEnv: 'my$ecret' })).toBe(
      'registries.ghcr.io.passwordEnv: is no name of an environment variable ' +
        '(a secret itself has no place here)',
    );
    expect(check({ username: 'jane', password: 'my$ecret' })).toBe(
      'unknown key "registries.ghcr.io.password", did you mean "passwordEnv"?',
    );
  });

  it.each(['../evil', '/bin/sh', 'a b', 'a;b'])('CRED-4: a helper is a suffix and no path: %s', (helper) => {
    expect(check({ helper })).toContain(
      'registries.ghcr.io.helper: is no suffix of a docker-credential-… program',
    );
  });

  // Red when `registries` stands in repositorySchema() of validate.ts.
  it('SEC-13: cannot be set by a repository', () => {
    const data = { registries: { 'ghcr.io': { helper: 'gcr' } } };
    expect(validateConfig(data, 'repository', transforms)).toMatchObject({
      ok: false,
      message: expect.stringContaining('"registries" can be set only in your own configuration') as string,
    });
  });
});
