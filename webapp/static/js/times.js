// Shows a <time> in the reader's own time zone: the one they chose, else the browser's. The server wrote it
// in the zone it knew: app.js tells it the browser's by a cookie, so that from the second page on there is
// nothing left to change.

// Our language, in the reader's own variety of it: 14:03 in Britain, 2:03 PM in America.
const { lang, dataset: { zone } } = document.documentElement;
const locale = navigator.languages.find((one) => one.split("-")[0] === lang.split("-")[0]) ?? lang;
const styles = {
  day: { weekday: "long", day: "numeric", month: "long" },
  date: { dateStyle: "long" },
  time: { timeStyle: "short" },
  datetime: { dateStyle: "medium", timeStyle: "short" },
};
const formats = {};

export default function localTime(element) {
  const style = element.dataset.time;
  const moment = new Date(element.dateTime);
  if (style === "taken") {
    // The camera's clock, often without a zone: what it showed is what the reader wants to see.
    const [wall] = element.dateTime.match(/^[\d-]+T[\d:]{5}/) ?? [];
    if (wall) element.textContent = new Intl.DateTimeFormat(locale, { ...styles.datetime, timeZone: "UTC" }).format(new Date(`${wall}Z`));
    return;
  }
  const thisYear = moment.getFullYear() === new Date().getFullYear();
  const year = style === "day" && !thisYear ? { year: "numeric" } : {};
  formats[style + thisYear] ??= new Intl.DateTimeFormat(locale, { ...styles[style], ...year, timeZone: zone });
  element.textContent = formats[style + thisYear].format(moment);
}
