import { describe, expect, it } from 'vitest';
import { listeningPort } from '../../../src/core/context/listening-port.ts';
import type { ListeningPort } from '../../../src/core/context/listening-port.ts';
import { expressionPort } from '../../../src/core/context/port-values.ts';
import { yamlPaths } from '../../../src/core/context/source-ports.ts';
import { startCommand } from '../../../src/core/context/start-command.ts';
import { caseOf } from './support.ts';

async function portOf(text: string, files: Record<string, string> = {}, exposed: readonly string[] = []) {
  const { document, stage, context } = await caseOf(text, files);
  return listeningPort(document, stage, context, startCommand(document, stage, context), exposed);
}

/** `8000 flag`, or the code of the reason. */
async function said(text: string, files: Record<string, string> = {}): Promise<string> {
  const found = await portOf(text, files);
  return 'code' in found ? found.code : `${found.port} ${found.proofs.map(({ kind }) => kind).join(' ')}`;
}

const python = (command: string): string => `FROM python:3.12\nWORKDIR /app\nCOPY . .\n${command}\n`;
const node = (command: string): string => `FROM node:22\nWORKDIR /app\nCOPY . .\n${command}\n`;

describe('the port by the flags of the command', () => {
  it.each([
    ['CMD ["gunicorn", "-b", "0.0.0.0:8001", "a:b"]', '8001 flag'],
    ['CMD ["gunicorn", "--bind=[::]:8001", "a:b"]', '8001 flag'],
    ['CMD ["gunicorn", "-b", "unix:/run/app.sock", "a:b"]', 'socket'],
    ['ENV GUNICORN_CMD_ARGS="--bind 0.0.0.0:8002"\nCMD ["gunicorn", "a:b"]', '8002 flag'],
    ['CMD ["uvicorn", "a:b", "--host", "0.0.0.0", "--port", "80"]', '80 flag'],
    ['CMD ["python", "-m", "uvicorn", "a:b", "--port=81"]', '81 flag'],
    ['CMD uvicorn a:b --port ${PORT:-8080}', '8080 flag'],
    ['CMD uvicorn a:b --port $PORT', 'port-at-run-time'],
    ['ENV PORT=9000\nCMD uvicorn a:b --port $PORT', '9000 flag'],
    ['CMD ["hypercorn", "-b", "0.0.0.0:7000", "a:b"]', '7000 flag'],
    ['CMD ["flask", "run", "-p", "5001"]', '5001 flag'],
    ['CMD ["streamlit", "run", "a.py", "--server.port=8502"]', '8502 flag'],
    ['CMD ["python", "manage.py", "runserver", "0.0.0.0:8003"]', '8003 flag'],
    ['CMD ["python", "-m", "http.server", "8004"]', '8004 flag'],
    ['CMD ["php", "-S", "0.0.0.0:8005"]', '8005 flag'],
    ['CMD ["php", "artisan", "serve", "--host=0.0.0.0", "--port=8006"]', '8006 flag'],
    ['CMD ["bundle", "exec", "puma", "-b", "tcp://0.0.0.0:9293"]', '9293 flag'],
    ['CMD ["rails", "server", "-p", "3001"]', '3001 flag'],
    ['CMD ["next", "start", "-p", "4001"]', '4001 flag'],
    ['CMD ["vite", "preview", "--port", "4174"]', '4174 flag'],
    ['CMD ["serve", "-s", "dist", "-l", "5000"]', '5000 flag'],
    ['CMD ["java", "-Dserver.port=8081", "-jar", "a.jar"]', '8081 flag'],
    ['CMD ["java", "-jar", "a.jar", "--server.port=8082"]', '8082 flag'],
    ['CMD ["dotnet", "A.dll", "--urls", "http://+:8083"]', '8083 flag'],
    ['CMD ["/server", "--port", "8084"]', '8084 flag'],
  ])('%s', async (command, expected) => {
    expect(await said(python(command))).toBe(expected);
  });
});

