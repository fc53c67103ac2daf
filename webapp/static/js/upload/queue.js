// The upload queue: hash one file at a time, ask for grants in batches, send three at a time, then ask
// until each photo is ready. An item's state is waiting, uploading, processing, ready, already or failed.
// A connection that is cut is waited for, however long; what a server refuses a few times has failed.

import { isAbandoned, tab } from "./tabs.js";
import { isReadable, sha256, typeOf } from "./files.js";
import { send } from "./send.js";
import { watch } from "./watch.js";
import { askJson } from "./server.js";

const SENDERS = 3;
const GRANTS = 20; // as many as the server gives at once
const SPARE_SECONDS = 60; // a grant that ends sooner than this is not worth starting
const TRIES = 4;
const FIRST_PAUSE_MS = 800;
const LONGEST_PAUSE_MS = 60_000;
const A_DAY_MS = 864e5;
const ARRIVED = ["processing", "ready", "already"];
const SETTLED = ["ready", "already", "failed"];

export class Queue {
  items = [];
  expired = 0; // how many were forgotten because they had waited too long
  #restored;
  #preparing = false;
  #granting = false;
  #senders = 0;
  #cuts = 0; // of the connection, since anything last came through
  #pausedUntil = 0;
  #watches = {};

  /**
   * `to` ({ grantUrl, statusUrl }) says where added files go. `onGone` is told of items that leave the
   * list, `onSafe` of files whose bytes are kept here or have arrived.
   */
  constructor({ to, owner, maxBytes, strings, store, onChange, onGone, onSafe }) {
    Object.assign(this, { to, owner, maxBytes, strings, store, onChange, onGone, onSafe });
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#wake()); // timers sleep with the phone
  }

  /** Take up what an earlier visit has left, wherever it was to go; return its items. */
  restore() {
    this.#restored = this.#restore();
    return this.#restored;
  }

  async #restore() {
    const found = [];
    for (const record of await this.store.all()) {
      if (!(await isAbandoned(record.tab))) continue;
      const mine = record.owner === this.owner;
      if (Date.now() - record.at > A_DAY_MS) {
        this.store.forget(record.id);
        if (mine && !ARRIVED.includes(record.state)) this.expired += 1;
      } else if (mine) found.push(await this.#takeUp(record));
    }
    this.items.unshift(...found);
    queueMicrotask(() => this.#run());
    return found;
  }

  async #takeUp(record) {
    const item = { ...record, tab, cut: false, tries: 0, sent: SETTLED.includes(record.state) ? 1 : 0 };
    if (item.state === "uploading") delete item.grant; // it may have arrived: the next grant will tell
    if (item.state === "uploading" || item.again) Object.assign(item, { state: "waiting", reason: "", again: false });
    if (["waiting", "failed"].includes(item.state)) item.file = await this.store.file(item.id);
    if (item.state === "waiting" && !item.file) Object.assign(item, { state: "failed", reason: this.strings.chooseAgain });
    if (item.state === "processing") this.#watch(Object.assign(item, { reason: "" }));
    this.#save(item);
    return item;
  }

