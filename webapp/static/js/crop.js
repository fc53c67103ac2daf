// One's own picture: choose a file, move and size the square, send it like any photo, choose it.

import { sha256 } from "./upload/files.js";
import { send } from "./upload/send.js";
import { askJson } from "./upload/server.js";
import { watch } from "./upload/watch.js";

export default function crop(form) {
  const canvas = form.querySelector("canvas");
  const status = form.querySelector("[role=status]");
  const [across, down, zoom] = form.querySelectorAll("[type=range]");
  const side = canvas.width;
  const fail = () => { status.textContent = form.dataset.failed; };
  let image;

  function draw() {
    const scale = (side / Math.min(image.width, image.height)) * zoom.value;
    const [width, height] = [image.width * scale, image.height * scale];
    canvas.getContext("2d").drawImage(image, (side - width) * across.value, (side - height) * down.value, width, height);
  }

  form.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
    image = await createImageBitmap(target.files[0]).catch(fail);
    form.querySelector("[data-crop-area]").hidden = !image;
    if (image) draw();
  });
  [across, down, zoom].forEach((range) => range.addEventListener("input", draw));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = form.dataset.wait;
    try {
      const file = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
      const files = [{ name: "portrait.jpg", size: file.size, type: file.type, sha256: await sha256(file) }];
      const { uploads: [grant] } = await askJson(form.dataset.grantUrl, { visibility: "private", caption: "", tags: [], files });
      if (grant.url) await send(grant, file, () => {});
      watch(form.dataset.statusUrl, (item, photo) => {
        form.elements.photo_id.value = item.photoId;
        if (photo.status === "ready") form.submit();
        else fail();
      }).add({ photoId: grant.photo_id });
    } catch {
      fail();
    }
  });
}