describe('the port by variables that the framework reads', () => {
  it.each([
    ['ENV FLASK_RUN_PORT=5002\nCMD ["flask", "run"]', '5002 environment'],
    ['ENV UVICORN_PORT=8011\nCMD ["uvicorn", "a:b"]', '8011 environment'],
    ['ENV PORT=8012\nCMD ["gunicorn", "a:b"]', '8012 environment'],
    ['ENV PORT=3002\nCMD ["next", "start"]', '3002 environment'],
    ['ENV ASPNETCORE_URLS=http://+:5000\nCMD ["dotnet", "A.dll"]', '5000 environment'],
    ['ENV ASPNETCORE_HTTP_PORTS="8090;8091"\nCMD ["dotnet", "A.dll"]', '8090 environment'],
  ])('%s', async (command, expected) => {
    expect(await said(python(command))).toBe(expected);
  });

  it('does not take a variable that nobody reads', async () => {
    expect(await said(python('ENV PORT=9000\nCMD ["flask", "run"]\nEXPOSE 5000'))).toBe('5000 expose');
  });
});

describe('the port by code and configuration', () => {
  const manifest = '{"dependencies":{"express":"4"}}';
  it.each([
    ['a number', 'app.listen(3001)', '3001 source'],
    ['a number in an object', 'app.listen({ port: 3002, host: "0.0.0.0" })', '3002 source'],
    ['a variable with a default', 'app.listen(process.env.PORT || 3003)', '3003 source'],
    [
      'a name',
      'const port = Number(process.env.PORT ?? 3004);\nserver.listen(port, () => {})',
      '3004 source',
    ],
    ['parseInt', "const PORT = parseInt(process.env.PORT || '3005', 10)\napp.listen(PORT)", '3005 source'],
    ['a comment', '// app.listen(1)\napp.listen(3006)', '3006 source'],
    ['two answers', 'a.listen(3007)\nb.listen(3008)', 'no-port'],
    ['a variable without default', 'app.listen(process.env.PORT)', 'port-at-run-time'],
  ])('of Node: %s', async (_, code, expected) => {
    expect(
      await said(node('CMD ["node", "server.js"]'), { 'package.json': manifest, 'server.js': code }),
    ).toBe(expected);
  });

  it('finds the source of what TypeScript compiles, and lets ENV win over a default', async () => {
    const files = {
      'package.json': '{"dependencies":{"@nestjs/core":"10"}}',
      'src/main.ts': 'await app.listen(process.env.PORT ?? 3000);',
    };
    expect(await said(node('CMD ["node", "dist/main.js"]'), files)).toBe('3000 source');
    expect(await said(node('ENV PORT=8080\nCMD ["node", "dist/main"]'), files)).toBe('8080 source');
  });

  it('follows npm start to a file in another stage', async () => {
    const text =
      'FROM node AS b\nWORKDIR /src\nCOPY api .\nFROM node\nWORKDIR /app\nCOPY --from=b /src .\nCMD ["npm", "start"]\n';
    const files = {
      'api/package.json': '{"scripts":{"start":"node index.js"}}',
      'api/index.js': "require('http').createServer().listen(4321)",
    };
    const found = (await portOf(text, files)) as ListeningPort;
    expect(found.port).toBe(4321);
    expect(found.proofs[0]!.evidence).toMatchObject({ kind: 'context', path: 'api/index.js', line: 1 });
  });

  it.each([
    ['flask', 'from flask import Flask\napp.run(host="0.0.0.0", port=5003)', '5003 source'],
    ['flask without a port', 'from flask import Flask\napp.run(host="0.0.0.0")', '5000 source'],
    [
      'uvicorn',
      'import uvicorn\nuvicorn.run("a:b", host="0.0.0.0", port=int(os.environ.get("PORT", 8013)))',
      '8013 source',
    ],
    ['a name', 'PORT = int(os.getenv("PORT", "8014"))\nuvicorn.run(app, port=PORT)', '8014 source'],
    ['HTTPServer', 'HTTPServer(("", 8015), Handler).serve_forever()', '8015 source'],
    ['waitress', 'from waitress import serve\nserve(app, host="0.0.0.0", port=8016)', '8016 source'],
    ['a serve of somebody else', 'serve(app)', 'no-port'],
    ['environ without default', 'uvicorn.run(app, port=int(os.environ["PORT"]))', 'port-at-run-time'],
  ])('of Python: %s', async (_, code, expected) => {
    expect(await said(python('CMD ["python", "main.py"]'), { 'main.py': code })).toBe(expected);
  });

  it.each([
    ['http.ListenAndServe(":8021", nil)', '8021 source'],
    ['r := gin.Default()\nr.Run(":8022")', '8022 source'],
    ['app.Listen(":8023")', '8023 source'],
    ['srv := &http.Server{Addr: ":8024"}', '8024 source'],
    ['port := os.Getenv("PORT")\nhttp.ListenAndServe(":"+port, nil)', 'port-at-run-time'],
    ['http.ListenAndServe(":1", nil)\nhttp.ListenAndServe(":2", nil)', 'no-port'],
  ])('of Go: %s', async (code, expected) => {
    const text =
      'FROM golang AS b\nWORKDIR /src\nCOPY . .\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\nENTRYPOINT ["/app"]\n';
    expect(await said(text, { 'go.mod': 'module x', 'main.go': `package main\n${code}` })).toBe(expected);
  });

  const spring = '<artifactId>spring-boot-starter-web</artifactId>';
  it.each([
    [{ 'src/main/resources/application.properties': 'server.port=8031' }, '8031 configuration'],
    [
      { 'src/main/resources/application.yml': 'spring:\n  x: 1\nserver:\n  port: ${PORT:8032}\n' },
      '8032 configuration',
    ],
    [{ 'src/main/resources/application.yml': 'spring:\n  x: 1\n' }, '8080 default'],
    [{}, '8080 default'],
  ])('of Spring: %j', async (files, expected) => {
    const text =
      'FROM maven AS b\nCOPY . .\nFROM eclipse-temurin:21-jre\nCOPY --from=b target/a.jar /a.jar\nENTRYPOINT ["java", "-jar", "/a.jar"]\n';
    expect(await said(text, { 'pom.xml': spring, ...(files as Record<string, string>) })).toBe(expected);
  });

  it('takes no default of Spring where a configuration server may say otherwise', async () => {
    const text = 'FROM eclipse-temurin:21-jre\nCOPY . .\nENTRYPOINT ["java", "-jar", "/a.jar"]\n';
    const files = { 'pom.xml': `${spring}<artifactId>spring-cloud-starter-config</artifactId>` };
    expect(await said(text, files)).toBe('default-not-proven');
    expect(await said(`${text}EXPOSE 8083\n`, files)).toBe('8083 expose');
  });

  it('of nginx, gunicorn and puma', async () => {
    expect(
      await said(
        'FROM nginx\nCOPY site.conf /etc/nginx/conf.d/default.conf\nCMD ["nginx", "-g", "daemon off;"]\n',
        { 'site.conf': 'server {\n  listen 8080;\n  listen [::]:8080;\n  listen 8443 ssl;\n}' },
      ),
    ).toBe('8080 configuration');
    expect(
      await said('FROM nginx\nCOPY site.conf /etc/nginx/conf.d/default.conf\nCMD ["nginx"]\n', {
        'site.conf': 'server { listen 443 ssl; }',
      }),
    ).toBe('tls-only');
    expect(
      await said('FROM nginx\nCOPY site.conf /etc/nginx/conf.d/a.conf\nCMD ["nginx"]\n', {
        'site.conf': 'server { listen 81; }\nserver { listen 82; }',
      }),
    ).toBe('several-ports');
    expect(await said('FROM nginx\nCMD ["nginx", "-g", "daemon off;"]\n')).toBe('80 default');
    expect(
      await said('FROM nginx\nRUN sed -i s/80/8080/ /etc/nginx/conf.d/default.conf\nCMD ["nginx"]\n'),
    ).toBe('default-not-proven');
    expect(
      await said(python('CMD ["gunicorn", "a:b"]'), { 'gunicorn.conf.py': 'bind = "0.0.0.0:8041"' }),
    ).toBe('8041 configuration');
    expect(await said(python('CMD ["gunicorn", "-c", "conf/g.py", "a:b"]'))).toBe('configuration-not-seen');
    expect(
      await said(
        'FROM ruby\nWORKDIR /app\nCOPY . .\nCMD ["bundle", "exec", "puma", "-C", "config/puma.rb"]\n',
        { 'config/puma.rb': 'threads 5\nport ENV.fetch("PORT") { 3010 }\n' },
      ),
    ).toBe('3010 configuration');
  });
});

