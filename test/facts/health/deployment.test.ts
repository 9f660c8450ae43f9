/** What compose files, CI and manifests say of how an image is run changes what is said of its check. */
import { describe, expect, it } from 'vitest';
import { fixtureContext } from '../../../src/app/fixture.ts';
import { createFileGatherer, createOfflineGatherer } from '../../../src/app/gather.ts';
import { parseDocument } from '../../../src/core/parse.ts';
import { decideHealth } from '../../../src/facts/health/plan.ts';
import type { HealthPlan } from '../../../src/facts/health/plan.ts';
import { healthView } from '../../../src/facts/health/view.ts';

const APP = 'FROM node:22-slim\nWORKDIR /srv\nCOPY . .\nCMD ["node", "server.js"]\n';
const SOURCE = {
  'package.json': { dependencies: { express: '5.0.0' } },
  'server.js':
    "const express = require('express');\nconst app = express();\napp.get('/healthz', (q, r) => r.end());\napp.listen(4000, '0.0.0.0');\n",
};

async function planOf(
  files: Readonly<Record<string, string | object>>,
  text = APP,
  dockerfile = 'Dockerfile',
): Promise<HealthPlan> {
  const document = parseDocument(text);
  const context = fixtureContext({ files: { ...SOURCE, ...files }, dockerfile });
  const gatherer = createFileGatherer(createOfflineGatherer(), () => context(document));
  await gatherer.gather([{ kind: 'context' }]);
  const decision = decideHealth(healthView(document, gatherer.facts));
  if (decision.kind !== 'plan') throw new Error(decision.withheld.reason);
  return decision.plan;
}

describe('a compose file', () => {
  it('makes nothing unsafe where its service runs the image as it is', async () => {
    const plan = await planOf({ 'compose.yaml': 'services: {web: {build: .}}' });
    expect(plan).toMatchObject({ safety: 'safe' });
    expect(plan.reason).not.toMatch(/compose/);
  });

  it('makes the check unsafe where its service runs another command with the image', async () => {
    const files = { 'compose.yaml': 'services: {jobs: {build: ., command: node jobs.js}}' };
    const { safety, reason } = await planOf(files);
    expect(safety).toBe('unsafe');
    expect(reason).toContain('jobs in compose.yaml runs another command');
  });

  it('withholds it where services start different programs from the image', async () => {
    const files = { 'compose.yaml': 'services: {web: {build: .}, jobs: {build: ., command: node jobs.js}}' };
    await expect(planOf(files)).rejects.toThrow(/^web in compose.yaml, jobs in compose.yaml start different/);
  });

  it('does not where they start the same one, or stand in different files', async () => {
    const command = 'build: ., command: node server.js';
    const files = {
      'compose.yaml': `services: {blue: {${command}}, green: {${command}}}`,
      'compose.dev.yaml': 'services: {web: {build: ., command: npm run dev}}',
    };
    expect(await planOf(files)).toMatchObject({ safety: 'unsafe' });
  });

  it('does not where that service has a check of its own', async () => {
    const files = {
      'compose.yaml':
        'services: {web: {build: .}, jobs: {build: ., command: node jobs.js, healthcheck: {disable: true}}}',
    };
    expect(await planOf(files)).toMatchObject({ safety: 'safe' });
  });

  it('is named where its own check counts instead', async () => {
    const files = { 'compose.yaml': 'services: {web: {build: ., healthcheck: {test: [CMD, ask]}}}' };
    expect((await planOf(files)).reason).toContain(
      'in compose.yaml the check of the service web counts instead',
    );
  });
});

describe('a platform that never reads HEALTHCHECK', () => {
  it.each([
    ['Kubernetes', { 'k8s/deployment.yaml': 'kind: Deployment' }, 'a livenessProbe'],
    ['Kubernetes', { '.github/workflows/d.yml': 'run: helm upgrade shop ./chart' }, 'a livenessProbe'],
    ['Amazon ECS', { 'task-definition.json': '{}' }, 'healthCheck in its task definition'],
    ['Cloud Run', { 'cloudbuild.yaml': 'args: gcloud run deploy shop' }, 'a startup and a liveness probe'],
  ])('is named with what it needs: %s', async (name, files, needs) => {
    const { safety, reason } = await planOf(files);
    expect(safety).toBe('safe');
    expect(reason).toContain(name);
    expect(reason).toContain('ignores it');
    expect(reason).toContain(needs);
  });

  it('is not named where a compose file runs the image as well', async () => {
    const files = {
      'k8s/deployment.yaml': 'kind: Deployment',
      'compose.yaml': 'services: {web: {build: .}}',
    };
    expect((await planOf(files)).reason).not.toContain('ignores it');
  });
});

describe('a builder whose images have no place for it', () => {
  it.each([
    ['podman', { Makefile: 'image:\n\tpodman build -t shop .' }],
    ['buildah', { Makefile: 'image:\n\tbuildah bud -t shop .' }],
  ])('is named: %s', async (name, files) => {
    expect((await planOf(files)).reason).toContain(`${name} leaves it out unless it is told --format docker`);
  });

  it('is named for a Containerfile', async () => {
    expect((await planOf({}, APP, 'Containerfile')).reason).toContain('podman leaves it out');
  });

  it('is not named where it is told the format', async () => {
    const { reason } = await planOf({ Makefile: 'image:\n\tpodman build --format docker -t shop .' });
    expect(reason).not.toContain('leaves it out');
  });
});

describe('a server for development', () => {
  it('is named', async () => {
    const text = 'FROM node:22-slim\nCMD ["vite", "--host", "0.0.0.0", "--port", "5173"]\n';
    expect((await planOf({}, text)).reason).toContain('vite is a server for development');
  });
});
