// Keeps the count beside the bell and on the app's icon true, and shows the bar above the feed when
// photos have come. It asks often after something has happened, and less and less while nothing does.

const SOON_S = 5;

export default function news(bell) {
  const count = bell.querySelector("[data-count]");
  let wait = SOON_S;
  let shown, timer;

  function show(unread) {
    shown = unread;
    count.textContent = unread > 99 ? "99+" : unread;
    count.hidden = !unread;
    (unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => {});
  }

  function tell({ unread, photos }) {
    if (unread !== shown) {
      wait = SOON_S;
      show(unread);
    }
    const bar = document.querySelector("[data-new-photos]");
    if (bar && bar.textContent !== photos) [bar.textContent, bar.hidden] = [photos, !photos];
  }

  async function ask() {
    const answer = await fetch(bell.dataset.news).catch(() => null);
    if (answer?.redirected || answer?.status === 401) return; // signed out
    const told = answer?.ok && await answer.json().catch(() => null); // null: cut off on its way
    if (told) tell(told);
    sleep();
  }

  function sleep() {
    clearTimeout(timer); // of an answer that came while this one was under way
    timer = setTimeout(ask, wait * 1000);
    wait = Math.min(wait * 1.5, document.hidden ? 600 : 60);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    wait = SOON_S;
    ask();
  });
  show(Number(bell.dataset.unread));
  sleep();
}
