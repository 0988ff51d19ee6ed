import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOOLS = join(ROOT, 'node_modules/.bin');

/** A project that has the packed library, its dependencies links to those of this clone: quicker than an installation. */
export interface LinkedPackage {
  /** The project's folder. */
  readonly project: string;
  /** A program of this clone's tools, in the project. @throws with what it printed when it fails */
  run(tool: string, ...args: string[]): string;
  remove(): void;
}

/** Packs the library, without the studio's page, and unpacks it into a project. Asks nothing of the network. */
export function linkedPackage(): LinkedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'patchcl-linked-'));
  const [source, project] = [join(folder, 'source'), join(folder, 'project')];
  const modules = join(project, 'node_modules');
  mkdirSync(source);
  mkdirSync(join(modules, 'patchcl'), { recursive: true });
  execFileSync(join(TOOLS, 'tsc'), ['-p', 'tsconfig.build.json', '--outDir', join(source, 'dist')], { cwd: ROOT });
  for (const name of ['package.json', 'README.md', 'LICENSE']) copyFileSync(join(ROOT, name), join(source, name));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--offline'], {
    cwd: source,
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const target = join(modules, 'patchcl');
  execFileSync('tar', ['-xzf', join(source, filename), '-C', target, '--strip-components=1']);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "type": "module" }');
  return {
    project,
    run(tool, ...args) {
      const program = tool === 'node' ? process.execPath : join(TOOLS, tool);
      try {
        return execFileSync(program, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`${tool} ${args.join(' ')} fails:\n${stdout}${stderr}`);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
