// After an @ in a text: friends whose names begin as typed, to choose from.

export default function mentions(text) {
  const list = document.createElement("div");
  list.className = "row";
  list.setAttribute("aria-live", "polite");
  text.after(list);
  let turn = 0;

  async function suggest() {
    const mine = (turn += 1);
    const end = text.selectionStart; // where it stands now: the caret may have moved before a click
    const typed = text.value.slice(0, end).match(/@([^\s@][^@\n]{0,39})$/)?.[1];
    const names = typed ? await namesLike(typed) : [];
    if (mine !== turn) return;
    list.replaceChildren(...names.map((name) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: `@${name}` });
      button.addEventListener("click", () => {
        text.setRangeText(`${name} `, end - typed.length, end, "end");
        list.replaceChildren();
        text.focus();
      });
      return button;
    }));
  }

  // None without a connection: a text can be written without suggestions.
  async function namesLike(typed) {
    const answer = await fetch(`${text.dataset.mentions}?typed=${encodeURIComponent(typed)}`).catch(() => null);
    return answer?.ok && !answer.redirected ? (await answer.json()).names : [];
  }

  text.addEventListener("input", suggest);
  suggest(); // what was typed before this script had come
}
