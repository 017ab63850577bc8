/** What a mail may be and hold; more is cut and flagged, or not read at all. */
export interface ReadLimits {
  bytes: number;
  attachments: number;
  /** Characters of text. */
  text: number;
}

export const LIMITS: ReadLimits = { bytes: 25 * 1024 * 1024, attachments: 100, text: 1_000_000 };
