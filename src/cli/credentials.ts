/** The keychain of the person who runs dockfix: real files, real programs, the real environment. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, parse } from 'node:path';
import type { Log } from '../net/log.ts';
import type { Redactor } from '../net/redact.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';
import type { Keychain } from '../registry/keychain.ts';
import { createHelperProcess } from '../registry/keychain/helper-process.ts';
import { createKeychain } from '../registry/keychain/lookup.ts';
import type { FileRead } from '../registry/keychain/lookup.ts';
import type { Io } from './io.ts';

export interface CredentialOptions {
  readonly io: Pick<Io, 'env' | 'cwd' | 'home'>;
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /** Folders that are scanned: no helper is run from there. */
  readonly scanned: readonly string[];
  /** See KeychainOptions. */
  readonly trustUserConfig: boolean;
  readonly redactor: Redactor;
  readonly log: Log;
}

export function openKeychain(options: CredentialOptions): Keychain {
  const { io, redactor } = options;
  const { env, cwd } = io;
  return createKeychain({
    env,
    cwd,
    home: homeFrom(io),
    uid: process.getuid?.() ?? null,
    platform: process.platform,
    registries: options.registries,
    trustUserConfig: options.trustUserConfig,
    readFile: readRegularFile,
    runHelper: createHelperProcess({ env, cwd: parse(cwd).root, excluded: options.scanned }),
    register: (secret, username) => redactor.register(secret, username),
    log: options.log,
  });
}

function homeFrom({ env, home }: CredentialOptions['io']): string | null {
  const given = env[process.platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? home ?? '';
  return isAbsolute(given) ? given : null;
}

/** Follows links, as people keep their configuration in other places; a pipe could be waited for without end. */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileRead> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return { kind: 'unreadable', problem: 'is no file' };
    if (stats.size > maxBytes) return { kind: 'unreadable', problem: `is larger than ${maxBytes} bytes` };
    return { kind: 'read', bytes: await readFile(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden' };
    return { kind: 'unreadable', problem: `cannot be read (${code})` };
  }
}

/** The addresses of proxies in the environment. */
export function proxyVariables(env: Io['env']): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => /^(?:https?|all)_proxy$/i.test(name))
    .map(([, value]) => value ?? '');
}

/** Secrets in the addresses of proxies and endpoints: `http://user:password@proxy.example.com`. */
export function registerUrlSecrets(addresses: readonly string[], redactor: Redactor): void {
  for (const address of addresses) {
    const text = address.includes('://') ? address : `http://${address}`;
    if (!URL.canParse(text)) continue;
    const { username, password } = new URL(text);
    if (password === '') continue;
    redactor.register(password, username);
    redactor.register(decoded(password), decoded(username));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
