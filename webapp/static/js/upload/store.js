// The queue on the device: what is known of each file, and the files themselves, in IndexedDB. Where
// the browser keeps nothing (a private window, or one that does not answer), nothing fails: the queue
// lives as long as the page.

const MOST_BYTES = 2e9;
const SHARE_OF_QUOTA = 0.7;
const OPENING_MS = 3000;

export class Store {
  #database;

  constructor(name) {
    this.name = name;
  }

  async all() {
    return (await this.#ask("items", "readonly", (items) => items.getAll())) ?? [];
  }

  put(record) {
    this.#ask("items", "readwrite", (items) => items.put(record));
  }

  /** Keep the file's bytes, if there is room for them; resolves with whether they are kept. */
  async keep(id, file) {
    const { usage = 0, quota = Infinity } = (await navigator.storage?.estimate?.().catch(() => {})) ?? {};
    if (usage + file.size > Math.min(MOST_BYTES, quota * SHARE_OF_QUOTA)) return false;
    return (await this.#ask("files", "readwrite", (files) => files.put(file, id))) === id;
  }

  file(id) {
    return this.#ask("files", "readonly", (files) => files.get(id));
  }

  forgetFile(id) {
    this.#ask("files", "readwrite", (files) => files.delete(id));
  }

  forget(id) {
    this.#ask("items", "readwrite", (items) => items.delete(id));
    this.forgetFile(id);
  }

  // WebKit drops the connection while the phone sleeps: what fails is asked once more over a new one.
  async #ask(name, mode, request) {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const database = await (this.#database ??= opened(this.name));
      if (!database) return undefined;
      try {
        const transaction = database.transaction(name, mode);
        return await resultOf(request(transaction.objectStore(name)), transaction);
      } catch {
        database.close();
        this.#database = undefined;
      }
    }
    return undefined;
  }
}

// The database, or undefined where there is none.
function opened(name) {
  return new Promise((resolve) => {
    setTimeout(resolve, OPENING_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("items", { keyPath: "id" });
      request.result.createObjectStore("files");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve();
  }).catch(() => {});
}

// Only what is committed is kept: a full disk shows in the end.
const resultOf = (request, transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
