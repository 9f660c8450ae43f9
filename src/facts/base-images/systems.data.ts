/** Images that are a system and nothing else, and those that are no usual Linux image. */
import {
  ALPINE,
  AMAZON,
  BARE_WOLFI,
  BUSYBOX,
  DEBIAN,
  DISTROLESS,
  MINIMAL_RHEL,
  NOBLE,
  NONROOT,
  NOT_CHECKED,
  OTHER,
  RHEL,
  UBUNTU,
  WINDOWS,
  WOLFI,
  account,
  hub,
} from './row.ts';
import type { BaseImageRow, Tool } from './row.ts';

const REDHAT = ['registry.access.redhat.com/', 'registry.redhat.io/', 'docker.io/redhat/'];
const ubi = (...names: readonly string[]): readonly string[] =>
  REDHAT.flatMap((host) => names.map((name) => host + name));

const WINDOWS_SOURCE =
  'https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images';

const OTHER_KINDS: readonly BaseImageRow[] = [
  {
    id: '80',
    mark: 'S',
    source: WINDOWS_SOURCE,
    repositories: ['*/windows', '*/windows/*', '*servercore*', '*nanoserver*', '*/dotnet/framework/*'],
    system: WINDOWS,
    role: 'windows',
    tools: [],
  },
  {
    id: '80b',
    mark: 'S',
    source: WINDOWS_SOURCE,
    repositories: ['mcr.microsoft.com/*', 'docker.io/library/*'],
    tag: /nanoserver|servercore/,
    system: WINDOWS,
    role: 'windows',
    tools: [],
  },
  {
    id: '7',
    mark: 'V',
    source: 'run: scratch has neither shell, accounts nor /tmp',
    repositories: ['scratch'],
    system: { family: 'scratch', tool: null, accounts: [] },
    hasShell: false,
    tools: [],
    missing: ['sh', 'curl', 'wget'],
  },
  {
    id: '20',
    mark: 'S',
    source: 'https://github.com/aws/aws-lambda-base-images',
    repositories: ['public.ecr.aws/lambda/*', 'docker.io/amazon/aws-lambda-*'],
    system: AMAZON,
    role: 'lambda',
    workdir: '/var/task',
    tools: [],
    ports: [8080],
  },
  {
    id: '79',
    mark: 'S',
    source: 'https://github.com/Azure/azure-functions-docker',
    repositories: ['mcr.microsoft.com/azure-functions/*'],
    system: DEBIAN,
    role: 'functions',
    tools: [],
    ports: [80],
  },
  {
    id: '81',
    mark: 'K',
    source: `${NOT_CHECKED} (https://github.com/devcontainers/images)`,
    repositories: ['*devcontainer/*', '*devcontainers/*', 'docker.io/gitpod/*', 'docker.io/codercom/*'],
    system: DEBIAN,
    role: 'development',
  },
];

const DEBIAN_TOOLS = {
  tools: ['sh', 'bash', 'perl'],
  missing: ['curl', 'wget', 'python3'],
} satisfies Partial<BaseImageRow>;

