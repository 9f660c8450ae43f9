/** Where the cache of this person is. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Io } from './io.ts';
import type { CommonFlags } from './options.ts';

/** Absolute. A relative `XDG_CACHE_HOME` does not count, says its specification: it would lead into the repository. */
export function cacheFolder(
  flags: Pick<CommonFlags, 'cacheDir'>,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): string {
  if (flags.cacheDir !== undefined) return resolve(cwd, flags.cacheDir);
  const home = env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(home) ? home : join(homedir(), '.cache'), 'dockfix');
}
