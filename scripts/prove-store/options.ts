import { parseArgs } from 'node:util';

export interface Options {
  readonly kills: number;
  /** Power cuts; at least the one while the store is made. */
  readonly cuts: number;
  readonly seed: number;
  readonly json: boolean;
}

export const USAGE = `npm run prove:store -- [--kills N] [--cuts N] [--seed S] [--json]
  --kills  deaths by kill -9, default 18: servers, a backend, the postmaster, all of them, while starting
  --cuts   power cuts, default 5; only as root on Linux
  --seed   draws again the deaths and moments of an earlier proof
  --json   nothing but the result, as one JSON object`;

/** @throws Error with the usage when something is not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args.filter((it) => it !== '--'));
  return {
    kills: count('kills', values.kills, 1, 10_000),
    cuts: count('cuts', values.cuts, 1, 10_000),
    seed:
      values.seed === undefined
        ? Math.floor(Math.random() * 1_000_000_000)
        : count('seed', values.seed, 0, 4_294_967_295),
    json: values.json,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        kills: { type: 'string', default: '18' },
        cuts: { type: 'string', default: '5' },
        seed: { type: 'string' },
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