  /** Queue files; return their items. */
  add(files, details) {
    const { to, owner } = this;
    const added = files.map((file) => ({ id: crypto.randomUUID(), tab, owner, to, at: Date.now(), name: file.name,
      size: file.size, file, details, state: "waiting", reason: "", sent: 0, tries: 0 }));
    this.items.push(...added);
    added.forEach((item) => this.#save(item));
    queueMicrotask(() => this.#run());
    return added;
  }

  retry(...items) {
    for (const item of items) {
      delete item.grant;
      this.#change(item, { state: "waiting", reason: "", again: false, sent: 0, tries: 0, notBefore: 0 });
    }
    this.#wake();
  }

  /** What has failed and can be sent again as it is. */
  get retryable() {
    return this.items.filter((item) => item.state === "failed" && item.file);
  }

  /** Forget what is settled. */
  clear() {
    this.items.filter((item) => SETTLED.includes(item.state)).forEach((item) => this.#drop(item));
  }

  count(...states) {
    return this.items.filter((item) => states.includes(item.state)).length;
  }

  get progress() {
    const sent = this.items.reduce((sum, { state, sent }) => sum + (SETTLED.includes(state) ? 1 : sent * 0.9), 0);
    return sent / (this.items.length || 1);
  }

  get isCut() {
    return !navigator.onLine || this.#cuts > 0;
  }

  #waiting(wanted) {
    return this.items.filter((item) => item.state === "waiting" && wanted(item) && !(item.notBefore > Date.now()));
  }

  #wake() {
    this.#pausedUntil = 0;
    this.#run();
  }

  #run() {
    this.#prepare();
    if (!navigator.onLine || this.#pausedUntil > Date.now()) return;
    this.#grant();
    for (const item of this.#waiting((one) => one.grant).slice(0, SENDERS - this.#senders)) this.#send(item);
  }

  // A phone has little memory and digest() wants the whole file: never two at once.
  async #prepare() {
    if (this.#preparing) return;
    this.#preparing = true;
    try {
      await this.#restored; // among it may be the places of files that are chosen again
      while (this.#unhashed) {
        await this.#hash(this.#unhashed);
        this.#run();
      }
    } finally {
      this.#preparing = false;
    }
  }

  get #unhashed() {
    return this.#waiting((item) => !item.sha256)[0];
  }

  async #hash(item) {
    const { strings, store } = this;
    const { file, size } = item;
    if (!size) return this.#fail(item, strings.empty);
    if (size > this.maxBytes) return this.#fail(item, strings.tooLarge);
    const digest = await sha256(file).catch(() => null);
    if (!digest) return this.#fail(item, strings.unreadable, { file: undefined });
    const place = this.#lost(item, digest) ?? item;
    Object.assign(place, { file, sha256: digest });
    if (await store.keep(place.id, file)) this.onSafe(file);
    if (place === item) return this.#save(item);
    this.#drop(item);
    return this.retry(place);
  }

