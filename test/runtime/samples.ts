/** The sample applications: a folder each, with a Dockerfile, its build context and what is known about both. */
import { chmodSync, cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request } from './container.ts';

const FOLDER = fileURLToPath(new URL('samples', import.meta.url));

/** A request with what the answer must be. */
export interface Exchange extends Request {
  readonly status: number;
  /** Somewhere in the body. */
  readonly says?: string;
}

/** How one sees that the application is up. */
export type Probe =
  | (Exchange & { readonly port: number })
  /** A command inside the container that ends with 0 and prints something. */
  | { readonly exec: readonly string[]; readonly says: string }
  /** A text in the log. */
  | { readonly log: string };

/** Where it shows that a line was wrong. */
export type Breakage =
  /** The build fails. */
  | 'build'
  /** It is not created, not started, or ends before it answers. */
  | 'start'
  /** It runs, but one of the requests is not answered as before. */
  | 'answer'
  /** The check says unhealthy for ever. */
  | 'health';

export interface Naive {
  readonly breaks: Breakage;
  /** Somewhere in what the build, the log, the answer or the check printed. */
  readonly says: string;
  readonly why: string;
  /** Further words for `docker run`. */
  readonly run?: readonly string[];
}

/** What dockfix makes of the file: a fix, a reason why not, nothing to say; null: not decided here. */
export type Verdict = 'fixed' | 'withheld' | 'none' | null;

export interface Sample {
  readonly name: string;
  readonly folder: string;
  readonly about: string;
  readonly probe: Probe;
  /** Requests after the first one, on the same port. */
  readonly also?: readonly Exchange[];
  /** Where the server may listen after the rewrite; a rewrite that exposes it is asked there. */
  readonly portAfter?: number;
  /** The uid of the first process as the file is. */
  readonly uid: number;
  /** It ends within two seconds of its stop signal, as it is; null: not looked at. */
  readonly stops: boolean | null;
  /** What the check that is there comes to; left out when there is none, null when it depends on the machine. */
  readonly health?: 'healthy' | 'unhealthy' | null;
  /** Further words for `docker run`. */
  readonly run?: readonly string[];
  /** Modes that git does not keep, octal. */
  readonly modes?: Readonly<Record<string, string>>;
  readonly rewrite: Readonly<Record<string, Verdict>>;
  /** Whether the rewritten image runs in the hardened profile, with which further words; false: not promised. */
  readonly hardened: false | { readonly run?: readonly string[]; readonly also?: boolean };
  /** Files that force a line in, and how that ends. */
  readonly naive?: Readonly<Record<string, Naive>>;
}

/** Every sample, in the order of their names. */
export function readSamples(): readonly Sample[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => {
      const folder = join(FOLDER, name);
      // The shape is checked by samples-shape.test.ts.
      const data = JSON.parse(readFileSync(join(folder, 'sample.json'), 'utf8')) as Omit<
        Sample,
        'name' | 'folder'
      >;
      return { ...data, name, folder };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A rewrite by hand that is known to be right, where there is one. */
export function rewrittenFile(sample: Sample): string | null {
  return existsSync(join(sample.folder, 'rewritten.Dockerfile')) ? 'rewritten.Dockerfile' : null;
}

/** Copies the build context with its modes, and one of the sample's Dockerfiles as `Dockerfile`. */
export function copySample(sample: Sample, target: string, dockerfile = 'Dockerfile'): void {
  cpSync(sample.folder, target, {
    recursive: true,
    filter: (path) => !/(?:^|[./-])(?:sample\.json|\w[\w-]*\.Dockerfile)$/.test(path.slice(FOLDER.length)),
  });
  cpSync(join(sample.folder, dockerfile), join(target, 'Dockerfile'));
  for (const [path, mode] of Object.entries(sample.modes ?? {}))
    chmodSync(join(target, path), Number.parseInt(mode, 8));
}
