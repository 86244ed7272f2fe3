// Reads a calendar from standard input with the package named first; prints rows as JSON. Times in Shanghai.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

process.env.TZ = "Asia/Shanghai";
const load = createRequire(`${process.env.NODE_PATH || "."}/x.js`);
const text = readFileSync(0, "utf-8");
const two = (number) => String(number).padStart(2, "0");
const local = (date) =>
  `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}T${two(date.getHours())}${two(date.getMinutes())}`;
const utc = (date) => date.toISOString().replace(/[-:]|\.\d+/g, "");

function componentRow(event) {
  const start = event.getFirstPropertyValue("dtstart");
  const end = event.getFirstPropertyValue("dtend");
  return [
    event.getFirstPropertyValue("uid"), event.getFirstPropertyValue("sequence"),
    event.getFirstPropertyValue("last-modified").toICALString(), event.getFirstPropertyValue("dtstamp").toICALString(),
    event.getFirstPropertyValue("status"), local(start.toJSDate()), local(end.toJSDate()),
    event.getFirstPropertyValue("summary"),
  ];
}

const readers = {
  async "ical.js"() {
    const ICAL = (await import(load.resolve("ical.js"))).default;
    const root = new ICAL.Component(ICAL.parse(text));
    for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    return root.getAllSubcomponents("vevent").map(componentRow);
  },
  async "ical-expander"() {
    const Expander = (await import(load.resolve("ical-expander"))).default;
    const found = new Expander({ ics: text, maxIterations: 10 }).all();
    return found.events.map((event) => componentRow(event.component));
  },
  async "node-ical"() {
    const found = load("node-ical").sync.parseICS(text);
    return Object.values(found).filter((one) => one.type === "VEVENT").map((one) => [
      one.uid, Number(one.sequence), utc(one.lastmodified), utc(one.dtstamp), one.status, local(one.start), local(one.end),
      one.summary,
    ]);
  },
  async "ts-ics"() {
    const { convertIcsCalendar } = await import(load.resolve("ts-ics"));
    return (convertIcsCalendar(undefined, text).events ?? []).map((one) => [
      one.uid, one.sequence, utc(one.lastModified.date), utc(one.stamp.date), one.status, local(one.start.date),
      local(one.end.date), one.summary,
    ]);
  },
};

const reader = readers[process.argv[2]];
if (process.argv[3] === "--here") load.resolve(process.argv[2]);
else console.log(JSON.stringify(await reader()));
