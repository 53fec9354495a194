/* Unsaved text is kept in this browser, each second of typing, by person and post; after a crash, a
   lost session or a refused save the page offers it back. Nobody is offered what another typed. */
WritingDesk.part((desk) => {
  "use strict";
  const SECOND = 1000;
  const KEPT_FOR = 30 * 24 * 3600 * SECOND;
  const mine = `autoblog.text.${desk.data.user}.`;
  const about = `${mine}${desk.data.kind}.${desk.data.post || "new"}.`;

  const field = desk.field("typing_id");
  if (!field) return;
  if (!field.value) field.value = newId();
  const key = about + field.value;
  // While this page lives, no other one offers its text.
  if (navigator.locks) navigator.locks.request(key, () => new Promise(() => {}));

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // What is saved, by field: the form as the server filled it, unless it came back refused.
  const packed = (held) => Object.fromEntries(Object.entries(held).map(([name, value]) => [name, JSON.stringify(value)]));
  const saved = desk.data.refused ? {} : packed(desk.read());
  let hasRoom = true;
  // On its way to the server by the button: once that is said to be done, desk.js forgets it.
  let isSent = false;

  /* The names of the fields that are not as they were saved last. */
  desk.unsaved = () => Object.entries(packed(desk.read())).filter(([name, value]) => saved[name] !== value).map(([name]) => name);
  desk.hasRoomHere = () => hasRoom;

  /* The server has these fields now: what was kept of them is not needed any more. */
  desk.markSaved = (held) => {
    Object.assign(saved, packed(held));
    keep();
  };

  function keep() {
    if (!desk.unsaved().length) return localStorage.removeItem(key);
    const text = { at: Date.now(), base: desk.value("base_revision"), fields: desk.read(), isSent };
    try {
      localStorage.setItem(key, JSON.stringify(text));
      hasRoom = true;
    } catch {
      hasRoom = false;
    }
    return undefined;
  }

  let timer = 0;
  desk.form.addEventListener("submit", () => {
    isSent = true;
    keep();
  });
  desk.onChange(() => {
    isSent = false;
    timer = timer || setTimeout(() => {
      timer = 0;
      keep();
    }, SECOND);
  });
  for (const leaving of ["pagehide", "visibilitychange", "beforeunload"]) {
    (leaving === "visibilitychange" ? document : window).addEventListener(leaving, () => {
      if (timer) keep();
    });
  }
  if (desk.data.refused) keep();

  function kept(name) {
    try {
      const text = JSON.parse(localStorage.getItem(name));
      return text && text.fields && text.at ? { ...text, name } : null;
    } catch {
      return null;
    }
  }

  /* The fields in which a kept text is not what the form holds now. */
  function different(text) {
    const now = desk.read();
    return Object.keys(text.fields).filter(
      (name) => name in now && JSON.stringify(text.fields[name]) !== JSON.stringify(now[name]),
    );
  }

  async function offers() {
    const held = navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
    const names = Object.keys(localStorage).filter((name) => name.startsWith(mine));
    const texts = names.map(kept).filter(Boolean);
    for (const text of texts) {
      if (Date.now() - text.at > KEPT_FOR) localStorage.removeItem(text.name);
    }
    return texts
      .filter((text) => text.name.startsWith(about) && text.name !== key && !held.includes(text.name))
      .filter((text) => different(text).length || localStorage.removeItem(text.name))
      .sort((one, other) => other.at - one.at);
  }

  const panel = document.getElementById("ab-rescue");
  const clock = (at) => {
    const then = new Date(at);
    const isToday = then.toDateString() === new Date().toDateString();
    const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    return isToday ? time : `${then.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}, ${time}`;
  };

  function offer(text) {
    const box = desk.element("section", { class: "ab-panel ab-panel-warning", "aria-label": "Text that was never saved" });
    const compared = desk.element("div", { hidden: true });
    const close = () => {
      box.remove();
      panel.hidden = !panel.childElementCount;
    };
    const compare = desk.button("Compare", () => {
      compared.hidden = !compared.hidden;
      compare.setAttribute("aria-expanded", !compared.hidden);
      if (!compared.hidden) compared.replaceChildren(...different(text).map((name) => versus(name, text.fields[name])));
    });
    compare.setAttribute("aria-expanded", "false");
    const take = desk.button("Take it", () => {
      // Over the revision it was typed over: if there is a newer one, saving shows both texts.
      if (text.base && desk.field("base_revision")) desk.field("base_revision").value = text.base;
      for (const name of different(text)) desk.fill(name, text.fields[name]);
      keep();
      localStorage.removeItem(text.name);
      close();
      if (desk.editor) desk.editor.codemirror.focus();
    }, "ab-button ab-button-primary");
    const discard = desk.button("Throw it away", () => {
      localStorage.removeItem(text.name);
      close();
    });
    box.append(
      desk.element("div", { class: "ab-panel-row" },
        desk.element("div", {},
          desk.element("p", { class: "ab-panel-lead" }, `Text from ${clock(text.at)} that was never saved`),
          desk.element("p", { class: "ab-quiet" }, "This browser kept it when the page was closed or the save did not go through.")),
        desk.element("p", { class: "ab-actions" }, compare, take, discard)),
      compared);
    panel.append(box);
    panel.hidden = false;
  }

  const words = (held) => (held || []).map(([, shown]) => shown).join(", ");

  function versus(name, held) {
    const label = document.querySelector(`label[for="id_${name}"]`);
    const [now, then] = [words(desk.read()[name]), words(held)];
    const [first, last] = changed(now, then);
    const marked = (text) => {
      const middle = text.slice(first, text.length - last);
      return [text.slice(0, first), ...(middle ? [desk.element("mark", {}, middle)] : []), text.slice(text.length - last)];
    };
    const column = (title, text) =>
      desk.element("div", {}, desk.element("p", { class: "ab-versus-head" }, title),
        desk.element("pre", { class: "ab-pre", tabindex: "0" },
          ...(text ? marked(text) : [desk.element("span", { class: "ab-quiet" }, "Nothing")])));
    return desk.element("section", { class: "ab-versus" },
      desk.element("h3", { class: "ab-versus-title" }, label ? label.textContent.replace("*", "").trim() : name),
      desk.element("div", { class: "ab-versus-two" }, column("In the form now", now), column("Never saved", then)));
  }

  /* How many characters two texts have in common at their beginning and at their end. */
  function changed(one, other) {
    const most = Math.min(one.length, other.length);
    let first = 0;
    while (first < most && one[first] === other[first]) first += 1;
    let last = 0;
    while (last < most - first && one[one.length - 1 - last] === other[other.length - 1 - last]) last += 1;
    return [first, last];
  }

  // What a Save just brought to the server was forgotten by desk.js before this page stood.
  offers().then((texts) => texts.forEach(offer));
});
