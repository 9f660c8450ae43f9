import { describe, expect, it } from 'vitest';
import { networkFromEnvironment, proxyUrl } from '../../src/net/environment.ts';

describe('the environment', () => {
  it('NET-4: names proxies in upper or lower case; lower case wins', () => {
    expect(networkFromEnvironment({}).proxy).toBeNull();
    expect(networkFromEnvironment({ NO_PROXY: '*' }).proxy).toBeNull();
    const env = { HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower', http_proxy: '', NO_PROXY: 'a,b' };
    expect(networkFromEnvironment(env).proxy).toEqual({ https: 'http://lower', no: 'a,b' });
    expect(networkFromEnvironment({ HTTP_PROXY: 'proxy:3128' }).proxy).toEqual({ http: 'proxy:3128' });
  });

  it('NET-4: a proxy may be written without its scheme, and is nothing but HTTP', () => {
    expect(proxyUrl('proxy:3128')?.href).toBe('http://proxy:3128/');
    expect(proxyUrl('https://u:p@proxy')?.host).toBe('proxy');
    for (const bad of ['socks5://proxy', 'file:///etc/passwd', 'http://', 'a b'])
      expect(proxyUrl(bad)).toBeNull();
  });

  it('NET-5: names authorities; those of Node are read again once there are others', () => {
    const extra = { NODE_EXTRA_CA_CERTS: '/etc/extra.pem' };
    expect(networkFromEnvironment(extra).caFiles).toEqual([]);
    expect(networkFromEnvironment({ SSL_CERT_FILE: '/etc/ca.pem', ...extra }).caFiles).toEqual([
      { path: '/etc/ca.pem', whenMissing: 'warn' },
      { path: '/etc/extra.pem', whenMissing: 'quiet' },
    ]);
    expect(networkFromEnvironment({ SSL_CERT_FILE: 'relative.pem' }).caFiles).toEqual([]);
  });

  it('NET-5: warns that NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed', () => {
    expect(networkFromEnvironment({}).warnings).toEqual([]);
    const { warnings } = networkFromEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('insecure: true');
  });
});
