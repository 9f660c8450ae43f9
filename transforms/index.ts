/**
 * All transforms. The order is the priority: where two fixes touch, the upper one is made first.
 */
import type { Transform } from '../src/transform-api.ts';
import { addUser } from './add-user.ts';
import { addHealthcheck } from './add-healthcheck.ts';
import { addOciLabels } from './add-oci-labels.ts';
import { avoidRecommendedPackages } from './avoid-recommended-packages.ts';
import { cleanAptLists } from './clean-apt-lists.ts';
import { fixHealthcheck } from './fix-healthcheck.ts';
import { pinImageDigest } from './pin-image-digest.ts';
import { replaceMaintainer } from './replace-maintainer.ts';
import { setCopyOwner } from './set-copy-owner.ts';
import { splitStages } from './split-stages.ts';
import { useNumericUser } from './use-numeric-user.ts';
import { updateImageDigest } from './update-image-digest.ts';
import { useDistrolessBase } from './use-distroless-base.ts';
import { useExplicitTag } from './use-explicit-tag.ts';
import { useSlimBase } from './use-slim-base.ts';
import { useStopSignal } from './use-stop-signal.ts';

export const transforms: readonly Transform[] = [
  useExplicitTag,
  pinImageDigest,
  updateImageDigest,
  splitStages,
  useSlimBase,
  useDistrolessBase,
  avoidRecommendedPackages,
  cleanAptLists,
  addHealthcheck,
  fixHealthcheck,
  replaceMaintainer,
  addUser,
  useNumericUser,
  setCopyOwner,
  useStopSignal,
  addOciLabels,
];
