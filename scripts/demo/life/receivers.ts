import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Two places where notifications arrive for real: a mail server and a web server, both of this process. */
export class Receivers {
  /** Subjects of mails, in the order of arrival. */
  readonly mails: string[] = [];
  /** `raised` or `recovered`, of each post whose signature is right. */
  readonly posts: string[] = [];
  readonly signingKey = 'the key of the demo’s receiver';
  private readonly smtp: SMTPServer;
  private readonly web: Server;

  constructor() {
    this.smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          this.mails.push(/^Subject: (.*(?:\r?\n[ \t].*)*)/im.exec(text)?.[1]?.replaceAll(/\s+/g, ' ') ?? '');
          done();
        });
      },
    });
    this.web = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { 'lockstep-signature': signature = '', 'lockstep-timestamp': timestamp = '' } =
          request.headers;
        const told = JSON.parse(body) as { readonly state: string };
        if (this.isSigned(String(signature), String(timestamp), body)) this.posts.push(told.state);
        response.writeHead(204).end();
      });
    });
  }

  async start(): Promise<{ readonly smtpPort: number; readonly url: string }> {
    this.smtp.listen(0, '127.0.0.1');
    this.web.listen(0, '127.0.0.1');
    await Promise.all([once(this.smtp.server, 'listening'), once(this.web, 'listening')]);
    const { port: smtpPort } = this.smtp.server.address() as AddressInfo;
    const { port } = this.web.address() as AddressInfo;
    return { smtpPort, url: `http://127.0.0.1:${port}/lockstep` };
  }

  async stop(): Promise<void> {
    this.web.closeAllConnections();
    await Promise.all([
      new Promise<void>((resolve) => this.smtp.close(() => resolve())),
      new Promise<void>((resolve) => this.web.close(() => resolve())),
    ]);
  }

  private isSigned(header: string, timestamp: string, body: string): boolean {
    const right = createHmac('sha256', this.signingKey).update(`${timestamp}.${body}`).digest('hex');
    return header === `sha256=${right}`;
  }
}
