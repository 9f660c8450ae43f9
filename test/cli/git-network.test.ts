import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitVariables } from '../../src/cli/git-network.ts';

describe('the network of git', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dockfix-git-network-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is that of the environment where nothing else is set', async () => {
    const env = { PATH: '/bin', https_proxy: 'http://p' };
    expect(await gitVariables(env, { proxy: null, caFiles: [], folder })).toEqual(env);
  });

  it('has the proxy of the configuration over that of the environment', async () => {
    const proxy = { http: 'http://configured:1', no: 'git.example' };
    const env = await gitVariables(
      { https_proxy: 'http://other', no_proxy: '*' },
      { proxy, caFiles: [], folder },
    );
    expect(env).toMatchObject({ HTTPS_PROXY: 'http://configured:1', NO_PROXY: 'git.example' });
    expect([env['https_proxy'], env['no_proxy']]).toEqual([undefined, undefined]);
  });

  it("trusts the configured authorities beside Node's, in one file that nobody else reads", async () => {
    const path = join(folder, 'own.pem');
    writeFileSync(path, 'OWN AUTHORITY');
    const missing = { path: join(folder, 'none.pem'), whenMissing: 'warn' } as const;
    const caFiles = [{ path, whenMissing: 'required' } as const, missing];
    const { GIT_SSL_CAINFO: bundle = '' } = await gitVariables({}, { proxy: null, caFiles, folder });
    const text = readFileSync(bundle, 'utf8');
    expect(text).toContain('OWN AUTHORITY');
    expect(text).toContain(rootCertificates[0]);
    expect(statSync(bundle).mode & 0o777).toBe(0o600);
  });

  it('leaves the file that the person has named for git', async () => {
    const caFiles = [{ path: '/nowhere', whenMissing: 'warn' } as const];
    const env = { GIT_SSL_CAINFO: '/mine.pem' };
    expect(await gitVariables(env, { proxy: null, caFiles, folder })).toEqual(env);
  });
});
