/** Secrets that are looked for in whatever comes out of a run, in every encoding that they could come out in. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const ENCODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['raw', (text) => text],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['url', encodeURIComponent],
  ['hex', (text) => Buffer.from(text).toString('hex')],
];

/** Every way in which a server may repeat what it was sent. */
export function repeated(secret: string): string {
  const whole = ENCODINGS.map(([, encode]) => encode(secret));
  const joined = ['jane', 'x-access-token', 'dockfix'].map(
    (user) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
  );
  return [...whole, ...joined, `Authorization: Bearer ${secret}`].join(' ');
}

/** Pieces of it that no harmless text has. */
function piecesOf(secret: string): readonly string[] {
  return ENCODINGS.flatMap(([name, encode]) => {
    const length = name === 'hex' ? 24 : 12;
    // What stands before it changes the characters at the start of base64 only.
    return ['', 'u', 'uu'].flatMap((before) => {
      const text = encode(before + secret).slice(name.startsWith('base64') ? 4 : before.length);
      return Array.from({ length: Math.max(1, text.length - length - 3) }, (_, at) =>
        text.slice(at, at + length),
      );
    });
  });
}

/** Fails when one of the texts, or the hidden metadata in one, holds a part of one of the secrets. */
export function expectNoneOf(secrets: readonly string[], texts: Readonly<Record<string, string>>): void {
  const pieces = secrets.flatMap(piecesOf);
  for (const [where, text] of Object.entries(texts)) {
    const hidden = [...text.matchAll(/dockfix:1:([\w-]+)/g)].map(([, data]) =>
      Buffer.from(data!, 'base64url').toString(),
    );
    for (const each of [text, ...hidden]) {
      const found = pieces.find((piece) => each.includes(piece));
      expect(
        found,
        `${where}: ${found === undefined ? '' : each.slice(Math.max(0, each.indexOf(found) - 300)).slice(0, 600)}`,
      ).toBeUndefined();
    }
  }
}

/** Everything below a folder, by path. */
export function filesBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, 'latin1')];
    }),
  );
}
