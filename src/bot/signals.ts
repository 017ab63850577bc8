/** What a message is when it is no question: a wish for a person, small talk, a complaint. Small lists, zh and en. */

const PERSON =
  /转(接)?人工|人工(客服|服务|座席|坐席)|^人工[。.!！?？~\s]*$|(找|要|叫|换|接)(个|一个|一下)?(真人|人工|活人|客服人员|人来)|真人(客服|服务)?[。.!！~\s]*$|\b(talk|speak|chat|connect)( me)?( directly)?( to| with) (a |an |some |the )?(real |actual |live )?(human|person|agent|people|representative|somebody|someone|operator|staff)\b|\b(human|person|agent|representative|operator)[ ,]*(please|pls|now)\b|\b(real|live|actual) (human|person|agent)\b|\b(want|need|get( me)?|give me) (a |an )?(real |live )?(human|person|agent|representative|operator)\b|^(human|agent|person|operator|representative)[.!\s]*$/i;
const NOT_PERSON =
  /(不用|不要|不想|不需要|别|取消)(再)?(转|找|接)?(人工|真人)|\b(don'?t|do not|no) (need|want|longer need)( a| an)? (human|person|agent)\b|need a person any ?more/i;
const COMPLAINT =
  /(我要|我想|必须|要去|马上|准备)(去)?(投诉|举报|曝光)|12315|消协|工商(局)?(投诉|举报)|投诉你们|\b(file|make|lodge|raise) an? (formal )?complaint\b|\bi (want|would like|'d like) to complain\b|\breport you to\b/i;
const ANGRY =
  /骗子|垃圾(平台|店|客服|公司)|什么破(店|玩意|东西)|坑人|黑店|气死|忍无可忍|你们(太)?(过分|无耻)|\b(scam(mers?)?|rip.?off|ridiculous|unacceptable|fed up|terrible service|worst (shop|store|service))\b/i;
const GREETING =
  /^(你好|您好|hi|hello|hey|哈喽|哈啰|嗨|在吗|在么|在不在|有人吗|有人么|亲|早上好|上午好|下午好|晚上好|good (morning|afternoon|evening))([,，。.!！?？~～\s]*(亲|你好|您好|在吗|在么|客服|there|zhike|知客))*[,，。.!！?？~～\s]*$/i;
const THANKS =
  /^(好的?|ok|okay|嗯+|哦+)?[,，\s]*(谢谢|谢了|多谢|感谢|谢谢(你|您|啦|了)|非常感谢|辛苦了|thanks?|thank you|thx|ty|cheers|much appreciated)([,，\s]*(你|您|啦|了|哈|亲|so much|very much|a lot|for your help|again))*[。.!！~～\s]*$/i;
const BYE =
  /^((好的?|ok|谢谢|thanks?)[,，\s]*)*(再见|拜拜|拜|88|没事了|没有(别的)?(问题)?了|不用了|就这样|bye|goodbye|good bye|see you|that'?s all|nothing else)([,，。.\s]*(再见|拜拜|谢谢|不用了|就这样|bye|goodbye|thanks?|thank you|then))*[。.!！~～\s]*$/i;

/** The longest text in which such words are looked for: in an essay they mean nothing reliable, and nobody waits. */
const REACH = 500;

export type Signal = 'person' | 'notPerson' | 'complaint' | 'angry' | 'greeting' | 'thanks' | 'bye';

/** The first signal of the text in order of weight, or null: it may be a question. */
export function signalOf(text: string): Signal | null {
  const said = text.slice(0, REACH).normalize('NFKC').trim();
  if (NOT_PERSON.test(said)) return 'notPerson';
  if (PERSON.test(said)) return 'person';
  if (COMPLAINT.test(said)) return 'complaint';
  if (ANGRY.test(said)) return 'angry';
  if (GREETING.test(said)) return 'greeting';
  if (THANKS.test(said)) return 'thanks';
  return BYE.test(said) ? 'bye' : null;
}
