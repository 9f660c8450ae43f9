import {
  baseAccounts,
  baseRequests,
  builtImageOf,
  finalImageOf,
  imageTexts,
  judgeUser,
  knownBase,
} from '../src/transform-api.ts';
import type { BaseAccounts, FinalImage, Profile, Transform } from '../src/transform-api.ts';

export const addUser: Transform = {
  meta: {
    id: 'add-user',
    summary: 'Run the container as a user that is not root',
    why:
      'Without USER a container runs as root. Whoever takes over the program then owns every file of the image and of ' +
      'its volumes, and is one hole in the kernel away from the host. USER alone breaks images, though: a build that ' +
      'succeeds proves nothing, because most programs find out only when they start. So the start command is read, ' +
      'through scripts and package.json, and the fix comes with all that the user needs.',
    safety: ['safe', 'unsafe', 'display'],
    footprint: ['adds-instruction', 'flags', 'arguments'],
    example: 'python-slim',
    references: [
      'https://docs.docker.com/build/building/best-practices/#user',
      'https://docs.docker.com/reference/dockerfile/#user',
      'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    ],
    ladder: [
      'Windows, AWS Lambda, Azure Functions: not applicable, their platform decides the user.',
      'USER is there and is not root, or the base image has one: nothing to do.',
      'USER root is the last word on a base image that is not root, or behind another USER: go back to that user.',
      'The entry point of the base image, or a script of the build context, drops privileges itself: left as it is.',
      'What is started is read to its end. Cron, supervisord, sshd, sudo, chown, package installations, writing to ' +
        'system folders, files below /root and the like need root: withheld, with the line.',
      'What is started cannot be read, or nobody knows what it is: withheld, with what would make it readable.',
      'The user: an account that the file makes, else one that the base image has for applications, else 10001:10001.',
      'The account is made with a tool that the base image is known to have; where a bare number is enough, none is.',
      'The working folder, COPYs of the application, folders made for it and volumes get the user as owner.',
      'USER goes behind everything that needs root, right before CMD or ENTRYPOINT.',
    ],
  },
  options: {
    profile: {
      type: 'choice',
      choices: ['default', 'kubernetes', 'openshift'],
      default: 'default',
      describe:
        'Where it runs. kubernetes refuses ports below 1024 and lets databases start as their user; openshift also ' +
        'puts the user into group 0.',
    },
  },

  needs(document) {
    const image = finalImageOf(document);
    return image ? [{ kind: 'context' }, ...baseRequests(image, rowOf(image))] : [];
  },

  inspect(document, facts, options) {
    const context = facts.get({ kind: 'context' });
    const image = builtImageOf(document, context.ok ? context.value : null);
    if (!image) return [];
    const base = knownBase(image, rowOf(image), facts);
    const texts = imageTexts(document, image, context, base.workdir);
    const services = context.ok ? context.value.builds : [];
    // The option's choices are those of the type.
    const profile = options['profile'] as Profile;
    const finding = judgeUser({ document, image, base, texts, services, profile });
    return finding ? [finding] : [];
  },
};

function rowOf({ base }: FinalImage): BaseAccounts | null {
  return base.kind === 'image' ? baseAccounts(base.image) : null;
}
