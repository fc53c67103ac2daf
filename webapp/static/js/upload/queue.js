// The upload queue: hash one file at a time, ask for grants in batches, send three at a time, then ask
// until each photo is ready. A connection that is cut is waited for, however long; what a server
// refuses a few times has failed.

import { sha256, typeOf } from "./files.js";
import { send } from "./send.js";
import { askJson } from "./server.js";
import { watch } from "./watch.js";

const SENDERS = 3;
const GRANTS = 20; // as many as the server gives at once
const SPARE_MS = 60_000; // a grant that ends sooner than this is not worth starting
const TRIES = 4;
const FIRST_PAUSE_MS = 800;
const LONGEST_PAUSE_MS = 60_000;

export class Queue {
  #preparing = false;
  #granting = false;
  #senders = 0;
  #cuts = 0; // of the connection, since anything last came through
  #pause; // the timer that ends it
  #watches = {};

  /** `to` ({ grantUrl, statusUrl }) says where added files go. */
  constructor({ items, to, maxBytes, strings }) {
    Object.assign(this, { items, to, maxBytes, strings });
    this.restored = this.#restore();
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#wake()); // timers sleep with the phone
  }

  // Go on with what an earlier visit has left; resolves with its items.
  async #restore() {
    const found = await this.items.restore();
    found.filter(({ state }) => state === "processing").forEach((item) => this.#watch(item));
    this.#run();
    return found;
  }

  /** Queue files; return their items. */
  add(files, details) {
    const added = this.items.add(files, this.to, details);
    this.#run();
    return added;
  }

  retry(...items) {
    for (const item of items) {
      delete item.grant;
      this.items.change(item, { state: "waiting", reason: "", again: false, sent: 0, tries: 0 });
    }
    this.#wake();
  }

  get isCut() {
    return !navigator.onLine || this.#cuts > 0;
  }

