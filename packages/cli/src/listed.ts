/** Collects an option that may be repeated. */
export function listed(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
