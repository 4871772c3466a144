import type { ConfigurationInput } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';

export interface Renaming {
  /** The name that the one integration gets. */
  readonly as: string;
  /** Connections by their names so far, with the names of those to use in their place. */
  readonly connections: ReadonlyMap<string, string>;
  /** Keys of a scope, as `left.project`, with their new values. */
  readonly scopes: ReadonlyMap<string, string>;
}

/** As the command line gives it. */
export interface PlacingOptions {
  readonly as?: string;
  readonly connection: readonly string[];
  readonly scope: readonly string[];
}

export function renaming(as: string, { connection, scope }: PlacingOptions): Renaming {
  return { as, connections: pairsOf('--connection', connection), scopes: pairsOf('--scope', scope) };
}

/** Undefined: everything keeps its name. */
export function renamingOf(options: PlacingOptions): Renaming | undefined {
  if (options.as !== undefined) return renaming(options.as, options);
  if (options.connection.length + options.scope.length === 0) return undefined;
  throw refused(
    '--connection and --scope change one integration, and none is named',
    'Say with --as under which name it is to be saved.',
  );
}

function pairsOf(option: string, given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)] as const;
      throw refused(`${option} ${text} is no “NAME=VALUE”`, `Write it as ${option} NAME=VALUE.`);
    }),
  );
}

/** The one integration of a configuration under another name, and with other connections and scopes where those are given. */
export function renamed(
  configuration: ConfigurationInput,
  { as, connections, scopes }: Renaming,
): ConfigurationInput {
  const all = Object.entries(configuration.integrations ?? {});
  const [only] = all;
  if (only === undefined || all.length > 1)
    throw refused(
      `the file has ${all.length} integrations, and one name was given`,
      'Give a file with one integration; `lockstep export NAME` prints such a file.',
    );
  // Whether it runs is left as it is: a new one starts disabled.
  const [, { enabled: _, ...document }] = only;
  const used = new Set([document.left.connection, document.right.connection]);
  for (const name of connections.keys())
    if (!used.has(name))
      throw refused(
        `the integration uses no connection “${name}”`,
        `It uses ${[...used].map((one) => `“${one}”`).join(' and ')}.`,
      );
  const change = (side: 'left' | 'right') => {
    const { connection, scope = {} } = document[side];
    return {
      connection: connections.get(connection) ?? connection,
      scope: { ...scope, ...scopeOf(side, scopes) },
    };
  };
  const kept = Object.entries(configuration.connections ?? {}).filter(([name]) => !connections.has(name));
  return {
    connections: Object.fromEntries(kept),
    integrations: { [as]: { ...document, left: change('left'), right: change('right') } },
  };
}

/** Of the keys and values given, those of one side's scope. */
export function scopeOf(side: 'left' | 'right', scopes: Renaming['scopes']): Record<string, string> {
  for (const key of scopes.keys())
    if (!/^(left|right)\../.test(key))
      throw refused(`“${key}” is no part of a scope`, 'Write it as left.project=NAME or right.queue=NAME.');
  const own = [...scopes].filter(([key]) => key.startsWith(`${side}.`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(side.length + 1), value]));
}

function refused(message: string, remedy: string): Failure {
  return new Failure(EXIT.input, 'usage', message, remedy);
}
