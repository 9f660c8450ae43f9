/** Servers of the JVM, of .NET, and programs of their own. */
import type { Document } from '../../document.ts';
import { rootImage } from '../../stages.ts';
import type { Stage } from '../../stages.ts';
import type { Withheld } from '../../types.ts';
import { baseNameOf } from '../build-context.ts';
import { addressPort, bindOf, environmentPort, optionValue, wordPort } from '../port-values.ts';
import { goPort, javaPort } from '../source-ports.ts';
import { join, builtFolder, hasRead, packageOf } from './project.ts';
import { SOCKET, defaultFound, environmentFound, flagFound, http, sourceFound } from './server.ts';
import type { Look, Server } from './server.ts';

const JAVA_SERVERS: readonly { readonly name: string; readonly marks: RegExp; readonly variable: string }[] =
  [
    {
      name: 'spring-boot',
      marks:
        /spring-boot-starter-(?:web\b|webflux|webmvc|undertow|jetty|data-rest)|spring-cloud-starter-(?:gateway|netflix-eureka-server)|spring-cloud-config-server/,
      variable: 'SERVER_PORT',
    },
    { name: 'quarkus', marks: /quarkus-(?:rest|resteasy|vertx-http)/, variable: 'QUARKUS_HTTP_PORT' },
    { name: 'micronaut', marks: /micronaut-http-server/, variable: 'MICRONAUT_SERVER_PORT' },
  ];

export function javaServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const flag = optionValue(start.args, ['-Dserver.port', '--server.port', '-Dquarkus.http.port']);
  const said = wordPort(flag);
  if (said && said !== 'socket') return http('java', [flagFound(look, 'the server', said)]);
  const folder =
    packageOf(look, null, /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/) ??
    builtFolder(look, /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/);
  if (!context || folder === null) return null;
  const manifest = ['pom.xml', 'build.gradle', 'build.gradle.kts']
    .map((file) => context.texts.get(join(folder, file)) ?? '')
    .join('\n');
  const server = JAVA_SERVERS.find(({ marks }) => marks.test(manifest));
  if (!server) return null;
  const variable = environmentPort(start.environment, server.variable);
  if (variable) return http(server.name, [environmentFound(look, server.name, variable)]);
  const configured = javaPort(context, folder, start.environment);
  if (configured) return http(server.name, [sourceFound('configuration', server.name, configured)]);
  const standard = defaultFound(server.name, 8080, 'any', server.variable);
  const isSeen = hasRead(context, folder, /(?:^|\/)(?:application|bootstrap)[\w.-]*\.(?:properties|ya?ml)$/);
  // A configuration server, or a profile, may name another port.
  const isWeak = !isSeen || /spring-cloud-starter-config|spring-cloud-config-client/.test(manifest);
  return http(server.name, [isWeak ? { ...standard, isWeak } : standard]);
}

export function dotnetServer(look: Look): Server | Withheld | null {
  const { start, context, document } = look;
  const flag = wordPort(optionValue(start.args, ['--urls', '--server.urls', '--http_ports']));
  if (flag && flag !== 'socket') return http('aspnet', [flagFound(look, 'Kestrel', flag)]);
  const variable = environmentPort(
    start.environment,
    'ASPNETCORE_URLS',
    'DOTNET_URLS',
    'ASPNETCORE_HTTP_PORTS',
    'DOTNET_HTTP_PORTS',
  );
  if (variable)
    return http('aspnet', [
      environmentFound(look, 'ASP.NET', {
        ...variable,
        bind: variable.bind === 'unknown' ? 'any' : variable.bind,
      }),
    ]);
  const projects = [...(context?.texts ?? [])].filter(([path]) => /\.(?:cs|fs)proj$/.test(path));
  const dll = baseNameOf(start.args.find(({ text }) => /\.dll"?$/i.test(text))?.value ?? '').replace(
    /\.dll$/i,
    '',
  );
  const project = projects.find(([path]) => baseNameOf(path).replace(/\.\w+$/, '') === dll);
  if (!project || !/Sdk="Microsoft\.NET\.Sdk\.Web"/.test(project[1])) return null;
  const major = dotnetMajor(document, look.stage);
  if (major === null) return { name: 'aspnet', protocol: 'http', found: [] };
  return http('aspnet', [
    defaultFound(`ASP.NET ${major}`, major >= 8 ? 8080 : 80, 'any', 'ASPNETCORE_HTTP_PORTS'),
  ]);
}

/** The version in the tag of Microsoft's images, which decides the default. */
function dotnetMajor(document: Document, stage: Stage): number | null {
  const image = rootImage(document, stage);
  if (!image || !/^dotnet\/(?:aspnet|sdk)$/.test(image.repository)) return null;
  const major = /^(\d+)\./.exec(image.tag ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

/** A program that the build makes: what its source says, where the language is plain from the manifests. */
export function binaryServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const flag = wordPort(
    optionValue(start.args, ['--port', '-port', '--listen', '--addr', '-addr', '--bind', '--http-port']),
  );
  if (flag === 'socket') return SOCKET;
  if (flag)
    return { name: start.program, protocol: 'unknown', found: [flagFound(look, start.program, flag)] };
  if (!context) return null;
  const folder = packageOf(look, null, /^go\.mod$/) ?? builtFolder(look, /^go\.mod$/);
  const said = folder === null ? null : goPort(context, folder, start.environment);
  return said ? http('go', [sourceFound('source', 'go', said)]) : null;
}

/** For those who only have an address at hand. */
export { addressPort, bindOf };
