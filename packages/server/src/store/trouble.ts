/** What keeps the database from working, in words; undefined where an error is none of the database's own troubles. */
export function databaseTrouble(
  error: unknown,
):
  | { readonly code: 'disk-full' | 'database-unavailable'; readonly what: string; readonly remedy: string }
  | undefined {
  const code = codeOf(error);
  if (code === '53100') {
    return {
      code: 'disk-full',
      what: 'the disk of the database is full, so nothing more can be stored',
      remedy: 'Free some space (at least 500 MB) and try again; nothing that was stored is lost.',
    };
  }
  if (code !== undefined && (UNAVAILABLE.has(code) || code.startsWith('08'))) {
    return {
      code: 'database-unavailable',
      what: `the database does not answer (${code})`,
      remedy:
        'Check that PostgreSQL runs and lets this server in, then try again; the embedded one starts again by itself.',
    };
  }
  return undefined;
}

/** Of the operating system, and of PostgreSQL: going down, crashed, starting, out of connections or memory, read-only. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53000',
  '53200',
  '53300',
  '25006',
]);

/** The innermost code: a store's error wraps the driver's. */
function codeOf(error: unknown): string | undefined {
  let code: string | undefined;
  for (let at = error; at instanceof Error; at = at.cause) {
    const inner: unknown = at instanceof AggregateError ? at.errors[0] : at;
    if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') code = inner.code;
    // The driver gives no code to a connection that ends under a statement.
    else if (/^Connection terminated|timeout exceeded when trying to connect/.test(at.message))
      code = '08006';
  }
  return code;
}
