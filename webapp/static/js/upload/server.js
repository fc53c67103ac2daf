// Talks JSON with our own server.

/** The server's answer. Rejects with .status (0 without a connection) and .sentence, for people. */
export async function askJson(url, body) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const options = body && { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(url, { ...options, headers: { Accept: "application/json", ...options?.headers } });
  } catch {
    throw Object.assign(new Error("connection"), { status: 0 });
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status, sentence: data.error });
  return data;
}
