// Dates and fixed words of the screen, each as [Chinese, English].

const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];
const WEEKDAYS_EN = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function parts(date) {
  const [year, month, day] = date.split("-").map(Number);
  return { year, month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

export function fullDate(date) {
  const { year, month, day, weekday } = parts(date);
  return [`${year}年${month}月${day}日 星期${WEEKDAYS[weekday]}`, `${WEEKDAYS_EN[weekday]}, ${day} ${MONTHS_EN[month - 1]} ${year}`];
}

export function shortDate(date) {
  const { month, day, weekday } = parts(date);
  return [`${month}月${day}日 星期${WEEKDAYS[weekday]}`, `${WEEKDAYS_EN[weekday].slice(0, 3)} ${day} ${MONTHS_EN[month - 1]}`];
}

export const SESSIONS = { day: ["", ""], am: ["上午", "Morning"], pm: ["下午", "Afternoon"] };

export const STATES = {
  during: ["正在接访", "Receiving now"],
  before: ["今日接访", "Receiving today"],
  between: ["今日接访", "Receiving today"],
  after: ["今日接访已结束", "Over for today"],
  rest: ["今日休息", "Rest day"],
  none: ["今日无接访安排", "No reception today"],
  suspended: ["暂停接待", "Reception suspended"],
  unpublished: ["接访日程尚未公布", "No roster published yet"],
  expired: ["请到接待窗口咨询", "Please ask at the desk"],
};

export const WORDS = {
  today: ["今天", "Today"],
  coming: ["近期接访", "Coming sessions"],
  next: ["下次接访", "Next"],
  time: ["时间", "Time"],
  room: ["地点", "Room"],
  offSite: ["下访地点", "Off-site at"],
  offSiteTag: ["领导下访", "Off-site visit"],
  sectors: ["分管领域", "Portfolio"],
  townships: ["联系乡镇", "Townships"],
  phone: ["电话", "Tel"],
  open: ["待定", "To be named"],
  provisional: ["暂定：放假安排通知尚未公布，日期可能调整", "Provisional: dates may move until the holiday notice is out"],
  suspendedSession: ["今日接访暂停，请看近期安排", "Today's session is suspended; see the coming ones"],
  appointmentOnly: ["仅接待已预约的来访人", "By appointment only"],
  untilNotice: ["恢复时间另行通知", "until further notice"],
  nothingLater: ["后续日程尚未公布，请到接待窗口咨询", "Later sessions are not published yet: please ask at the desk"],
  ask: ["请到接待窗口咨询", "Please ask at the desk"],
  askWhy: ["屏幕与服务器失去联系，为避免误导，不显示姓名", "This screen is out of contact and shows no names rather than old ones"],
  calling: ["请到接待室", "Please come in"],
  noCalls: ["请等候叫号", "Please wait for your number"],
  earlier: ["刚刚叫过", "Called before"],
  enrol: ["登记这块屏幕", "Enrol this screen"],
  enrolHow: ["请工作人员登录后打开“大厅屏幕”，输入这个代码", "Sign in, open “Lobby screens” and enter this code"],
  enrolAgain: ["屏幕需重新登记，代码", "Enrol this screen again, code"],
  connecting: ["正在连接服务器…", "Connecting…"],
};

export const until = (time) => [`至 ${time}`, `until ${time}`];
export const from = (time) => [`${time} 开始`, `from ${time}`];
export const late = (minutes) => [`比原定时间推迟约 ${minutes} 分钟`, `Running about ${minutes} minutes late`];
export const standsIn = (who, whom) => [`今日由 ${who} 代班（原安排：${whom}）`, `${who} stands in for ${whom} today`];
export const goodUntil = (time) => [`代码有效至 ${time}`, `good until ${time}`];