  #wake() {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#run();
  }

  #run() {
    this.#prepare();
    if (!navigator.onLine || this.#pause) return;
    this.#grant();
    for (const item of this.items.waiting((one) => one.grant).slice(0, SENDERS - this.#senders)) this.#send(item);
  }

  // A phone has little memory and digest() wants the whole file: never two at once.
  async #prepare() {
    if (this.#preparing) return;
    this.#preparing = true;
    await this.restored; // among it may be the places of files that are chosen again
    while (this.#unhashed) {
      await this.#hash(this.#unhashed);
      this.#run();
    }
    this.#preparing = false;
  }

  get #unhashed() {
    return this.items.waiting((item) => !item.sha256)[0];
  }

  async #hash(item) {
    const { items, strings } = this;
    const { file, size } = item;
    if (!typeOf(file).startsWith("image/")) return items.fail(item, strings.notPhoto);
    if (!size) return items.fail(item, strings.empty);
    if (size > this.maxBytes) return items.fail(item, strings.tooLarge);
    const digest = await sha256(file).catch(() => null);
    if (!digest) return items.fail(item, strings.unreadable, { file: undefined });
    const lost = items.lost(item, digest);
    await items.keep(lost ?? item, file, digest);
    if (!lost) return undefined;
    items.drop(item);
    return this.retry(lost);
  }

  async #grant() {
    const soon = Date.now() + SPARE_MS;
    for (const item of this.items.waiting((one) => one.grant?.endsAt < soon)) delete item.grant;
    const hashed = this.items.waiting((item) => item.sha256 && !item.grant);
    // One request is for files with the same destination, caption, tags and visibility.
    const kind = ({ to, details }) => JSON.stringify([to, details]);
    const batch = hashed.filter((item) => kind(item) === kind(hashed[0])).slice(0, GRANTS);
    if (this.#granting || !batch.length || this.items.waiting((item) => item.grant).length >= SENDERS) return;
    this.#granting = true;
    const { to, details } = batch[0];
    await askJson(to.grantUrl, { ...details, files: batch.map(described) }).then(
      ({ uploads }) => batch.forEach((item, index) => this.#granted(item, uploads[index])),
      (failure) => this.#notGranted(batch, failure),
    );
    this.#granting = false;
    this.#run();
  }

  #granted(item, answer) {
    this.#cuts = 0;
    const photoId = answer.photo_id;
    if (answer.status === "granted") {
      // By this device's own clock, which may be wrong.
      const endsAt = Date.now() + answer.expires_in * 1000;
      this.items.change(item, { grant: { url: answer.url, fields: answer.fields, endsAt }, photoId, cut: false });
    } else if (answer.status === "already") {
      // Our own earlier attempt may have arrived after all, without our hearing of it.
      this.items.change(item, { state: item.photoId === photoId ? "ready" : "already", photoId, sent: 1 });
      this.#watch(item);
    } else this.items.fail(item, answer.reason);
  }

  #notGranted(batch, { status, sentence }) {
    const { items, strings } = this;
    if (!status) this.#cut(batch);
    else if (status >= 500 || status === 429) this.#refused(batch, sentence || strings.unreachable);
    else if (status === 401) batch.forEach((item) => items.fail(item, strings.signedOut, { again: true }));
    else batch.forEach((item) => items.fail(item, sentence || strings.lost, { again: status === 403 }));
  }

  async #send(item) {
    this.#senders += 1;
    this.items.change(item, { state: "uploading", cut: false });
    await send(item.grant, item.file, (sent) => this.items.change(item, { sent })).then(
      () => this.#arrived(item),
      (failure) => this.#notSent(item, failure),
    );
    this.#senders -= 1;
    this.#run();
  }

  #arrived(item) {
    this.#cuts = 0;
    this.items.change(item, { state: "processing", sent: 1 });
    this.#watch(item);
  }

  // A browser that cannot read a file says the same as without a connection.
  async #notSent(item, { status }) {
    if (status) {
      delete item.grant;
      this.#refused([item], this.strings.refused);
    } else if (await this.items.hasFile(item)) this.#cut([item]);
    else this.items.fail(item, this.strings.unreadable);
  }

  // The browser may believe to be online and is not: everything waits, longer and longer.
  #cut(batch) {
    if (!this.#pause) this.#rest((this.#cuts += 1));
    for (const item of batch) this.items.change(item, { state: "waiting", sent: 0, cut: true });
  }

  // What went wrong at a server goes right a little later, more often than not.
  #refused(batch, reason) {
    this.#cuts = 0;
    for (const item of batch) {
      item.tries += 1;
      if (item.tries >= TRIES) this.items.fail(item, reason, { again: true });
      else {
        this.items.change(item, { state: "waiting", sent: 0, cut: false });
        this.#rest(item.tries);
      }
    }
  }

  // Let everything wait, the longer the more attempts were in vain. A timer, not a moment: the phone's
  // clock may be set meanwhile.
  #rest(attempts) {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
    this.#pause ??= setTimeout(() => this.#wake(), pause);
  }

  #watch(item) {
    const { statusUrl } = item.to;
    this.#watches[statusUrl] ??= watch(statusUrl,
      (one, photo) => this.#settle(one, photo), (one, failure) => this.#lostSight(one, failure));
    this.#watches[statusUrl].add(item);
  }

  #settle(item, photo) {
    const { url, thumbnail } = photo;
    if (["ready", "already"].includes(item.state)) this.items.change(item, { url, thumbnail });
    else if (["ready", "already"].includes(photo.status)) this.items.change(item, { state: photo.status, url, thumbnail });
    else this.items.fail(item, photo.reason || this.strings.lost);
  }

  #lostSight(item, { status, sentence }) {
    if (status === 401) this.items.change(item, { reason: this.strings.signedOut });
    else this.items.fail(item, sentence || this.strings.lost); // an album that is gone, say
  }
}

const described = ({ name, size, file, sha256: digest }) => ({ name, size, type: typeOf(file), sha256: digest });
