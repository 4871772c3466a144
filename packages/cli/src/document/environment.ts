import type { Fault } from '@lockstep/api';

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Puts the environment's values in place of `${env:NAME}`; what is not set is a fault that names it. */
export function resolveEnvironment(
  value: unknown,
  env: NodeJS.ProcessEnv,
): { readonly value: unknown; readonly faults: Fault[] } {
  const faults: Fault[] = [];
  const walk = (node: unknown, path: readonly (string | number)[]): unknown => {
    if (Array.isArray(node)) return node.map((one, index) => walk(one, [...path, index]));
    if (node !== null && typeof node === 'object') {
      return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, walk(one, [...path, key])]));
    }
    if (typeof node !== 'string') return node;
    return node.replaceAll(REFERENCE, (_, name: string) => {
      const found = env[name];
      if (found !== undefined && found !== '') return found;
      faults.push({
        path: [...path],
        message: `the environment variable ${name} is not set`,
        remedy: `Set it before you run this: export ${name}=…`,
        level: 'error',
      });
      return 'unset';
    });
  };
  return { value: walk(value, []), faults };
}
