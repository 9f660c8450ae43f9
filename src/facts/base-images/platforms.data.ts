/** Images of the Java and .NET platforms. The first row that fits wins. */
import { ALPINE, AMAZON, DEBIAN, MINIMAL_RHEL, NOBLE, RHEL, UBUNTU, account, hub, systemOf } from './row.ts';
import type { BaseImageRow, System } from './row.ts';

const TEMURIN = {
  mark: 'S',
  source: 'https://github.com/adoptium/containers',
  repositories: hub('eclipse-temurin'),
  role: 'language',
} as const;

const CORRETTO = {
  mark: 'S',
  source: 'https://github.com/corretto/corretto-docker',
  repositories: hub('amazoncorretto'),
  role: 'language',
} as const;

const OPENJDK = {
  mark: 'S',
  source: 'https://github.com/docker-library/openjdk',
  repositories: hub('openjdk'),
  role: 'language',
} as const;

/** What it was called before. */
const FORMER_JAVA = { ...OPENJDK, repositories: hub('java') } as const;

/** Slim and named tags are Debian; from 12 on a bare tag is Oracle Linux. */
function openjdkSystem(tag: string): System {
  if (/alpine/.test(tag)) return ALPINE;
  if (/slim|bullseye|buster|stretch|jessie|bookworm/.test(tag)) return DEBIAN;
  const major = /^(\d+)/.exec(tag)?.[1];
  return major !== undefined && Number(major) >= 12 ? RHEL : DEBIAN;
}

const JAVA: readonly BaseImageRow[] = [
  {
    id: '39g',
    mark: 'S',
    source: 'https://github.com/gradle/docker-gradle',
    repositories: hub('gradle'),
    system: (tag) => (/alpine/.test(tag) ? ALPINE : UBUNTU),
    role: 'language',
    ready: account('gradle', 1000),
    workdir: '/home/gradle',
    tools: ['sh', 'bash', 'curl', 'java'],
  },
  {
    id: '39m',
    mark: 'S',
    source: 'https://github.com/carlossg/docker-maven',
    repositories: hub('maven'),
    role: 'language',
    tools: ['sh', 'curl'],
  },
  { ...TEMURIN, id: '41', tag: /alpine/, tools: ['sh', 'java', 'busybox-wget'] },
  { ...TEMURIN, id: '42', tag: /ubi.*minimal/, system: MINIMAL_RHEL, tools: ['sh', 'bash', 'java', 'wget'] },
  { ...TEMURIN, id: '42u', tag: /ubi|centos/ },
  {
    ...TEMURIN,
    id: '40n',
    // Without a word the tag is built on the newest Ubuntu LTS, where uid 1000 is taken.
    tag: /noble|resolute|^\d+[^-]*(?:-(?:jre|jdk))?$|^latest$/,
    system: NOBLE,
    tools: ['sh', 'bash', 'java', 'curl', 'wget'],
  },
  { ...TEMURIN, id: '40', notTag: /windows/, tools: ['sh', 'bash', 'java', 'curl', 'wget'] },
  { ...CORRETTO, id: '43a', tag: /alpine/, tools: ['sh', 'java', 'busybox-wget'] },
  { ...CORRETTO, id: '43d', tag: /debian|bookworm|bullseye/, system: DEBIAN, tools: ['sh', 'bash', 'java'] },
  { ...CORRETTO, id: '43', system: AMAZON, tools: ['sh', 'bash', 'java', 'curl'] },
  { ...OPENJDK, id: '44a', tag: /alpine/, tools: ['sh', 'java', 'busybox-wget'] },
  {
    ...OPENJDK,
    id: '44',
    tag: /slim/,
    system: DEBIAN,
    tools: ['sh', 'bash', 'java'],
    missing: ['curl', 'wget'],
  },
  {
    ...FORMER_JAVA,
    id: '44ja',
    tag: /alpine/,
    system: ALPINE,
    tools: ['sh', 'java', 'busybox-wget'],
    missing: ['bash', 'curl'],
  },
  // Its other tags are built on buildpack-deps:curl and :scm.
  { ...FORMER_JAVA, id: '44j', system: DEBIAN, tools: ['sh', 'bash', 'java', 'curl', 'wget'] },
  { ...OPENJDK, id: '44f', system: openjdkSystem, tools: ['sh', 'bash', 'java'] },
];

