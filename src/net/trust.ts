/**
 * Which certificates are trusted, and which are shown: files of certificate authorities that hold for every host, and
 * the folders per host that Docker and Podman use (`certs.d/<host[:port]>/`, with `*.crt` for authorities and
 * `*.cert` beside `*.key` for the client). Files are read when their host is first asked, not before.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Log } from './log.ts';

export interface CaFile {
  /** Absolute. */
  readonly path: string;
  /** `required`: without the file no HTTPS request is made. `warn`: it is left out, and said. `quiet`: left out. */
  readonly whenMissing: 'required' | 'warn' | 'quiet';
}

export interface TrustSettings {
  /** Trusted beside the authorities that come with Node. */
  readonly caFiles: readonly CaFile[];
  /** Absolute, each a `certs.d`. Authorities of all of them count, the client certificate of the first that has one. */
  readonly certFolders: readonly string[];
}

export const NODE_TRUST: TrustSettings = { caFiles: [], certFolders: [] };

export interface HostTrust {
  /** Null: what Node trusts by itself, and no client certificate. */
  readonly context: SecureContext | null;
  /** The files it was made of, for error messages. */
  readonly caFiles: readonly string[];
  readonly clientCertificate: string | null;
}

export interface TrustStore {
  /** Throws {@link TrustError} where a file cannot be used. */
  forUrl(url: URL, withClientCertificate: boolean): Promise<HostTrust>;
}

/** A certificate file that cannot be read or holds none. The message names it. */
export class TrustError extends Error {}

const NOTHING: HostTrust = { context: null, caFiles: [], clientCertificate: null };
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Hosts whose folder people name differently. */
const ALIASES: Readonly<Record<string, string>> = { 'registry-1.docker.io': 'docker.io' };

interface ClientPair {
  readonly path: string;
  readonly cert: string;
  readonly key: string;
}

export function createTrustStore(settings: TrustSettings, log: Log): TrustStore {
  let shared: Promise<readonly Authority[]> | null = null;

  return {
    async forUrl(url, withClientCertificate) {
      if (url.protocol !== 'https:') return NOTHING;
      shared ??= readShared(settings.caFiles, log);
      const folders = await hostFolders(settings.certFolders, url);
      const own = await Promise.all(folders.map(readAuthorities));
      const pair = withClientCertificate ? await firstPair(folders) : null;
      const authorities = [...(await shared), ...own.flat()];
      if (authorities.length === 0 && !pair) return NOTHING;
      const files = authorities.map(({ path }) => path);
      const ca = authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities.map(toPem)] };
      try {
        const context = createSecureContext({ ...ca, ...(pair ? { cert: pair.cert, key: pair.key } : {}) });
        return { context, caFiles: files, clientCertificate: pair?.path ?? null };
      } catch {
        const involved = [...files, ...(pair ? [pair.path] : [])].join(', ');
        throw new TrustError(`the certificates in ${involved} cannot be used`);
      }
    },
  };
}

interface Authority {
  readonly path: string;
  readonly pem: string;
}

const toPem = ({ pem }: Authority): string => pem;

async function readShared(files: readonly CaFile[], log: Log): Promise<readonly Authority[]> {
  const read: Authority[] = [];
  for (const { path, whenMissing } of files) {
    try {
      read.push(await readAuthority(path));
    } catch (error) {
      if (!(error instanceof TrustError) || whenMissing === 'required') throw error;
      if (whenMissing === 'warn') log.warn(`${error.message}; it is left out`);
    }
  }
  return read;
}

/** The folders for this host that exist; with the port of HTTPS, `host` and `host:443` mean the same. */
async function hostFolders(roots: readonly string[], url: URL): Promise<readonly string[]> {
  const host = url.hostname;
  if (host.includes('/') || host.includes('..')) return [];
  const port = url.port === '' ? '443' : url.port;
  const names = [host, ...(ALIASES[host] ? [ALIASES[host]] : [])].flatMap((name) =>
    port === '443' ? [name, `${name}:443`] : [`${name}:${port}`],
  );
  const candidates = roots.flatMap((root) => names.map((name) => join(root, name)));
  const listed = await Promise.all(candidates.map(async (folder) => ((await list(folder)) ? folder : null)));
  return listed.filter((folder) => folder !== null);
}

async function list(folder: string): Promise<readonly string[] | null> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => null,
  );
}

async function readAuthorities(folder: string): Promise<readonly Authority[]> {
  const names = ((await list(folder)) ?? []).filter((name) => name.endsWith('.crt'));
  return Promise.all(names.map((name) => readAuthority(join(folder, name))));
}

async function readAuthority(path: string): Promise<Authority> {
  const pem = await readText(path, 'CA file');
  if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(pem)) {
    throw new TrustError(`the CA file ${path} holds no certificate in PEM form`);
  }
  return { path, pem };
}

async function firstPair(folders: readonly string[]): Promise<ClientPair | null> {
  for (const folder of folders) {
    const name = ((await list(folder)) ?? []).find((entry) => entry.endsWith('.cert'));
    if (name === undefined) continue;
    const path = join(folder, name);
    const keyPath = path.replace(/\.cert$/, '.key');
    return {
      path,
      cert: await readText(path, 'client certificate'),
      key: await readText(keyPath, `key of the client certificate ${path},`),
    };
  }
  return null;
}

async function readText(path: string, what: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new TrustError(`the ${what} ${path} cannot be read (${error.code ?? 'unknown'})`);
  });
  if (bytes.length > MAX_FILE_BYTES) throw new TrustError(`the ${what} ${path} is larger than 4 MiB`);
  return bytes.toString('utf8');
}
