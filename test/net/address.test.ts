import { describe, expect, it } from 'vitest';
import { TRUSTED, createAddressPolicy, hostAndPort } from '../../src/net/address.ts';
import type { AddressRules, Reach } from '../../src/net/address.ts';

const UNTRUSTED: AddressRules = { mode: 'untrusted', allowPrivate: [] };

function allows(rules: AddressRules, url: string, reach: Reach): boolean {
  return createAddressPolicy(rules).checkUrl(new URL(url), reach) === null;
}

/** Spellings of addresses that look harmless to a check of the text. */
const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.0.0.1.',
  'localhost',
  'LOCALHOST.',
  'a.localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[0:0:0:0:0:ffff:7f00:1]',
];
const PRIVATE = ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', '[fd12::1]', '[::ffff:10.0.0.1]'];
const NEVER = [
  '169.254.169.254',
  '0xa9fea9fe',
  '[::ffff:169.254.169.254]',
  '[fe80::1]',
  '168.63.129.16',
  '100.100.100.200',
  '[fd00:ec2::254]',
  'metadata.google.internal',
  '0.0.0.0',
  '0',
  '[::]',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '[ff02::1]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:7f00:1::]',
];

// Red when `judge` returns null for a private kind without asking `mayBePrivate`, and for the last table when
// METADATA or METADATA_NAMES is emptied.
describe('the address policy', () => {
  it.each([...LOOPBACK, ...PRIVATE])('SEC-2: allows %s only to what the person named', (host) => {
    expect(allows(TRUSTED, `https://${host}/`, 'private')).toBe(true);
    expect(allows(TRUSTED, `https://${host}/`, 'public')).toBe(false);
    expect(allows(UNTRUSTED, `https://${host}/`, 'private')).toBe(false);
    expect(allows(UNTRUSTED, `https://${host}/`, 'public')).toBe(false);
  });

  it.each(NEVER)('SEC-2: never allows %s', (host) => {
    const listed = hostAndPort(new URL(`https://${host}/`));
    for (const mode of ['trusted', 'untrusted'] as const) {
      expect(allows({ mode, allowPrivate: [listed] }, `https://${host}/`, 'private')).toBe(false);
      expect(allows({ mode, allowPrivate: [listed] }, `https://${host}/`, 'public')).toBe(false);
    }
  });

  it.each(['93.184.216.34', '[2606:4700::1111]', 'registry.example.com'])('allows %s', (host) => {
    for (const rules of [TRUSTED, UNTRUSTED]) {
      expect(allows(rules, `https://${host}/`, 'public')).toBe(true);
    }
  });

  it('SEC-2: judges the address behind a NAT64 prefix in a person’s own network', () => {
    const policy = createAddressPolicy(TRUSTED);
    const url = new URL('https://registry.example.com/');
    expect(policy.checkAddress('64:ff9b::5db8:d822', url, 'public')).toBeNull();
    expect(policy.checkAddress('64:ff9b::a00:1', url, 'public')?.canBeAllowed).toBe(true);
    expect(createAddressPolicy(UNTRUSTED).checkAddress('64:ff9b::5db8:d822', url, 'public')).not.toBeNull();
  });

  // Red when the port is left out of the comparison in `isAllowed`.
  it('SEC-2: allowPrivate names host and port', () => {
    const rules: AddressRules = { mode: 'untrusted', allowPrivate: ['registry.corp:5000', '[fd12::1]:443'] };
    expect(allows(rules, 'https://registry.corp:5000/', 'public')).toBe(true);
    expect(allows(rules, 'https://registry.corp:5001/', 'public')).toBe(false);
    expect(allows(rules, 'https://[fd12::1]/', 'public')).toBe(true);
    const policy = createAddressPolicy(rules);
    expect(policy.checkAddress('10.0.0.1', new URL('https://registry.corp:5000/'), 'public')).toBeNull();
    expect(policy.checkAddress('10.0.0.1', new URL('https://other.corp:5000/'), 'public')).not.toBeNull();
  });

  // Red when the check of `allowPorts` or of `allowHosts` is taken out of `checkUrl`.
  it('SEC-2: strangers’ names reach port 443 only, and only listed hosts where there is a list', () => {
    expect(allows(UNTRUSTED, 'https://registry.example.com:8443/', 'public')).toBe(false);
    expect(allows(UNTRUSTED, 'http://registry.example.com/', 'public')).toBe(false);
    expect(allows({ ...UNTRUSTED, allowPorts: [8443] }, 'https://registry.example.com:8443/', 'public')).toBe(
      true,
    );
    const listed: AddressRules = { ...UNTRUSTED, allowHosts: ['ghcr.io'] };
    expect(allows(listed, 'https://ghcr.io/', 'public')).toBe(true);
    expect(allows(listed, 'https://evil.example.com/', 'public')).toBe(false);
  });

  it('SEC-2: refuses what is no address, and zones of link-local ones', () => {
    const policy = createAddressPolicy(TRUSTED);
    const url = new URL('https://x.example.com/');
    for (const address of ['', 'nonsense', 'fe80::1%eth0', '1.2.3']) {
      expect(policy.checkAddress(address, url, 'private'), address).not.toBeNull();
    }
  });
});
