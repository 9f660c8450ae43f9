/** The licences of the libraries that a build has taken in, as one text: theirs to be shown wherever dist/ goes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `metafiles` are esbuild's; a package without a licence file, or without a licence, ends the build. */
export function thirdPartyNotices(root, metafiles) {
  const folders = new Set();
  for (const path of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    if (folder) folders.add(folder);
  }
  const notices = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(root, folder)).filter((file) =>
      /^(?:licen[cs]e|notice)(?:[.-]|$)/i.test(file),
    );
    if (!license || files.length === 0) throw new Error(`${folder} comes without a licence`);
    const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    notices.set(`${name} ${version} (${license})`, texts.join('\n\n'));
  }
  const rule = '-'.repeat(80);
  return [...notices]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, text]) => `${title}\n${rule}\n${text}\n`)
    .join(`\n${rule}\n`);
}