const DOTNET = {
  mark: 'S',
  source: 'https://github.com/dotnet/dotnet-docker',
} as const;
const DOTNET_RUN = ['aspnet', 'runtime', 'runtime-deps'].map((kind) => `mcr.microsoft.com/dotnet/${kind}`);
const DOTNET_SDK = ['mcr.microsoft.com/dotnet/sdk'];
/** Up to 3.1 they had another name. */
const FORMER_RUN = ['aspnet', 'runtime', 'runtime-deps'].map(
  (kind) => `mcr.microsoft.com/dotnet/core/${kind}`,
);
const FORMER_SDK = ['mcr.microsoft.com/dotnet/core/sdk'];
const DOTNET_NIGHTLY = ['mcr.microsoft.com/dotnet/nightly/*'];
/** From 8 on there is an account whose number is in APP_UID. */
const APP = { ready: account('app', 1654), readyText: '$APP_UID' } as const;
/** Versions before it; the other ones follow. */
const BEFORE_8 = /^v?[1-7](?:[.-]|$)/;
const SINCE_8 = /^(?:v?(?:[89]|\d\d)(?:[.-]|$)|latest$)/;

function dotnetSystem(tag: string): System {
  return /azurelinux|mariner/.test(tag) ? MINIMAL_RHEL : systemOf(tag);
}

/** Chiseled images run as that account. */
const CHISELED = {
  ...DOTNET,
  ...APP,
  tag: /^v?(?:[89]|\d\d)\b.*(?:chiseled|distroless|extra)/,
  system: (tag: string): System => ({ ...dotnetSystem(tag), tool: null }),
  role: 'non-root',
  user: '1654',
  hasShell: false,
} as const;

const DOTNET_IMAGES: readonly BaseImageRow[] = [
  { ...CHISELED, id: '46y', repositories: DOTNET_NIGHTLY },
  {
    ...DOTNET,
    ...APP,
    id: '45y',
    repositories: DOTNET_NIGHTLY,
    tag: SINCE_8,
    system: dotnetSystem,
    role: 'language',
  },
  {
    ...DOTNET,
    id: '39ca',
    repositories: FORMER_SDK,
    tag: /alpine/,
    system: ALPINE,
    role: 'language',
    tools: ['sh', 'busybox-wget'],
  },
  {
    ...DOTNET,
    id: '39c',
    repositories: FORMER_SDK,
    tag: /^v?\d/,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh', 'bash', 'curl', 'wget'],
  },
  {
    ...DOTNET,
    id: '45ca',
    repositories: FORMER_RUN,
    tag: /alpine/,
    system: ALPINE,
    role: 'language',
    tools: ['sh', 'busybox-wget'],
    missing: ['bash', 'curl'],
    ports: [80],
  },
  {
    ...DOTNET,
    id: '45cr',
    repositories: FORMER_RUN,
    tag: /^v?\d/,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh', 'bash'],
    missing: ['curl', 'wget'],
    ports: [80],
  },
  {
    ...DOTNET,
    id: '45c',
    repositories: ['mcr.microsoft.com/dotnet/core/*'],
    tag: /^v?\d/,
    system: dotnetSystem,
    role: 'language',
  },
  {
    ...CHISELED,
    id: '46',
    repositories: DOTNET_RUN,
    tools: [],
    missing: ['sh', 'curl', 'wget'],
    ports: [8080],
  },
  {
    ...DOTNET,
    id: '46o',
    repositories: DOTNET_RUN,
    tag: /chiseled|distroless|extra/,
    system: (tag) => ({ ...dotnetSystem(tag), tool: null }),
    hasShell: false,
    tools: [],
    missing: ['sh', 'curl', 'wget'],
  },
  {
    ...DOTNET,
    id: '45o',
    repositories: DOTNET_RUN,
    tag: BEFORE_8,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh'],
    missing: ['curl'],
    ports: [80],
  },
  {
    ...DOTNET,
    ...APP,
    id: '45a',
    repositories: DOTNET_RUN,
    tag: /^v?(?:[89]|\d\d)\b.*alpine/,
    system: ALPINE,
    role: 'language',
    tools: ['sh', 'busybox-wget'],
    ports: [8080],
  },
  {
    ...DOTNET,
    ...APP,
    id: '45',
    repositories: DOTNET_RUN,
    tag: SINCE_8,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh', 'bash'],
    missing: ['curl', 'wget'],
    ports: [8080],
  },
  {
    ...DOTNET,
    id: '39t',
    repositories: DOTNET_SDK,
    tag: BEFORE_8,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh', 'curl'],
  },
  {
    ...DOTNET,
    ...APP,
    id: '39s',
    repositories: DOTNET_SDK,
    tag: SINCE_8,
    system: dotnetSystem,
    role: 'language',
    tools: ['sh', 'curl'],
  },
];

export const PLATFORM_IMAGES: readonly BaseImageRow[] = [...JAVA, ...DOTNET_IMAGES];
