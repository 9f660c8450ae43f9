/**
 * Which addresses may be connected to. A registry, a token service or a storage host is named by people or by other
 * servers, so every address is judged three times: as it stands in the URL, as the name service gives it, and as the
 * socket reports it once it is connected.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * `trusted`: a person runs dockfix on their own machine. `untrusted`: a service runs it on other people's files, so
 * that names in those files are chosen by strangers.
 */
export type AddressMode = 'trusted' | 'untrusted';

/** `private`: the person named this very host. `public`: a server did (redirect, realm), or nobody knows. */
export type Reach = 'private' | 'public';

export interface AddressRules {
  readonly mode: AddressMode;
  /** `host:port` that may have private or loopback addresses, whoever names them. */
  readonly allowPrivate: readonly string[];
  /** Untrusted mode: only these hosts (`host` or `host:port`); without it, all. */
  readonly allowHosts?: readonly string[];
  /** Untrusted mode: ports beside 443. */
  readonly allowPorts?: readonly number[];
}

export const TRUSTED: AddressRules = { mode: 'trusted', allowPrivate: [] };

/** Why an address is not connected to. */
export interface Refusal {
  /** The address or the name that is refused. */
  readonly address: string;
  /** Half a sentence: `10.0.0.1 is a private address`. */
  readonly reason: string;
  /** True where `allowPrivate` would change the answer. */
  readonly canBeAllowed: boolean;
}

export interface AddressPolicy {
  /** Judges host name, literal address and port of a URL, before anything is looked up. */
  checkUrl(url: URL, reach: Reach): Refusal | null;
  /** Judges an address that is about to be dialled, or was, for this URL. */
  checkAddress(address: string, url: URL, reach: Reach): Refusal | null;
}

type Kind = 'global' | 'private' | 'never';

/** Addresses of cloud metadata services that no range gives away. */
const METADATA = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'instance-data']);
const PRIVATE_RANGES = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

const RANGE_NAMES: Readonly<Record<string, string>> = {
  private: 'a private address',
  loopback: 'a loopback address',
  uniqueLocal: 'a private address',
  carrierGradeNat: 'an address inside a provider network',
  linkLocal: 'a link-local address',
  metadata: 'the address of a metadata service',
};

export function createAddressPolicy(rules: AddressRules): AddressPolicy {
  const allowed = new Set(rules.allowPrivate.map((entry) => entry.toLowerCase()));
  const hosts = rules.allowHosts && new Set(rules.allowHosts.map((entry) => entry.toLowerCase()));
  const isAllowed = (url: URL): boolean => allowed.has(hostAndPort(url));

  function judge(kind: Kind, address: string, range: string, url: URL, reach: Reach): Refusal | null {
    if (kind === 'global') return null;
    const mayBePrivate = isAllowed(url) || (rules.mode === 'trusted' && reach === 'private');
    if (kind === 'private' && mayBePrivate) return null;
    const what = RANGE_NAMES[range] ?? 'no public address';
    const name = bareHost(url);
    const reason = name === address ? `${address} is ${what}` : `${name} has the address ${address}, ${what}`;
    return { address, reason, canBeAllowed: kind === 'private' };
  }

  function checkAddress(address: string, url: URL, reach: Reach): Refusal | null {
    const { kind, range } = kindOf(address, rules.mode);
    return judge(kind, address, range, url, reach);
  }

  return {
    checkAddress,
    checkUrl(url, reach) {
      const name = bareHost(url);
      if (isIP(name) !== 0) {
        const refused = checkAddress(name, url, reach);
        if (refused) return refused;
      } else if (METADATA_NAMES.has(name)) {
        return judge('never', name, 'metadata', url, reach);
      } else if (name === 'localhost' || name.endsWith('.localhost')) {
        const refused = judge('private', name, 'loopback', url, reach);
        if (refused) return refused;
      }
      if (rules.mode === 'trusted' || isAllowed(url)) return null;
      const port = portOf(url);
      if (port !== 443 && !rules.allowPorts?.includes(port)) {
        return { address: name, reason: `port ${port} of ${name} is not allowed`, canBeAllowed: true };
      }
      if (hosts && !hosts.has(name) && !hosts.has(hostAndPort(url))) {
        return { address: name, reason: `${name} is not among the allowed hosts`, canBeAllowed: false };
      }
      return null;
    },
  };
}

/** `registry.example.com:443`: the form of `allowPrivate`. */
export function hostAndPort(url: URL): string {
  const name = bareHost(url);
  return `${isIP(name) === 6 ? `[${name}]` : name}:${portOf(url)}`;
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
}

/** Without the brackets of an IPv6 address and the dot at the end of a full name. The URL parser has done the rest. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function kindOf(address: string, mode: AddressMode): { readonly kind: Kind; readonly range: string } {
  const text = address.split('%')[0]!;
  if (isIP(text) === 0) return { kind: 'never', range: 'invalid' };
  // Turns an IPv4 address that is mapped into IPv6 back into what is dialled.
  let parsed = ipaddr.process(text);
  if (mode === 'trusted' && parsed.kind() === 'ipv6' && parsed.range() === 'rfc6052') {
    // NAT64: in networks without IPv4, name servers give these for public hosts.
    parsed = ipaddr.fromByteArray(parsed.toByteArray().slice(12));
  }
  if (METADATA.has(parsed.toString())) return { kind: 'never', range: 'metadata' };
  const range = parsed.range();
  if (range === 'unicast') return { kind: 'global', range };
  return { kind: PRIVATE_RANGES.has(range) ? 'private' : 'never', range };
}
