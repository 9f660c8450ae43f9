/** What git has to know of the network, as variables: the proxy and the authorities that the rest of the run has. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { ProxySettings } from '../net/environment.ts';
import type { CaFile } from '../net/trust.ts';

export interface GitNetwork {
  readonly proxy: ProxySettings | null;
  readonly caFiles: readonly CaFile[];
  /** Absolute; where the authorities are put together, because git takes one file only. */
  readonly folder: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment with these variables on top; `GIT_SSL_CAINFO` of the person's own stays. */
export async function gitVariables(env: Variables, network: GitNetwork): Promise<Variables> {
  const { proxy, caFiles, folder } = network;
  const https = proxy?.https ?? proxy?.http;
  const ways = {
    ...(https === undefined ? {} : { HTTPS_PROXY: https, https_proxy: undefined }),
    ...(proxy?.no === undefined ? {} : { NO_PROXY: proxy.no, no_proxy: undefined }),
  };
  if (caFiles.length === 0 || env['GIT_SSL_CAINFO']) return { ...env, ...ways };
  const own: string[] = [];
  // One that is missing has been said by the requests before, or stopped them.
  for (const { path } of caFiles) own.push(await readFile(path, 'utf8').catch(() => ''));
  const bundle = join(folder, 'authorities.pem');
  const temporary = `${bundle}.${randomBytes(6).toString('hex')}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(temporary, [...rootCertificates, ...own].join('\n'), { mode: 0o600 });
  await rename(temporary, bundle);
  return { ...env, ...ways, GIT_SSL_CAINFO: bundle };
}
