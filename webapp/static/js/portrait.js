// A new picture of oneself: sent like any photo, for nobody but oneself, and then on to where it is cut.

import { sha256, typeOf } from "./upload/files.js";
import { send } from "./upload/send.js";
import { askJson } from "./upload/server.js";
import { watch } from "./upload/watch.js";

export default function portrait(form) {
  const input = form.querySelector("[type=file]");
  const status = form.querySelector("[role=status]");
  const fail = (sentence) => { status.textContent = sentence || form.dataset.failed; };

  async function take() {
    const [file] = input.files;
    if (!file) return;
    status.textContent = form.dataset.wait;
    try {
      const files = [{ name: file.name, size: file.size, type: typeOf(file), sha256: await sha256(file) }];
      const { uploads: [grant] } = await askJson(form.dataset.grantUrl, { visibility: "private", caption: "", tags: [], files });
      if (grant.status === "refused") return fail(grant.reason);
      if (grant.status === "granted") await send(grant, file, () => {});
      watch(form.dataset.statusUrl, (item, photo) => {
        form.elements.photo_id.value = item.photoId;
        if (photo.status === "ready") form.submit();
        else fail(photo.reason);
      }, (item, failure) => fail(failure.sentence)).add({ photoId: grant.photo_id });
    } catch (failure) {
      fail(failure.sentence);
    }
  }

  input.addEventListener("change", take);
  take(); // what was chosen before this script had come
}
