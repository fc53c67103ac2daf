// Talks JSON with our own server.

const PATIENCE_MS = 30_000;

/** The answer was no, with its .status (0: there was no answer) and perhaps a .sentence for people. */
export class Failure extends Error {
  constructor(status, sentence) {
    super(sentence ?? status);
    Object.assign(this, { status, sentence });
  }
}

/** The server's answer. Rejects with a Failure. */
export async function askJson(url, body) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const options = body && { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body: JSON.stringify(body) };
  const patience = new AbortController(); // AbortSignal.timeout is unknown to iPhones that stay at iOS 15
  setTimeout(() => patience.abort(), PATIENCE_MS);
  const answer = await fetch(url, { signal: patience.signal, ...options, headers: { Accept: "application/json", ...options?.headers } }).catch(() => null);
  const data = await answer?.json().catch(() => null);
  if (answer?.ok && data) return data;
  // What is well but not ours comes from a network that wants one to sign in first: no connection yet.
  throw new Failure(answer && !answer.ok ? answer.status : 0, data?.error);
}
