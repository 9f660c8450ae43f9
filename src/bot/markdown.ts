/**
 * The only way from a text that somebody else wrote into Markdown. What comes out is inline code, where nothing is a
 * link, a mention, an image or HTML; or a link to an address that was parsed and written anew.
 */

const MAX_LENGTH = 200;
const MAX_URL_LENGTH = 500;

/** One line of visible text: normalised, without control, bidirectional and invisible characters, at most 200 long. */
export function plainText(text: string, maxLength = MAX_LENGTH): string {
  const plain = text
    .slice(0, 8 * maxLength)
    .normalize('NFC')
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{C}+/gu, '')
    .trim();
  const characters = Array.from(plain);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : plain;
}

/** Inline code, for everywhere but tables. */
export function code(text: string, maxLength = MAX_LENGTH): string {
  const plain = plainText(text, maxLength);
  if (plain === '') return '_(empty)_';
  const longest = Math.max(0, ...Array.from(plain.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A fence beside a backtick would grow; blanks on both sides are taken off again by whoever renders it.
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** Inline code in a cell of a table, where a bar ends the cell unless a backslash stands before it. */
export function cell(text: string, maxLength = MAX_LENGTH): string {
  // Renderers disagree on what two backslashes and a bar are.
  const safe = text.includes('\\') ? text.replaceAll('|', '¦') : text.replaceAll('|', '\\|');
  return code(safe, maxLength);
}

/**
 * A link to an https address without credentials; the text alone for any other. Links to GitHub go through its
 * redirecting host, so that the other side gets no note of each of our pull requests.
 */
export function link(text: string, address: string): string {
  const url = linkUrl(address);
  return url === null ? code(text) : `[${code(text)}](<${url}>)`;
}

/** Null for what must not become a link. */
export function linkUrl(address: string): string | null {
  if (address.length > MAX_URL_LENGTH || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  // Names of other scripts that look like known ones are shown as what they are.
  if (!/^[a-z0-9.-]+$/.test(url.hostname)) return null;
  if (url.hostname === 'github.com') url.hostname = 'redirect.github.com';
  return url.href.replace(/[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]/g, (char) =>
    Array.from(
      new TextEncoder().encode(char),
      (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    ).join(''),
  );
}