describe('EXPOSE and defaults', () => {
  it.each([
    ['CMD ["uvicorn", "a:b"]', '8000 default'],
    ['CMD ["gunicorn", "a:b"]', '8000 default'],
    ['CMD ["/app"]\nEXPOSE 8080', '8080 expose'],
    ['CMD ["/app"]\nEXPOSE 8080/tcp 53/udp', '8080 expose'],
    ['CMD ["/app"]\nEXPOSE 8080 9090', 'several-ports'],
    ['CMD ["/app"]\nEXPOSE 8080 9229', '8080 expose'],
    ['CMD ["/app"]', 'no-port'],
    ['CMD ["gunicorn", "-b", ":9090", "a:b"]\nEXPOSE 8080 9090', '9090 flag expose'],
    ['CMD ["celery", "worker"]', 'serves-nothing'],
    ['CMD ["supervisord", "-n"]', 'several-programs'],
  ])('%s', async (command, expected) => {
    expect(await said(python(command))).toBe(expected);
  });

  it('refuses two proofs that disagree, and names both', async () => {
    expect(await portOf(python('EXPOSE 8080\nCMD ["gunicorn", "-b", ":8000", "a:b"]'))).toEqual({
      code: 'ports-disagree',
      reason: 'the command tells gunicorn port 8000, but EXPOSE says 8080: one of the two is wrong',
    });
    expect(await said(python('EXPOSE 80\nCMD ["uvicorn", "a:b"]'))).toBe('ports-disagree');
  });

  it('knows the default of ASP.NET by the version of its image', async () => {
    const text = (tag: string): string =>
      `FROM mcr.microsoft.com/dotnet/aspnet:${tag}\nCOPY . .\nENTRYPOINT ["dotnet", "Shop.dll"]\n`;
    const files = { 'Shop/Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">' };
    expect(await said(text('8.0'), files)).toBe('8080 default');
    expect(await said(text('6.0-alpine'), files)).toBe('80 default');
    expect(await said(text('8.0'), { 'Shop/Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Worker">' })).toBe(
      'no-port',
    );
  });

  it('takes the port that the base image exposes when nothing else is known', async () => {
    expect(await portOf('FROM acme/base\nCMD ["/app"]\n', {}, ['8080/tcp'])).toMatchObject({ port: 8080 });
  });

  it('says where it listens and what changes it', async () => {
    expect(await portOf(python('CMD ["uvicorn", "a:b"]'))).toMatchObject({
      bind: 'loopback',
      server: 'uvicorn',
      protocol: 'http',
    });
    const told = python('CMD ["uvicorn", "a:b", "--host=0.0.0.0"]');
    expect(await portOf(told)).toMatchObject({ port: 8000, bind: 'any' });
    expect(await portOf(python('CMD uvicorn a:b --port ${PORT:-8080}'))).toMatchObject({ variable: 'PORT' });
    expect(await portOf('FROM php:8-fpm\nCMD ["php-fpm"]\n')).toMatchObject({
      port: 9000,
      protocol: 'fastcgi',
    });
  });
});

describe('values in code', () => {
  it.each([
    ['8080', 8080, null],
    ["':8080'", 8080, null],
    ['"0.0.0.0:9"', 9, null],
    ['process.env["PORT"] || 3000', 3000, 'PORT'],
    ['+(process.env.PORT || 3000)', 3000, 'PORT'],
    ['int(os.getenv("PORT", 5000))', 5000, 'PORT'],
    ['ENV.fetch("PORT") { 3000 }', 3000, 'PORT'],
    ['os.Getenv("PORT")', null, 'PORT'],
  ])('%s', (text, port, variable) => {
    expect(expressionPort(text, new Map())).toMatchObject({ port, variable });
  });

  it.each(['config.port', '70000', 'a + b', '"host"', ''])('says nothing of %j', (text) => {
    expect(expressionPort(text, new Map())).toBeNull();
  });

  it('reads plain YAML by its paths', () => {
    const values = yamlPaths('a:\n  b: 1 # one\n  "c": "two"\nd: 3\n---\ne: 4\n');
    expect([...values].map(([key, { value }]) => `${key}=${value}`)).toEqual(['a.b=1', 'a.c=two', 'd=3']);
  });
});
