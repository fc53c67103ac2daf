// The queue on the device: what is known of each file, and the files themselves, in IndexedDB. Where
// the browser keeps nothing (a private window), the queue lives as long as the page.

const MOST_BYTES = 2e9;
const SHARE_OF_QUOTA = 0.7;

export async function openStore(name) {
  try {
    return new Store(await opened(name));
  } catch {
    return { all: async () => [], put() {}, keep: async () => false, file() {}, forgetFile() {}, forget() {} };
  }
}

function opened(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("items", { keyPath: "id" });
    request.result.createObjectStore("files");
  };
  return answerOf(request);
}

const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class Store {
  constructor(database) {
    this.database = database;
  }

  #in(store, mode = "readwrite") {
    return this.database.transaction(store, mode).objectStore(store);
  }

  all() {
    return answerOf(this.#in("items", "readonly").getAll());
  }

  put(record) {
    this.#in("items").put(record);
  }

  /** Keep the file's bytes, if there is room for them. */
  async keep(id, file) {
    try {
      const { usage = 0, quota = Infinity } = (await navigator.storage?.estimate?.()) ?? {};
      if (usage + file.size > Math.min(MOST_BYTES, quota * SHARE_OF_QUOTA)) return false;
      await answerOf(this.#in("files").put(file, id));
      return true;
    } catch {
      return false;
    }
  }

  file(id) {
    return answerOf(this.#in("files", "readonly").get(id)).catch(() => undefined);
  }

  forgetFile(id) {
    this.#in("files").delete(id);
  }

  forget(id) {
    this.#in("items").delete(id);
    this.forgetFile(id);
  }
}
