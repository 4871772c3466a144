import type { Chance } from '../../e2e/prove-real/chance.ts';
import { hostileText, hostileValue, spoil } from './hostile.ts';
import { sample } from './shapes.ts';
import type { Shape, Words } from './shapes.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Shape;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Shape | undefined;
}

export interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly Parameter[];
            readonly requestBody?: {
              readonly content?: Readonly<Record<string, { readonly schema?: Shape }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> };
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content?.['application/json']?.schema,
    })),
  );
}

/** One request as it goes out. */
export interface Case {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What a draw needs: the document's shapes, values that the server knows, the token. */
export interface Draw {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly words: Words;
  readonly token: string;
  /** A body that its shape alone does not describe, where the operation takes one. */
  body(path: string): unknown;
}

const JSON_TYPE = 'application/json';

/** Draws one request: as it should be, a little off, or hostile. */
export function drawCase(operation: Operation, chance: Chance, draw: Draw): Case {
  const mood = chance.pick(['fair', 'fair', 'spoiled', 'spoiled', 'spoiled', 'hostile', 'odd'] as const);
  const value = (parameter: Parameter): string =>
    mood === 'hostile' && chance.happens(0.5)
      ? hostileText(chance)
      : String(sample(parameter.schema ?? {}, draw.shapes, chance, draw.words, parameter.name));
  const within = (place: string): readonly Parameter[] =>
    operation.parameters.filter((one) => one.in === place);
  let path = operation.path;
  for (const parameter of within('path'))
    path = path.replace(`{${parameter.name}}`, encode(value(parameter)) || '%20');
  const query = within('query')
    .filter(() => chance.happens(0.5))
    .map((parameter) => `${encode(parameter.name)}=${encode(value(parameter))}`);
  if (mood === 'odd' && chance.happens(0.3))
    query.push(`${encode(hostileText(chance))}=${encode(hostileText(chance))}`);
  const target = `${path}${query.length === 0 ? '' : `?${query.join('&')}`}`.slice(0, 12_000);
  const headers: Record<string, string> = { authorization: `Bearer ${draw.token}` };
  if (mood === 'odd' && chance.happens(0.3)) delete headers['authorization'];
  else if (mood === 'odd' && chance.happens(0.2)) headers['authorization'] = `Bearer ${draw.words.secret()}`;
  const body = operation.body === undefined ? undefined : bodyOf(operation, mood, chance, draw);
  if (body !== undefined)
    headers['content-type'] = mood === 'odd' && chance.happens(0.3) ? oddType(chance) : JSON_TYPE;
  const method =
    mood === 'odd' && chance.happens(0.2)
      ? chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])
      : operation.method;
  return { method, target, headers, body: method === 'GET' || method === 'HEAD' ? undefined : body };
}

function bodyOf(operation: Operation, mood: string, chance: Chance, draw: Draw): string {
  const fair = draw.body(operation.path) ?? sample(operation.body ?? {}, draw.shapes, chance, draw.words);
  if (mood === 'fair') return text(fair);
  if (mood === 'spoiled') {
    let value = fair;
    for (let times = 1 + chance.below(3); times > 0; times -= 1) value = spoil(value, chance);
    return text(value);
  }
  if (mood === 'hostile') return text(hostileValue(chance));
  const whole = text(fair);
  return chance.pick([
    '',
    whole.slice(0, Math.floor(whole.length / 2)),
    `${whole}}`,
    `\uFEFF${whole}`,
    '[',
    '"',
    'null',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `{"a":"${'x'.repeat(1_100_000)}"}`,
  ]);
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function oddType(chance: Chance): string {
  return chance.pick([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
    'x',
  ]);
}

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
