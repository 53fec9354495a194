/* The dialog that asks for a picture: a file with the words that go with it, or one of the library.
   It knows nothing of the text; whoever opens it is handed the picture. */
WritingDesk.part((desk) => {
  "use strict";
  const dialog = document.getElementById("ab-pictures");
  const upload = dialog.querySelector("[data-panel=upload]");
  const library = dialog.querySelector("[data-panel=library]");
  const grid = dialog.querySelector("[data-library]");
  const more = dialog.querySelector("[data-more]");
  const search = dialog.querySelector("input[type=search]");
  const state = dialog.querySelector("[data-library-state]");
  const thumbnail = dialog.querySelector("[data-thumbnail]");
  const fields = upload.elements;
  let asked = null; // {upload, pick}: what to do with the answer
  let next = "";
  let latest = 0;

  /* Ask for a picture. `wishes.upload(form data)` gets what was filled in, `wishes.pick(picture)` what
     was chosen; the one that is missing is not offered. */
  desk.askForPicture = (wishes, file) => {
    asked = wishes;
    say({});
    if (file) setFile(file);
    turn("upload");
    if (!dialog.open) dialog.showModal();
    (file ? fields.alt_text : fields.file).focus();
  };

  /* Open again with what was filled in, and what the server said of it. */
  desk.askAgain = (wishes, filled, errors) => {
    if (dialog.open) {
      dialog.addEventListener("close", () => desk.askAgain(wishes, filled, errors), { once: true });
      return;
    }
    asked = wishes;
    setFile(filled.get("file"));
    for (const name of ["alt_text", "caption", "credit", "licence", "source_url"]) {
      fields.namedItem(name).value = filled.get(name) || "";
    }
    fields.is_decorative.checked = filled.has("is_decorative");
    fields.alt_text.disabled = fields.is_decorative.checked;
    turn("upload");
    dialog.showModal();
    say(errors);
  };

  function empty() {
    upload.reset();
    fields.alt_text.disabled = false;
    look(null);
  }

  function setFile(file) {
    const holder = new DataTransfer();
    holder.items.add(file);
    fields.file.files = holder.files;
    look(file);
  }

  function look(file) {
    if (thumbnail.src) URL.revokeObjectURL(thumbnail.src);
    thumbnail.hidden = !file;
    if (file) thumbnail.src = URL.createObjectURL(file);
    else thumbnail.removeAttribute("src");
  }

  /* Show what is wrong beside each field; what belongs to none comes last. */
  function say(errors) {
    const left = { ...errors };
    let worst = null;
    for (const place of dialog.querySelectorAll("[data-error]")) {
      const name = place.dataset.error;
      const said = left[name] || [];
      delete left[name];
      if (name === "__all__") place.textContent = [...said, ...Object.values(left).flat()].join(" ");
      else place.textContent = said.join(" ");
      const field = fields.namedItem(name);
      if (!field) continue;
      field.setAttribute("aria-invalid", Boolean(said.length));
      if (said.length) worst = worst || field;
    }
    if (worst) worst.focus();
  }

  function turn(source) {
    upload.hidden = source !== "upload";
    library.hidden = source !== "library";
    for (const button of dialog.querySelectorAll("[data-source]")) {
      button.setAttribute("aria-pressed", button.dataset.source === source);
    }
    if (source === "library") {
      search.focus();
      if (!grid.childElementCount) browse();
    }
  }

  function missing() {
    const errors = {};
    if (!fields.file.files.length) errors.file = ["Choose a file."];
    if (!fields.alt_text.value.trim() && !fields.is_decorative.checked) {
      errors.alt_text = ["Say what the picture shows, or mark it as decorative."];
    }
    return errors;
  }

  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    const errors = missing();
    say(errors);
    if (Object.keys(errors).length) return;
    const filled = new FormData(upload);
    dialog.close();
    empty();
    asked.upload(filled);
  });
  // The theme expects a text box of its own beside every file input: it must not hear of this one.
  upload.addEventListener("change", (event) => {
    if (event.target !== fields.file) return;
    event.stopImmediatePropagation();
    look(fields.file.files[0]);
  }, true);
  fields.is_decorative.addEventListener("change", () => {
    fields.alt_text.disabled = fields.is_decorative.checked;
  });

  async function browse(older) {
    const mine = (latest += 1);
    const query = older || new URLSearchParams({ q: search.value }).toString();
    state.textContent = "Looking…";
    let answer = null;
    try {
      const response = await fetch(`${desk.data.pickUrl}?${query}`, { headers: { Accept: "application/json" } });
      answer = response.ok ? await response.json() : null;
    } catch {
      answer = null; // said below
    }
    if (mine !== latest) return;
    if (!answer || !answer.images) {
      state.textContent = "The library can’t be read just now. Are you still signed in?";
      return;
    }
    if (!older) grid.replaceChildren();
    grid.append(...answer.images.map(card));
    next = answer.next ? answer.next.replace(/^\?/, "") : "";
    more.hidden = !next;
    const found = grid.childElementCount;
    state.textContent = found ? `${found} ${found === 1 ? "picture" : "pictures"}${next ? ", and older ones" : ""}` : search.value ? "No picture matches." : "The library has no pictures yet.";
  }

  function card(picture) {
    const words = picture.alt_text || "A decorative picture";
    return desk.element("li", {},
      desk.element("button", { type: "button", class: "ab-library-card", onclick: () => {
        dialog.close();
        asked.pick(picture);
      } },
      desk.element("img", { src: picture.thumbnail || picture.url, alt: "", loading: "lazy" }),
      desk.element("span", {}, words)));
  }

  search.addEventListener("input", desk.later(() => browse(), 300));
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  more.addEventListener("click", () => browse(next));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  for (const button of dialog.querySelectorAll("[data-source]")) {
    button.addEventListener("click", () => turn(button.dataset.source));
  }
  /* The library is read anew once something was added to it. */
  desk.forgetLibrary = () => grid.replaceChildren();
});
