/** Where a command speaks. With `--json`, standard output carries one object, on its last line. */
export interface Output {
  readonly json: boolean;
  /** A line for people. */
  line(text?: string): void;
  /** Replaces itself on a terminal; silent elsewhere. */
  progress(text: string): void;
  /** What the command found; printed with `--json` only, and once: a failure after it has its exit code. */
  result(value: object): void;
}

export function createOutput(
  json: boolean,
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): Output {
  let shown = false;
  let given = false;
  const clear = (): void => {
    if (shown) err.write('\r\u001B[K');
    shown = false;
  };
  return {
    json,
    line: (text = '') => {
      clear();
      if (!json) out.write(`${text}\n`);
    },
    progress: (text) => {
      if (json || err.isTTY !== true) return;
      err.write(`\r\u001B[K${text}`);
      shown = true;
    },
    result: (value) => {
      clear();
      if (json && !given) out.write(`${JSON.stringify(value)}\n`);
      given = true;
    },
  };
}

/** Rows in aligned columns; the last column keeps its length. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

export function short(value: unknown, length = 60): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** An instant by the clock of this machine: `2026-01-02 03:04:05`. */
export function when(instant: string | undefined): string {
  if (instant === undefined) return 'never';
  const at = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}
