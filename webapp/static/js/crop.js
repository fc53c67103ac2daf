// The square of a photo that will be seen as one's picture: moved with the ranges, or by dragging it.

export default function crop(form) {
  const canvas = form.querySelector("canvas");
  const side = canvas.width;
  const { across, down, zoom } = form.elements;
  const image = new Image();
  let room;

  function draw() {
    const scale = (side / Math.min(image.width, image.height)) * (zoom.value / 100);
    const size = [image.width * scale, image.height * scale];
    room = size.map((length) => side - length);
    canvas.getContext("2d").drawImage(image, (room[0] * across.value) / 100, (room[1] * down.value) / 100, ...size);
  }

  image.addEventListener("load", draw);
  image.src = form.dataset.crop;
  form.addEventListener("input", draw);
  canvas.addEventListener("pointermove", ({ buttons, movementX, movementY }) => {
    if (!buttons) return;
    const share = (100 * side) / canvas.clientWidth;
    across.value = Number(across.value) + (movementX * share) / (room[0] || 1);
    down.value = Number(down.value) + (movementY * share) / (room[1] || 1);
    draw();
  });
}
