/** Whether and how a file is split: the gates, the plan of its stack, and the text of it. */
import type { Document } from '../document.ts';
import { plainWords } from '../arguments.ts';
import { sourceSpan } from '../lines.ts';
import { isWithheld } from '../shell.ts';
import { stagesOf } from '../stages.ts';
import type { Evidence, Facts, Finding } from '../types.ts';
import type { StackName } from './images.ts';
import { ASKED } from './packages.data.ts';
import { suiteOf } from './packages.ts';
import { splitEdits } from './layout.ts';
import { planDotnet } from './dotnet.ts';
import { planGo } from './go.ts';
import { planJava } from './java.ts';
import { planNode } from './node.ts';
import { planPhp } from './php.ts';
import { planPython } from './python.ts';
import { planRuby } from './ruby.ts';
import { planRust } from './rust.ts';
import { candidateOf, readStage, suiteRequest } from './reading.ts';
import { waits } from './startup.ts';
import { NOTHING } from './words.ts';
import type { Planned, Reading } from './words.ts';

const PLANS: Readonly<Record<StackName, (reading: Reading) => Planned>> = {
  dotnet: planDotnet,
  go: planGo,
  java: planJava,
  node: planNode,
  php: planPhp,
  python: planPython,
  ruby: planRuby,
  rust: planRust,
};

/** What becomes of a file with one stage: a plan, or why there is none. Null for a file that builds for no stack. */
export function decideSplit(document: Document, facts: Facts): Planned | null {
  const candidate = candidateOf(document);
  if (!candidate) return null;
  const reading = readStage(document, candidate, facts);
  if (isWithheld(reading)) return reading;
  return waits(reading) ?? PLANS[candidate.stack](reading);
}

/** The finding about a file with one stage; null for a file that is none of this transform's business. */
export function judgeSplit(document: Document, facts: Facts): Finding | null {
  const plan = decideSplit(document, facts);
  if (plan === null || (isWithheld(plan) && NOTHING.has(plan.code))) return null;
  const stage = stagesOf(document)[0]!;
  const base = plainWords(stage.from.rest)[0]!;
  const head = {
    span: sourceSpan(base, 0, base.text.length),
    message: 'the image ships the tools that it was built with',
  };
  if (isWithheld(plan)) {
    return { ...head, evidence: [], fix: null, withheld: { code: plan.code, reason: plan.reason } };
  }
  const proof = plan.certainty === 'provable' ? 'the artefact is complete in itself' : 'likely';
  return {
    ...head,
    evidence: [...plan.evidence, ...suiteEvidence(document, facts)],
    fix: {
      title: `Build in one stage, run in another from ${plan.runtime.replace(/@.*/, '')}, and leave ${plan.leaves} behind`,
      safety: plan.isAdvice ? 'display' : 'unsafe',
      reason: plan.isAdvice ? plan.reason : `${proof}: ${plan.reason}`,
      edits: splitEdits(document, stage, plan),
      alone: true,
    },
  };
}

/** By what the suite and the names of libraries were chosen: the table, the version in the tag, the registry. */
function suiteEvidence(document: Document, facts: Facts): readonly Evidence[] {
  const candidate = candidateOf(document);
  const isLinked = candidate?.stack === 'rust';
  if (!candidate || (!isLinked && !/-dev\b/.test(document.text))) return [];
  const { image, variant } = candidate;
  const table: Evidence = {
    kind: 'knowledge',
    entry: 'Debian packages that -dev packages leave behind [V]',
    source: ASKED,
  };
  const found: Evidence[] = isLinked ? [] : [table];
  if (variant.suite === null) {
    const os = facts.get(suiteRequest(candidate));
    if (os.ok) found.push(os.evidence);
  } else if (variant.suite !== 'other' && suiteOf(image.tag ?? '') === null) {
    found.push({
      kind: 'knowledge',
      entry: `${image.raw} was last built on ${variant.suite} [S]`,
      source: 'https://github.com/docker-library/official-images',
    });
  }
  return found;
}
