// A link to be passed on: copy it, or hand it to the phone's share sheet.

export default function share(section) {
  const input = section.querySelector("input");
  const status = section.querySelector("[role=status]");

  const copy = section.querySelector("[data-share-copy]");
  copy.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      document.execCommand("copy"); // without the permission: the selection, the old way
    }
    copy.querySelector("span").textContent = status.textContent = copy.dataset.done;
  });

  const sheet = section.querySelector("[data-share-sheet]");
  sheet.hidden = !navigator.canShare?.({ url: input.value });
  sheet.addEventListener("click", () => {
    navigator.share({ title: sheet.dataset.title, url: input.value }).catch(() => {}); // closed by the person
  });
}
