/** Every error that leaves the house: one code, one status, and words in both languages that say what to do. */
import type { Locale } from './locale.ts';

type Entry = { status: number; retryable: boolean; 'zh-CN': string; en: string };

const TABLE = {
  // Shared by all interfaces
  MalformedData: {
    status: 400,
    retryable: false,
    'zh-CN': '请求内容有误，请检查后重试。',
    en: 'The request is malformed. Check it and try again.',
  },
  MissingProperty: { status: 400, retryable: false, 'zh-CN': '缺少必填内容。', en: 'A required property is missing.' },
  NotSupported: { status: 400, retryable: false, 'zh-CN': '不支持这种内容。', en: 'This is not supported.' },
  InvalidRange: { status: 400, retryable: false, 'zh-CN': '范围无效。', en: 'The range is invalid.' },
  MissingToken: { status: 401, retryable: false, 'zh-CN': '请先登录。', en: 'Sign in first.' },
  BadToken: { status: 403, retryable: false, 'zh-CN': '凭证无效。', en: 'The credential is not valid.' },
  TokenExpired: {
    status: 403,
    retryable: false,
    'zh-CN': '凭证已过期，请刷新页面。',
    en: 'The credential has expired. Reload the page.',
  },
  NotAllowed: {
    status: 403,
    retryable: false,
    'zh-CN': '您没有这项权限，请联系管理员。',
    en: 'You have no right to do this. Ask an administrator.',
  },
  NotFound: { status: 404, retryable: false, 'zh-CN': '没有找到。', en: 'Not found.' },
  TooLarge: {
    status: 413,
    retryable: false,
    'zh-CN': '内容过大，请缩小后重试。',
    en: 'This is too large. Make it smaller and try again.',
  },
  Throttled: {
    status: 429,
    retryable: true,
    'zh-CN': '操作太频繁，请稍后再试。',
    en: 'Too many requests. Try again in a moment.',
  },
  Internal: {
    status: 500,
    retryable: true,
    'zh-CN': '服务器出错了，请稍后重试。',
    en: 'Something went wrong on our side. Try again in a moment.',
  },
  Unavailable: {
    status: 503,
    retryable: true,
    'zh-CN': '服务暂时不可用，请稍后重试。',
    en: 'The service is unavailable. Try again in a moment.',
  },
  // Signing in
  WrongOrigin: {
    status: 403,
    retryable: false,
    'zh-CN': '请求不是从本站页面发出的，请在本站页面上操作。',
    en: 'The request does not come from a page of this site. Use the page itself.',
  },
  WrongCredentials: {
    status: 401,
    retryable: false,
    'zh-CN': '邮箱或密码不正确。',
    en: 'The e-mail address or password is wrong.',
  },
  CodeNeeded: {
    status: 401,
    retryable: false,
    'zh-CN': '请输入验证器应用中的 6 位验证码。',
    en: 'Enter the six-digit code of your authenticator app.',
  },
  WrongCode: {
    status: 401,
    retryable: false,
    'zh-CN': '验证码不正确或已使用，请等待下一个验证码。',
    en: 'This code is wrong or was used already. Wait for the next one.',
  },
  SecondFactorNeeded: {
    status: 403,
    retryable: false,
    'zh-CN': '管理员要求开启两步验证，请先完成设置。',
    en: 'Your desk asks for two-step sign-in. Set it up first.',
  },
  LinkInvalid: {
    status: 404,
    retryable: false,
    'zh-CN': '登录链接无效、已使用或已过期，请索取新链接。',
    en: 'This sign-in link is invalid, used or expired. Ask for a new one.',
  },
  ChatLinkInvalid: {
    status: 410,
    retryable: false,
    'zh-CN': '聊天链接无效、已使用或已过期，请向客服索取新链接。',
    en: 'This chat link is invalid, used or expired. Ask the shop for a new one.',
  },
  WeakPassword: {
    status: 400,
    retryable: false,
    'zh-CN': '密码至少 12 个字符，且不能是常见密码。',
    en: 'Use at least 12 characters and no common password.',
  },
  EmailTaken: {
    status: 409,
    retryable: false,
    'zh-CN': '这个邮箱已有账号。',
    en: 'There is an account with this address already.',
  },
  NameTaken: {
    status: 409,
    retryable: false,
    'zh-CN': '这个名称已被使用，请换一个。',
    en: 'This name is taken. Choose another one.',
  },
  LastAdmin: {
    status: 409,
    retryable: false,
    'zh-CN': '至少要保留一位可用的管理员。',
    en: 'At least one active administrator must remain.',
  },
  // The desk
  TakenByColleague: {
    status: 409,
    retryable: false,
    'zh-CN': '会话已被同事接管。',
    en: 'A colleague has taken this conversation over.',
  },
  NotYours: {
    status: 409,
    retryable: false,
    'zh-CN': '请先接管会话再回复。',
    en: 'Take the conversation over before you answer.',
  },
  IllegalMove: {
    status: 409,
    retryable: false,
    'zh-CN': '当前状态下不能这样操作。',
    en: 'This is not possible in the present state.',
  },
  MayHaveArrived: {
    status: 409,
    retryable: false,
    'zh-CN': '这条消息可能已经送达，再发一次顾客可能会收到两条。',
    en: 'This message may have arrived. Sent again, the customer may get it twice.',
  },
  Conflict: {
    status: 409,
    retryable: true,
    'zh-CN': '内容刚刚被更改，请刷新后重试。',
    en: 'This was just changed. Reload and try again.',
  },
  // Knowledge
  ArticleIncomplete: {
    status: 400,
    retryable: false,
    'zh-CN': '问题、答案和分类都填写后才能发布，失效时间须晚于生效时间和现在。',
    en: 'A question, an answer and a category are needed to publish, and an end later than the start and than now.',
  },
  CheckStale: {
    status: 409,
    retryable: false,
    'zh-CN': '检查之后内容又有变化，请重新检查。',
    en: 'Something changed after this check. Check again.',
  },
  Regression: {
    status: 409,
    retryable: false,
    'zh-CN': '有基准问题会变差，不能发布。管理员可填写理由后强制发布。',
    en: 'Golden questions get worse, so this cannot be published. An administrator may override with a reason.',
  },
  FourEyes: {
    status: 409,
    retryable: false,
    'zh-CN': '已开启双人复核：最后编辑的人不能自己发布，请同事发布。',
    en: 'Four eyes are asked for: whoever edited last cannot publish. Ask a colleague.',
  },
  UnreadableFile: {
    status: 400,
    retryable: false,
    'zh-CN': '文件无法读取，请检查格式（CSV、Excel、JSON、Markdown 或 zip）。',
    en: 'The file cannot be read. Check its format (CSV, Excel, JSON, Markdown or zip).',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof TABLE;

/** The one error class. `detail` is added to the words for the developer who reads the answer; never a customer's text. */
export class ZhikeError extends Error {
  readonly code: ErrorCode;
  readonly detail: Record<string, unknown> | undefined;
  constructor(code: ErrorCode, detail?: Record<string, unknown>) {
    super(TABLE[code].en);
    this.name = 'ZhikeError';
    this.code = code;
    this.detail = detail;
  }
  get status(): number {
    return TABLE[this.code].status;
  }
  get retryable(): boolean {
    return TABLE[this.code].retryable;
  }
}

export function errorText(code: ErrorCode, locale: Locale): string {
  return TABLE[code][locale];
}
