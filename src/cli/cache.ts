/** `dockfix cache`: where the answers of registries are kept, how much they are, and out with them. */
import { EnvironmentError } from '../core/errors.ts';
import { size } from '../report/inspect.ts';
import { cacheUsage, clearCache } from '../registry/cache.ts';
import { cacheFolder } from './cache-folder.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

export interface CacheFlags {
  cacheDir?: string;
  json?: boolean;
}

export async function showCache(flags: CacheFlags, io: Io): Promise<ExitCode> {
  const folder = cacheFolder(flags, io);
  const usage = await cacheUsage(folder);
  if (flags.json) io.stdout.write(`${JSON.stringify({ path: folder, ...usage }, null, 2)}\n`);
  else io.stdout.write(`${folder}\n${counted(usage.files)}, ${size(usage.bytes)}\n`);
  return EXIT.done;
}

/** Throws {@link EnvironmentError} when the folder is none of dockfix, or cannot be emptied. */
export async function emptyCache(flags: CacheFlags, io: Io): Promise<ExitCode> {
  const folder = cacheFolder(flags, io);
  const { files, bytes } = await cacheUsage(folder);
  let cleared: boolean;
  try {
    cleared = await clearCache(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EnvironmentError('unwritable', `${folder}: cannot be emptied (${code ?? 'unknown'})`);
  }
  if (!cleared)
    throw new EnvironmentError('no-cache', `${folder}: is no cache of dockfix, so nothing was removed`);
  const { stdout } = io;
  stdout.write(
    flags.json
      ? `${JSON.stringify({ path: folder, removed: { files, bytes } }, null, 2)}\n`
      : `${folder}\nremoved ${counted(files)}, ${size(bytes)}\n`,
  );
  return EXIT.done;
}

function counted(files: number): string {
  return files === 1 ? '1 answer' : `${files} answers`;
}
