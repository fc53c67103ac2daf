// What a grant needs to know about a file.

// Browsers leave the type empty for kinds their system does not know, and some Android pickers for any.
const TYPES = { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", heic: "image/heic", heif: "image/heif", avif: "image/avif", jxl: "image/jxl", webp: "image/webp" };

export const typeOf = (file) => file.type || TYPES[file.name.split(".").pop().toLowerCase()] || "application/octet-stream";

/** The SHA-256 of a file, in hexadecimal. Rejects when the file can no longer be read. */
export async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether there is a file and it can still be read: it may have been moved or changed since. */
export const isReadable = async (file) => Boolean(await file?.slice(0, 1).arrayBuffer().catch(() => null));
