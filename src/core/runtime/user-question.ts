/** What is asked when the user of an image is judged, and how a "no" is said. */
import type { ComposeBuild } from '../context/build-context.ts';
import type { Document } from '../document.ts';
import type { Evidence, Finding } from '../types.ts';
import type { KnownBase } from './base.ts';
import { workdirsOf } from './final-image.ts';
import type { FinalImage, Start, UserSetting } from './final-image.ts';
import type { Profile } from './identity.ts';
import { argumentSpan } from './ownership.ts';
import { traceStart } from './start-trace.ts';
import type { ImageTexts, StartTrace } from './start-trace.ts';

export interface LadderInput {
  readonly document: Document;
  readonly image: FinalImage;
  readonly base: KnownBase;
  readonly texts: ImageTexts;
  /** Services of compose files that build this Dockerfile. */
  readonly services: readonly ComposeBuild[];
  readonly profile: Profile;
}

/** What every finding about an image without a user says. */
export const MESSAGE = 'the container starts as root';

/** Makes a finding without a fix; `reason` is the sentence that a person reads. */
export type Withhold = (code: string, reason: string, evidence?: readonly Evidence[]) => Finding;

/** Shown at the last USER, or at FROM where there is none. */
export function withholder({ image, base }: LadderInput, last: UserSetting | undefined): Withhold {
  const at = last?.instruction ?? image.stage.from;
  return (code, reason, evidence = []) => ({
    span: last ? at.span : argumentSpan(at),
    message: MESSAGE,
    evidence: [...base.evidence, ...evidence],
    fix: null,
    withheld: { code, reason },
  });
}

/** Where the container starts; null when that is not known. */
export function workdirOf({ document, image, base }: LadderInput): string | null {
  const last = image.instructions.at(-1);
  return (last ? workdirsOf(document, image, base.workdir).get(last) : null) ?? base.workdir;
}

/** What a start runs, with the texts of the image at hand. */
export function traceOf(input: LadderInput, start: Start): StartTrace {
  return traceStart(input.document, start, { texts: input.texts, workdir: workdirOf(input) });
}
