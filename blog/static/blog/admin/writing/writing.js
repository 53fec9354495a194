/* What the parts of the writing desk share: the form, its fields, and the way to the server.
   No part ever turns text into HTML: they build elements and set their text. */
const WritingDesk = (function () {
  "use strict";
  // What belongs to the page and not to the text.
  const OURS = new Set(["csrfmiddlewaretoken", "base_revision", "typed_by", "typing_id"]);
  const parts = [];
  const reactions = [];
  const desk = { root: null, form: null, data: null, editor: null };

  /* Run `part` once the page stands, if it has a writing desk. */
  desk.part = (part) => parts.push(part);

  desk.field = (name) => desk.form.elements.namedItem(name);
  desk.value = (name) => (desk.field(name) ? desk.field(name).value : "");

  const textFields = () =>
    [...desk.form.elements].filter(
      (field) => field.name && !OURS.has(field.name) && field.type !== "submit" && field.type !== "button",
    );

  /* What every field holds: lists of [value, words shown for it]. */
  desk.read = () => {
    const held = {};
    for (const field of textFields()) {
      held[field.name] = field.options
        ? [...field.selectedOptions].filter((o) => o.value).map((o) => [o.value, o.text.trim()])
        : field.value === "" ? [] : [[field.value, field.value]];
    }
    return held;
  };

  /* Let a field hold what `read` once said of it. */
  desk.fill = (name, held) => {
    const field = desk.field(name);
    if (!field) return;
    if (name === "body" && desk.editor) {
      desk.editor.value(held.length ? held[0][0] : "");
    } else if (field.options) {
      const wanted = new Set(held.map(([value]) => value));
      for (const [value, words] of held) {
        if (![...field.options].some((o) => o.value === value)) field.add(new Option(words, value));
      }
      for (const option of field.options) option.selected = wanted.has(option.value);
      if (!held.length && !field.multiple) field.value = "";
    } else {
      field.value = held.length ? held[0][0] : "";
    }
    // The theme's select boxes listen to jQuery alone, everybody else to both.
    django.jQuery(field).trigger("input").trigger("change");
  };

  /* Call `react` with the field whenever what the form holds has changed. */
  desk.onChange = (react) => reactions.push(react);

  function watch() {
    let before = JSON.stringify(desk.read());
    // jQuery also hears of what the theme's select boxes tell nobody else.
    django.jQuery(desk.form).on("input change", (event) => {
      const now = JSON.stringify(desk.read());
      if (now === before) return;
      before = now;
      for (const react of reactions) react(event.target);
    });
  }

  /* Return a function that runs `act` once, `wait` milliseconds after its last call. */
  desk.later = (act, wait) => {
    let timer = 0;
    return (...words) => {
      clearTimeout(timer);
      timer = setTimeout(act, wait, ...words);
    };
  };

  /* A log-in in another tab gives this browser a new token; the form takes it over. */
  desk.renewToken = () => {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (cookie) desk.form.elements.csrfmiddlewaretoken.value = cookie[1];
    return desk.form.elements.csrfmiddlewaretoken.value;
  };

  /* The form as it stands, with what the server has to know beside it. */
  desk.typed = () => {
    desk.renewToken();
    const typed = new FormData(desk.form);
    typed.append("post", desk.data.post);
    typed.append("kind", desk.data.kind);
    return typed;
  };

  /* POST `body` and return {status, answer}; 0 when the server can't be reached, 401 when it no
     longer knows us, whichever way it said so. */
  desk.send = async (url, body) => {
    let response;
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": desk.renewToken() };
      response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
    } catch {
      return { status: 0, answer: {} };
    }
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    if (!isJson) return { status: response.ok || response.status === 403 ? 401 : response.status, answer: {} };
    return { status: response.status, answer: await response.json() };
  };

  /* Return an element; `children` are elements or text. */
  desk.element = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  desk.button = (words, press, look) =>
    desk.element("button", { type: "button", class: look || "ab-button", onclick: press }, words);

  document.addEventListener("DOMContentLoaded", () => {
    desk.root = document.getElementById("ab-desk");
    if (!desk.root) return;
    desk.form = desk.root.closest("form");
    desk.data = desk.root.dataset;
    for (const part of parts) part(desk);
    watch();
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-fill]");
      if (!button) return;
      desk.fill(button.dataset.fill, JSON.parse(button.dataset.filling));
      button.textContent = "Taken over";
    });
  });

  return desk;
})();
