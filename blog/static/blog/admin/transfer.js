/* Fills the bar of a move: asks how far it is while a worker has it, writes that as text, and opens
   the report when there is one. Slower in a hidden tab, patient with a network that fails. */
(function () {
  "use strict";
  const EVERY = 1000;
  const HIDDEN = 8000;
  const PATIENCE = 15000;

  function watch(root) {
    const part = (name) => root.querySelector('[data-part="' + name + '"]');
    const say = (name, text) => { const node = part(name); if (node.textContent !== text) node.textContent = text; };
    let failures = 0;
    let timer = 0;

    function again() {
      clearTimeout(timer);
      timer = setTimeout(ask, document.hidden ? HIDDEN : Math.min(EVERY * Math.pow(2, failures), PATIENCE));
    }

    async function ask() {
      try {
        const answer = await fetch(root.dataset.transfer, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.status === 403) return say("connection", "You have been signed out. Sign in again to see how it goes on.");
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        show(news);
        if (!news.is_active) return window.location.reload();
        failures = 0;
        say("connection", "");
      } catch (error) {
        failures += 1;
        say("connection", "The connection is lost. The work goes on; this page asks again in a moment.");
      }
      again();
    }

    function show(news) {
      part("bar").setAttribute("aria-valuenow", String(news.percent));
      part("fill").style.width = news.percent + "%";
      say("activity", news.activity);
      say("label", news.label);
      part("label").className = "ab-label ab-label-" + news.tone;
    }

    document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
    again();
  }

  const root = document.querySelector("[data-transfer]");
  if (root && root.dataset.transfer) watch(root);
})();
