import type { Step } from './work.ts';

/** What the writers were told is committed. It lives in another process than they do, so no death reaches it. */
export class Acknowledged {
  /** The last step told, by the key of the piece of work. */
  readonly steps = new Map<string, Step>();
  /** The last cursor told, by integration. */
  readonly cursors = new Map<string, string>();
  /** The runs that told of a commit, by integration: `life.attempt`. */
  readonly runs = new Map<string, Set<string>>();
  count = 0;

  /** Takes one line of a writer, as `tellStep` and `tellCursor` write them. */
  take(line: string): void {
    const [kind, name = '', value = ''] = line.split(' ');
    if (kind === 'step') {
      this.steps.set(name, Number(value) as Step);
      const [integration = '', life, attempt] = name.split('.');
      this.runs.set(integration, (this.runs.get(integration) ?? new Set()).add(`${life}.${attempt}`));
    } else if (kind === 'cursor') this.cursors.set(name, value);
    else throw new Error(`a writer said “${line.slice(0, 200)}”, which is no acknowledgment`);
    this.count += 1;
  }
}

export const tellStep = (key: string, step: Step): string => `step ${key} ${step}`;
export const tellCursor = (integration: string, since: string): string => `cursor ${integration} ${since}`;
