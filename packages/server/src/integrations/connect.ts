import { faultsOf } from '@lockstep/api';
import type { Connector, ConnectorDefinition, HttpFollower } from '@lockstep/sdk';
import { createHttp, secretFields } from '@lockstep/sdk';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a connector's requests go through. */
export interface Line {
  /** It sends its requests one by one through `admit`. */
  usesHttp(): void;
  admit(signal: AbortSignal): Promise<void>;
  hold(until: number): Promise<void>;
  /** Where it may sit out what passes; else it fails at once. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds for a whole request, where somebody waits for it. */
  readonly patience?: number;
  /** Follows each request, for logs and for whoever wants to see it. */
  follow(): HttpFollower;
  /** Hears the tracker's clock minus ours, in milliseconds, with each answer. */
  tellSkew(milliseconds: number): void;
}

/** The trackers this server knows, and how to reach one. */
export class Trackers {
  readonly definitions: readonly ConnectorDefinition[];

  constructor(definitions: readonly ConnectorDefinition[]) {
    this.definitions = definitions;
  }

  find(id: string): ConnectorDefinition {
    const found = this.definitions.find((one) => one.id === id);
    if (found !== undefined) return found;
    const known = this.definitions.map((one) => one.id).join(', ');
    throw new Refusal(422, 'unknown-tracker', `there is no tracker “${id}”`, `Use one of: ${known}.`, [
      {
        path: ['tracker'],
        message: `there is no tracker “${id}”`,
        remedy: `Use one of: ${known}.`,
        level: 'error',
      },
    ]);
  }

  /** Checks the configuration and takes its secrets apart from the rest. */
  split(id: string, config: Values): { readonly open: Values; readonly secrets: Record<string, string> } {
    const definition = this.find(id);
    this.parse(definition, 'config', config);
    const names = secretFields(definition.config);
    const secrets: Record<string, string> = {};
    const open: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(config)) {
      if (names.includes(key)) secrets[key] = String(value);
      else open[key] = value;
    }
    return { open, secrets };
  }

  /** One side at work. `config` holds the secrets. */
  connect(id: string, config: Values, scope: Values, line: Partial<Line> = {}): Connector {
    const definition = this.find(id);
    return definition.connect(
      this.parse(definition, 'config', config),
      this.parse(definition, 'scope', scope),
      {
        http: (options) => {
          line.usesHttp?.();
          return createHttp(options, {
            now: () => Date.now(),
            onAnswer: ({ skew }) => {
              if (skew !== undefined) line.tellSkew?.(skew);
            },
            ...(line.follow === undefined ? {} : { follow: line.follow }),
            ...(line.admit === undefined ? {} : { admit: line.admit }),
            ...(line.hold === undefined ? {} : { hold: line.hold }),
            ...(line.wait === undefined ? {} : { wait: line.wait }),
            ...(line.patience === undefined ? {} : { patience: line.patience }),
          });
        },
        now: () => Date.now(),
      },
    );
  }

  /** What a side over a connection with these settings points at; see `ConnectorDefinition.place`. */
  place(id: string, config: Values, scope: Values): string {
    return JSON.stringify([id, this.find(id).place(config, scope)]);
  }

  checkScope(id: string, scope: Values): void {
    this.parse(this.find(id), 'scope', scope);
  }

  private parse(definition: ConnectorDefinition, part: 'config' | 'scope', values: Values): unknown {
    const schema = definition[part];
    // A misspelt setting must not be taken for a default.
    const read = (schema instanceof z.ZodObject ? schema.strict() : schema).safeParse(values);
    if (read.success) return read.data;
    const faults = faultsOf(read.error, [part]);
    const what = part === 'config' ? 'configuration' : 'scope';
    throw new Refusal(
      422,
      `invalid-${part}`,
      `the ${what} for ${definition.title} is not right: ${faults.map((fault) => [...fault.path.slice(1), ''].join(': ') + fault.message).join('; ')}`,
      `Correct the ${what}; \`GET /api/trackers\` describes what ${definition.title} needs.`,
      faults,
    );
  }
}
