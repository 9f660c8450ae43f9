/** A tree of files in memory: for tests and for the examples that `dockfix explain` shows. */
import type { ContextFiles, EntryOnDisk } from './files.ts';

/** A text, or what the tree says is there without its text (`null`: a file that cannot be read). */
export type MemoryFile =
  | string
  | null
  | { readonly text?: string; readonly mode?: number; readonly size?: number; readonly link?: string };

/** `files` by absolute path. Folders come from the paths. */
export function memoryFiles(files: Readonly<Record<string, MemoryFile>>): ContextFiles {
  const folders = new Map<string, Map<string, EntryOnDisk>>([['/', new Map()]]);
  const texts = new Map<string, string>();
  const add = (path: string, entry: Omit<EntryOnDisk, 'name'>): void => {
    const slash = path.lastIndexOf('/');
    const folder = slash === 0 ? '/' : path.slice(0, slash);
    if (!folders.has(folder)) {
      folders.set(folder, new Map());
      add(folder, { kind: 'folder', size: 0, mode: 0o755 });
    }
    const name = path.slice(slash + 1);
    folders.get(folder)!.set(name, { ...entry, name });
  };
  for (const [path, file] of Object.entries(files)) {
    const {
      text = null,
      mode = 0o644,
      size,
      link,
    } = typeof file === 'object' && file !== null ? file : { text: file };
    if (text !== null && text !== undefined) texts.set(path, text);
    const kind = link === undefined ? 'file' : 'link';
    add(path, { kind, size: size ?? (text ? text.length : 0), mode });
  }
  return {
    kindOf(path) {
      if (folders.has(path)) return 'folder';
      const slash = path.lastIndexOf('/');
      return folders.get(slash === 0 ? '/' : path.slice(0, slash))?.get(path.slice(slash + 1))?.kind ?? null;
    },
    list: (folder) => {
      const found = folders.get(folder);
      return found ? [...found.values()] : null;
    },
    read(root, path, maxBytes) {
      const text = path.startsWith(root === '/' ? '/' : `${root}/`) ? texts.get(path) : undefined;
      if (text === undefined) return null;
      const bytes = new TextEncoder().encode(text);
      return bytes.length > maxBytes ? null : bytes;
    },
  };
}
