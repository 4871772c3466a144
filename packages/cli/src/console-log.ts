type Tell = (fields: object, message: string) => void;

/** The server's log for a person at a terminal: one plain line each. */
export function consoleLog(write: (text: string) => void): {
  readonly info: Tell;
  readonly warn: Tell;
  readonly error: Tell;
} {
  const line =
    (level: string): Tell =>
    (fields, message) => {
      const shown = Object.entries(fields).map(([name, value]) => `${name}=${inWords(value)}`);
      const time = new Date().toISOString().slice(11, 19);
      write(`${[time, level, message, ...shown].filter((part) => part !== '').join('  ')}\n`);
    };
  return { info: line(''), warn: line('warning'), error: line('error') };
}

function inWords(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
