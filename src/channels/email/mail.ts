/** A mail as the rest of the channel sees it: read, bounded, sanitised; nothing in it is trusted. */

/** One mailbox address; `name` is what the sender claims to be called. The address is lower-cased. */
export interface MailAddress {
  address: string;
  name?: string;
}

/** A file that came with the mail. `name` is safe to show, never to be used as a path; the type is told by the bytes. */
export interface MailAttachment {
  name: string;
  contentType: string;
  bytes: Uint8Array;
  /** Content-ID without angle brackets; the sanitised HTML points to it as `cid:<cid>`. */
  cid?: string;
  /** Shown inside the HTML (referenced by cid or marked inline). */
  inline: boolean;
}

/** What kind of mail this is. Only `human` may get an automatic answer. */
export type MailKind =
  | 'human'
  | 'auto-reply'
  | 'out-of-office'
  | 'bounce'
  | 'delayed'
  | 'complaint'
  | 'receipt'
  | 'bulk'
  | 'own';

/** One recipient's line of a delivery report (RFC 3464). */
export interface DeliveryReport {
  /** Final-Recipient, lower-cased. */
  recipient?: string;
  /** failed, delayed, delivered, relayed, expanded. */
  action?: string;
  /** Enhanced status as `5.1.1`. */
  status?: string;
  diagnostic?: string;
  /** Message-ID of the mail that was reported on, with no angle brackets. */
  originalMessageId?: string;
}

/** The verdict on a mail, with the name of the rule that gave it. */
export interface Classification {
  kind: MailKind;
  rule: string;
  report?: DeliveryReport;
}

/** What a person should know before trusting the mail. */
export type MailFlag =
  | 'duplicate-header'
  | 'several-senders'
  | 'no-sender'
  | 'sender-name-is-address'
  | 'date-clamped'
  | 'charset-guessed'
  | 'html-too-complex'
  | 'text-cut'
  | 'attachments-cut'
  | 'encrypted';

/** One header line, unfolded, encoded words as sent; `name` is lower-cased. A second header of those a mail has one of is named `x-repeated-…`. */
export interface MailHeader {
  name: string;
  value: string;
}

/** A mail that was read. Texts have LF line ends. */
export interface ParsedMail {
  /** Message-ID as sent, without angle brackets; absent when the mail has none. */
  messageId?: string;
  /** In-Reply-To and References as ids without brackets, in the order of the header. */
  inReplyTo: string[];
  references: string[];
  /** The first From alone; a second one sets `duplicate-header`. Absent when none could be read. */
  from?: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  replyTo: MailAddress[];
  sender?: MailAddress;
  /** MAIL FROM as the server recorded it; empty string for `<>`; absent when unknown. */
  returnPath?: string;
  /** Possible recipients, most reliable header first: X-Gm-Original-To, Delivered-To, X-Original-To, Envelope-To, Resent-To, To, Cc. */
  deliveredTo: string[];
  subject: string;
  /** The sender's clock; clamped to the time of receipt by who knows it. */
  date?: Date;
  /** Every header, for authentication results and display. */
  headers: MailHeader[];
  /** The whole plain text: the text part, else made from the HTML. */
  text: string;
  /** Sanitised HTML; absent when the mail has none or it was too complex. */
  html?: string;
  /** What the customer wrote now; empty when nothing but quotes was found. */
  visible: string;
  /** What `visible` left out. */
  quoted: string;
  attachments: MailAttachment[];
  flags: MailFlag[];
  classification: Classification;
}

/** A mail that could not be read within its budget: the raw mail is kept and a person is told. */
export interface UnparsedMail {
  unparsed: 'too-large' | 'too-deep' | 'too-slow' | 'too-much-memory' | 'broken';
  /** Headers that could be read without parsing the body, for threading and for the person. */
  headers: MailHeader[];
}

/** The outcome of reading one mail. */
export type ReadMail = ParsedMail | UnparsedMail;
