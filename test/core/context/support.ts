/** Makes contexts in memory, by the same way as on disk. */
import { parseDocument } from '../../../src/core/parse.ts';
import type { BuildContext } from '../../../src/core/context/build-context.ts';
import { finalStage } from '../../../src/core/context/stage-files.ts';
import type { Document } from '../../../src/core/document.ts';
import type { Stage } from '../../../src/core/stages.ts';
import { createContextSource } from '../../../src/facts/context/context.ts';
import { memoryFiles } from '../../../src/facts/context/memory.ts';
import type { MemoryFile } from '../../../src/facts/context/memory.ts';

export interface Case {
  readonly document: Document;
  readonly stage: Stage;
  readonly context: BuildContext;
}

/** `files` by path from the context, which lies in /srv/app; the Dockerfile lies in it. */
export async function caseOf(
  text: string,
  files: Readonly<Record<string, MemoryFile>> = {},
  dockerfile = 'Dockerfile',
): Promise<Case> {
  const document = parseDocument(text);
  const tree: Record<string, MemoryFile> = { [`/srv/app/${dockerfile}`]: text };
  for (const [path, file] of Object.entries(files)) tree[`/srv/app/${path}`] = file;
  const source = createContextSource(memoryFiles(tree));
  const question = { dockerfile: `/srv/app/${dockerfile}`, folder: '/srv/app', cwd: '/srv/app' };
  const fact = await source.contextOf(question, document);
  if (!fact.ok) throw new Error(fact.reason);
  return { document, stage: finalStage(document), context: fact.value };
}
