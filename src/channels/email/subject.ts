/** Subjects: what a mail is about, without the prefixes that clients pile up. */

const PREFIX =
  /^\s*(?:(?:re|aw|sv|vs|ref|rif|antw|odp|res|ynt|回复|回覆|答复|答覆|返信)(?:\s*[[(（]\s*\d{1,3}\s*[\])）])?|fwd?|wg|tr|rv|vb|enc|pd|i|转发|轉寄|轉發)\s*[:：]\s*/i;
const TAG = /\s*\[#\d{1,15}-\d\]\s*/g;
/** Clients pile them up, but not for ever. */
const MAX_PREFIXES = 20;
const MAX_LENGTH = 300;

/** Without prefixes and our own tag; words and case as they are. */
export function bareSubject(subject: string): string {
  let bare = subject.replace(TAG, ' ').replace(/\s+/g, ' ').trim().slice(0, MAX_LENGTH);
  for (let n = 0; n < MAX_PREFIXES; n++) {
    const shorter = bare.replace(PREFIX, '');
    if (shorter === bare) break;
    bare = shorter;
  }
  return bare.trim();
}

/** What two subjects are compared by. */
export function topicOf(subject: string): string {
  return bareSubject(subject).normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}
