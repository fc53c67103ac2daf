// One file in the list: its name, its progress, its status, and Retry where that makes sense.

export class Row {
  constructor(strings, retry) {
    this.strings = strings;
    this.element = document.getElementById("upload-item").content.firstElementChild.cloneNode(true);
    this.button = this.element.querySelector("button");
    this.button.addEventListener("click", () => {
      retry();
      if (this.button.hidden) this.element.focus(); // with it the focus would go
    });
  }

  show(item) {
    const { element, strings } = this;
    const part = (name) => element.querySelector(name);
    const status = item.cut ? strings.cut : strings[item.state];
    const bar = part("progress");
    element.dataset.state = item.state;
    part(".upload__name").textContent = item.name;
    part(".upload__status").textContent = item.reason ? `${status}: ${item.reason}` : status;
    bar.value = item.sent;
    bar.setAttribute("aria-label", strings.progressOf.replace("{name}", item.name));
    this.button.hidden = item.state !== "failed";
    this.button.setAttribute("aria-label", strings.retryOf.replace("{name}", item.name));
    if (item.thumbnail && !part(".upload__thumb img")) this.showPicture(item);
  }

  showPicture(item) {
    const link = document.createElement("a");
    link.className = "upload__thumb";
    link.href = item.url;
    const image = new Image(48, 48);
    image.loading = "lazy";
    image.src = item.thumbnail;
    image.alt = this.strings.see.replace("{name}", item.name);
    link.append(image);
    this.element.querySelector(".upload__thumb").replaceWith(link);
  }
}
