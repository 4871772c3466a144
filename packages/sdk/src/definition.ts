import type { z } from 'zod';
import type { Connector } from './connector.ts';
import type { Http, HttpOptions } from './http/http.ts';

/** What a connector gets from its host. */
export interface ConnectorHost {
  /** An HTTP client with the connection's limits, redaction and counting built in. */
  http(options: HttpOptions): Http;
  /** Milliseconds since 1970, the host's clock. */
  now(): number;
}

/** What Lockstep knows of a tracker before it is connected. Forms and validation are drawn from `config` and `scope`. */
export interface ConnectorDefinition<
  Config extends z.ZodType = z.ZodType,
  Scope extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly title: string;
  /** Of a connection. Mark secrets with `secret()`. */
  readonly config: Config;
  /** Of a side: which project, queue or repository. */
  readonly scope: Scope;
  /**
   * What a side points at, the same text however it is written and by whichever account: sides of one place are the
   * same. Settings that only say how to work there are left out. For comparing; asks no tracker, gets no secrets.
   */
  place(config: Partial<z.output<Config>>, scope: Partial<z.output<Scope>>): string;
  connect(config: z.output<Config>, scope: z.output<Scope>, host: ConnectorHost): Connector;
}

/** Keeps the types of `config` and `scope` together. */
export function defineConnector<Config extends z.ZodType, Scope extends z.ZodType>(
  definition: ConnectorDefinition<Config, Scope>,
): ConnectorDefinition<Config, Scope> {
  return definition;
}
