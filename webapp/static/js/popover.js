// Popovers for browsers that know none, such as Safari before 17: css/older.css shows those that are open.

const OPEN = "confirm--open";
const close = (popovers) => popovers.forEach((popover) => popover.classList.remove(OPEN));
const open = () => [...document.getElementsByClassName(OPEN)];

HTMLElement.prototype.showPopover = function show() {
  this.classList.add(OPEN);
  this.querySelector("[autofocus]")?.focus();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget]");
  const target = button && document.getElementById(button.getAttribute("popovertarget"));
  const wasOpen = target?.classList.contains(OPEN);
  close(open().filter((popover) => popover === target || !popover.contains(event.target)));
  if (!target) return;
  event.preventDefault();
  if (!wasOpen) target.showPopover();
});

// Before others hear of the key: what is open is all that it closes.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open().length) return;
  event.stopPropagation();
  close(open());
}, { capture: true });
