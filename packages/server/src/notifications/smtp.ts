import { createTransport } from 'nodemailer';
import { DeliveryError, type Message, textOf, titleOf } from './message.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` before anything is told, or `none`, for a server on this machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  /** The certificate, in PEM, of an authority of your own. */
  readonly authority?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly subjectPrefix?: string | undefined;
}

/** Milliseconds for each step. */
const PATIENCE = 15_000;

/** Resolves with what the server said when it took the message. */
export async function sendMail(settings: SmtpSettings, message: Message): Promise<string> {
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    ...(settings.authority === undefined ? {} : { tls: { ca: settings.authority } }),
    ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass: settings.password ?? '' } }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { rejected, response } = await transport.sendMail({
      from: settings.from,
      to: [...settings.recipients],
      subject: [settings.subjectPrefix, titleOf(message)].filter(Boolean).join(' '),
      text: textOf(message),
      messageId: `<${message.id}@lockstep>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    if (rejected.length > 0)
      throw new DeliveryError(
        `the mail server refused ${rejected.length} of ${settings.recipients.length} recipients; the others have it`,
        'Correct the recipients.',
        true,
      );
    return said(response, settings.password);
  } catch (error) {
    throw error instanceof DeliveryError ? error : failure(error);
  } finally {
    transport.close();
  }
}

/** A line of it; a server that tells it back with the password is quoted no further than its code. */
function said(response: string, password: string | undefined): string {
  const line = response.replaceAll(/\s+/g, ' ').slice(0, 200);
  const isTelling = password !== undefined && password !== '' && line.includes(password);
  return `it answered ${isTelling ? line.slice(0, 3) : line}`;
}

/** What the server says is left out: some repeat the command, and with it the credentials. */
function failure(error: unknown): DeliveryError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const answered =
    error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
      ? error.responseCode
      : undefined;
  const said = answered === undefined ? '' : ` (it answered ${answered})`;
  const lasting = answered !== undefined && answered >= 500;
  if (code === 'EAUTH')
    return new DeliveryError(
      `the mail server refused the user or password${said}`,
      'Enter them again.',
      lasting,
    );
  if (code === 'EENVELOPE')
    return new DeliveryError(
      `the mail server refused the sender or every recipient${said}`,
      'Correct the sender and the recipients.',
      lasting,
    );
  if (code === 'ETLS')
    return new DeliveryError(
      'no encrypted connection came about',
      'Check the port, the kind of encryption and the certificate.',
    );
  if (answered !== undefined)
    return new DeliveryError(
      `the mail server did not take the message${said}`,
      'Look into its log.',
      lasting,
    );
  return new DeliveryError(
    `the mail server could not be reached${code === '' ? '' : ` (${code})`}`,
    'Check host, port and encryption, and that this server may reach it.',
  );
}
