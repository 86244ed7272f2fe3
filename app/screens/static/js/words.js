// Dates and fixed words of the screen: Chinese first, English beside it.

const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];
const WEEKDAYS_EN = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const parts = (date) => {
  const [year, month, day] = date.split("-").map(Number);
  return { year, month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
};

export function dateZh(date, withYear = true) {
  const { year, month, day, weekday } = parts(date);
  return `${withYear ? `${year}年` : ""}${month}月${day}日 星期${WEEKDAYS[weekday]}`;
}

export function dateEn(date) {
  const { month, day, weekday } = parts(date);
  return `${WEEKDAYS_EN[weekday]}, ${day} ${MONTHS_EN[month - 1]}`;
}

export const TODAY = "今天 Today";

export const SESSIONS = { day: "", am: "上午", pm: "下午" };

export const STATES = {
  during: ["正在接访", "Receiving now"],
  before: ["今日接访", "Receiving today"],
  between: ["今日接访", "Receiving today"],
  after: ["今日接访已结束", "Over for today"],
  rest: ["今日休息", "Rest day"],
  none: ["今日无接访安排", "No reception today"],
  suspended: ["暂停接待", "Reception suspended"],
  unpublished: ["接访日程尚未发布", "No roster published yet"],
  expired: ["请到接待窗口咨询", "Please ask at the desk"],
};
