/** The line a phone or an app puts under a mail: "Sent from my iPhone", "发自我的华为手机", "获取 Outlook for iOS". */

const LIMIT = 90;

/** How such lines begin, by language; what follows must look like a device or an app, not like a sentence. */
const OPENINGS = new RegExp(
  `^(?:${[
    '(?:sent|written|typed) (?:from|via|with|using|by|on)',
    'this (?:e-?mail|message|mail) was sent (?:from|via|with)',
    '(?:get|download) outlook',
    'gesendet (?:von|mit|über|aus)',
    'von meine[mnr] .{2,40} gesendet$',
    'diese nachricht wurde .{2,50} gesendet',
    '(?:hole[n]? sie sich|laden sie|beziehen sie|get) outlook',
    'outlook (?:für|voor|pour|para|per|for|til|untuk) .{2,20}(?: (?:herunterladen|downloaden|beziehen|ophalen|abrufen))?$',
    "envoyé (?:de|d'|depuis|à partir|avec|via|par)",
    '(?:téléchargez|télécharger|obtenir|obtenez) outlook',
    'provenance ?: courrier',
    'enviado (?:desde|do|da|de|a partir|via|por|pelo|con|com|mediante)',
    '(?:obtener|obtén|obtenga|obter|obtenha|baixe|descargar|transferir) (?:o )?outlook',
    'inviato (?:da|dal|dall|con|tramite|via)',
    '(?:ottieni|scarica) outlook',
    '(?:verstuurd|verzonden|verstuur) (?:vanaf|vanuit|met|via|van)',
    '(?:skickat|skickades|skickad) (?:från|med|via)',
    '(?:hämta|hent|skaff deg|få|download) outlook',
    'sendt (?:fra|via|med)',
    'lähetetty',
    '(?:hanki|lataa) outlook',
    'wysłan[eoy] (?:z|za pomocą|przez)',
    '(?:pobierz|uzyskaj) (?:program |aplikację )?outlook',
    'отправлено (?:с|из|через|от)',
    '(?:скачать|скачайте|получить|получите|установите) outlook',
    '(?:надіслано|відправлено) (?:з|із|через)',
    'odesláno|odoslané|poslané z|poslano',
    '(?:získejte|získajte|stáhnout) outlook',
    '(?:elküldve|küldve)',
    'trimis de pe',
    '(?:στάλθηκε|εστάλη) από',
    'enviat des',
    'đã gửi từ|gửi từ|được gửi từ',
    'dikirim dari|dikirim menggunakan',
    'ส่งจาก',
    'נשלח מ',
    'أُ?رسلت? من|تم الإرسال من',
  ].join('|')})`,
  'iu',
);
const ENDINGS =
  /(?:から送信|で送信|より送信|を入手|에서 보냄|에서 보낸 메일|에서 전송|에서 발송|다운로드|가져오기|'?(?:[uıüi]mdan|[uıüi]mden|dan|den) gönderildi|gönderildi|edinin)[.。]?$/iu;
const DEVICE =
  /iphon|ipad|ipod|\bios\b|android|blackberry|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|nokia|motorola|pixel|windows|mobile|mobil|móvil|movil|celular|cellulare|telemóvel|handy|phone|smartphone|tablet|téléphone|telefon|telefoon|телефон|устройств|mail\b|e-?mail|courrier|correo|correio|posta|почт|post\b|yahoo|outlook|gmail|aol|gmx|web\.de|verizon|t-mobile|at&t|htc|xperia|nexus|device|gerät|laptop|macbook|\bmac\b|watch|sparrow|mailbox|acompli|proton|spark|airmail|thunderbird|polymail|zimbra|nine|surface|app\b|laite|puhelim|appareil|dispositivo|スマ|携帯|手机|手機|アプリ|휴대|갤럭시|아이폰|điện thoại|ponsel|hp\b/iu;
/** Words of sentences, which no device carries. */
const TALK =
  /(?:^|\s)(?:yesterday|today|last|this morning|but|because|is|was|were|are|has|have|had|does|did|do|will|won't|can|cannot|can't|not|never|since|when|while|so|please|it|they|you|aber|weil|ist|war|nicht|gestern|mais|est|pas|hier|pero|porque|ayer|no|ma|non|ieri|maar|niet|gisteren|mas|não|ontem|но|не|вчера|и|and)(?:\s|$)/iu;

const HAN_FROM = /^(?:发自|發自|發送自|发送自|來自|来自|送自|寄自)[^，。！？,;；!?]{1,40}$/u;
const HAN_SENT = /^(?:从|從|由|通过|透過|使用|用)[^，。！？,;；!?]{1,30}(?:发送|发出|傳送|寄出|寄送)$/u;
const HAN_GET = /^(?:获取|獲取|取得|下载|下載)[^，。！？,;；!?]{0,16}outlook[^，。！？,;；!?]{0,40}$/iu;
const HAN_MADE = /^签名由.{1,20}定制$/u;
const HAN_TALK = /没|不|吗|呢|吧|看|收到|请|已经|是|有|过|了|沒|嗎|請|什么|问题|退|换/u;
const HAN_DEVICE =
  /[A-Za-z]{2}|手机|手機|平板|邮箱|郵箱|信箱|邮件|郵件|客户端|客戶端|小米|华为|華為|荣耀|苹果|蘋果|三星|红米|魅族|大师|钉钉|飞书|微信|电脑|電腦|设备|裝置|網易|网易|新浪|搜狐/u;

/** Whether a line is such a line. Links and decoration around it do not count; sentences that begin the same way are none. */
export function isMobileLine(line: string): boolean {
  if (line.length > 300) return false;
  const text = line
    .replace(/[<(（[]\s?(?:https?:|mailto:)[^\s<>()（）\]]{0,200}[>)）\]]?/gi, '')
    .replace(/https?:\S{0,200}/gi, '')
    .replace(/[[\]]/g, '')
    .replace(/, an? (?:AT&T|Verizon|T-Mobile)\b.{0,40}$/, '')
    .replace(/^[\s*_~\-–—>[【]{1,6}|[\s*_~\]】]{1,6}$/g, '')
    .trim();
  if (text.length < 4 || text.length > LIMIT) return false;
  if (/^\p{Script=Han}/u.test(text) && !/から送信|を入手/.test(text)) return isHanLine(text);
  if (/[,;!?،、]|\. |: /.test(text.replace(/^provenance ?:/i, ''))) return false;
  if (ENDINGS.test(text)) return DEVICE.test(text) && text.length <= 60;
  const opening = OPENINGS.exec(text);
  if (opening === null) return false;
  return isDevice(text.slice(opening[0].length), opening[0]);
}

/** Whether the words after the opening name a device or an app. */
function isDevice(rest: string, opening: string): boolean {
  const words = rest
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 9 || TALK.test(` ${rest.replace(/[.]$/, '')} `)) return false;
  if (DEVICE.test(rest) || DEVICE.test(opening)) return true;
  return (
    words.length > 0 &&
    words.length <= 3 &&
    !/[.]$/.test(rest) &&
    /^(?:sent|gesendet|envoy|envia|invia|verstuurd|skickat|sendt)/i.test(opening)
  );
}

function isHanLine(text: string): boolean {
  if (HAN_MADE.test(text) || HAN_GET.test(text)) return true;
  const rest = text.replace(/^(?:发自|發自|發送自|发送自|來自|来自|送自|寄自|从|從|由|通过|透過|使用|用)(?:我的)?/, '');
  if (HAN_TALK.test(rest) || !HAN_DEVICE.test(rest)) return false;
  if (HAN_SENT.test(text)) return true;
  return (
    HAN_FROM.test(text) && (!rest.includes('的') || /的\s?(?:手机|手機|iPhone|iPad|Android|华为|小米|Mac)/i.test(rest))
  );
}
