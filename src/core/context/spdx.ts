/** Licences by their SPDX names, as far as applications use them. A name that is not here is left out, not guessed. */

const NAMES: ReadonlySet<string> = new Set(
  (
    '0BSD AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause ' +
    'BSD-3-Clause-Clear BSL-1.0 BUSL-1.1 CC-BY-4.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 ECL-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 ' +
    'EUPL-1.2 Elastic-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.1-only ' +
    'LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0 MS-PL MS-RL MulanPSL-2.0 NCSA OFL-1.1 ' +
    'OSL-3.0 PostgreSQL Python-2.0 SSPL-1.0 UPL-1.0 Unlicense Vim WTFPL Zlib'
  ).split(' '),
);

/** An expression of known names; null for everything else, also for a name that SPDX has given up (`GPL-3.0`). */
export function spdxExpression(text: string): string | null {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  if (trimmed.length > 120) return null;
  const parts = trimmed
    .replace(/[()]/g, ' ')
    .trim()
    .split(/\s+(?:OR|AND)\s+/);
  if (!parts.every((part) => NAMES.has(part.trim()))) return null;
  let depth = 0;
  for (const char of trimmed) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth < 0) return null;
  }
  return depth === 0 ? trimmed.replace(/^\(([^()]*)\)$/, '$1') : null;
}

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*Apache License\s+Version 2\.0, January 2004/, 'Apache-2.0'],
  [/^\s*Mozilla Public License,? [Vv]ersion 2\.0/, 'MPL-2.0'],
  [/^\s*Eclipse Public License - v 2\.0/, 'EPL-2.0'],
  [/^\s*Boost Software License - Version 1\.0/, 'BSL-1.0'],
  [/^\s*EUROPEAN UNION PUBLIC LICENCE v\. 1\.2/, 'EUPL-1.2'],
  [/This is free and unencumbered software released into the public domain\./, 'Unlicense'],
  [
    /Permission to use, copy, modify, and\/or distribute this software for any purpose with or without fee is hereby granted, provided that/,
    'ISC',
  ],
  [
    /Permission is hereby granted, free of charge, to any person obtaining a copy of this software[^]{0,400}The above copyright notice and this permission notice/,
    'MIT',
  ],
  [/Redistribution and use in source and binary forms[^]{0,1200}Neither the name of/, 'BSD-3-Clause'],
  [/Redistribution and use in source and binary forms/, 'BSD-2-Clause'],
];

/**
 * The licence that a LICENSE file is the text of; null when it is none of these, or when it does not say which
 * versions are meant (the GNU licences).
 */
export function licenceOfText(text: string): string | null {
  const start = text
    .slice(0, 4000)
    .replace(/[ \t]*\n[ \t]*/g, ' ')
    .replace(/[ \t]+/g, ' ');
  return TEXTS.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}
