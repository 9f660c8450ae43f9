/**
 * What can be configured. A repository may say which transforms run on it and how; only the person who runs dockfix
 * may say how registries are reached.
 */
import type { OptionValues } from '../core/types.ts';
import type { LookupRule, RegistrySettings } from '../registry/endpoint.ts';
import type { CheckId } from '../core/verification.ts';
import type { BotConfig, OperatorBotConfig } from './bot.ts';

export interface RepositoryConfig {
  /** Run these transforms and no others. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Also apply unsafe fixes. */
  readonly unsafe?: boolean;
  /** Files to leave alone, in .gitignore syntax, relative to the configuration file. */
  readonly exclude?: readonly string[];
  /** Settings by transform id. */
  readonly transforms?: Readonly<Record<string, OptionValues>>;
  /** For `dockfix bot`. */
  readonly bot?: BotConfig;
  /** For `dockfix verify` and `--write --verify`. */
  readonly verify?: VerifyConfig;
}

/** How an application is built, started and asked. As it comes out of the schema: durations are milliseconds. */
export interface VerifyConfig {
  readonly onlyBuild?: boolean;
  readonly platform?: string;
  readonly timeout?: number;
  readonly buildNetwork?: 'default' | 'none';
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly number[];
  readonly paths?: readonly string[];
  readonly skip?: readonly CheckId[];
}

export interface OperatorVerifyConfig extends VerifyConfig {
  readonly engine?: 'docker' | 'podman' | 'buildah';
  readonly keepImages?: boolean;
  /** `/HOST:/CONTAINER`, `/HOST:/CONTAINER:ro`. */
  readonly volume?: readonly string[];
}

export interface OperatorConfig extends Omit<RepositoryConfig, 'bot' | 'exclude' | 'verify'> {
  readonly bot?: OperatorBotConfig;
  readonly verify?: OperatorVerifyConfig;
  /** By host. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  /** Names of copies, and of the originals whose digests are asked for; the longest prefix counts. */
  readonly lookup?: readonly LookupRule[];
  /** One URL for everything, or by scheme; in place of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: string | { readonly http?: string; readonly https?: string; readonly no?: string };
  /** Files of certificate authorities, absolute, trusted beside those that come with Node. */
  readonly ca?: string | readonly string[];
  /** Registry host to the host of the token service that may have its credentials. */
  readonly tokenRealms?: Readonly<Record<string, string | readonly string[]>>;
  /** `host:port` that may be at private addresses though a server and not a person names it. */
  readonly allowPrivate?: readonly string[];
  readonly offline?: boolean;
  readonly jobs?: number;
}

export interface Loaded<C> {
  /** Absolute, or from the root of a repository that is at hand as a commit. */
  readonly path: string;
  /** The folder for which it speaks, and to which its patterns are relative. */
  readonly folder: string;
  readonly config: C;
}
