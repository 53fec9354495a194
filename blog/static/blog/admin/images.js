/* The library of pictures: bringing many at once, and pointing at what a crop must show.
   Without this script the plain form takes pictures one by one, and the point is two numbers. */
(function () {
  "use strict";

  /* -- Pointing ------------------------------------------------------------------------------- */
  function point(box) {
    const mark = box.querySelector("[data-mark]");
    const fields = ["x", "y"].map((axis) => document.getElementById(`id_focal_${axis}`));
    if (!fields[0] || !fields[1]) return;
    const crops = document.querySelectorAll("[data-crop]");
    const bounded = (value) => Math.min(100, Math.max(0, Math.round(Number(value) || 0)));

    function show() {
      const [x, y] = fields.map((field) => `${bounded(field.value)}%`);
      mark.style.left = x;
      mark.style.top = y;
      crops.forEach((crop) => { crop.style.objectPosition = `${x} ${y}`; });
    }
    function set(event) {
      const area = box.getBoundingClientRect();
      fields[0].value = bounded(((event.clientX - area.left) / area.width) * 100);
      fields[1].value = bounded(((event.clientY - area.top) / area.height) * 100);
      fields.forEach((field) => field.dispatchEvent(new Event("change", { bubbles: true })));
      show();
    }
    fields.forEach((field) => field.addEventListener("input", show));
    box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      box.setPointerCapture(event.pointerId);
      set(event);
    });
    box.addEventListener("pointermove", (event) => box.hasPointerCapture(event.pointerId) && set(event));
    show();
  }

  /* -- Bringing ------------------------------------------------------------------------------- */
  function bring(section) {
    const plain = document.getElementById(section.dataset.form);
    const part = (name) => section.querySelector(`[data-${name}]`);
    const list = part("list");
    const all = part("all");
    const keepButton = part("keep");
    const token = plain.querySelector("[name=csrfmiddlewaretoken]").value;
    let kept = 0;
    let isBusy = false;

    // The plain form is for those without a script, and for what the server said of it.
    if (plain.querySelector(".errorlist, .text-red-600, .errornote")) return;
    plain.hidden = true;
    const line = document.getElementById("submit-row");
    if (line) line.hidden = true;
    section.hidden = false;

    const cards = () => [...list.children];
    const left = () => cards().filter((card) => !card.dataset.kept);

    function tell(words) {
      part("state").textContent = words;
    }
    function refresh() {
      const count = left().length;
      part("actions").hidden = cards().length === 0;
      all.hidden = cards().length < 2;
      keepButton.hidden = count === 0;
      keepButton.textContent = count === 1 ? "Keep this picture" : `Keep these ${count} pictures`;
    }

    function add(file) {
      const card = part("card").content.firstElementChild.cloneNode(true);
      const form = card.querySelector("form");
      const fields = form.elements;
      card.file = file;
      card.querySelector("img").src = URL.createObjectURL(file);
      card.querySelector("[data-name]").textContent = `${file.name}, ${(file.size / 1e6).toFixed(1)} MB`;
      // Words from the address: another picture in the place of one that is used.
      new URLSearchParams(location.search).forEach((value, name) => {
        const field = fields.namedItem(name);
        if (field && field.type === "checkbox") field.checked = value === "True";
        else if (field) field.value = value;
      });
      for (const shared of all.elements) fields.namedItem(shared.name).value ||= shared.value;
      const dim = () => { fields.alt_text.disabled = fields.is_decorative.checked; };
      fields.is_decorative.addEventListener("change", dim);
      dim();
      form.addEventListener("submit", (event) => { event.preventDefault(); keepAll(); });
      card.querySelector("[data-drop-it]").addEventListener("click", () => {
        URL.revokeObjectURL(card.querySelector("img").src);
        card.remove();
        refresh();
      });
      list.append(card);
      return card;
    }
    function addAll(files) {
      const added = [...files].filter((file) => file.type.startsWith("image/")).map(add);
      const others = files.length - added.length;
      tell(others ? `${others === 1 ? "One file is" : `${others} files are`} no picture and left out.` : "");
      refresh();
      if (added.length) added[0].querySelector("[name=alt_text]").focus();
    }

    function say(card, errors) {
      const rest = { ...errors };
      for (const place of card.querySelectorAll("[data-error]")) {
        const name = place.dataset.error;
        const said = rest[name] || [];
        delete rest[name];
        place.textContent = (name === "__all__" ? [...said, ...Object.values(rest).flat()] : said).join(" ");
        const field = card.querySelector("form").elements.namedItem(name);
        if (field) field.setAttribute("aria-invalid", String(said.length > 0));
      }
    }
    function missing(card) {
      const fields = card.querySelector("form").elements;
      if (fields.alt_text.value.trim() || fields.is_decorative.checked) return {};
      return { alt_text: ["Say what the picture shows, or mark it as decorative."] };
    }
    async function send(card) {
      const data = new FormData(card.querySelector("form"));
      data.append("file", card.file);
      try {
        const answer = await fetch(section.dataset.url, { method: "POST", body: data, headers: { "X-CSRFToken": token } });
        if (answer.status === 201) return null;
        if (answer.status === 413) return { file: ["The file is too large for the server. Save it smaller, then try again."] };
        return (await answer.json()).errors;
      } catch {
        return { __all__: ["The server can’t be reached just now. Everything is still here: try again in a moment."] };
      }
    }
    function finish(card) {
      card.dataset.kept = "yes";
      card.classList.add("ab-bring-kept");
      card.querySelectorAll("input, button").forEach((field) => { field.disabled = true; });
      kept += 1;
    }

    async function keepAll() {
      if (isBusy) return;
      isBusy = true;
      keepButton.disabled = true;
      let worst = null;
      for (const card of left()) {
        tell(`Keeping ${card.file.name} …`);
        const wrong = missing(card);
        const errors = Object.keys(wrong).length ? wrong : await send(card);
        say(card, errors || {});
        if (errors) worst = worst || card;
        else finish(card);
      }
      isBusy = false;
      keepButton.disabled = false;
      refresh();
      if (!worst) {
        leave();
        return;
      }
      const count = left().length;
      tell(`${kept ? `${kept} kept. ` : ""}${count === 1 ? "One picture needs" : `${count} pictures need`} something from you.`);
      (worst.querySelector("[aria-invalid=true]") || worst.querySelector("[name=alt_text]")).focus();
    }
    function leave() {
      tell("All are kept.");
      window.removeEventListener("beforeunload", warn);
      location.assign(section.dataset.list);
    }
    function warn(event) {
      if (left().length) event.preventDefault();
    }

    keepButton.addEventListener("click", keepAll);
    all.addEventListener("submit", (event) => event.preventDefault());
    all.addEventListener("input", (event) => {
      for (const card of left()) card.querySelector("form").elements.namedItem(event.target.name).value = event.target.value;
    });
    part("files").addEventListener("change", (event) => {
      addAll(event.target.files);
      event.target.value = "";
    });
    const drop = part("drop");
    section.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("ab-drop-over"); });
    section.addEventListener("dragleave", () => drop.classList.remove("ab-drop-over"));
    section.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("ab-drop-over");
      addAll(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", warn);
  }

  /* -- The wall: new pictures appear as soon as a worker has made their copies ------------------ */
  function refresh(wall, times) {
    if (!times || !wall.querySelector("[data-waiting]")) return;
    setTimeout(async () => {
      try {
        const page = new DOMParser().parseFromString(await (await fetch(location)).text(), "text/html");
        const fresh = page.querySelectorAll("[data-wall] > li");
        [...wall.children].forEach((tile, place) => {
          const waits = tile.querySelector("[data-waiting]");
          if (waits && fresh.length === wall.children.length && !fresh[place].querySelector("[data-waiting]")) {
            waits.parentNode.replaceWith(fresh[place].querySelector(".ab-tile-picture"));
          }
        });
      } catch {
        // The next time, perhaps.
      }
      refresh(wall, times - 1);
    }, 3000);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-wall]").forEach((wall) => refresh(wall, 40));
    document.querySelectorAll("[data-focal].ab-focal-open").forEach(point);
    document.querySelectorAll("[data-bring]").forEach(bring);
  });
})();
