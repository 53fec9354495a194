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
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    // Without a secure origin there is only the old way.
    if (navigator.clipboard) navigator.clipboard.writeText(field.value);
    else document.execCommand("copy");
    button.textContent = "Copied";
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-select-all]")) event.target.select();
  });
  document.addEventListener("submit", (event) => {
    const asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : event.target;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) event.preventDefault();
  });
})();
