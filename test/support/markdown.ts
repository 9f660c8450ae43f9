/** What a forge makes of a text: GitHub's dialect of Markdown, parsed. */
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface MarkdownParts {
  /** Addresses, also of what became a link without being written as one. */
  readonly links: readonly string[];
  readonly images: readonly string[];
  readonly html: readonly string[];
  readonly code: readonly string[];
  /** Text that is shown as text, where mentions and references count. */
  readonly plain: string;
  /** Cells of each row of each table. */
  readonly rows: readonly number[];
  /** Kinds of all nodes. */
  readonly types: ReadonlySet<string>;
}

/** HTML that we write ourselves: folds, and the line that hides the metadata. */
export const OWN_HTML =
  /^(?:<details>|<\/details>|<summary>[\w ,]{1,40}<\/summary>|<details>\n<summary>[\w ,]{1,40}<\/summary>|<!-- dockfix:1:[\w-]+ -->)$/;

export function markdownParts(text: string): MarkdownParts {
  const links: string[] = [];
  const images: string[] = [];
  const html: string[] = [];
  const code: string[] = [];
  const plain: string[] = [];
  const rows: number[] = [];
  const types = new Set<string>();
  const walk = (node: Nodes): void => {
    types.add(node.type);
    if (node.type === 'link' || node.type === 'definition') links.push(node.url);
    if (node.type === 'image') images.push(node.url);
    if (node.type === 'imageReference' || node.type === 'linkReference') images.push(node.identifier);
    if (node.type === 'html') html.push(node.value);
    if (node.type === 'inlineCode' || node.type === 'code') code.push(node.value);
    if (node.type === 'text') plain.push(node.value);
    if (node.type === 'tableRow') rows.push(node.children.length);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return { links, images, html, code, plain: plain.join('\n'), rows, types };
}
