// Fetches part of a page and brings it to life, as htmx would.

export async function fragment(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

/** Let htmx and app.js find what asks for them in an element that is new on the page. */
export function enliven(element) {
  htmx.process(element);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: element } }));
}
