import { parseArgs } from 'node:util';

export interface Options {
  /** Items that are older than the integration. */
  readonly items: number;
  readonly kills: number;
  readonly json: boolean;
}

export const USAGE = `npm run prove:migration -- [--items N] [--kills N] [--json]
  --items  items that predate the integration, default 20000
  --kills  times that the server is killed (kill -9) before half of them are moved, default 3
  --json   the result as one JSON object on the last line`;

/** @throws Error with the usage when something is not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args.filter((it) => it !== '--'));
  return {
    items: count('items', values.items, 20, 1_000_000),
    kills: count('kills', values.kills, 0, 100),
    json: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        items: { type: 'string', default: '20000' },
        kills: { type: 'string', default: '3' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function count(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not “${text}”\n${USAGE}`);
}
