/** Lines that say "old mail below": a phrase of a mail client between dashes, or a forward's opening words. */
import type { Line } from './lines.ts';

const REPLY_WORDS = `原始邮件|原始郵件|原邮件|原郵件|回复的原邮件|回覆的原郵件|回复邮件|原始信息|原始訊息|邮件原件|original message|original|original email|original mail|
  original appointment|reply message|replied message|ursprüngliche nachricht|ursprüngliche mail|originalnachricht|original-nachricht|antwort nachricht|
  message d'origine|message d’origine|message original|message initial|mensaje original|mensagem original|messaggio originale|oprindelig meddelelse|
  oprindelig besked|ursprungligt meddelande|originalmeddelande|opprinnelig melding|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|
  wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|оригинальное сообщение|первоначальное сообщение|оригінальне повідомлення|
  alkuperäinen viesti|orijinal mesaj|özgün ileti|orijinal ileti|eredeti üzenet|původní zpráva|původní e-mail|pôvodná správa|αρχικό μήνυμα|mesaj original|
  originalna poruka|thư gốc|tin nhắn gốc|pesan asli|元のメッセージ|元のメール|オリジナルメッセージ|원본 메시지|원본메시지|원본 메일|원본메일|הודעה מקורית|
  الرسالة الأصلية|ข้อความต้นฉบับ|missatge original|quoted message|quoted text`;
const FORWARD_WORDS = `转发的邮件|转发邮件|转发邮件信息|转发的信息|被转发邮件信息|轉寄郵件|轉寄的郵件|轉寄信件|轉寄的信件|轉發的郵件|轉發郵件|已转发邮件|已轉寄郵件|forwarded message|forwarded mail|
  forwarded email|forward message|fwd|weitergeleitete nachricht|weitergeleitete mail|message transféré|message transfere|mensaje reenviado|
  mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|videresendt meddelelse|videresendt besked|videresendt melding|
  vidarebefordrat meddelande|doorgestuurd bericht|doorgestuurde bericht|przekazana wiadomość|wiadomość przekazana|пересылаемое сообщение|
  пересланное сообщение|перенаправленное сообщение|переслане повідомлення|välitetty viesti|edelleenlähetetty viesti|iletilen ileti|yönlendirilen mesaj|
  yönlendirilmiş mesaj|továbbított üzenet|přeposlaná zpráva|preposlaná správa|προωθημένο μήνυμα|mesaj redirecționat|thư đã chuyển tiếp|
  pesan terusan|転送されたメッセージ|転送メッセージ|転送メール|전달된 메시지|전달된 메일|missatge reenviat|הודעה שהועברה`;
const FORWARD_OPENINGS = `begin forwarded message|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|début du message transféré|début du message réexpédié|
  inicio del mensaje reenviado|início da mensagem encaminhada|início da mensagem reencaminhada|inizio messaggio inoltrato|begin doorgestuurd bericht|vidarebefordrat brev|
  påbörjat vidarebefordrat meddelande|vidarebefordrat meddelande|start på videresendt besked|start på videresendt melding|videresendt melding|początek przekazywanej wiadomości|
  начало переадресованного сообщения|начало переадресованного письма|välitetty viesti alkaa|iletilen mesajın başlangıcı|továbbított levél kezdete|začátek přeposílané zprávy|
  以下是转发的邮件|下面是被转发的邮件|开始转发的邮件|以下是被转发的邮件|以下為轉寄的郵件|以下是轉寄的郵件|以下是被轉寄的電子郵件|開始轉寄郵件|開始轉寄的郵件|転送されたメッセージ|전달된 메시지 시작|下面是转发的邮件`;

const key = (words: string): string => words.replace(/\s/g, '').toLowerCase();
const setOf = (list: string): Set<string> => new Set(list.split('|').map(key));

const REPLIES = setOf(REPLY_WORDS);
const FORWARDS = setOf(FORWARD_WORDS);
const OPENINGS = setOf(FORWARD_OPENINGS);

export interface Separator {
  forward: boolean;
  /** The customer's words before the dashes, when they share the line. */
  before: string;
  /** What follows the dashes on the line: the first line of a header block. */
  after: string;
}

const DASHES = /[-_=‐‑–—―*─━]{2,}/g;

/** A word list between dashes, anywhere in the line; own words in front need five dashes to be told apart. */
export function separatorOf(text: string): Separator | undefined {
  const opening = text.endsWith(':') || text.endsWith('：') ? key(text.slice(0, -1)) : '';
  if (opening !== '' && OPENINGS.has(opening)) return { forward: true, before: '', after: '' };
  const runs = [...text.slice(0, 300).matchAll(DASHES)].slice(0, 8);
  for (let at = 0; at + 1 < runs.length; at += 1) {
    const [open, close] = [runs[at] as RegExpExecArray, runs[at + 1] as RegExpExecArray];
    const inner = text.slice(open.index + open[0].length, close.index);
    const kind = phraseOf(inner);
    const before = text.slice(0, open.index).trim();
    if (kind === undefined || (before !== '' && open[0].length < 5)) continue;
    return { forward: kind === 'forward', before, after: text.slice(close.index + close[0].length).trim() };
  }
  return undefined;
}

/** Whether the words name an old mail (`reply`) or a forwarded one (`forward`). */
function phraseOf(words: string): 'reply' | 'forward' | undefined {
  const phrase = key(words.replace(/[:：]\s*$/, ''));
  if (phrase === '' || phrase.length > 80) return undefined;
  if (FORWARDS.has(phrase) || /^forwardedby/.test(phrase)) return 'forward';
  if (REPLIES.has(phrase) || /^(?:originalmessagefrom|originalmessagesent)/.test(phrase)) return 'reply';
  return undefined;
}

/** The bare words on a line of their own: no border by themselves, but part of one when a header block follows. */
export const isBarePhrase = (text: string): boolean => text.length <= 60 && phraseOf(text) !== undefined;
export const isForwardPhrase = (text: string): boolean => text.length <= 60 && phraseOf(text) === 'forward';

/** A drawn rule: a line of dashes alone, or an `<hr>`. */
export const isRule = (line: Line): boolean =>
  line.mark === 'rule' || /^[-_=‐‑–—―*─━]{5,}$/.test(line.text.replace(/ /g, ''));

/** Words glued to the dashes of a border (`来自钉钉专属商务邮箱------`): the words in front of at least twenty dashes. */
export const gluedToRule = (text: string): string | undefined => /^([^-].{0,59}?)-{20,}$/.exec(text)?.[1];
