/**
 * What `split-stages` says of real application repositories, by stack: how many files with one stage are recognised,
 * split (provable, likely) and withheld by code.
 *
 *     node bench/split.js [seed] [--all]     with a seed: also 60 of the splits as diffs, to be read
 */
import { hasCorpus, judgedBy, printMostFrequent, sample, share } from './applications.js';

const PARTS = {
  './src/core/stages.ts': ['stagesOf'],
  './src/core/split/reading.ts': ['candidateOf'],
};
const SHOWN = process.argv.includes('--all') ? Infinity : 60;

/** Files that this corpus names without their content: nobody could judge these here. */
const NOT_AT_HAND = /^(?:requirements-not-seen|script-not-seen|manifest-not-seen)$/;
/** By the rules a split is refused: it would break, or nobody can know. What is left is what dockfix does not manage. */
const REFUSED =
  /^(?:windows|onbuild|other-shell|no-context|built-by-target|development-server|runs-sources|installs-at-start|builds-at-start|builds-at-run-time|npx-at-start|waits-for-commands|editable-install|local-dependency|private-source|uv|python-2|workspaces|git-gems|no-lock-file|cgo|plugins|runs-programs|suite-not-known|suite-without-a-table|library-not-known|links-to-what-it-finds|fixed-path|needs-a-browser|no-single-jar|several-modules|jar-without-libraries|several-projects|resets-the-environment|uv-managed-python|uv-environment-not-known|uv-run-in-the-build|uv-links|mixed-installers)$/;
const NOTHING = 'nothing to say: no tools would be left out';
const NO_START = 'nothing to say: nothing is started';
/** A finding about files with several stages. */
const ABOUT_OTHERS = /^ships-/;

if (hasCorpus()) await report(process.argv[2]);

async function report(seed) {
  const stacks = new Map();
  const fixes = [];
  let files = 0;
  let single = 0;
  for await (const { tool, name, path, document, result } of judgedBy('split-stages', PARTS)) {
    files++;
    if (tool.stagesOf(document).length > 1) continue;
    single++;
    const [finding] = result.findings;
    const stack = tool.candidateOf(document)?.stack ?? 'none';
    if (stack === 'none' || ABOUT_OTHERS.test(finding?.code ?? '')) continue;
    const isStarted = document.instructions.some(({ keyword }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword));
    const isSplit = finding?.status === 'fixed';
    const key = isSplit
      ? `split, ${/^the artefact/.test(finding.reason) ? 'provable' : 'likely'}`
      : (finding?.code ?? (isStarted ? NOTHING : NO_START));
    const counts = stacks.get(stack) ?? new Map();
    stacks.set(stack, counts.set(key, (counts.get(key) ?? 0) + 1));
    if (isSplit) {
      const diff = tool.unifiedDiff(path, document.text, result.change.edits);
      fixes.push(`### ${name}/${path}\n${finding.title}\n  ${finding.reason}\n${diff}`);
    } else if (finding && seed === 'withheld') {
      console.log(`${stack} ${finding.code} ${name}/${path}: ${finding.reason}`);
    }
    for (const bug of result.bugs) console.log(`BUG ${name}/${path}: ${JSON.stringify(bug)}`);
  }
  print(files, single, stacks);
  if (seed !== undefined && seed !== 'withheld')
    for (const fix of sample(fixes, Number(seed), SHOWN)) console.log(`\n${fix}`);
}

function print(files, single, stacks) {
  console.log(`${files} Dockerfiles of applications with their context, ${single} of them with one stage\n`);
  const all = new Map();
  for (const [stack, counts] of [...stacks].sort((a, b) => sum(b[1]) - sum(a[1]))) {
    console.log(`${stack}: ${sum(counts)} recognised`);
    for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      console.log(`${String(count).padStart(6)}  ${key}`);
      all.set(key, (all.get(key) ?? 0) + count);
    }
  }
  const count = (fits) => sum(new Map([...all].filter(([key]) => fits(key))));
  const recognised = sum(all);
  const split = count((key) => key.startsWith('split'));
  const refused = count((key) => REFUSED.test(key));
  const unseen = count((key) => NOT_AT_HAND.test(key));
  const nothing = all.get(NOTHING) ?? 0;
  const idle = all.get(NO_START) ?? 0;
  const left = recognised - refused - unseen - nothing - idle;
  console.log(
    `\nrecognised ${recognised}: nothing started ${idle}, nothing to leave out ${nothing}, refused by the rules ${refused}, content not at hand ${unseen}`,
  );
  console.log(
    `split: ${share(split, left)} of the rest; ${share(split, left + nothing)} with those that would leave nothing out`,
  );
  printMostFrequent(
    [...all]
      .filter(([key]) => !key.startsWith('split') && !key.startsWith('nothing'))
      .map(([, count]) => count),
  );
}

function sum(counts) {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
