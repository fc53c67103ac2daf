// The upload queue: hash one file at a time, ask for grants in batches, send three at a time, then ask
// until each photo is ready. An item's state is waiting, uploading, processing, ready, already or failed.

import { isAbandoned, tab } from "./tabs.js";
import { sha256, typeOf } from "./files.js";
import { Refused, send } from "./send.js";
import { watch } from "./watch.js";
import { askJson } from "./server.js";

const SENDERS = 3;
const GRANTS = 20; // as many as the server gives at once
const SPARE_SECONDS = 60; // a grant that ends sooner than this is not worth starting
const TRIES = 4;
const FIRST_PAUSE_MS = 800;
const A_DAY_MS = 864e5;
const SETTLED = ["ready", "already", "failed"];

export class Queue {
  items = [];
  #senders = 0;
  #preparing = false;
  #granting = false;

  constructor({ grantUrl, statusUrl, maxBytes, strings, store, onChange }) {
    Object.assign(this, { grantUrl, maxBytes, strings, store, onChange });
    this.watch = watch(statusUrl, (item, photo) => this.#settle(item, photo));
    addEventListener("online", () => this.#run());
    document.addEventListener("visibilitychange", () => this.#run()); // timers sleep with the phone
  }

  /** Take up what an earlier visit has left; return its items. */
  async restore() {
    for (const record of await this.store.all()) {
      if (!(await isAbandoned(record.tab))) continue;
      if (Date.now() - record.at > A_DAY_MS) {
        this.store.forget(record.id);
        continue;
      }
      const item = { ...record, tab, tries: 0, sent: SETTLED.includes(record.state) ? 1 : 0 };
      this.items.push(item);
      if (item.state === "processing") this.watch.add(item);
      else if (!SETTLED.includes(item.state) || item.state === "failed") {
        item.file = await this.store.file(item.id);
        if (!item.file) Object.assign(item, { state: "failed", reason: this.strings.chooseAgain });
        else if (item.state === "uploading") item.state = "waiting";
      }
      this.#save(item);
    }
    queueMicrotask(() => this.#run());
    return this.items;
  }

  /** Queue files; one that an earlier visit could not keep takes its old place. Return the new items. */
  add(files, details) {
    const added = [];
    for (const file of files) {
      const { name, size, lastModified: modified } = file;
      const lost = this.items.find((item) => !item.file && item.state === "failed"
        && item.name === name && item.size === size && item.modified === modified);
      if (lost) {
        lost.file = file;
        this.retry(lost);
      } else {
        added.push({ id: crypto.randomUUID(), tab, at: Date.now(), name, size, modified, file, details,
          state: "waiting", reason: "", sent: 0, tries: 0 });
      }
    }
    this.items.push(...added);
    added.forEach((item) => this.#save(item));
    queueMicrotask(() => this.#run());
    return added;
  }

  retry(item) {
    delete item.grant;
    this.#change(item, { state: "waiting", reason: "", sent: 0, tries: 0, notBefore: 0 });
    this.#run();
  }

  /** Forget what is settled; return it. */
  clear() {
    const gone = this.items.filter((item) => SETTLED.includes(item.state));
    gone.forEach((item) => this.store.forget(item.id));
    this.items = this.items.filter((item) => !gone.includes(item));
    return gone;
  }

  count(...states) {
    return this.items.filter((item) => states.includes(item.state)).length;
  }

  get progress() {
    const sent = this.items.reduce((sum, { state, sent }) => sum + (SETTLED.includes(state) ? 1 : sent * 0.9), 0);
    return sent / (this.items.length || 1);
  }

  #waiting(wanted) {
    return this.items.filter((item) => item.state === "waiting" && wanted(item) && !(item.notBefore > Date.now()));
  }

  #run() {
    this.#prepare();
    if (!navigator.onLine) return;
    this.#grant();
    for (const item of this.#waiting((one) => one.grant).slice(0, SENDERS - this.#senders)) this.#send(item);
  }

  // A phone has little memory and digest() wants the whole file: never two at once.
  async #prepare() {
    if (this.#preparing) return;
    this.#preparing = true;
    for (let item; ([item] = this.#waiting((one) => !one.sha256)) && item; ) {
      const reason = !item.size ? this.strings.empty : item.size > this.maxBytes ? this.strings.tooLarge : "";
      if (reason) {
        this.#fail(item, reason);
        continue;
      }
      try {
        item.sha256 = await sha256(item.file);
        await this.store.keep(item.id, item.file);
        this.#save(item);
      } catch {
        this.#fail(item, this.strings.unreadable);
      }
      this.#run();
    }
    this.#preparing = false;
  }

  async #grant() {
    const soon = Date.now() / 1000 + SPARE_SECONDS;
    for (const item of this.#waiting((one) => one.grant?.expires_at < soon)) delete item.grant;
    const hashed = this.#waiting((item) => item.sha256 && !item.grant);
    // One request is for files with the same caption, tags and visibility.
    const same = JSON.stringify(hashed[0]?.details);
    const batch = hashed.filter((item) => JSON.stringify(item.details) === same).slice(0, GRANTS);
    if (this.#granting || !batch.length || this.#waiting((item) => item.grant).length >= SENDERS) return;
    this.#granting = true;
    try {
      const { uploads } = await askJson(this.grantUrl, { ...batch[0].details, files: batch.map(described) });
      batch.forEach((item, index) => this.#granted(item, uploads[index]));
    } catch (error) {
      for (const item of batch) this.#stumble(item, error);
    }
    this.#granting = false;
    this.#run();
  }

  #granted(item, answer) {
    const photoId = answer.photo_id;
    if (answer.status === "granted") Object.assign(item, { grant: answer, photoId });
    else if (answer.status === "already") {
      // Our own earlier attempt may have arrived after all, without our hearing of it.
      this.#change(item, { state: item.photoId === photoId ? "ready" : "already", photoId, sent: 1 });
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
      this.#stumble(item, error);
    }
    this.#senders -= 1;
    this.#run();
  }

  // What went wrong on the way goes right a little later, more often than not.
  #stumble(item, error) {
    if (error instanceof Refused) delete item.grant;
    const final = error.status === 401 ? this.strings.signedOut : error.status < 500 && error.sentence;
    if (navigator.onLine) item.tries += 1;
    if (final || item.tries >= TRIES) {
      this.#fail(item, final || this.strings[error instanceof Refused ? "refused" : "unreachable"]);
      return;
    }
    const pause = FIRST_PAUSE_MS * 2 ** item.tries * (0.5 + Math.random() / 2);
    item.notBefore = Date.now() + pause;
    setTimeout(() => this.#run(), pause + 10);
    this.#change(item, { state: "waiting", sent: 0 });
  }

  #settle(item, photo) {
    const { url, thumbnail } = photo;
    if (["ready", "already"].includes(item.state)) this.#change(item, { url, thumbnail });
    else if (["ready", "already"].includes(photo.status)) this.#change(item, { state: photo.status, url, thumbnail });
    else this.#fail(item, photo.reason || this.strings.lost);
  }

  #fail(item, reason) {
    delete item.grant;
    this.#change(item, { state: "failed", reason });
  }

  #change(item, changes) {
    const { state } = item;
    Object.assign(item, changes);
    if (state !== item.state) this.#save(item);
    this.onChange(item);
  }

  #save({ file, grant, sent, notBefore, tries, ...record }) {
    this.store.put(record);
    if (["processing", "ready", "already"].includes(record.state)) this.store.forgetFile(record.id);
  }
}

const described = ({ name, size, file, sha256: digest }) => ({ name, size, type: typeOf(file), sha256: digest });
