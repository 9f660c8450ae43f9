/**
 * What `add-healthcheck` says of real application repositories: fixed (safe, unsafe) and withheld by code, and how
 * many of the final stages that serve a port get a check. Programs of base images are known from the table at most.
 *
 *     node bench/healthcheck.js [seed]      with a seed: also 60 of the fixes, to be read
 */
import { hasCorpus, judgedBy, printCounts, printMostFrequent, sample, share } from './applications.js';

const PARTS = {
  './src/core/context/listening-port.ts': ['exposedPorts'],
  './src/core/context/stage-files.ts': ['finalStage'],
};
/** Nothing to check, or somebody else checks it. */
const NOT_APPLICABLE =
  /^(?:windows|aws-lambda|azure-functions|cron|queue-worker|runs-|command-line-tool|tool-image|starts-|stands-still|serves-nothing|port-of-another-kind|base-has|base-switches)/;
/** What may well serve nothing: it counts as serving only where EXPOSE says so. */
const NO_PORT = /^(?:no-port|command-of-base)/;

if (hasCorpus()) await report(process.argv[2]);

async function report(seed) {
  const counts = new Map();
  const fixes = [];
  const total = { files: 0, checked: 0, serving: 0, fixed: 0 };
  for await (const { tool, name, path, document, result } of judgedBy('add-healthcheck', PARTS)) {
    total.files++;
    const [finding] = result.findings;
    if (!finding) {
      total.checked++;
      continue;
    }
    const isFixed = finding.status === 'fixed';
    const key = isFixed ? `fixed, ${finding.safety}` : finding.code;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const serves = NO_PORT.test(finding.code ?? '')
      ? tool.exposedPorts(document, tool.finalStage(document)).length > 0
      : !NOT_APPLICABLE.test(finding.code ?? '');
    if (isFixed || serves) total.serving++;
    if (!isFixed) continue;
    total.fixed++;
    const text = result.change.edits.map((edit) => edit.text).join('');
    fixes.push(`${name}/${path}\n  ${finding.title}: ${finding.reason}\n${text}`);
  }
  print(total, counts);
  if (seed !== undefined) for (const fix of sample(fixes, Number(seed))) console.log(`\n${fix}`);
}

function print({ files, checked, serving, fixed }, counts) {
  console.log(`${files} Dockerfiles of applications with their context, ${checked} have a check\n`);
  printCounts(counts);
  console.log(`\nfixed: ${share(fixed, serving)} of the final stages that serve a port`);
  printMostFrequent([...counts].filter(([key]) => !key.startsWith('fixed')).map(([, count]) => count));
}
