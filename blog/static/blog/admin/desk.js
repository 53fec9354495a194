/* Small comforts on every page of the desk: select a secret, copy a text, confirm what can't be
   undone, and forget the copy of a text that was just saved. */
(function () {
  "use strict";
  const saved = document.cookie.match(/(?:^|; )autoblog_saved=([\w-]+)/);
  if (saved) {
    // Not what was typed after the button was pressed.
    Object.keys(localStorage)
      .filter((name) => name.startsWith("autoblog.text.") && name.endsWith(`.${saved[1]}`))
      .filter((name) => JSON.parse(localStorage.getItem(name)).isSent)
      .forEach((name) => localStorage.removeItem(name));
    document.cookie = "autoblog_saved=; path=/admin/; max-age=0";
  }
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-select-all]")) event.target.select();
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      // Without leave for the clipboard the address is selected: Ctrl-C copies it.
      button.textContent = "Selected: press Ctrl-C";
    }
  });
  // A preview as tall as its page: one thing scrolls, not two.
  function fit(frame) {
    frame.style.height = "";
    frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px";
  }
  // A column taller than the window stays from its end on, a shorter one from its beginning.
  function stick(column) {
    const over = Math.max(0, column.offsetHeight + 32 - window.innerHeight);
    column.style.setProperty("--ab-over", over + "px");
    column.classList.add("ab-sticks");
  }
  function follow(thing, change) {
    let width = 0, height = 0;
    new ResizeObserver(() => {
      const isNew = thing.offsetWidth !== width || thing.offsetHeight !== height;
      [width, height] = [thing.offsetWidth, thing.offsetHeight];
      if (isNew) change(thing);
      [width, height] = [thing.offsetWidth, thing.offsetHeight];
    }).observe(thing);
    window.addEventListener("resize", () => change(thing));
  }
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("iframe[data-fit]").forEach((frame) => {
      frame.addEventListener("load", () => follow(frame, fit));
    });
    document.querySelectorAll("[data-stick]").forEach((column) => follow(column, stick));
  });
  document.addEventListener("submit", (event) => {
    const asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : event.target;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) event.preventDefault();
  });
})();
