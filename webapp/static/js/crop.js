// One's own picture: choose a file, move and size the square, send it like any photo, choose it.

export default function crop(form) {
  const canvas = form.querySelector("canvas");
  const area = form.querySelector("[data-crop-area]");
  const zoom = form.querySelector("[type=range]");
  const status = form.querySelector("[role=status]");
  const context = canvas.getContext("2d");
  const side = canvas.width;
  let image, x, y;

  function draw() {
    const scale = (side / Math.min(image.width, image.height)) * zoom.value;
    const [width, height] = [image.width * scale, image.height * scale];
    x = Math.min(0, Math.max(side - width, x));
    y = Math.min(0, Math.max(side - height, y));
    context.drawImage(image, x, y, width, height);
  }

  form.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
    try {
      image = await createImageBitmap(target.files[0]);
    } catch {
      status.textContent = form.dataset.failed;
      return;
    }
    status.textContent = "";
    zoom.value = 1;
    const scale = side / Math.min(image.width, image.height);
    [x, y] = [(side - image.width * scale) / 2, (side - image.height * scale) / 2];
    area.hidden = false;
    draw();
  });

  let last = zoom.value;
  zoom.addEventListener("input", () => {
    const change = zoom.value / last;
    [x, y] = [side / 2 - (side / 2 - x) * change, side / 2 - (side / 2 - y) * change];
    last = zoom.value;
    draw();
  });

  const move = (dx, dy) => {
    x += dx;
    y += dy;
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    const ratio = side / canvas.clientWidth;
    if (canvas.hasPointerCapture(event.pointerId)) move(event.movementX * ratio, event.movementY * ratio);
  });
  const arrows = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] };
  canvas.addEventListener("keydown", (event) => {
    if (!arrows[event.key]) return;
    event.preventDefault();
    move(...arrows[event.key]);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = form.dataset.wait;
    try {
      form.elements.photo_id.value = await send(form, canvas);
      form.submit();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
}

async function send(form, canvas) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const files = [{ name: "portrait.jpg", size: blob.size, type: blob.type, sha256 }];
  const granted = await fetch(form.dataset.grantUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
    body: JSON.stringify({ visibility: "private", caption: "", tags: [], files }),
  });
  const [upload] = (await granted.json()).uploads;
  if (upload.status === "granted") {
    const body = new FormData();
    Object.entries(upload.fields).forEach(([name, value]) => body.append(name, value));
    body.append("file", blob);
    const sent = await fetch(upload.url, { method: "POST", body });
    if (!sent.ok) throw new Error(sent.statusText);
  }
  for (let wait = 300; wait < 20_000; wait *= 1.5) {
    const answer = await fetch(`${form.dataset.statusUrl}?ids=${upload.photo_id}`);
    const [photo] = (await answer.json()).photos;
    if (photo.status === "ready") return upload.photo_id;
    if (photo.status === "failed") break;
    await new Promise((done) => setTimeout(done, wait));
  }
  throw new Error(upload.status);
}
