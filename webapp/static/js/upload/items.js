// What is in the queue, and what the device remembers of it. An item's state is waiting, uploading,
// processing, ready, already or failed.

import { isReadable } from "./files.js";
import { isAbandoned, tab } from "./tabs.js";

const A_DAY_MS = 864e5;
const ARRIVED = ["processing", "ready", "already"];
const SETTLED = ["ready", "already", "failed"];

export class Items {
  all = [];
  expired = 0; // how many were forgotten because they had waited too long

  /** `onGone` is told of items that leave the list, `onSafe` of files whose bytes are kept here or have arrived. */
  constructor({ owner, store, strings, onChange, onGone, onSafe }) {
    Object.assign(this, { owner, store, strings, onChange, onGone, onSafe });
  }

  /** Take up what an earlier visit has left, wherever it was to go, and return it. */
  async restore() {
    const found = [];
    for (const record of await this.store.all()) {
      if (!(await isAbandoned(record.tab))) continue;
      const mine = record.owner === this.owner;
      if (Date.now() - record.at > A_DAY_MS) {
        this.store.forget(record.id);
        if (mine && !ARRIVED.includes(record.state)) this.expired += 1;
      } else if (mine) found.push(await this.#takeUp(record));
    }
    this.all.unshift(...found);
    return found;
  }

  async #takeUp(record) {
    const item = { ...record, tab, cut: false, tries: 0, sent: SETTLED.includes(record.state) ? 1 : 0 };
    if (item.state === "uploading") delete item.grant; // it may have arrived: the next grant will tell
    if (item.state === "uploading" || item.again) Object.assign(item, { state: "waiting", reason: "", again: false });
    if (["waiting", "failed"].includes(item.state)) item.file = await this.store.file(item.id);
    if (item.state === "waiting" && !item.file) Object.assign(item, { state: "failed", reason: this.strings.chooseAgain });
    if (item.state === "processing") item.reason = "";
    this.#save(item);
    return item;
  }

  add(files, to, details) {
    const at = Date.now();
    // The ids sort as the files were chosen: a later visit lists and sends them in that order.
    const id = (index) => [at, String(index).padStart(5, "0"), crypto.randomUUID()].join("-");
    const added = files.map((file, index) => ({ id: id(index), tab, owner: this.owner, to, at, name: file.name,
      size: file.size, file, details, state: "waiting", reason: "", sent: 0, tries: 0 }));
    this.all.push(...added);
    added.forEach((item) => this.#save(item));
    return added;
  }

  /** What has failed and can be sent again as it is. */
  get retryable() {
    return this.all.filter((item) => item.state === "failed" && item.file);
  }

  /** Forget what is settled. */
  clear() {
    this.all.filter((item) => SETTLED.includes(item.state)).forEach((item) => this.drop(item));
  }

  count(...states) {
    return this.all.filter((item) => states.includes(item.state)).length;
  }

  get progress() {
    const sent = this.all.reduce((sum, { state, sent }) => sum + (SETTLED.includes(state) ? 1 : sent * 0.9), 0);
    return sent / (this.all.length || 1);
  }

  waiting(wanted) {
    return this.all.filter((item) => item.state === "waiting" && wanted(item));
  }

  /** The item whose file is missing and is this one, which the phone may have given another name or time. */
  lost({ to, name, size }, digest) {
    return this.all.find((one) => one.state === "failed" && !one.file && one.to.grantUrl === to.grantUrl
      && (one.sha256 ? one.sha256 === digest : one.name === name && one.size === size));
  }

  /** Keep the file and its checksum, here and, as far as there is room, on the device. */
  async keep(item, file, digest) {
    Object.assign(item, { file, sha256: digest });
    if (await this.store.keep(item.id, file)) this.onSafe(file);
    this.#save(item);
  }

  /** Whether the file can still be read; the kept copy may do. */
  async hasFile(item) {
    if (await isReadable(item.file)) return true;
    const kept = await this.store.file(item.id);
    item.file = (await isReadable(kept)) ? kept : undefined;
    return Boolean(item.file);
  }

  // With `again` in the changes, the next visit tries by itself.
  fail(item, reason, changes) {
    delete item.grant;
    this.change(item, { state: "failed", reason, cut: false, ...changes });
  }

  change(item, changes) {
    const { state } = item;
    Object.assign(item, changes);
    if (state !== item.state || changes.grant) this.#save(item);
    if (state !== item.state && ARRIVED.includes(item.state)) this.#letGoOfFile(item);
    this.onChange(item);
  }

  drop(item) {
    this.all = this.all.filter((one) => one !== item);
    this.store.forget(item.id);
    this.onGone(item);
  }

  #save({ file, sent, tries, ...record }) {
    this.store.put(record);
  }

  #letGoOfFile({ id, file }) {
    this.store.forgetFile(id);
    this.onSafe(file);
  }
}
