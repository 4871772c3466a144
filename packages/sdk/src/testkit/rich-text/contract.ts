import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A vendor's published API description, kept beside the repository in `shared/contracts`. */
export function readContract(name: string): Record<string, unknown> {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'shared', 'contracts', name);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  }
  throw new Error(`shared/contracts/${name} is not beside the repository, nor above it`);
}
