/* Small comforts on every page of the desk: select a secret, confirm what can't be undone. */
(function () {
  "use strict";
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-select-all]")) event.target.select();
  });
  document.addEventListener("submit", (event) => {
    const asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : event.target;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) event.preventDefault();
  });
})();
