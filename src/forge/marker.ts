/** Texts that are found again: a comment or an issue carries its marker in an HTML comment at its end. */
import type { MarkedText } from './forge.ts';

export function withMarker({ marker, body }: MarkedText): string {
  return `${body.trimEnd()}\n\n<!-- ${marker} -->\n`;
}

export function hasMarker(text: string, marker: string): boolean {
  return text.includes(`<!-- ${marker} -->`);
}

/** What people see, and what they have ticked or written. */
export function withoutMarker(text: string, marker: string): string {
  return text.replace(`<!-- ${marker} -->`, '').trimEnd();
}

/** Forges change line ends and blanks at the end: neither is a reason to write again. */
export function sameText(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

/** Branches that are ours by name; whose they are by right is decided by who made the pull request. */
export function isOwnBranch(name: string): boolean {
  return name.startsWith('dockfix/') || name.startsWith('dockfix-');
}
