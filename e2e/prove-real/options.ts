import { parseArgs } from 'node:util';

export interface Options {
  /** Items that people make on each side. */
  readonly items: number;
  readonly kills: number;
  readonly seed: number;
  /** Lets things go wrong between the product and the trackers. */
  readonly faults: boolean;
  readonly json: boolean;
}

export const USAGE = `npm run prove:real -- [--items N] [--kills N] [--faults] [--seed S] [--json]
  --items  items that people make on each side, default 60
  --kills  times that the server is killed at work, default 20
  --faults  a proxy loses answers, breaks connections, cuts bodies, delays, and answers 429, 503 and web pages
  --seed   repeats the choices of an earlier proof
  --json   the result as one JSON object on the last line`;

/** @throws Error with the usage when something is not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args.filter((it) => it !== '--'));
  return {
    items: count('items', values.items, 1, 1_000),
    kills: count('kills', values.kills, 0, 1_000),
    seed:
      values.seed === undefined
        ? Math.floor(Math.random() * 1_000_000_000)
        : count('seed', values.seed, 0, 4_294_967_295),
    faults: values.faults,
    json: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        items: { type: 'string', default: '60' },
        kills: { type: 'string', default: '20' },
        seed: { type: 'string' },
        faults: { type: 'boolean', default: false },
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
