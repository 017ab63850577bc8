/** The words mail clients put in front of the sender, date, recipients and subject of an old mail, by kind. */

export type LabelKind = 'from' | 'date' | 'to' | 'cc' | 'subject' | 'other';

const WORDS: Record<LabelKind, string> = {
  from: `from 发件人 發件人 寄件者 寄件人 发信人 发送人 寄信人 von absender de expéditeur remitente remetente da mittente
    fra afsender från avsändare van afzender od nadawca odesílatel odosielateľ от откого отправитель від відправник lähettäjä
    kimden gönderen feladó από dela từ ngườigửi dari จาก מאת من 差出人 送信者 보낸사람 보낸이 발신인 발신자`,
  date: `已发送 已傳送 发送于 發送於 傳送於 送出時間 收发时间 date sent senttime sentat senton sentdate datesent 发送时间 发送日期 发件时间 发件日期 日期 时间 寄件日期 寄件時間 傳送時間
    傳送日期 寄送時間 時間 發送時間 發件時間 發送日期 datum gesendet gesendetam fecha enviado enviadoel enviadoem enviada envoyé envoyéle data
    inviato datainvio sendt dato skickat skickad verzonden wysłano wysłane отправлено дата датаивремя надіслано lähetetty päivämäärä päiväys
    gönderildi gönderilen gönderimtarihi tarih elküldve küldve dátum odesláno odoslané poslané ημερομηνία στάλθηκε trimis đãgửi
    ngày tanggal dikirim วันที่ ส่ง תאריך נשלח التاريخ изпратено poslano 送信日時 送信日 日付 日時 보낸날짜 보낸시간 날짜 보낸일시`,
  to: `to 收件人 收件者 收信人 收件方 an empfänger à a destinataire para destinatario destinatário per modtager till til mottagare mottaker
    naar aan do dla odbiorca komu pro кому получатель vastaanottaja kime alıcı címzett προς către catre đến tới kepada ถึง אל إلى до
    宛先 받는사람 받는이 수신 수신인 수신자`,
  cc: `cc bcc 抄送 抄送人 副本 副本抄送 密送 密件副本 kopie kopi kopia cópia copia copie kopio dw odw копия скрытаякопия ccn bilgi másolat
    másolatotkap κοιν kopiekomu 참조`,
  subject: `subject 主题 主題 主旨 标题 標題 邮件主题 betreff objet sujet asunto assunto oggetto emne ämne onderwerp temat тема aihe konu tárgy
    předmět predmet θέμα subiect chủđề tiêuđề perihal subjek เรื่อง נושא הנושא الموضوع относно 件名 제목`,
  other: `reply-to replyto importance priority attachment attachments organization resent-from 附件 优先级 重要性 wichtigkeit anlagen
    piècesjointes bijlagen archivosadjuntos allegati importancia importância`,
};

/** Words of address forms and complaint forms: next to them, sender and recipient are people with parcels. */
const FORM_WORDS = `电话 手机 手机号 手机号码 联系电话 联系方式 联系人 地址 收货地址 收件地址 寄件地址 退货地址 详细地址 邮编 邮政编码 订单 订单号 订单编号 快递 快递单号
  快递公司 运单号 单号 物流单号 姓名 收货人 商品 商品名称 数量 金额 尺码 颜色 型号 原因 退货原因 问题 问题描述 投诉内容 投诉人 诉求 物品 重量 邮箱 电子邮箱 电子邮件 郵箱 状态 電話 手機 訂單編號 訂單 姓名 備註 备注
  phone tel telephone mobile cell address street zip zipcode postcode city country name order ordernumber orderno order# ordernr tracking trackingnumber
  quantity item product model size colour color reason flight train seat amount price weight parcel problem complaint telefon adresse
  bestellnummer bestellung grund produkt artikel commande téléphone adresse2 pedido teléfono dirección indirizzo telefono ordine`;

const KINDS = new Map<string, LabelKind>();
for (const [kind, words] of Object.entries(WORDS) as [LabelKind, string][])
  for (const word of words.split(/\s+/)) if (word !== '' && !KINDS.has(word)) KINDS.set(word, kind);
const FORMS = new Set(FORM_WORDS.split(/\s+/));

export interface Label {
  kind: LabelKind | 'form' | 'unknown';
  value: string;
  /** A short Chinese label that no mail client uses: forms have such. */
  foreign: boolean;
}

const LABEL_END = /[:：﹕\t|｜]/;

/** `word: value`, `*word:* value`, `| word | value |`, `word<tab>value`; undefined when the line is nothing like it. */
export function labelOf(line: string): Label | undefined {
  const start = line.replace(/^[\s*_|｜#>"'•·[【]{1,10}/, '');
  const end = start.slice(0, 32).search(LABEL_END);
  if (end < 1) return undefined;
  const word = start
    .slice(0, end)
    .replace(/[\s*_|"'\]】]/g, '')
    .toLowerCase();
  const kind = KINDS.get(word) ?? (FORMS.has(word) ? 'form' : 'unknown');
  const foreign = kind === 'unknown' && /^\p{Script=Han}{2,6}$/u.test(word);
  return { kind, foreign, value: start.slice(end + 1).replace(/^[\s*_|｜:：]+|[\s*_|｜;；]+$/g, '') };
}

const INLINE = new RegExp(
  `(?:^|[\\s;；,，|*>])\\*?(${[...KINDS.keys()]
    .filter((word) => word.length > 1)
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[#-]/g, '\\$&'))
    .join('|')})\\*? ?[:：]`,
  'gi',
);

/** The labels of a header block that was run together into one line. */
export const labelsWithin = (line: string): LabelKind[] =>
  [...line.matchAll(INLINE)].map((found) => KINDS.get((found[1] ?? '').toLowerCase()) ?? 'other');