const LINUX: readonly BaseImageRow[] = [
  {
    id: '2',
    mark: 'V',
    // The set of debootstrap has useradd and no adduser.
    source: 'https://github.com/debuerreotype/docker-debian-artifacts',
    repositories: hub('debian'),
    tag: /^(?:trixie|13|forky|14|sid|unstable|testing|stable|latest)/,
    system: DEBIAN,
    role: 'system',
    cmd: ['bash'],
    ...DEBIAN_TOOLS,
  },
  {
    id: '1',
    mark: 'V',
    source: 'https://github.com/debuerreotype/docker-debian-artifacts',
    repositories: hub('debian'),
    system: DEBIAN,
    role: 'system',
    cmd: ['bash'],
    ...DEBIAN_TOOLS,
  },
  {
    id: '4',
    mark: 'S',
    // The account: https://bugs.launchpad.net/cloud-images/+bug/2005129
    source: 'https://git.launchpad.net/cloud-images/+oci/ubuntu-base',
    repositories: hub('ubuntu'),
    tag: /^(?:latest|rolling|devel|(?:2[3-9]|[3-9]\d)\.)|(?:^|-)(?:noble|plucky|questing|resolute)/,
    system: NOBLE,
    role: 'system',
    cmd: ['/bin/bash'],
    ...DEBIAN_TOOLS,
  },
  {
    id: '3',
    mark: 'S',
    source: 'https://git.launchpad.net/cloud-images/+oci/ubuntu-base',
    repositories: hub('ubuntu'),
    system: UBUNTU,
    role: 'system',
    cmd: ['/bin/bash'],
    ...DEBIAN_TOOLS,
  },
  {
    id: '5',
    mark: 'V',
    source: 'https://github.com/alpinelinux/docker-alpine',
    repositories: hub('alpine'),
    system: ALPINE,
    role: 'system',
    cmd: ['/bin/sh'],
    tools: ['sh', 'busybox-wget', 'nc'],
    missing: ['bash', 'curl'],
  },
  {
    id: '6',
    mark: 'V',
    source: 'https://github.com/docker-library/busybox',
    repositories: hub('busybox'),
    system: BUSYBOX,
    role: 'system',
    cmd: ['sh'],
    tools: ['sh', 'busybox-wget', 'nc'],
  },
  {
    id: '24',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: [...hub('archlinux', 'photon'), 'docker.io/opensuse/*', 'registry.opensuse.org/*'],
    system: OTHER,
    tools: [],
  },
];

const CHAINGUARD = {
  mark: 'S',
  source: 'https://github.com/chainguard-images/images',
  role: 'non-root',
  user: '65532',
} as const;

const WOLFI_IMAGES: readonly BaseImageRow[] = [
  {
    id: '13',
    mark: 'S',
    source: 'https://github.com/chainguard-images/images',
    repositories: ['cgr.dev/chainguard/wolfi-base'],
    system: WOLFI,
    role: 'system',
    ready: NONROOT,
    tools: ['sh', 'busybox-wget'],
  },
  {
    ...CHAINGUARD,
    id: '12a',
    repositories: ['cgr.dev/chainguard/*'],
    tag: /-dev$/,
    system: WOLFI,
    tools: ['sh'],
  },
  {
    ...CHAINGUARD,
    id: '12b',
    repositories: ['cgr.dev/chainguard/nginx'],
    system: BARE_WOLFI,
    hasShell: false,
    tools: [],
    ports: [8080],
  },
  {
    ...CHAINGUARD,
    id: '12c',
    repositories: ['cgr.dev/chainguard/static'],
    system: BARE_WOLFI,
    hasShell: false,
    tools: [],
    missing: ['sh', 'curl', 'wget'],
  },
  {
    ...CHAINGUARD,
    id: '12d',
    repositories: ['cgr.dev/chainguard/*'],
    system: BARE_WOLFI,
    hasShell: false,
    tools: [],
    missing: ['curl'],
  },
];

/** All that a probe could be made with: such an image has what it is for, and nothing else. */
const PROGRAMS: readonly Tool[] = [
  'sh',
  'bash',
  'curl',
  'wget',
  'busybox-wget',
  'nc',
  'python',
  'python3',
  'node',
  'bun',
  'deno',
  'php',
  'ruby',
  'perl',
];

/** The four tags of each distroless image: with busybox in `debug`, with another user in `nonroot`. */
function distroless(
  id: string,
  repository: string,
  tools: readonly Tool[],
  entrypoint?: readonly string[],
): readonly BaseImageRow[] {
  const all = {
    mark: 'S',
    source: 'https://github.com/GoogleContainerTools/distroless',
    repositories: [repository],
    system: DISTROLESS,
    role: 'language',
    ready: NONROOT,
    ...(entrypoint ? { entrypoint } : {}),
  } as const;
  const nonroot = { user: '65532', workdir: '/home/nonroot' };
  const debug = { tools: [...tools, 'busybox-wget'], missing: ['curl'] } as const;
  const bare = { hasShell: false, tools, missing: PROGRAMS.filter((one) => !tools.includes(one)) } as const;
  return [
    { ...all, ...nonroot, ...debug, id: `${id}a`, tag: /debug.*nonroot|nonroot.*debug/ },
    { ...all, ...nonroot, ...bare, id: `${id}n`, tag: /nonroot/ },
    { ...all, ...debug, id: `${id}d`, tag: /debug/ },
    { ...all, ...bare, id },
  ];
}

