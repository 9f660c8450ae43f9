/**
 * What can be configured. A repository may say which transforms run on it and how; only the person who runs dockfix
 * may say how registries are reached.
 */
import type { OptionValues } from '../core/types.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';

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
}

export interface OperatorConfig extends RepositoryConfig {
  /** By host. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  readonly offline?: boolean;
  readonly jobs?: number;
}

export interface Loaded<C> {
  /** Absolute. */
  readonly path: string;
  readonly config: C;
}
