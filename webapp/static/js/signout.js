// Signing out empties the device: while photos wait on it to be sent, it asks first.

import { Store } from "./upload/store.js";

export default function signOut(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const items = await new Store("uploads").all();
    const waits = ({ state, again }) => ["waiting", "uploading"].includes(state) || again;
    if (items.some(waits)) document.getElementById(form.dataset.signOut).showPopover();
    else form.submit();
  });
}
