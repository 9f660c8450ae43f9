/** Finds the programs of engines in PATH: absolute folders only, and nothing that the repository brought with it. */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, sep } from 'node:path';

/** Absolute paths of all programs of this name, in the order of PATH. */
export async function findPrograms(
  name: string,
  path: string,
  excluded: readonly string[],
): Promise<readonly string[]> {
  const roots = await Promise.all(excluded.map((root) => realpath(root).catch(() => root)));
  const found: string[] = [];
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    const isFile = await stat(file).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (!isFile) continue;
    const places = [file, await realpath(file).catch(() => file)];
    if (places.some((place) => [...excluded, ...roots].some((root) => isInside(place, root)))) continue;
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) found.push(file);
  }
  return [...new Set(found)];
}

function isInside(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}
