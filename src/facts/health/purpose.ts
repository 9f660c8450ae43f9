/** What a container is for, by the program that it turns into: only what goes on serving has a health to check. */
import type { StartCommand } from '../../core/context/start-command.ts';
import type { ImageRef } from '../../core/image-ref.ts';
import type { Withheld } from '../../core/types.ts';

/** Programs that keep nothing but themselves alive, or that a person uses. */
const SHELLS = /^(?:sh|bash|ash|dash|zsh|fish|pwsh|powershell|irb|python[0-9.]*|node)$/;
const CRON = /^(?:cron|crond|anacron|supercronic|ofelia|fcron|dcron)$/;
const WORKERS =
  /^(?:celery|sidekiq|rq|rqworker|dramatiq|huey_consumer(?:\.py)?|arq|resque|delayed_job|taskiq|faktory|temporal|bullmq|worker)$/;
const TESTS =
  /^(?:pytest|py\.test|tox|nox|jest|vitest|mocha|ava|cypress|playwright|newman|k6|rspec|phpunit|pest|dredd|karma|testcafe|behave|unittest|locust|wdio|robot|ginkgo|gotestsum)$/;
const TOOLS =
  /^(?:alembic|flyway|liquibase|migrate|dbmate|goose|atlas|sqitch|prisma|knex|sequelize|typeorm|drizzle-kit|terraform|tofu|aws|gcloud|az|kubectl|helm|git|gh|ansible|ansible-playbook|rake|make|mvn|gradle|gradlew|cargo|tsc|webpack|esbuild|rollup|hugo|jekyll|mkdocs|sphinx-build|pandoc|ffmpeg|curl|wget|echo|cat|ls|cp|mv|true|false|env|printenv|date|ruff|black|flake8|mypy|pylint|eslint|prettier|hadolint|trivy|pip|pip3|npm|npx|yarn|pnpm|apt-get|tar|rsync|scp|ssh|psql|mysql|pg_dump|mongodump|redis-cli|aws-nuke|gsutil|dotnet-ef|hardhat|forge|protoc|buf|composer|bundle|gem)$/;
const STANDS_STILL = /^(?:tail|sleep|pause|cat)$/;
const MANAGERS =
  /^(?:supervisord|s6-svscan|s6-svscan-log|runsvdir|runit|init|systemd|foreman|honcho|circusd|pm2|overmind|concurrently|my_init)$/;

/** Why a health check does not apply to what the container runs; null when it may. */
export function notServing(start: StartCommand): Withheld | null {
  const { program, args } = start;
  const words = args.map(({ text }) => text.replace(/^["']|["']$/g, ''));
  const first = words.find((word) => !word.startsWith('-')) ?? '';
  const all = [program, ...words].join(' ');
  if (STANDS_STILL.test(program)) {
    return no(
      'stands-still',
      `${program} only keeps the container from ending, so nothing in it has a health`,
    );
  }
  if (CRON.test(program)) {
    return no(
      'cron',
      `${program} starts jobs by the clock and listens on nothing; check the jobs where they report`,
    );
  }
  if (program === 'celery' && first === 'flower') return null;
  if (
    WORKERS.test(program) ||
    /\bartisan\s+(?:queue:|horizon|schedule:)/.test(all) ||
    /\b(?:manage\.py|flask|rails|rake)\s+(?:\w*worker\w*|rqworker|qcluster|process_tasks|jobs:work|solid_queue:start|resque:work)/.test(
      all,
    )
  ) {
    return no(
      'queue-worker',
      `${program} takes work from a queue and listens on nothing; a check would have to ask the queue (celery: inspect ping), which is yours to write`,
    );
  }
  if (
    TESTS.test(program) ||
    /\b(?:manage\.py|artisan|rails)\s+test\b/.test(all) ||
    (/^(?:npm|yarn|pnpm)$/.test(program) && /^(?:test|run test\S*)/.test(words.join(' ')))
  ) {
    return no('runs-tests', `it runs ${program === '' ? 'tests' : program} and ends`);
  }
  if (/\bmanage\.py\s+(?!runserver|runserver_plus|livereload|daphne)\w+/.test(all)) {
    return no(
      'runs-and-ends',
      `manage.py ${words.find((word) => !word.startsWith('-') && word !== 'manage.py') ?? ''} does its work and ends`,
    );
  }
  if (MANAGERS.test(program)) return null;
  if (
    SHELLS.test(program) &&
    words.every((word) => word.startsWith('-')) &&
    !words.includes('-c') &&
    !words.includes('-e')
  ) {
    return no('starts-a-shell', `${program} waits for a person; there is nothing to probe`);
  }
  if (TOOLS.test(program) && !/\b(?:serve|server|preview|start|dev|watch)\b/.test(all)) {
    return no('command-line-tool', `${program} does its work and ends`);
  }
  if (program === 'ls') return no('command-line-tool', `${program} does its work and ends`);
  return null;
}

function no(code: string, reason: string): Withheld {
  return { code, reason };
}

/** Images whose platform asks them itself, or that nobody keeps running. */
export function imagePurpose(image: ImageRef): Withheld | null {
  const name = `${image.registry}/${image.repository}`;
  if (/^public\.ecr\.aws\/lambda\/|^docker\.io\/(?:amazon\/aws-lambda-|lambci\/)/.test(name)) {
    return no('aws-lambda', 'AWS Lambda starts and checks the function itself and never reads HEALTHCHECK');
  }
  if (/^mcr\.microsoft\.com\/azure-functions\//.test(name)) {
    return no('azure-functions', 'Azure Functions checks its host itself and never reads HEALTHCHECK');
  }
  if (
    /^docker\.io\/(?:hashicorp\/(?:terraform|packer)|amazon\/aws-cli|bitnami\/kubectl|alpine\/(?:git|helm|k8s|curl|socat)|flyway\/flyway|liquibase\/liquibase|google\/cloud-sdk|koalaman\/shellcheck|hadolint\/hadolint|cypress\/(?:base|included|browsers)|grafana\/k6|aquasec\/trivy)$|^mcr\.microsoft\.com\/(?:azure-cli|playwright)|^gcr\.io\/google\.com\/cloudsdktool\/|\/devcontainers?\/|vscode\/devcontainers|^docker\.io\/gitpod\//.test(
      name,
    )
  ) {
    return no(
      'tool-image',
      `${image.repository} is an image of tools that do their work and end, or that a person uses`,
    );
  }
  return null;
}

/** `# escape` and bases of Windows: other shells, other tools. */
export function isWindowsImage(name: string): boolean {
  return /(?:^|\/)windows(?:[/:@]|$)|servercore|nanoserver|windowsservercore|(?:^|\/)dotnet\/framework\//i.test(
    name,
  );
}