  // The item whose file is missing and is this one, which the phone may have given another name or time.
  #lost({ to, name, size }, digest) {
    return this.items.find((one) => one.state === "failed" && !one.file && one.to.grantUrl === to.grantUrl
      && (one.sha256 ? one.sha256 === digest : one.name === name && one.size === size));
  }

  async #grant() {
    const soon = Date.now() / 1000 + SPARE_SECONDS;
    for (const item of this.#waiting((one) => one.grant?.expires_at < soon)) delete item.grant;
    const hashed = this.#waiting((item) => item.sha256 && !item.grant);
    // One request is for files with the same destination, caption, tags and visibility.
    const kind = ({ to, details }) => JSON.stringify([to, details]);
    const batch = hashed.filter((item) => kind(item) === kind(hashed[0])).slice(0, GRANTS);
    if (this.#granting || !batch.length || this.#waiting((item) => item.grant).length >= SENDERS) return;
    this.#granting = true;
    try {
      const { to, details } = batch[0];
      const { uploads } = await askJson(to.grantUrl, { ...details, files: batch.map(described) });
      this.#cuts = 0;
      batch.forEach((item, index) => this.#granted(item, uploads[index]));
    } catch ({ status, sentence }) {
      if (!status) this.#cut(batch);
      else if (status >= 500 || status === 429) this.#refused(batch, sentence || this.strings.unreachable);
      else if (status === 401) this.#failAll(batch, this.strings.signedOut, { again: true });
      else this.#failAll(batch, sentence || this.strings.lost, { again: status === 403 });
    } finally {
      this.#granting = false;
    }
    this.#run();
  }

  #granted(item, answer) {
    const photoId = answer.photo_id;
    if (answer.status === "granted") {
      this.#change(item, { grant: answer, photoId, cut: false });
      this.#save(item);
    } else if (answer.status === "already") {
      // Our own earlier attempt may have arrived after all, without our hearing of it.
      this.#change(item, { state: item.photoId === photoId ? "ready" : "already", photoId, sent: 1 });
      this.#watch(item);
    } else this.#fail(item, answer.reason);
  }

  async #send(item) {
    this.#senders += 1;
    try {
      this.#change(item, { state: "uploading" });
      await send(item.grant, item.file, (sent) => this.#change(item, { sent }));
      this.#cuts = 0;
      this.#change(item, { state: "processing", sent: 1 });
      this.#watch(item);
    } catch ({ status }) {
      if (status) {
        delete item.grant;
        this.#refused([item], this.strings.refused);
      } else if (await this.#hasBytes(item)) this.#cut([item]);
      else this.#fail(item, this.strings.unreadable);
    } finally {
      this.#senders -= 1;
    }
    this.#run();
  }

  // A browser that cannot read a file says the same as without a connection. The kept copy may do.
  async #hasBytes(item) {
    if (await isReadable(item.file)) return true;
    const kept = await this.store.file(item.id);
    item.file = (await isReadable(kept)) ? kept : undefined;
    return Boolean(item.file);
  }

  // The browser may believe to be online and is not: everything waits, longer and longer.
  #cut(items) {
    if (this.#pausedUntil <= Date.now()) this.#pausedUntil = Date.now() + this.#pause((this.#cuts += 1));
    for (const item of items) this.#change(item, { state: "waiting", sent: 0, cut: true });
  }

  // What went wrong at a server goes right a little later, more often than not.
  #refused(items, reason) {
    this.#cuts = 0;
    for (const item of items) {
      item.tries += 1;
      if (item.tries >= TRIES) this.#fail(item, reason, { again: true });
      else this.#change(item, { state: "waiting", sent: 0, cut: false, notBefore: Date.now() + this.#pause(item.tries) });
    }
  }

  // Wake up after a pause for that many vain attempts; return its milliseconds.
  #pause(attempts) {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
    setTimeout(() => this.#run(), pause + 10);
    return pause;
  }

  #watch(item) {
    const { statusUrl } = item.to;
    this.#watches[statusUrl] ??= watch(statusUrl, (one, photo) => this.#settle(one, photo), (one, failure) => {
      this.#change(one, { reason: failure.status === 401 ? this.strings.signedOut : failure.sentence ?? "" });
    });
    this.#watches[statusUrl].add(item);
  }

  #settle(item, photo) {
    const { url, thumbnail } = photo;
    if (["ready", "already"].includes(item.state)) this.#change(item, { url, thumbnail });
    else if (["ready", "already"].includes(photo.status)) this.#change(item, { state: photo.status, url, thumbnail });
    else this.#fail(item, photo.reason || this.strings.lost);
  }

  #failAll(items, ...why) {
    items.forEach((item) => this.#fail(item, ...why));
  }

  // With `again` in the changes, the next visit tries by itself.
  #fail(item, reason, changes) {
    delete item.grant;
    this.#change(item, { state: "failed", reason, cut: false, ...changes });
  }

  #change(item, changes) {
    const { state } = item;
    Object.assign(item, changes);
    if (state !== item.state) this.#save(item);
    if (state !== item.state && ARRIVED.includes(item.state)) this.#letGoOfFile(item);
    this.onChange(item);
  }

  #save({ file, sent, notBefore, tries, ...record }) {
    this.store.put(record);
  }

  #letGoOfFile({ id, file }) {
    this.store.forgetFile(id);
    this.onSafe(file);
  }

  #drop(item) {
    this.items = this.items.filter((one) => one !== item);
    this.store.forget(item.id);
    this.onGone(item);
  }
}

const described = ({ name, size, file, sha256: digest }) => ({ name, size, type: typeOf(file), sha256: digest });
