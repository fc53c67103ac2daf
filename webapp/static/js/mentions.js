// After an @ in a text: friends whose names begin as typed, to choose from.

export default function mentions(text) {
  const list = document.createElement("div");
  list.className = "row";
  text.after(list);
  const typed = () => text.value.slice(0, text.selectionStart).match(/@([^\s@][^@\n]{0,39})$/)?.[1];
  let asked;

  text.addEventListener("input", async () => {
    const name = (asked = typed());
    if (!name) return list.replaceChildren();
    const answer = await fetch(`${text.dataset.mentions}?typed=${encodeURIComponent(name)}`);
    if (!answer.ok || name !== asked) return;
    const { names } = await answer.json();
    list.replaceChildren(...names.map((one) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: `@${one}` });
      button.addEventListener("click", () => {
        text.setRangeText(`${one} `, text.selectionStart - typed().length, text.selectionStart, "end");
        list.replaceChildren();
        text.focus();
      });
      return button;
    }));
  });
}
