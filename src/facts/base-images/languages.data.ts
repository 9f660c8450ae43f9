/** Images that bring a language to run or to build with. The first row that fits wins. */
import { ALPINE, DEBIAN, DISTROLESS, NOBLE, NOT_CHECKED, UBUNTU, account, hub } from './row.ts';
import type { BaseImageRow } from './row.ts';

const PYTHON = {
  mark: 'S',
  source: 'https://github.com/docker-library/python',
  repositories: hub('python'),
  role: 'language',
  cmd: ['python3'],
} as const;

const NODE = {
  mark: 'S',
  source: 'https://github.com/nodejs/docker-node',
  repositories: hub('node'),
  role: 'language',
  ready: account('node', 1000),
  entrypoint: ['docker-entrypoint.sh'],
  cmd: ['node'],
} as const;

const BUN = {
  mark: 'S',
  source: 'https://github.com/oven-sh/bun/tree/main/dockerhub',
  repositories: ['docker.io/oven/bun'],
} as const;
const RUN_BUN = {
  ...BUN,
  role: 'language',
  ready: account('bun', 1000),
  workdir: '/home/bun/app',
  entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
  cmd: ['/usr/local/bin/bun'],
} as const;

const DENO = {
  mark: 'S',
  source: 'https://github.com/denoland/deno_docker',
  repositories: ['docker.io/denoland/deno'],
} as const;
const RUN_DENO = {
  ...DENO,
  role: 'language',
  entrypoint: ['/tini', '--', 'docker-entrypoint.sh'],
} as const;

const SCRIPTING: readonly BaseImageRow[] = [
  {
    ...PYTHON,
    id: '27',
    tag: /alpine/,
    tools: ['sh', 'python', 'python3', 'busybox-wget'],
    missing: ['bash', 'curl'],
  },
  {
    ...PYTHON,
    id: '26',
    tag: /slim/,
    tools: ['sh', 'bash', 'python', 'python3'],
    missing: ['curl', 'wget'],
  },
  { ...PYTHON, id: '25', tools: ['sh', 'bash', 'python', 'python3', 'curl', 'wget', 'perl'] },
  { ...NODE, id: '30', tag: /alpine/, tools: ['sh', 'node', 'busybox-wget'], missing: ['bash', 'curl'] },
  {
    ...NODE,
    id: '29',
    tag: /slim/,
    tools: ['sh', 'bash', 'node'],
    missing: ['curl', 'wget'],
  },
  { ...NODE, id: '28', tools: ['sh', 'bash', 'node', 'curl', 'wget', 'python3', 'perl'] },
  { ...RUN_BUN, id: '31a', tag: /alpine/, tools: ['sh', 'bun', 'busybox-wget'] },
  {
    ...BUN,
    id: '31d',
    tag: /distroless/,
    system: DISTROLESS,
    hasShell: false,
    tools: ['bun'],
    missing: ['sh'],
  },
  { ...RUN_BUN, id: '31', tools: ['sh', 'bun'] },
  {
    ...DENO,
    id: '32d',
    tag: /distroless|^bin/,
    system: DISTROLESS,
    hasShell: false,
    tools: ['deno'],
    missing: ['sh'],
  },
  {
    ...RUN_DENO,
    id: '32a',
    tag: /alpine/,
    ready: account('deno', 1000),
    tools: ['sh', 'deno', 'busybox-wget'],
  },
  { ...RUN_DENO, id: '32', system: DEBIAN, ready: account('deno', 1993), tools: ['sh', 'deno'] },
  {
    id: '82',
    mark: 'S',
    source: 'https://github.com/astral-sh/uv/blob/main/.github/workflows/build-docker.yml',
    repositories: ['ghcr.io/astral-sh/uv'],
    tag: /python|debian|bookworm|trixie|alpine/,
    role: 'language',
  },
];

const GO = {
  mark: 'S',
  source: 'https://github.com/docker-library/golang',
  repositories: hub('golang'),
  role: 'language',
  workdir: '/go',
  cmd: ['bash'],
} as const;

const RUST = {
  mark: 'S',
  source: 'https://github.com/rust-lang/docker-rust',
  repositories: hub('rust'),
  role: 'language',
} as const;

const RUBY = {
  mark: 'S',
  source: 'https://github.com/docker-library/ruby',
  repositories: hub('ruby'),
  role: 'language',
  cmd: ['irb'],
} as const;

const COMPILED: readonly BaseImageRow[] = [
  { ...GO, id: '33a', tag: /alpine/, tools: ['sh', 'busybox-wget'], missing: ['bash', 'curl'] },
  { ...GO, id: '33', tools: ['sh', 'bash', 'curl', 'wget', 'perl'] },
  { ...RUST, id: '34a', tag: /alpine/, tools: ['sh', 'busybox-wget'] },
  { ...RUST, id: '34s', tag: /slim/, tools: ['sh', 'bash'], missing: ['curl', 'wget'] },
  { ...RUST, id: '34', tools: ['sh', 'bash', 'curl', 'wget', 'perl'] },
  { ...RUBY, id: '35a', tag: /alpine/, tools: ['sh', 'ruby', 'busybox-wget'] },
  { ...RUBY, id: '35s', tag: /slim/, tools: ['sh', 'bash', 'ruby'], missing: ['curl', 'wget'] },
  { ...RUBY, id: '35', tools: ['sh', 'bash', 'ruby', 'curl', 'wget', 'perl'] },
  {
    id: '47',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: hub('perl', 'elixir', 'erlang', 'swift', 'haskell', 'dart', 'julia', 'r-base'),
    role: 'language',
    tools: [],
  },
  {
    id: '39b',
    mark: 'S',
    source: 'https://github.com/docker-library/buildpack-deps',
    repositories: hub('buildpack-deps'),
    role: 'system',
    tools: ['sh', 'curl'],
  },
  {
    id: '39p',
    mark: 'S',
    source: 'https://github.com/composer/docker',
    repositories: hub('composer'),
    workdir: '/app',
    tools: ['sh', 'curl'],
  },
  {
    id: '39',
    mark: 'S',
    source: 'https://github.com/docker-library/gcc',
    repositories: hub('gcc'),
    tools: ['sh', 'curl'],
  },
];

