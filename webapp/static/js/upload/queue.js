// The upload queue: hash one file at a time, ask for grants in batches, send three at a time, then ask
// until each photo is ready. An item's state is waiting, uploading, processing, ready, already or failed.

import { sha256, typeOf } from "./files.js";
import { Refused, send } from "./send.js";
import { watch } from "./watch.js";
import { askJson } from "./server.js";

const SENDERS = 3;
const GRANTS = 20; // as many as the server gives at once
const SPARE_SECONDS = 60; // a grant that ends sooner than this is not worth starting

export class Queue {
  items = [];
  #senders = 0;
  #hashing = false;
  #granting = false;

  constructor({ grantUrl, statusUrl, maxBytes, strings, onChange }) {
    Object.assign(this, { grantUrl, maxBytes, strings, onChange });
    this.watch = watch(statusUrl, (item, photo) => this.#settle(item, photo));
  }

  add(files, details) {
    const items = files.map((file) => ({ file, name: file.name, details, state: "waiting", reason: "", sent: 0 }));
    this.items.push(...items);
    queueMicrotask(() => this.#run());
    return items;
  }

  retry(item) {
    delete item.grant;
    this.#change(item, { state: "waiting", reason: "", sent: 0 });
    this.#run();
  }

  get sending() {
    return this.items.some((item) => item.state === "waiting" || item.state === "uploading");
  }

  summary() {
    const count = (...states) => this.items.filter((item) => states.includes(item.state)).length;
    const sent = this.items.reduce((sum, item) => sum + (settled(item) ? 1 : item.sent * 0.9), 0);
    return { all: this.items.length, done: count("ready", "already"), failed: count("failed"), sent: sent / this.items.length };
  }

  #run() {
    this.#hash();
    this.#grant();
    while (this.#senders < SENDERS && this.#next()) this.#send(this.#next());
  }

  #next() {
    return this.items.find((item) => item.state === "waiting" && item.grant);
  }

  // A phone has little memory and digest() wants the whole file: never two at once.
  async #hash() {
    if (this.#hashing) return;
    this.#hashing = true;
    for (let item; (item = this.items.find((one) => one.state === "waiting" && !one.sha256)); ) {
      const reason = !item.file.size ? this.strings.empty : item.file.size > this.maxBytes ? this.strings.tooLarge : "";
      if (reason) {
        this.#fail(item, reason);
        continue;
      }
      try {
        item.sha256 = await sha256(item.file);
      } catch {
        this.#fail(item, this.strings.unreadable);
      }
      this.#grant();
    }
    this.#hashing = false;
  }

  async #grant() {
    const now = Date.now() / 1000;
    for (const item of this.items) {
      if (item.state === "waiting" && item.grant?.expires_at < now + SPARE_SECONDS) delete item.grant;
    }
    const granted = this.items.filter((item) => item.state === "waiting" && item.grant);
    const hashed = this.items.filter((item) => item.state === "waiting" && item.sha256 && !item.grant);
    // One request covers files with the same caption, tags and visibility.
    const batch = hashed.filter((item) => item.details === hashed[0].details).slice(0, GRANTS);
    if (this.#granting || !batch.length || granted.length >= SENDERS) return;
    this.#granting = true;
    try {
      const { uploads } = await askJson(this.grantUrl, { ...batch[0].details, files: batch.map(described) });
      batch.forEach((item, index) => this.#granted(item, uploads[index]));
    } catch (error) {
      for (const item of batch) this.#fail(item, this.#reason(error));
    }
    this.#granting = false;
    this.#run();
  }

  #granted(item, answer) {
    item.photoId = answer.photo_id;
    if (answer.status === "granted") item.grant = answer;
    else if (answer.status === "already") {
      this.#change(item, { state: "already", sent: 1 });
      this.watch.add(item);
    } else this.#fail(item, answer.reason);
  }

  async #send(item) {
    this.#senders += 1;
    this.#change(item, { state: "uploading" });
    try {
      await send(item.grant, item.file, (sent) => this.#change(item, { sent }));
      this.#change(item, { state: "processing", sent: 1 });
      this.watch.add(item);
    } catch (error) {
      this.#fail(item, this.#reason(error));
    }
    this.#senders -= 1;
    this.#run();
  }

  #settle(item, photo) {
    const { url, thumbnail } = photo;
    if (item.state === "already") this.#change(item, { url, thumbnail });
    else if (photo.status === "ready") this.#change(item, { state: "ready", url, thumbnail });
    else this.#fail(item, photo.reason || this.strings.lost);
  }

  #reason(error) {
    if (error instanceof Refused) return this.strings.refused;
    return error.sentence ?? this.strings[error.status === 401 ? "signedOut" : "unreachable"];
  }

  #fail(item, reason) {
    delete item.grant;
    this.#change(item, { state: "failed", reason });
  }

  #change(item, changes) {
    Object.assign(item, changes);
    this.onChange(item);
  }
}

const settled = (item) => ["ready", "already", "failed"].includes(item.state);

const described = ({ file, sha256: digest }) => ({ name: file.name, size: file.size, type: typeOf(file), sha256: digest });