const RHEL_TOOLS = ['sh', 'bash', 'curl'] as const;

const RED_HAT: readonly BaseImageRow[] = [
  {
    id: '17',
    mark: 'S',
    source: 'https://github.com/sclorg/s2i-base-container',
    repositories: ubi(
      'ubi*/python-*',
      'ubi*/nodejs-*',
      'ubi*/ruby-*',
      'ubi*/php-*',
      'ubi*/httpd-*',
      'ubi*/nginx-*',
      'ubi*/perl-*',
    ),
    system: RHEL,
    role: 'non-root',
    user: '1001',
    accounts: [account('default', 1001, 0)],
    tools: RHEL_TOOLS,
    ports: [8080],
  },
  {
    id: '18',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: ubi('ubi*/openjdk-*'),
    system: MINIMAL_RHEL,
    user: '185',
    accounts: [account('default', 185, 0)],
    tools: ['curl', 'java'],
    ports: [8080],
  },
  {
    id: '15',
    mark: 'S',
    // Projects that build on it find no useradd; shadow-utils brings it.
    source: 'https://catalog.redhat.com',
    repositories: ubi('ubi*-minimal'),
    system: MINIMAL_RHEL,
    role: 'system',
    tools: ['sh', 'bash'],
  },
  {
    id: '16',
    mark: 'S',
    source: 'https://github.com/keycloak/keycloak (quarkus/container/Dockerfile)',
    repositories: ubi('ubi*-micro'),
    system: MINIMAL_RHEL,
    tools: ['sh', 'bash'],
  },
  {
    id: '14',
    mark: 'K',
    source: `${NOT_CHECKED} (https://catalog.redhat.com)`,
    repositories: ubi('ubi7', 'ubi8', 'ubi9', 'ubi10', 'ubi*/ubi', 'ubi*-init'),
    system: RHEL,
    role: 'system',
    tools: RHEL_TOOLS,
  },
  {
    id: '19',
    mark: 'S',
    source: 'https://github.com/amazonlinux/container-images',
    repositories: [...hub('amazonlinux'), 'public.ecr.aws/amazonlinux/amazonlinux'],
    system: AMAZON,
    role: 'system',
    cmd: ['/bin/bash'],
    tools: RHEL_TOOLS,
  },
  {
    id: '22',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: [...hub('fedora', 'almalinux', 'rockylinux', 'centos'), 'docker.io/rockylinux/rockylinux'],
    tag: /minimal/,
    system: MINIMAL_RHEL,
    role: 'system',
    tools: RHEL_TOOLS,
  },
  {
    id: '23',
    mark: 'S',
    // Its Dockerfile calls groupadd on the slim image.
    source: 'https://github.com/docker-library/mysql',
    repositories: hub('oraclelinux'),
    tag: /slim/,
    system: RHEL,
    role: 'system',
    tools: RHEL_TOOLS,
  },
  {
    id: '21',
    mark: 'K',
    source: NOT_CHECKED,
    repositories: [
      ...hub('fedora', 'rockylinux', 'almalinux', 'oraclelinux', 'centos'),
      'docker.io/rockylinux/rockylinux',
      'docker.io/almalinux/9-base',
      'quay.io/centos/centos',
      'registry.fedoraproject.org/fedora',
    ],
    system: RHEL,
    role: 'system',
    tools: RHEL_TOOLS,
  },
];

export const SYSTEM_IMAGES: readonly BaseImageRow[] = [
  ...OTHER_KINDS,
  ...LINUX,
  ...WOLFI_IMAGES,
  ...distroless('10', 'gcr.io/distroless/nodejs*', ['node'], ['/nodejs/bin/node']),
  ...distroless('11', 'gcr.io/distroless/python3*', ['python3'], ['/usr/bin/python3']),
  ...distroless('9b', 'gcr.io/distroless/java-base*', []),
  ...distroless('9', 'gcr.io/distroless/java*', ['java'], ['/usr/bin/java', '-jar']),
  ...distroless('8', 'gcr.io/distroless/*', []),
  ...RED_HAT,
];
