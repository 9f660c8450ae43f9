/**
 * A fixture case: an input with everything a transform may know about it. Read by `dockfix explain`, so that its
 * example cannot be wrong, and by the test harness.
 */
import type { BuildContext } from '../core/context/build-context.ts';
import type { Document } from '../core/document.ts';
import type { Fact, OptionValues } from '../core/types.ts';
import { createContextSource } from '../facts/context/context.ts';
import { memoryFiles } from '../facts/context/memory.ts';
import type { MemoryFile } from '../facts/context/memory.ts';
import { factsFrom } from '../facts/requests.ts';
import { createFileGatherer } from './gather.ts';
import type { Gatherer } from './gather.ts';

/** `facts.json`: answers by fact key. What is not there was not asked. */
export type FixtureFacts = Readonly<Record<string, Fact<unknown>>>;

/** `options.json`. */
export interface FixtureOptions {
  readonly options?: OptionValues;
  /** Also apply unsafe fixes. */
  readonly unsafe?: boolean;
  /** Variants in which the case means something else, with the reason. */
  readonly skipVariants?: Readonly<Record<string, string>>;
}

/**
 * `context.json`: the files around the Dockerfile, by path from the checkout's root. A list is the lines of a text, an
 * object is JSON.
 */
export interface FixtureContext {
  readonly files: Readonly<Record<string, string | readonly string[] | object>>;
  /** Permissions of files that have others than 644, in octal (`600`). */
  readonly modes?: Readonly<Record<string, string>>;
  /** Where the Dockerfile lies; `Dockerfile` when it is not said. */
  readonly dockerfile?: string;
  /** Address of the remote `origin`. */
  readonly remote?: string;
}

/** Asks for the context of a case as the command asks for one on disk. */
export function fixtureContext(fixture: FixtureContext): (document: Document) => Promise<Fact<BuildContext>> {
  const tree: Record<string, MemoryFile> = {};
  for (const [path, content] of Object.entries(fixture.files)) {
    const text =
      typeof content === 'string'
        ? content
        : Array.isArray(content)
          ? content.join('\n')
          : JSON.stringify(content, null, 2);
    const mode = fixture.modes?.[path];
    tree[`/case/${path}`] = mode === undefined ? text : { text, mode: Number.parseInt(mode, 8) };
  }
  if (fixture.remote !== undefined) {
    tree['/case/.git/config'] = `[remote "origin"]\n\turl = ${fixture.remote}\n`;
  }
  const dockerfile = `/case/${fixture.dockerfile ?? 'Dockerfile'}`;
  tree[dockerfile] = '';
  const source = createContextSource(memoryFiles(tree));
  return (document) => source.contextOf({ dockerfile, folder: null, cwd: '/case' }, document);
}

/** Answers from the case and from nothing else. */
export function fixtureGatherer(
  facts: FixtureFacts,
  askContext: (() => Promise<Fact<BuildContext>>) | null = null,
): Gatherer {
  if (askContext) return createFileGatherer(fixtureGatherer(facts), askContext);
  return {
    asks: false,
    gather: () => Promise.resolve(),
    facts: factsFrom(new Map(Object.entries(facts))),
    failures: () => [],
  };
}
