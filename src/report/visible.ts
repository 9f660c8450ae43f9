/**
 * Text that others wrote, made fit to be shown: a Dockerfile, a file name or a registry must not be able to move
 * the cursor, set the title, reorder or hide what stands beside it.
 */

/** Control and direction characters as visible escapes. Tabs and line ends stay. */
export function visible(text: string): string {
  return text.replace(/[^\P{C}\t\n\r\u00ad]|\r(?!\n)|[\u2028\u2029]/gu, escaped);
}

/** The same for what must stay on one line: line ends are escaped as well. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\r\n]/g, escaped);
}

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
