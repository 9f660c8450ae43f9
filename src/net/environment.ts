/** What the environment says about the network: proxies, certificate authorities, and what is not done. */
import { isAbsolute } from 'node:path';
import type { CaFile } from './trust.ts';

/** URLs of proxies, and the hosts that are asked without one (`NO_PROXY`: names, suffixes, ports, `*`; no CIDR). */
export interface ProxySettings {
  /** For `http:` requests. */
  readonly http?: string;
  /** For `https:` requests; the one for `http:` where it is missing. */
  readonly https?: string;
  readonly no?: string;
}

export interface NetworkEnvironment {
  readonly proxy: ProxySettings | null;
  readonly caFiles: readonly CaFile[];
  /** Sentences the person should read. */
  readonly warnings: readonly string[];
}

export function networkFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): NetworkEnvironment {
  // The lower-case names win, as they do in curl.
  const either = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  const [http, https, no] = [either('HTTP_PROXY'), either('HTTPS_PROXY'), either('NO_PROXY')];
  const proxy =
    http === '' && https === ''
      ? null
      : { ...(http && { http }), ...(https && { https }), ...(no && { no }) };

  const caFiles: CaFile[] = [];
  const add = (name: string, whenMissing: CaFile['whenMissing']): void => {
    const path = env[name] ?? '';
    if (isAbsolute(path)) caFiles.push({ path, whenMissing });
  };
  add('SSL_CERT_FILE', 'warn');
  // Node reads this one by itself, but only until other authorities are given to it.
  if (caFiles.length > 0) add('NODE_EXTRA_CA_CERTS', 'quiet');

  const warnings =
    env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed: certificates of registries are checked. For one registry, ' +
            'set registries: { "HOST": { insecure: true } } in your configuration, or name its authority with ca: FILE',
        ]
      : [];
  return { proxy, caFiles, warnings };
}

/** Null when it is none: `http` and `https` proxies, the scheme may be left out. */
export function proxyUrl(text: string): URL | null {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}
