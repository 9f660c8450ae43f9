/** Where the sources of a started program lie in the build context. */
import { baseNameOf, cleanPath, folderOf, isInside } from '../build-context.ts';
import type { BuildContext } from '../build-context.ts';
import { contextPathOf, packageFolder } from '../source-ports.ts';
import type { StartCommand } from '../start-command.ts';
import type { Look } from './server.ts';

export function imagePath(start: StartCommand, path: string): string | null {
  if (path.startsWith('/')) return `/${cleanPath(path) ?? ''}`;
  return start.workdir === null ? null : `/${cleanPath(`${start.workdir}/${path}`) ?? ''}`;
}

/** Where the folders of the image came from: `/app` is `services/orders` of the context. */
export function sourceFolders({ files }: Look): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const { path, source } of files?.files.values() ?? []) {
    if (source === null || baseNameOf(path) !== baseNameOf(source)) continue;
    const folder = folderOf(path) || '/';
    if (!folders.has(folder)) folders.set(folder, folderOf(source));
  }
  return folders;
}

/** Folder of the context with the package that the program belongs to: by the image's files, else by the Dockerfile. */
export function packageOf(look: Look, path: string | null, manifests: RegExp): string | null {
  const { context } = look;
  if (!context) return null;
  const source = path === null ? null : contextPathOf(path, sourceFolders(look));
  if (source !== null) {
    const found = packageFolder(context, folderOf(source), manifests);
    if (found !== null) return found;
  }
  const beside =
    context.dockerfile === null || context.dockerfile.startsWith('..') ? '' : folderOf(context.dockerfile);
  return packageFolder(context, beside, manifests);
}

/** Whether every file below a folder that such a name has was read. */
export function hasRead({ entries, texts }: BuildContext, folder: string, names: RegExp): boolean {
  for (const [path, { kind }] of entries) {
    if (kind === 'file' && isInside(path, folder) && names.test(path) && !texts.has(path)) return false;
  }
  return true;
}

/** The only folder of the context with such a manifest. */
export function builtFolder({ context }: Look, manifests: RegExp): string | null {
  const folders = [...(context?.texts.keys() ?? [])]
    .filter((path) => manifests.test(baseNameOf(path)))
    .map(folderOf);
  return folders.length === 1 ? folders[0]! : null;
}

export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
