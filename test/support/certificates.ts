/** A certificate authority for one test file, made with openssl; everything in one folder that the test removes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './distribution.ts';

export const hasOpenssl = isInstalled('openssl');

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Paths of the same. */
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Authority {
  readonly folder: string;
  /** Of the authority itself. */
  readonly caPath: string;
  /** For `127.0.0.1` and `localhost`; a client certificate is the same thing. RSA for what signs RS256. */
  issue(name: string, kind?: 'ec' | 'rsa'): Certificate;
  remove(): void;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-ca-'));
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test authority');
  return {
    folder,
    caPath: join(folder, 'ca.crt'),
    issue(name, kind = 'ec') {
      const [certPath, keyPath] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
      writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      const made = kind === 'ec' ? newKey : ['-newkey', 'rsa:2048', '-nodes'];
      openssl('req', ...made, '-keyout', keyPath, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-days', '2', '-extfile', `${name}.ext`, '-out', certPath],
      );
      return {
        cert: readFileSync(certPath, 'utf8'),
        key: readFileSync(keyPath, 'utf8'),
        certPath,
        keyPath,
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
