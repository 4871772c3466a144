/** Code that people wrote for one integration. It runs outside of the engine, without any rights of its own. */
export interface ScriptPort {
  /** Names of the hooks that it has. */
  readonly hooks: readonly string[];
  /**
   * Plays a hook with a copy of what it is given and gives a copy of what it answers; both are JSON. The script may ask
   * `host` meanwhile. Throws with the line to blame.
   */
  call(call: {
    readonly hook: string;
    readonly given: unknown;
    readonly host: Readonly<Record<string, (...given: readonly unknown[]) => Promise<unknown>>>;
    readonly log: (text: string) => void;
    readonly signal: AbortSignal;
  }): Promise<unknown>;
}