const PHP = {
  mark: 'S',
  source: 'https://github.com/docker-library/php',
  repositories: hub('php'),
  entrypoint: ['docker-php-entrypoint'],
} as const;
const PHP_ON_DEBIAN = { ...PHP, system: DEBIAN, ready: account('www-data', 33) } as const;
const PHP_ON_ALPINE = { ...PHP, system: ALPINE, ready: account('www-data', 82) } as const;
const FPM = {
  role: 'php-fpm',
  workdir: '/var/www/html',
  cmd: ['php-fpm'],
  ports: [9000],
  stopSignal: 'SIGQUIT',
} as const;

const PHP_IMAGES: readonly BaseImageRow[] = [
  {
    ...PHP_ON_DEBIAN,
    id: '38',
    tag: /apache/,
    role: 'php-apache',
    workdir: '/var/www/html',
    cmd: ['apache2-foreground'],
    tools: ['sh', 'bash', 'php', 'curl'],
    ports: [80],
    stopSignal: 'SIGWINCH',
  },
  { ...PHP_ON_ALPINE, ...FPM, id: '37a', tag: /fpm.*alpine/, tools: ['sh', 'php', 'curl', 'busybox-wget'] },
  { ...PHP_ON_DEBIAN, ...FPM, id: '37', tag: /fpm/, tools: ['sh', 'bash', 'php', 'curl'] },
  {
    ...PHP_ON_ALPINE,
    id: '36a',
    tag: /alpine/,
    role: 'language',
    cmd: ['php', '-a'],
    tools: ['sh', 'php', 'curl', 'busybox-wget'],
  },
  {
    ...PHP_ON_DEBIAN,
    id: '36',
    role: 'language',
    cmd: ['php', '-a'],
    tools: ['sh', 'bash', 'php', 'curl'],
  },
];

const PLAYWRIGHT = {
  repositories: ['mcr.microsoft.com/playwright', 'mcr.microsoft.com/playwright/*'],
  role: 'language',
  tools: ['sh', 'bash'],
} as const;
const PLAYWRIGHT_SOURCE = 'https://github.com/microsoft/playwright (utils/docker: adduser pwuser)';

const SCIENCE: readonly BaseImageRow[] = [
  {
    id: '48',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/continuumio/*', 'docker.io/condaforge/*', 'quay.io/condaforge/*'],
    role: 'language',
    tools: ['sh', 'bash', 'python'],
  },
  {
    id: '49',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/mambaorg/micromamba'],
    user: 'mambauser',
    accounts: [account('mambauser', 57439)],
    tools: [],
  },
  {
    id: '50',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/jupyter/*', 'quay.io/jupyter/*'],
    system: UBUNTU,
    user: '1000',
    accounts: [account('jovyan', 1000, 100)],
    tools: ['sh', 'bash', 'wget', 'python'],
    ports: [8888],
  },
  {
    id: '51',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/tiangolo/*'],
    role: 'language',
    tools: ['sh', 'python'],
    ports: [80],
  },
  {
    id: '52n',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['nvcr.io/nvidia/*'],
    system: UBUNTU,
    tools: [],
  },
  {
    id: '52',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['docker.io/nvidia/cuda', 'docker.io/tensorflow/tensorflow', 'docker.io/pytorch/pytorch'],
    role: 'language',
    tools: [],
  },
  {
    ...PLAYWRIGHT,
    id: '53n',
    mark: 'S',
    source: PLAYWRIGHT_SOURCE,
    tag: /noble/,
    system: NOBLE,
    ready: account('pwuser', 1001),
  },
  {
    ...PLAYWRIGHT,
    id: '53j',
    mark: 'S',
    source: PLAYWRIGHT_SOURCE,
    tag: /jammy/,
    system: UBUNTU,
    ready: account('pwuser', 1000),
  },
  // Which Ubuntu is below a bare version, and so the number, has changed over time.
  {
    ...PLAYWRIGHT,
    id: '53p',
    mark: 'K',
    source: `${NOT_CHECKED} (https://playwright.dev/docs/docker)`,
    system: UBUNTU,
    ready: account('pwuser', 1001),
  },
  {
    id: '53',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ['ghcr.io/puppeteer/puppeteer'],
    user: 'pptruser',
    accounts: [account('pptruser', 10042)],
    tools: ['node'],
  },
];

export const LANGUAGE_IMAGES: readonly BaseImageRow[] = [
  ...SCRIPTING,
  ...COMPILED,
  ...PHP_IMAGES,
  ...SCIENCE,
];
