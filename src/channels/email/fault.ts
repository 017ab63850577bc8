/** What can be wrong with a mail server or its settings: a code for which the console has words. */
export class MailFault extends Error {
  readonly code: string;
  readonly params: Record<string, string>;
  constructor(code: string, params: Record<string, string> = {}) {
    super(code);
    this.name = 'MailFault';
    this.code = code;
    this.params = params;
  }
}

type Failure = {
  code?: unknown;
  responseCode?: unknown;
  response?: unknown;
  responseText?: unknown;
  authenticationFailed?: unknown;
  message?: unknown;
};

const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/;

/** What a library's error means for the person who set the mailbox up. */
export function faultOf(error: unknown, server: 'imap' | 'smtp'): MailFault {
  if (error instanceof MailFault) return error;
  const failure: Failure = typeof error === 'object' && error !== null ? error : {};
  const code = String(failure.code ?? '');
  const said = String(failure.response ?? failure.responseText ?? failure.message ?? '').slice(0, 200);
  const params = { server: server.toUpperCase(), said };
  if (failure.authenticationFailed || code === 'EAUTH' || failure.responseCode === 535)
    return new MailFault('mail-login-refused', params);
  if (/Unsafe Login/i.test(said)) return new MailFault('mail-login-unsafe', params);
  if (CERTIFICATE.test(code)) return new MailFault('mail-certificate', params);
  if (code === 'ECONNREFUSED') return new MailFault('mail-nobody-listens', params);
  if (code === 'ETLS' || /SSL|wrong version number/i.test(said)) return new MailFault('mail-wrong-security', params);
  if (/TIMEOUT|ETIMEDOUT|GREETING|Timeout/i.test(`${code} ${said}`)) return new MailFault('mail-no-answer', params);
  return new MailFault('mail-trouble', params);
}
