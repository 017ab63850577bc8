/** Takes out of a customer's words what would tell who it was: numbers, addresses, accounts; for lists that many see. */

type Rule = { pattern: RegExp; put: string };

/** From the most specific to the most general; what a rule put in no later one touches. */
const RULES: readonly Rule[] = [
  { pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, put: '[mail]' },
  { pattern: /https?:\/\/\S+|www\.\S+/gi, put: '[link]' },
  // Chinese identity numbers: 17 digits and a check character (GB 11643).
  { pattern: /(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])/g, put: '[id]' },
  // Mobile numbers of China, with or without +86, spaces and dashes; then other international ones.
  { pattern: /(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)/g, put: '[phone]' },
  { pattern: /\+\d[\d\s().-]{7,17}\d/g, put: '[phone]' },
  { pattern: /(?<!\d)\(?0?\d{2,4}\)?[\s-]\d{3,4}[\s-]?\d{4}(?!\d)/g, put: '[phone]' },
  { pattern: /(?:微信|vx|wx|wechat|qq)(?:号|id)?\s*[:：是]?\s*[A-Za-z0-9_-]{5,}/gi, put: '[account]' },
  // Codes of orders, parcels and goods: letters and digits with at least four digits, or long runs of digits.
  {
    pattern: /(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*\d(?:[A-Za-z-]*\d){3})[A-Za-z]+[A-Za-z0-9-]{4,}(?![A-Za-z0-9])/gu,
    put: '[number]',
  },
  { pattern: /(?<![\d.])\d{5,}(?![\d.])/g, put: '[number]' },
  // A place to deliver to: road, estate or building and what stands at it.
  {
    pattern:
      /[\p{Script=Han}]{0,12}(?:路|街|大道|巷|弄|小区|花园|公寓|大厦)\s*\d+[\p{Script=Han}\dA-Za-z\s#-]{0,20}?(?:号楼|号|栋|幢|单元|室|楼|层)(?:[\dA-Za-z\s-]{1,8}(?:号楼|号|栋|幢|单元|室|楼|层))*/gu,
    put: '[address]',
  },
  { pattern: /\d+\s*(?:号楼|栋|幢|单元)\s*\d*\s*(?:单元)?\s*\d*\s*室?/gu, put: '[address]' },
  {
    pattern:
      /\b\d{1,5}\s+(?:[A-Z][A-Za-z]+\s+){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct)\b\.?(?:,?\s*(?:Apt|Suite|Unit|#)\s*\w+)?/gi,
    put: '[address]',
  },
  {
    pattern:
      /(?<=我叫|我是|姓名[:：]?|收件人[:：]?|收货人[:：]?|联系人[:：]?)\s*[\p{Script=Han}]{2,3}(?=[,，。.、;；\s\d]|电话|手机|地址|$)/gu,
    put: '[name]',
  },
  { pattern: /(?<=\b(?:my name is|i am called|this is)\s)[A-Z][a-z]+(?:\s[A-Z][a-z]+)?/g, put: '[name]' },
];

/** Full-width digits and letters count as plain ones. */
export function maskPersonal(text: string): string {
  const plain = text.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff20\uff0b\uff0d]/g, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  );
  return RULES.reduce((masked, { pattern, put }) => masked.replace(pattern, put), plain);
}
