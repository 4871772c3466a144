import { open } from 'node:fs/promises';
import { ConfigurationDocument, type ConfigurationInput, faultsOf, type Fault } from '@lockstep/api';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { EXIT, type ExitCode, Failure } from '../exit.ts';
import { resolveEnvironment } from './environment.ts';
import { place } from './place.ts';
import { renamed, type Renaming } from './renamed.ts';
import { refuseStructure } from './structure.ts';

/** Bytes; as much as the server takes. */
const LARGEST = 1024 * 1024;

/** A fault with its place in the file. */
export interface LocatedFault extends Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A configuration file, read and checked as far as can be without the trackers. */
export interface ConfigurationFile {
  /** As written, with the environment's values in place: it holds secrets. */
  readonly configuration: ConfigurationInput;
  /** Faults of the server, with their lines in this file. */
  locate(faults: readonly Fault[]): LocatedFault[];
}

export async function readConfiguration(
  file: string,
  renaming?: Renaming,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ConfigurationFile> {
  return parseConfiguration(await readText(file), file, env, renaming);
}

/** Reads no more than it has to of a file that is too large. */
async function readText(file: string): Promise<string> {
  const refuse = (reason: string, message: string, remedy: string): Failure =>
    new Failure(EXIT.input, reason, `${file}: ${message}`, remedy);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    await using handle = await open(file, 'r');
    for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024 })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > LARGEST) break;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw refuse('no-file', `this file cannot be read (${code})`, 'Give the path of a YAML file.');
  }
  if (size > LARGEST)
    throw refuse('too-large', 'the file is larger than 1 MiB', 'Split it into several and apply each.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refuse('not-utf8', 'the file is not UTF-8 text', 'Save it as UTF-8 in your editor.');
  }
}

/** @throws Failure that names each fault's line. */
export function parseConfiguration(
  text: string,
  file: string,
  env: NodeJS.ProcessEnv,
  renaming?: Renaming,
): ConfigurationFile {
  const lines = new LineCounter();
  const fail = (reason: string, message: string, remedy: string, offset?: number): Failure => {
    const { line, col } = lines.linePos(offset ?? 0);
    const fault = { path: [], message, remedy, level: 'error' as const, file };
    return invalid([{ ...fault, line: Math.max(1, line), column: Math.max(1, col) }], reason);
  };
  const document: Document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [syntax] = document.errors;
  if (syntax !== undefined)
    throw fail('invalid-yaml', told(syntax), 'Correct the YAML there.', syntax.pos[0]);
  const strange = refuseStructure(document);
  if (strange !== undefined) throw fail('invalid-yaml', strange.message, strange.remedy, strange.offset);

  let written = (path: Fault['path']): Fault['path'] => path;
  const locate = (faults: readonly Fault[]): LocatedFault[] =>
    faults.map((fault) => ({ ...fault, file, ...place(document, lines, written(fault.path)) }));
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch {
    // The library counts what the aliases would grow to.
    throw fail(
      'invalid-yaml',
      'the aliases in it grow too large',
      'Write the values out, or use fewer aliases.',
    );
  }
  // Notifications are left out of it; their addresses may be references that are no addresses yet.
  const renamable = plain !== null && typeof plain === 'object' ? { ...plain, notifications: {} } : {};
  if (renaming !== undefined && ConfigurationDocument.safeParse(renamable).success) {
    const [name = ''] = Object.keys((plain as ConfigurationInput).integrations ?? {});
    plain = renamed(plain as ConfigurationInput, renaming);
    written = (path) =>
      path[0] === 'integrations' && path[1] === renaming.as ? ['integrations', name, ...path.slice(2)] : path;
  }
  const { value, faults: missing } = resolveEnvironment(plain ?? {}, env);
  const read = ConfigurationDocument.safeParse(value);
  const faults = [...missing, ...(read.success ? [] : faultsOf(read.error))];
  if (faults.length > 0) throw invalid(locate(faults), 'invalid-configuration');
  const configuration = value as ConfigurationInput;
  const { connections, integrations, notifications, library } = configuration;
  const named = { ...connections, ...integrations, ...notifications };
  if (Object.keys(named).length === 0 && library === undefined)
    throw fail(
      'empty-configuration',
      'the file names no connection, no integration and no notification',
      'docs/reference/cli.md shows a whole file.',
    );
  return { configuration, locate };
}

/** All faults in one failure, each on its line. */
export function invalid(
  faults: readonly LocatedFault[],
  reason: string,
  code: ExitCode = EXIT.input,
): Failure {
  const errors = faults.filter((fault) => fault.level === 'error');
  return new Failure(code, reason, errors.map(inWords).join('\n'), undefined, { faults: errors });
}

export function inWords({ file, line, column, path, message, remedy, level }: LocatedFault): string {
  const place = path.length === 0 ? '' : `${path.join('.')}: `;
  return `${file}:${line}:${column}: ${level === 'warning' ? 'warning: ' : ''}${place}${message.replace(/\.$/, '')}. ${remedy}`;
}

function told(error: { readonly code: string; readonly message: string }): string {
  if (error.code === 'MULTIPLE_DOCS') return 'a second YAML document begins here, and only one is read';
  if (error.code === 'DUPLICATE_KEY') return 'this name stands twice here';
  if (/call stack/.test(error.message)) return 'the YAML is nested too deeply';
  return error.message;
}
