/** What is known of mail providers, and a mailbox's settings as the form holds them. */
import type { InboxShape } from '../../../contract/shapes.ts';

export type Security = 'tls' | 'starttls' | 'none';
export type MailSettings = {
  address: string;
  senderName: string;
  signature: string;
  receive: 'imap' | 'push';
  imapHost: string;
  imapPort: number;
  imapSecurity: Security;
  imapUser: string;
  folders: string[];
  historyDays: number;
  smtpHost: string;
  smtpPort: number;
  smtpSecurity: Security;
  smtpUser: string;
  plusAddressing: boolean;
  authservId: string;
  appendSent: boolean;
  dkimDomain: string;
  dkimSelector: string;
  demo: boolean;
};

export const PROVIDERS = ['qq', '163', 'aliyun', 'outlook', 'gmail', 'custom'] as const;
export type Provider = (typeof PROVIDERS)[number];

type Servers = Pick<
  MailSettings,
  | 'imapHost'
  | 'imapPort'
  | 'imapSecurity'
  | 'smtpHost'
  | 'smtpPort'
  | 'smtpSecurity'
  | 'plusAddressing'
  | 'authservId'
  | 'appendSent'
>;
const TLS = { imapPort: 993, imapSecurity: 'tls', smtpPort: 465, smtpSecurity: 'tls' } as const;
const PLAIN = { plusAddressing: false, authservId: '', appendSent: true };

export const PRESETS: Record<Exclude<Provider, 'custom'>, Servers> = {
  qq: { ...TLS, ...PLAIN, imapHost: 'imap.qq.com', smtpHost: 'smtp.qq.com' },
  '163': { ...TLS, ...PLAIN, imapHost: 'imap.163.com', smtpHost: 'smtp.163.com' },
  aliyun: { ...TLS, ...PLAIN, imapHost: 'imap.qiye.aliyun.com', smtpHost: 'smtp.qiye.aliyun.com' },
  outlook: {
    ...TLS,
    imapHost: 'outlook.office365.com',
    smtpHost: 'smtp.office365.com',
    smtpPort: 587,
    smtpSecurity: 'starttls',
    plusAddressing: true,
    authservId: '',
    appendSent: false,
  },
  gmail: {
    ...TLS,
    imapHost: 'imap.gmail.com',
    smtpHost: 'smtp.gmail.com',
    plusAddressing: true,
    authservId: 'mx.google.com',
    appendSent: false,
  },
};

export function providerOf({ imapHost }: Pick<MailSettings, 'imapHost'>): Provider {
  return PROVIDERS.find((one) => one !== 'custom' && PRESETS[one].imapHost === imapHost) ?? 'custom';
}

/** The server has checked them; what is missing is as on a new account. */
export function mailSettingsOf({ settings }: InboxShape): MailSettings {
  const given = settings as Partial<MailSettings>;
  return {
    address: '',
    senderName: '',
    signature: '',
    receive: 'imap',
    imapHost: '',
    imapPort: 993,
    imapSecurity: 'tls',
    imapUser: '',
    folders: ['INBOX'],
    historyDays: 0,
    smtpHost: '',
    smtpPort: 465,
    smtpSecurity: 'tls',
    smtpUser: '',
    plusAddressing: false,
    authservId: '',
    appendSent: false,
    dkimDomain: '',
    dkimSelector: '',
    demo: false,
    ...given,
  };
}
