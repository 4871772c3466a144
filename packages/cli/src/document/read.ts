import { readFile } from 'node:fs/promises';
import { ConfigurationDocument, faultsOf, type Fault } from '@lockstep/api';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { EXIT, Failure } from '../exit.ts';
import { resolveEnvironment } from './environment.ts';
import { place, type Place } from './place.ts';

/** A configuration file, read and checked as far as can be without the trackers. */
export interface ConfigurationFile {
  readonly configuration: ConfigurationDocument;
  /** A fault of the server, told with its line in this file. */
  locate(faults: readonly Fault[], at: readonly (string | number)[]): string[];
}

export async function readConfiguration(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ConfigurationFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(
      EXIT.input,
      'no-file',
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Give the path of a YAML file.',
    );
  }
  return parseConfiguration(text, file, env);
}

export function parseConfiguration(text: string, file: string, env: NodeJS.ProcessEnv): ConfigurationFile {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (position: Place): string => `${file}:${position.line}:${position.column}`;
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new Failure(
      EXIT.input,
      'invalid-yaml',
      `${at({ line, column: col })}: ${syntax.message}`,
      'Correct the YAML there.',
    );
  }
  const tell = (faults: readonly Fault[], prefix: readonly (string | number)[] = []): string[] =>
    faults.map((fault) => {
      const path = [...prefix, ...fault.path];
      return `${at(place(document, lines, path))}: ${fault.level === 'warning' ? 'warning: ' : ''}${path.join('.')}: ${fault.message}. ${fault.remedy}`;
    });
  const { value, faults: missing } = resolveEnvironment(document.toJS() ?? {}, env);
  const read = ConfigurationDocument.safeParse(value);
  const faults = [...missing, ...(read.success ? [] : faultsOf(read.error))];
  if (!read.success || faults.length > 0) {
    throw new Failure(EXIT.input, 'invalid-configuration', tell(faults).join('\n'));
  }
  return { configuration: read.data, locate: tell };
}
