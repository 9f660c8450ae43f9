/** Which files a folder, a path or a glob stands for. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discover, isDockerfileName } from '../../src/io/discover.ts';
import { createSandbox } from '../cli/fake-io.ts';
import type { Sandbox } from '../cli/fake-io.ts';

async function found(box: Sandbox, ...paths: readonly string[]): Promise<readonly string[]> {
  const { files, problems } = await discover(paths, box.folder);
  expect(problems).toEqual([]);
  return files.map(({ path }) => path);
}

function fill(box: Sandbox, ...names: readonly string[]): void {
  for (const name of names) box.write(name, 'FROM scratch\n');
}

describe('a file name', () => {
  it.each([
    'Dockerfile',
    'dockerfile',
    'DOCKERFILE',
    'Dockerfile.prod',
    'dockerfile.PROD',
    'Dockerfile.prod.alpine',
    'Dockerfile-dev',
    'Dockerfile-dev.old',
    'web.Dockerfile',
    'web.dockerfile',
    'web.prod.DockerFile',
    'Containerfile',
    'containerfile',
    'Containerfile.prod',
    'Containerfile-dev',
    'web.Containerfile',
    'Dockerfile.md5',
    'Dockerfile.ñandú',
    'two words.Dockerfile',
    'two\nlines.Dockerfile',
  ])('%j is that of a Dockerfile', (name) => {
    expect(isDockerfileName(name)).toBe(true);
  });

  it.each([
    'Dockerfile.dockerignore',
    'web.Dockerfile.dockerignore',
    'Dockerfile.DOCKERIGNORE',
    '.dockerignore',
    'Dockerfile.md',
    'Dockerfile.MD',
    'Dockerfile.orig',
    'Dockerfile.rej',
    'Dockerfile.bak',
    'Dockerfile.prod.bak',
    'Dockerfile.j2',
    'Dockerfile.tmpl',
    'Dockerfile.template',
    'Dockerfile-alpine.template',
    'Dockerfile.erb',
    'Containerfile.md',
    'Dockerfiles',
    'MyDockerfile',
    'Dockerfile_dev',
    'Dockerfile~',
    'web-Dockerfile',
    'docker-compose.yml',
    'webDockerfile.txt',
    '.Dockerfile.0123456789ab.dockfix',
    '.web.Dockerfile.0123456789ab.dockfix',
    '.Dockerfile.swp',
  ])('%j is not that of a Dockerfile', (name) => {
    expect(isDockerfileName(name)).toBe(false);
  });
});

describe('a folder', () => {
  it('is searched with everything below it, in the order of the paths', async () => {
    const box = createSandbox();
    fill(
      box,
      'z/Dockerfile',
      'Dockerfile',
      'a/b/c/web.Dockerfile',
      'a/Containerfile',
      'a/README.md',
      'B/Dockerfile',
    );
    expect(await found(box)).toEqual([
      'B/Dockerfile',
      'Dockerfile',
      'a/Containerfile',
      'a/b/c/web.Dockerfile',
      'z/Dockerfile',
    ]);
    expect(await found(box, 'a')).toEqual(['a/Containerfile', 'a/b/c/web.Dockerfile']);
    expect(await found(box, './a/', '.')).toEqual(await found(box));
  });

  it('is searched without node_modules, .git and vendor, except when one of them is named', async () => {
    const box = createSandbox();
    fill(box, 'node_modules/x/Dockerfile', '.git/Dockerfile', 'a/vendor/Dockerfile', 'a/vendors/Dockerfile');
    expect(await found(box)).toEqual(['a/vendors/Dockerfile']);
    expect(await found(box, 'a/vendor')).toEqual(['a/vendor/Dockerfile']);
    expect(await found(box, 'node_modules/x/Dockerfile')).toEqual(['node_modules/x/Dockerfile']);
  });

  it('is searched in hidden folders as well, where development containers have theirs', async () => {
    const box = createSandbox();
    fill(box, '.devcontainer/Dockerfile');
    expect(await found(box)).toEqual(['.devcontainer/Dockerfile']);
  });

  it('is shown with an absolute path when it lies elsewhere', async () => {
    const box = createSandbox();
    const other = createSandbox();
    fill(other, 'Dockerfile');
    expect(await found(box, other.folder)).toEqual([other.path('Dockerfile')]);
  });

  it('may have a name that starts with two dots', async () => {
    const box = createSandbox();
    fill(box, '..odd/Dockerfile', '..Dockerfile');
    expect(await found(box)).toEqual(['..Dockerfile', '..odd/Dockerfile']);
  });
});

describe('.gitignore', () => {
  it('holds for what is below it, and a deeper one may take back', async () => {
    const box = createSandbox();
    mkdirSync(box.path('.git'));
    box.write('.gitignore', '*.Dockerfile\n/build\n# comment\n!kept.Dockerfile\n');
    box.write('deep/.gitignore', '!mine.Dockerfile\nDockerfile\n');
    fill(box, 'Dockerfile', 'web.Dockerfile', 'kept.Dockerfile', 'build/Dockerfile', 'a/build/Dockerfile');
    fill(box, 'deep/Dockerfile', 'deep/mine.Dockerfile', 'deep/other.Dockerfile', 'deep/er/mine.Dockerfile');
    expect(await found(box)).toEqual([
      'Dockerfile',
      'a/build/Dockerfile',
      'deep/er/mine.Dockerfile',
      'deep/mine.Dockerfile',
      'kept.Dockerfile',
    ]);
  });

  it('cannot take back what is in an ignored folder, as git says', async () => {
    const box = createSandbox();
    mkdirSync(box.path('.git'));
    box.write('.gitignore', 'out/\n!out/Dockerfile\n');
    box.write('out/.gitignore', '!Dockerfile\n');
    fill(box, 'out/Dockerfile');
    expect(await found(box)).toEqual([]);
  });

  it('of a folder above counts up to the root of the repository and no further', async () => {
    const box = createSandbox();
    box.write('.gitignore', 'Dockerfile\n');
    mkdirSync(box.path('repository/.git'), { recursive: true });
    box.write('repository/.gitignore', 'web.Dockerfile\nservices/old/\n');
    fill(box, 'repository/services/Dockerfile', 'repository/services/web.Dockerfile');
    fill(box, 'repository/services/old/Dockerfile');
    expect(await found(box, 'repository/services')).toEqual(['repository/services/Dockerfile']);
  });

  it('is minded outside a repository as well, for what is searched', async () => {
    const box = createSandbox();
    box.write('.gitignore', 'tmp\n');
    fill(box, 'tmp/Dockerfile', 'Dockerfile');
    expect(await found(box)).toEqual(['Dockerfile']);
  });

  it('tells upper from lower case, as git does', async () => {
    const box = createSandbox();
    mkdirSync(box.path('.git'));
    box.write('.gitignore', 'Build/\n');
    fill(box, 'build/Dockerfile');
    expect(await found(box)).toEqual(['build/Dockerfile']);
  });

  it('does not count for a file that is named', async () => {
    const box = createSandbox();
    mkdirSync(box.path('.git'));
    box.write('.gitignore', '*\n');
    fill(box, 'Dockerfile');
    expect(await found(box)).toEqual([]);
    expect(await found(box, 'Dockerfile')).toEqual(['Dockerfile']);
  });
});

describe('a file that is named', () => {
  it('is taken whatever it is called', async () => {
    const box = createSandbox();
    fill(box, 'Dockerfile.md', 'app.txt');
    expect(await found(box, 'Dockerfile.md', 'app.txt')).toEqual(['Dockerfile.md', 'app.txt']);
  });

  it('is taken once, however often and in whatever way it is named', async () => {
    const box = createSandbox();
    fill(box, 'a/Dockerfile');
    const names = [
      '.',
      'a',
      'a/Dockerfile',
      './a/../a/Dockerfile',
      box.path('a/Dockerfile'),
      '**/Dockerfile',
    ];
    const { files } = await discover(names, box.folder);
    expect(files).toEqual([
      { path: 'a/Dockerfile', absolutePath: box.path('a/Dockerfile'), root: box.folder, named: true },
    ]);
  });

  it('is taken as it is when its name looks like a glob', async () => {
    const box = createSandbox();
    fill(box, 'app/[id]/Dockerfile', 'app/i/Dockerfile');
    expect(await found(box, 'app/[id]/Dockerfile')).toEqual(['app/[id]/Dockerfile']);
  });
});

