// Posts one file to the bucket. XMLHttpRequest, because fetch tells no upload progress.

import { Failure } from "./server.js";

const STALLED_MS = 45_000;

/** Resolves when the file has arrived. Rejects with a Failure. */
export function send({ url, fields }, file, onProgress) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file); // S3 ignores whatever follows the file

    const request = new XMLHttpRequest();
    let stalled;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    request.upload.onprogress = (event) => {
      alive();
      onProgress(event.loaded / event.total);
    };
    request.onloadend = () => {
      clearTimeout(stalled);
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Failure(request.status));
    };
    request.open("POST", url);
    request.send(body);
    alive();
  });
}
