import { decideHealth, hasOwnCheck, healthView, insertCheck, requestsToAdd } from '../src/transform-api.ts';
import type { Finding, Transform } from '../src/transform-api.ts';

export const addHealthcheck: Transform = {
  meta: {
    id: 'add-healthcheck',
    summary: 'Add a HEALTHCHECK that the image can really make',
    why:
      'Without a check a container counts as well as long as its process lives, also when it answers nobody. A wrong ' +
      'check is worse: a proxy drops the container and an orchestrator restarts it for ever. So the port, the path ' +
      'and the program that asks are each proven, or nothing is written.',
    safety: ['safe', 'unsafe'],
    footprint: ['adds-instruction'],
    example: 'fastapi-with-a-health-route',
    references: [
      'https://docs.docker.com/reference/dockerfile/#healthcheck',
      'https://github.com/moby/moby/blob/master/daemon/health.go',
    ],
  },

  needs: requestsToAdd,

  inspect(document, facts) {
    if (hasOwnCheck(document, facts)) return [];
    const view = healthView(document, facts);
    const decision = decideHealth(view);
    const { stage } = view;
    const finding: Omit<Finding, 'evidence' | 'fix'> = {
      span: stage.from.span,
      message: 'the image has no health check',
    };
    if (decision.kind === 'withheld') {
      const { withheld, evidence } = decision;
      return [{ ...finding, evidence, fix: null, withheld }];
    }
    const { words, safety, reason, asks, evidence } = decision.plan;
    return [
      {
        ...finding,
        evidence,
        fix: {
          title: `Add one: ${asks}`,
          safety,
          reason,
          edits: [insertCheck(document, stage, words, decision.plan)],
        },
      },
    ];
  },
};
