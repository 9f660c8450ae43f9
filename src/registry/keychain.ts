/** Who may log in where. What a keychain looks into, and in which order, is in `keychain/lookup.ts`. */
import type { RegistryFailure } from './errors.ts';

/** `source` names where it was found, for messages; it never holds a secret. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string; readonly source: string }
  /** An OAuth refresh token, which is exchanged for access tokens; some servers take it as a password. */
  | {
      readonly kind: 'identity-token';
      readonly token: string;
      /** Stands beside the token, for servers that exchange none. */
      readonly basic?: { readonly username: string; readonly password: string };
      readonly source: string;
    }
  /** Sent as a bearer token, as it is. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly source: string };

export type KeychainResult =
  | { readonly ok: true; /** Null means: ask anonymously. */ readonly credential: Credential | null }
  | RegistryFailure;

export interface Keychain {
  /** `host` as in ImageRef (`docker.io`); `repository` without it. Asked as often as one likes. */
  credentialFor(host: string, repository: string): Promise<KeychainResult>;
}

export const anonymousKeychain: Keychain = {
  credentialFor: () => Promise.resolve({ ok: true, credential: null }),
};
