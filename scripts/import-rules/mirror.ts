import { glob, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSync } from 'vite';

export const ROOTS = ['packages', 'scripts', 'bench', 'e2e'] as const;

export interface Mirror extends AsyncDisposable {
  readonly folder: string;
  /** Source files in it. */
  readonly files: number;
}

/**
 * A copy of the tree that holds nothing but its imports, as JavaScript: dependency-cruiser reads TypeScript only
 * through the compiler API, which the native compiler has not, and type imports count as imports here.
 */
export async function mirrorImports(root: string): Promise<Mirror> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-imports-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    let files = 0;
    for (const top of ROOTS) {
      for await (const file of glob(`${top}/**/*.ts`, {
        cwd: root,
        exclude: (name) => name === 'node_modules',
      })) {
        await write(
          path.join(folder, asJavaScript(file)),
          imports(file, await readFile(path.join(root, file), 'utf8')),
        );
        files++;
      }
      for await (const file of glob(`${top}/*/package.json`, { cwd: root })) {
        await write(path.join(folder, file), asJavaScript(await readFile(path.join(root, file), 'utf8')));
      }
    }
    await linkLibraries(root, folder);
    return { folder, files, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The file's module requests, each as a bare import. */
function imports(file: string, source: string): string {
  const { module, errors } = parseSync(file, source);
  const error = errors[0];
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);
  const requests = [
    ...module.staticImports.map((it) => it.moduleRequest.value),
    ...module.staticExports.flatMap((it) => it.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map((it) => literal(source.slice(it.moduleRequest.start, it.moduleRequest.end))),
  ];
  const found = new Set(requests.filter((it) => it !== undefined && it !== null));
  return [...found].map((it) => `import ${JSON.stringify(asJavaScript(it))};\n`).join('');
}

function literal(expression: string): string | undefined {
  return /^(['"`])([^'"`$]+)\1$/.exec(expression)?.[2];
}

function asJavaScript(text: string): string {
  return text.replace(/\.ts(?=$|")/gm, '.js');
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function linkLibraries(root: string, folder: string): Promise<void> {
  const libraries = path.join(folder, 'node_modules');
  await mkdir(path.join(libraries, '@lockstep'), { recursive: true });
  for (const name of await readdir(path.join(folder, 'packages')).catch(() => [])) {
    await symlink(path.join(folder, 'packages', name), path.join(libraries, '@lockstep', name));
  }
  for (const name of await readdir(path.join(root, 'node_modules')).catch(() => [])) {
    if (name.startsWith('.') || name === '@lockstep') continue;
    await symlink(path.join(root, 'node_modules', name), path.join(libraries, name));
  }
}
