/**
 * The few words the browser itself says. Everything else comes from the server in the page's language.
 */

const zh = {
  left: (/** @type {string} */ span) => `还剩 ${span}`,
  over: (/** @type {string} */ span) => `已超 ${span}`,
  paused: "暂停中",
  met: "已完成",
  breached: "超时完成",
  days: (/** @type {number} */ n) => `${n} 天`,
  hours: (/** @type {number} */ n) => `${n} 小时`,
  minutes: (/** @type {number} */ n) => `${n} 分`,
  seconds: (/** @type {number} */ n) => `${n} 秒`,
  draftKept: "已恢复上次没有提交的内容。",
  draftDiscard: "不要了",
  liveLost: "实时连接中断，每 20 秒自动刷新",
  mapFailed: "这台电脑的浏览器不能显示地图（WebGL 不可用）。经纬度可以直接填写，表里的内容与地图相同。",
  mapData: "地图数据没有取到，请稍后再试。",
  mapTruncated: (/** @type {number} */ n) => `只画了 ${n} 个小区，放大可看全部`,
  mapPlace: "投诉地点",
  mapMetres: (/** @type {number} */ n) => `${n} 米`,
  mapDbm: (/** @type {number} */ n) => `预测 ${n} dBm`,
  mapRank: (/** @type {number} */ n) => `第 ${n} 位`,
  requestFailed: "没有连上服务器，内容还在，请再试一次。",
  notSent: "还没有提交：服务器或数据库没有应答。内容都在这一页，恢复后会自动提交，请不要关闭。",
  signedOut: "登录已过期或已退出。内容都在这一页，请不要关闭；在新窗口登录后即可继续，已点提交的会自动送出。",
  notYours: "还没有提交：这里现在登录的是别人，或没有受理权限。投诉归写的人首问负责，请用原来的账号在新窗口登录，登录后自动送出。",
  signInAgain: "在新窗口登录",
  keysTitle: "快捷键",
  keys: /** @type {[string, string][]} */ ([
    ["j / k", "下一件 / 上一件"],
    ["Enter", "打开选中的一件"],
    ["/", "查询"],
    ["g h · g w · g i · g s · g b · g n · g p", "待办 · 工作台 · 受理 · 查询 · 看板 · 网络 · 人员"],
    ["s", "督办选中的一件（看板）"],
    ["Alt 1 … 9", "引用草稿、模板或规则"],
    ["按钮上的字母", "直接执行那个按钮"],
    ["Ctrl Enter", "保存当前表单"],
    ["Esc", "收起打开的表单"],
    ["?", "显示本页"],
  ]),
};

/** @type {typeof zh} */
const en = {
  left: (span) => `${span} left`,
  over: (span) => `${span} over`,
  paused: "paused",
  met: "done",
  breached: "done late",
  days: (n) => `${n} d`,
  hours: (n) => `${n} h`,
  minutes: (n) => `${n} min`,
  seconds: (n) => `${n} s`,
  draftKept: "What you had not submitted last time is back.",
  draftDiscard: "Discard it",
  liveLost: "Live connection lost; refreshing every 20 seconds",
  mapFailed: "This browser cannot draw the map (no WebGL). Type longitude and latitude instead; the table says the same as the map.",
  mapData: "The map's data could not be fetched. Try again in a moment.",
  mapTruncated: (n) => `Only ${n} elements drawn; zoom in to see all`,
  mapPlace: "Place of the complaint",
  mapMetres: (n) => `${n} m`,
  mapDbm: (n) => `predicted ${n} dBm`,
  mapRank: (n) => `rank ${n}`,
  requestFailed: "The server did not answer. Nothing you typed is lost; please try again.",
  notSent: "Not sent yet: the server or its database does not answer. Everything is still on this page and is sent as soon as it does; please keep it open.",
  signedOut: "You were signed out, or were away too long. Everything is still on this page: keep it open and sign in in another window, then go on here. What you have already submitted is sent by itself.",
  notYours: "Not sent yet: somebody else is signed in here now, or may not take complaints in. A complaint is its writer's own: sign in again as whoever wrote it, in another window, and it is sent.",
  signInAgain: "Sign in in another window",
  keysTitle: "Keyboard",
  keys: [
    ["j / k", "next / previous case"],
    ["Enter", "open the chosen case"],
    ["/", "search"],
    ["g h · g w · g i · g s · g b · g n · g p", "to do · desk · intake · search · board · network · people"],
    ["s", "supervise the chosen one (board)"],
    ["Alt 1 … 9", "quote a draft, template or rule"],
    ["letter on a button", "press that button"],
    ["Ctrl Enter", "save the form at hand"],
    ["Esc", "fold the open form away"],
    ["?", "show this page"],
  ],
};

/** The words of the page's language. */
export const words = document.documentElement.lang.startsWith("en") ? en : zh;

/**
 * A span of time in two units at most: `2 小时 5 分`.
 * @param {number} seconds
 */
export function span(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600), Math.floor((whole % 3600) / 60)];
  if (days > 0) return [words.days(days), hours ? words.hours(hours) : ""].filter(Boolean).join(" ");
  if (hours > 0) return [words.hours(hours), minutes ? words.minutes(minutes) : ""].filter(Boolean).join(" ");
  if (minutes > 0) return words.minutes(minutes);
  return words.seconds(whole % 60);
}
