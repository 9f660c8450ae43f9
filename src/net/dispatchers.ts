/**
 * Connections: one dispatcher for each origin and each way of trusting it, so that a connection that was made under
 * one rule is never used under another (a private address for a host the person named, a client certificate).
 */
import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type undiciModule from 'undici';
import type { Dispatcher } from 'undici';
import type { AddressPolicy, Reach, Refusal } from './address.ts';
import { proxyUrl } from './environment.ts';
import type { ProxySettings } from './environment.ts';
import type { HostTrust, TrustStore } from './trust.ts';

type Undici = typeof undiciModule;

/** Under which rules a request goes to its origin. */
export interface Rules {
  readonly reach: Reach;
  readonly clientCertificate: boolean;
  /** The certificate is not checked. */
  readonly unverified: boolean;
}

/** An address that the policy does not allow. */
export class BlockedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

/** A setting that makes requests impossible; the message says which. */
export class SettingError extends Error {}

export interface DispatcherOptions {
  readonly undici: Undici;
  readonly policy: AddressPolicy;
  readonly trust: TrustStore;
  readonly proxy: ProxySettings | null;
  readonly lookup: LookupFunction | undefined;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

export interface Opened {
  readonly dispatcher: Dispatcher;
  readonly trust: HostTrust;
  /**
   * Why the server last ended a connection that had begun: with TLS 1.3 it judges the client's certificate only then,
   * and undici reports a connection that was closed. Null when there was nothing of the kind.
   */
  tlsAlert(): string | null;
}

export interface Dispatchers {
  /** Throws what {@link TrustStore.forUrl} throws, and {@link SettingError}. */
  open(url: URL, rules: Rules): Promise<Opened>;
  close(): Promise<void>;
}

export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const opened = new Map<string, Promise<Opened>>();

  async function make(url: URL, rules: Rules): Promise<Opened> {
    const trust = await options.trust.forUrl(url, rules.clientCertificate);
    const tls = {
      // Said outright, so that an environment variable cannot turn it off for all hosts at once.
      rejectUnauthorized: !rules.unverified,
      ...(trust.context ? { secureContext: trust.context } : {}),
    };
    let alert: string | null = null;
    const tlsAlert = (): string | null => alert;
    const onError = ({ code }: NodeJS.ErrnoException): void => {
      if (code?.startsWith('ERR_SSL_')) alert = code;
    };
    const settings = {
      connect: guardedConnector(options, url, rules.reach, tls, onError),
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      keepAliveTimeout: 10_000,
    };
    const { undici, proxy } = options;
    if (!proxy) return { dispatcher: new undici.Agent(settings), trust, tlsAlert };
    // Empty texts rather than nothing: nothing would make undici look into the environment by itself.
    const agent = new undici.EnvHttpProxyAgent({
      ...settings,
      httpProxy: checkedProxy(proxy.http),
      httpsProxy: checkedProxy(proxy.https),
      noProxy: proxy.no ?? '',
      requestTls: tls,
    });
    return { dispatcher: agent, trust, tlsAlert };
  }

  return {
    open(url, rules) {
      const key = `${url.origin} ${rules.reach} ${rules.clientCertificate} ${rules.unverified}`;
      let known = opened.get(key);
      if (!known) {
        known = make(url, rules);
        opened.set(key, known);
      }
      return known;
    },
    async close() {
      const all = await Promise.allSettled(opened.values());
      opened.clear();
      await Promise.all(
        all.map((made) => (made.status === 'fulfilled' ? made.value.dispatcher.destroy() : undefined)),
      );
    },
  };
}

function checkedProxy(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const url = proxyUrl(text);
  // The text may hold a password.
  if (!url) throw new SettingError('the proxy that is set is no http: or https: URL');
  return url.href;
}

type ConnectorOptions = Parameters<ReturnType<Undici['buildConnector']>>[0];
type ConnectorCallback = Parameters<ReturnType<Undici['buildConnector']>>[1];

/**
 * Connects only to addresses that the policy allows, and looks again at what it is connected to. Literal addresses are
 * dialled without a lookup: they are judged with the URL, before the connector is asked.
 */
function guardedConnector(
  options: DispatcherOptions,
  url: URL,
  reach: Reach,
  tls: object,
  onError: (error: NodeJS.ErrnoException) => void,
): (connect: ConnectorOptions, callback: ConnectorCallback) => void {
  const { policy } = options;
  const connector = options.undici.buildConnector({
    timeout: options.connectTimeoutMs,
    lookup: guardedLookup(options.lookup ?? (systemLookup as LookupFunction), policy, url, reach),
    ...tls,
  });
  return (connect, callback) => {
    connector(connect, (...[error, socket]: [Error | null, Socket | TLSSocket | null]) => {
      if (error || !socket) {
        callback(error ?? new Error('no connection'), null);
        return;
      }
      const blocked = policy.checkAddress(socket.remoteAddress ?? '', url, reach);
      if (!blocked) {
        socket.on('error', onError);
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(new BlockedError(blocked), null);
    });
  };
}

/** The addresses that are checked are those that are dialled: there is no second lookup. One bad one spoils all. */
function guardedLookup(
  lookup: LookupFunction,
  policy: AddressPolicy,
  url: URL,
  reach: Reach,
): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    lookup(hostname, lookupOptions, (error, address, family) => {
      if (error) {
        callback(error, address, family);
        return;
      }
      const all: readonly (string | LookupAddress)[] = Array.isArray(address) ? address : [address];
      for (const each of all) {
        const refused = policy.checkAddress(typeof each === 'string' ? each : each.address, url, reach);
        if (refused) {
          callback(new BlockedError(refused), '', 0);
          return;
        }
      }
      callback(null, address, family);
    });
  };
}
