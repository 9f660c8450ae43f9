/**
 * What a transform says about real application repositories: fixed (safe, unsafe), shown, and withheld by code.
 *
 *     node bench/findings.js [add-user] [seed]      with a seed: also 60 of the fixes as diffs, to be read
 */
import { hasCorpus, judgedBy, printCounts, printMostFrequent, sample, share } from './applications.js';

/** Codes for images that are nobody's application, or whose user is decided elsewhere: there is nothing to fix. */
const NOT_APPLICABLE = new Set([
  'windows',
  'lambda',
  'azure-functions',
  'github-action',
  'development-container',
  'command-line-tool',
  'entrypoint-drops-privileges',
  'site-in-volume',
  'workers-drop-privileges',
  'waits-for-commands',
]);
/** What is started is not in the file, or in a file that the corpus does not hold. */
const START_UNKNOWN = new Set([
  'start-script-not-read',
  'start-script-not-found',
  'package-script-not-read',
  'no-build-context',
  'no-start-command',
  'start-command-in-compose',
]);
/** The file has a USER. */
const HAS_USER = new Set(['user-from-build', 'root-asked-for']);

if (hasCorpus()) await report(process.argv[2] ?? 'add-user', process.argv[3]);

async function report(id, seed) {
  const counts = new Map();
  const fixes = [];
  let files = 0;
  for await (const { tool, name, path, document, result } of judgedBy(id)) {
    files++;
    for (const { status, safety, code } of result.findings) {
      const key = status === 'fixed' ? `fixed, ${safety}` : status === 'display' ? 'shown' : code;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const diff = tool.unifiedDiff(`${name}/${path}`, document.text, result.change.edits);
    const reasons = result.findings.map(({ reason }) => reason).join('\n');
    if (diff !== '') fixes.push(`${reasons}\n${diff}`);
  }
  print(id, files, counts);
  if (seed !== undefined) for (const fix of sample(fixes, Number(seed))) console.log(`\n${fix}`);
}

function print(id, files, counts) {
  const total = sum(counts, () => true);
  console.log(`${id}: ${files} Dockerfiles of applications, ${total} findings\n`);
  printCounts(counts);
  const isFixed = (key) => key.startsWith('fixed');
  const fixed = sum(counts, isFixed);
  console.log(`\nfixed: ${share(fixed, total)}`);
  printMostFrequent([...counts].filter(([key]) => !isFixed(key) && key !== 'shown').map(([, n]) => n));
  if (id !== 'add-user') return;
  const lacking = total - sum(counts, (key) => HAS_USER.has(key));
  const applicable = lacking - sum(counts, (key) => NOT_APPLICABLE.has(key));
  const readable = applicable - (counts.get('start-script-not-read') ?? 0);
  console.log(`fixed ${share(fixed, lacking)} of the final stages without a user`);
  console.log(`fixed ${share(fixed, applicable)} of those where one applies`);
  console.log(`fixed ${share(fixed, readable)} of those whose start script the corpus holds`);
  const known = applicable - sum(counts, (key) => START_UNKNOWN.has(key));
  console.log(`fixed ${share(fixed, known)} of those whose start command is known`);
}

function sum(counts, wanted) {
  return [...counts].reduce((total, [key, count]) => total + (wanted(key) ? count : 0), 0);
}