describe('a glob', () => {
  it('stands for the files it matches, whatever they are called', async () => {
    const box = createSandbox();
    fill(box, 'a/Dockerfile', 'b/Dockerfile', 'b/app.df', '.hidden/Dockerfile');
    expect(await found(box, '*/Dockerfile')).toEqual(['.hidden/Dockerfile', 'a/Dockerfile', 'b/Dockerfile']);
    expect(await found(box, '**/*.df')).toEqual(['b/app.df']);
    expect(await found(box, `${box.folder}/{a,b}/Docker*`)).toEqual(['a/Dockerfile', 'b/Dockerfile']);
  });

  it('stands for the folders it matches, which are searched, as if the shell had done it', async () => {
    const box = createSandbox();
    fill(
      box,
      'services/a/Dockerfile',
      'services/b/deep/Dockerfile',
      'services/b/package.json',
      'other/Dockerfile',
    );
    expect(await found(box, 'services/*')).toEqual(['services/a/Dockerfile', 'services/b/deep/Dockerfile']);
    expect(await found(box, 'services/{a,b}')).toEqual([
      'services/a/Dockerfile',
      'services/b/deep/Dockerfile',
    ]);
  });

  it('leaves out node_modules, .git and vendor, and does not follow links', async () => {
    const box = createSandbox();
    const other = createSandbox();
    fill(other, 'x/Dockerfile');
    fill(box, 'node_modules/x/Dockerfile', 'vendor/Dockerfile', 'x/Dockerfile');
    symlinkSync(other.folder, box.path('linked'));
    expect(await found(box, '**/Dockerfile')).toEqual(['x/Dockerfile']);
    rmSync(box.path('linked'));
    expect(await found(box, '*')).toEqual(['x/Dockerfile']);
  });
});
