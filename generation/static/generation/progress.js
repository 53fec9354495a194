/* Fills the progress bar of a run: asks the progress document while the run is active, and writes
   what it says as text. Slower in a hidden tab, patient with a network that fails, silent at the end. */
(function () {
  "use strict";
  const EVERY = 1000;
  const HIDDEN = 8000;
  const PATIENCE = 15000;
  const REST = 1200;

  function start(root) {
    const part = (name) => root.querySelector('[data-part="' + name + '"]');
    const say = (name, text) => { const node = part(name); if (node && node.textContent !== text) node.textContent = text; };
    let tag = "";
    let failures = 0;
    let timer = 0;
    let startedAt = Date.now() - Number(root.dataset.elapsed) * 1000;
    const ticking = setInterval(tick, 1000);

    function clock(total) {
      const minutes = Math.floor(total / 60);
      const rest = total % 60;
      return minutes ? minutes + " min " + String(rest).padStart(2, "0") + " s" : rest + " s";
    }

    function tick() {
      say("elapsed", clock(Math.max(0, Math.round((Date.now() - startedAt) / 1000))));
    }

    function again(delay) {
      clearTimeout(timer);
      timer = setTimeout(poll, delay);
    }

    function pause() {
      return document.hidden ? HIDDEN : Math.min(EVERY * Math.pow(2, failures), PATIENCE);
    }

    async function poll() {
      try {
        const answer = await fetch(root.dataset.url, {
          headers: Object.assign({ Accept: "application/json" }, tag ? { "If-None-Match": tag } : {}),
          credentials: "same-origin",
          cache: "no-store",
          redirect: "manual",
        });
        if (answer.type === "opaqueredirect" || answer.status === 403) return signedOut();
        if (answer.status === 404) return stop("This run is no longer there.");
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(String(answer.status));
          tag = answer.headers.get("ETag") || "";
          const news = await answer.json();
          show(news);
          if (!news.is_active) return finish(news);
        }
        failures = 0;
        say("connection", "");
      } catch (error) {
        failures += 1;
        say("connection", "The connection is lost. The run goes on; this page asks again in a moment.");
      }
      again(pause());
    }

    function show(news) {
      startedAt = Date.now() - news.elapsed * 1000;
      root.dataset.status = news.status;
      const bar = part("bar");
      bar.setAttribute("aria-valuenow", String(news.percent));
      bar.setAttribute("aria-valuetext", news.percent + " percent, " + news.finished + " of " + news.total + " steps");
      part("fill").style.width = news.percent + "%";
      say("percent", news.percent + " %");
      say("count", news.finished + " of " + news.total + " steps");
      say("activity", news.activity || (news.status === "queued" ? "Waiting for a free worker" : ""));
      say("cost", news.cost);
      const label = part("label");
      say("label", news.label);
      label.className = "ab-label" + (news.tone ? " ab-label-" + news.tone : "");
      const list = part("steps");
      news.steps.forEach((step, place) => draw(list, step, place));
    }

    function draw(list, step, place) {
      let item = Array.from(list.children).find((node) => node.dataset.step === step.key);
      if (!item) {
        item = part("step-template").content.firstElementChild.cloneNode(true);
        item.dataset.step = step.key;
      }
      if (list.children[place] !== item) list.insertBefore(item, list.children[place] || null);
      item.dataset.status = step.status;
      const write = (name, text) => { const node = item.querySelector('[data-step-part="' + name + '"]'); if (node.textContent !== text) node.textContent = text; };
      write("label", step.label);
      write("words", step.words);
      write("time", step.time);
      write("detail", step.problem || step.activity);
    }

    function finish(news) {
      clearInterval(ticking);
      if (news.next_url && news.status === "succeeded") {
        say("activity", "The draft is finished. Opening it…");
        setTimeout(() => window.location.assign(news.next_url), REST);
      } else {
        // The reason and the Retry button come from the server.
        setTimeout(() => window.location.reload(), REST);
      }
    }

    function signedOut() {
      stop("You have been signed out. Sign in again to see how the run goes on.");
    }

    function stop(words) {
      clearInterval(ticking);
      say("connection", words);
    }

    document.addEventListener("visibilitychange", () => { if (!document.hidden && timer) again(0); });
    window.addEventListener("online", () => again(0));
    again(0);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-progress][data-active]").forEach(start);
  });
})();
