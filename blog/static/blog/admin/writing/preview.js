/* The public page of the text as it is typed: the form is posted into a sandboxed frame.
   Each answer loads in a new frame behind the old one, so that nothing flickers, the reader's place
   is kept, and the browser's Back button never walks through old previews. */
WritingDesk.part((desk) => {
  "use strict";
  const PAUSE = 700;
  const HIDDEN = "autoblog.look.hidden";
  const WIDTH = "autoblog.look.width";
  const beside = document.getElementById("ab-beside");
  const stage = document.getElementById("ab-look-stage");
  const state = document.getElementById("ab-look-state");
  const switches = [...document.querySelectorAll("#ab-look [data-width]")];
  let shown = null; // the frame that is looked at
  let coming = null; // the one that loads
  let isStale = true; // something was typed since the last asking
  let number = 0;

  const isHidden = () => beside.hidden;
  const documentOf = (frame) => {
    try {
      return frame.contentDocument;
    } catch {
      return null; // the browser's own page about an error
    }
  };

  function ask() {
    if (isHidden() || coming) return;
    isStale = false;
    number += 1;
    const name = `ab-look-${number}`;
    coming = desk.element("iframe", {
      name, class: "ab-look-frame ab-look-coming", sandbox: "allow-same-origin", title: "Preview of the unsaved text",
    });
    stage.append(coming);
    if (!shown) state.textContent = "Loading…";
    const form = desk.element("form", { method: "post", action: desk.data.previewUrl, target: name, hidden: true });
    for (const [field, value] of desk.typed()) {
      if (typeof value !== "string") continue;
      const input = desk.element("textarea", { name: field });
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    // The frame's first document is an empty one.
    coming.addEventListener("load", arrive);
    form.submit();
    form.remove();
  }

  function arrive(event) {
    const frame = event.target;
    const page = documentOf(frame);
    if (page && page.URL === "about:blank") return;
    coming = null;
    if (page && page.querySelector("main")) take(frame, page);
    else fail(frame);
    if (isStale) later();
  }

  function take(frame, page) {
    const before = shown && documentOf(shown);
    frame.classList.remove("ab-look-coming");
    if (before) page.scrollingElement.scrollTop = before.scrollingElement.scrollTop;
    if (shown) shown.remove();
    shown = frame;
    state.textContent = "";
    fit();
    // A link would leave the preview for a page that refuses frames.
    page.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      window.open(link.href, "_blank", "noopener");
    });
  }

  function fail(frame) {
    frame.remove();
    state.textContent = "Not up to date";
  }

  /* A frame of so many pixels, made smaller until it fits. */
  function fit() {
    if (!shown) return;
    const wanted = Number(stage.dataset.width) || stage.clientWidth;
    const scale = Math.min(1, stage.clientWidth / wanted);
    shown.style.width = `${wanted}px`;
    shown.style.height = `${stage.clientHeight / scale}px`;
    shown.style.transform = scale < 1 ? `scale(${scale})` : "";
    shown.style.left = `${Math.max(0, (stage.clientWidth - wanted * scale) / 2)}px`;
  }

  function setWidth(width) {
    stage.dataset.width = width;
    for (const button of switches) button.setAttribute("aria-pressed", button.dataset.width === width);
    localStorage.setItem(WIDTH, width);
    fit();
  }

  const later = desk.later(ask, PAUSE);

  desk.toggleLook = (isWanted = isHidden()) => {
    beside.hidden = !isWanted;
    desk.root.classList.toggle("ab-desk-alone", !isWanted);
    localStorage.setItem(HIDDEN, isWanted ? "" : "yes");
    const button = document.querySelector(".editor-toolbar .look");
    if (button) button.setAttribute("aria-pressed", isWanted);
    if (isWanted && (isStale || !shown)) ask();
    else fit();
  };

  for (const button of switches) button.addEventListener("click", () => setWidth(button.dataset.width));
  new ResizeObserver(fit).observe(stage);
  desk.onChange((field) => {
    if (field.name === "note") return;
    isStale = true;
    later();
  });
  setWidth(localStorage.getItem(WIDTH) || "");
  desk.toggleLook(localStorage.getItem(HIDDEN) !== "yes");
});
