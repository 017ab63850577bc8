import { normalise } from './normalise.ts';
import { wordsOf } from './words.ts';

/** Words that mean the same in after-sales; each group adds one token beside the words, it replaces none. */

/** Canonical name first; matched as substrings of normalised Chinese text. */
const ZH_GROUPS = [
  '价保 保价 价格保护 补差价 差价 降价 便宜了 贵了 跌价',
  '开票 开发票 开具发票 补发票 要发票 发票',
  '专票 增值税专用发票 专用发票 增票',
  '送达 送到 到货 能到 会到 派送 配送 送货 派件 啥时候到 什么时候到 几天到 还没到 没到 没送',
  '快递 物流 包裹 货运 运单 邮件 速递',
  '运费 邮费 快递费 邮寄费 寄费 路费',
  '退货 退掉 退了 退回去 寄回 退换 想退 要退 能退 可退 给退',
  '退款 退钱 返款 返钱 退我钱 钱退 退的钱 款项 货款',
  '换货 换新 更换 调换 换一个 换个 换一件 换码 换尺码 换颜色',
  '修 维修 报修 返修 修理 保修 检修',
  '质保 保修 保修期 质保期 包修 三包',
  '坏 坏了 不能用 用不了 不好用 失灵 故障 没反应 有毛病 出问题 质量问题 有问题 开不了机 不工作 不灵 充不进 充不上 瑕疵',
  '破 破损 碎 裂 压坏 摔坏 损坏 变形 刮花 划痕 磕 漏了 漏液 烂了',
  '少 少发 漏发 缺少 少了 少件 缺件 没有配件 没看到 缺货件 不全 没给',
  '错发 发错 送错 寄错 拿错 不是我买的 不是我要的',
  '取消 撤销 撤单 退单 不要了 不想要了 不买了 撤回 取消掉',
  '修改 更改 变更 改一下 改成 换成 改下 改到 改为 能改 填错 写错 选错',
  '地址 收货地址 收件地址 住址 收货信息 收件信息',
  '电话 手机号 手机号码 联系方式 号码 联系电话',
  '快递员 配送员 送货员 派件员 骑手 送货师傅 小哥',
  '签收 妥投 代收 已收货 确认收货 被签',
  '丢 丢件 丢失 弄丢 找不到 不见了 遗失',
  '发货 出库 寄出 发出 发出来 揽收 发走',
  '催 催促 加急 快点 尽快 催单 赶紧 抓紧 快一点 早点 快些 着急 急用 等着用',
  '多久 多长时间 几天 什么时候 啥时候 何时 多少天 几时 多会儿 什么时间',
  '缺货 无货 没货 断货 售罄 有货 现货 补货',
  '优惠券 优惠卷 券 红包 代金券 抵用券 折扣券 卷',
  '优惠 活动 促销 打折 折扣 满减 便宜 特价',
  '赠品 礼品 礼物 赠送 送的东西 附送',
  '积分 京豆 金币 豆子',
  '会员 plus vip',
  '付款 支付 付钱 给钱 结算 付不了 扣款 买单',
  '分期 白条 花呗 信用付',
  '账号 账户 帐号 帐户 登录 登陆',
  '人工 真人 转人工 活人 找人',
  '评价 评论 好评 差评 晒单 追评',
  '投诉 举报 曝光 维权',
  '说明书 使用方法 怎么用 如何使用 怎么操作 教程 怎么弄',
  '安装 装机 上门装 组装 来装 安一下',
  '正品 假货 真伪 真假 假的 真的假的 山寨',
  '自提 自取 提货 取货点 代收点 驿站',
  '拒收 拒签 不收了 拒绝签收',
  '预约 约时间 指定时间 改天 改期 改时间 晚点送 延后',
  '拆单 分开发 拆成 分批 几个包裹',
  '到账 到帐 打款 入账 收到钱 收到退款 到卡',
  '订单 单子 定单 团购 拼购 拼单 下的单',
  '上门 上门取 取件 来取 上门收',
  '进度 进展 状态 处理得怎么样 到哪一步',
  '审核 审批 处理 受理',
  '抬头 税号 单位名称 公司名称',
];

const EN_GROUPS = [
  'refund|money back|reimburse|reimbursement|get my money|return my money',
  'return|send back|give back|sending back|bring back',
  'exchange|swap|replace|replacement|different size|another size',
  'cancel|call off|stop my order|dont want it|no longer want|changed my mind',
  'deliver|delivery|arrive|arrival|ship|shipping|shipment|shipped|dispatch|dispatched|courier',
  'parcel|package|order|packet',
  'track|tracking|where is my|locate|status',
  'broken|damaged|defective|faulty|cracked|not working|doesnt work|stopped working|malfunction',
  'missing|lost|never arrived|not received|havent received|didnt receive|hasnt arrived|hasnt come',
  'invoice|receipt|bill|vat',
  'warranty|guarantee',
  'repair|fix|service center|mend',
  'price|cost|how much|rate|charges|pricing',
  'discount|offer|coupon|promo|voucher|deal|promotion',
  'pay|payment|paid|paying',
  'emi|installment|instalment|installments|pay monthly',
  'address|location',
  'agent|human|real person|representative|customer care|customer service|talk to someone|speak to someone|someone',
  'cash on delivery|cod|pay on delivery',
  'wrong|incorrect|mistake|error',
  'fee|fees|charge|charged',
  'buy|purchase|place an order|order online',
  'change|update|modify|edit|alter',
  'shop|store|showroom|outlet|branch|near me',
  'how long|when will|how many days|how soon',
  'password|passcode|log in|login|sign in',
  'stolen|theft|steal',
  'free trial|trial|try',
];

type Group = { token: string; variants: string[] };
/** Gives the group tokens of a normalised text. */
export type Synonyms = (text: string) => string[];

const zhGroup = (variants: string[], token = `s:${variants[0]}`): Group => ({ token, variants });
const enGroup = (variants: string[], token = `s:${variants[0]}`): Group => ({
  token,
  variants: variants.map((phrase) => ` ${wordsOf(phrase).join(' ')} `),
});

const ZH = ZH_GROUPS.map((row) => zhGroup(row.split(' ')));
const EN = EN_GROUPS.map((row) => enGroup(row.split('|')));

const tokensIn = (line: string, groups: readonly Group[]): string[] =>
  groups.flatMap(({ token, variants }) => (variants.some((variant) => line.includes(variant)) ? [token] : []));
const lineOf = (text: string): string => ` ${wordsOf(text).join(' ')} `;

/** The shipped groups, Chinese variants matched as substrings, English ones as whole words. */
export const synonymsZh: Synonyms = (text) => tokensIn(text, ZH);
export const synonymsEn: Synonyms = (text) => tokensIn(lineOf(text), EN);

/** Groups that a merchant keeps, beside the shipped ones; a group of fewer than two different words says nothing. */
export function ownSynonyms(rows: readonly (readonly string[])[], language: 'zh' | 'en'): Synonyms | undefined {
  const groups = rows.flatMap((row) => {
    const variants = [...new Set(row.map((word) => normalise(word).text).filter((word) => word !== ''))];
    const fits = variants.filter((word) => /\p{Script=Han}/u.test(word) === (language === 'zh'));
    if (variants.length < 2 || fits.length === 0) return [];
    const token = `s:own ${variants[0]}`;
    return [language === 'zh' ? zhGroup(fits, token) : enGroup(fits, token)];
  });
  if (groups.length === 0) return undefined;
  return language === 'zh' ? (text) => tokensIn(text, groups) : (text) => tokensIn(lineOf(text), groups);
}
