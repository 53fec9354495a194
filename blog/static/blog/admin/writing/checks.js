/* What the checks of the house find in the unsaved text; without their door the panel stays away. */
WritingDesk.part((desk) => {
  "use strict";
  const PAUSE = 1200;
  const LEVELS = { block: "must be mended before it is published", warn: "worth a look", pass: "fine" };
  const panel = document.getElementById("ab-checks");
  if (!panel || !panel.dataset.url) return;
  const list = panel.querySelector("[data-findings]");
  const summary = panel.querySelector("[data-summary]");
  let isAsking = false;
  let isStale = false;

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    isStale = false;
    const { status, answer } = await desk.send(panel.dataset.url, desk.typed());
    isAsking = false;
    if (status === 200 && Array.isArray(answer.findings)) show(answer);
    // Between two answers of a server that is there, the last one stands.
    else if (status === 404 || status === 405) panel.hidden = true;
    if (isStale) later();
  }

  function show({ findings, words, minutes }) {
    const order = Object.keys(LEVELS);
    const concerns = findings.filter((finding) => finding.level !== "pass")
      .sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
    const blocking = concerns.filter((finding) => finding.level === "block").length;
    list.replaceChildren(...concerns.map(row));
    summary.textContent = !concerns.length ? "all passed"
      : [blocking && `${blocking} to mend`, concerns.length - blocking && `${concerns.length - blocking} to look at`]
        .filter(Boolean).join(", ");
    panel.hidden = false;
    if (words !== undefined && minutes !== undefined) desk.showLength({ words, minutes });
  }

  function row({ check, level, message, where }) {
    const name = String(check).replaceAll("_", " ");
    return desk.element("li", { class: `ab-finding ab-finding-${level in LEVELS ? level : "warn"}` },
      desk.element("strong", {}, `${name[0].toUpperCase()}${name.slice(1)}: ${LEVELS[level] || level}`),
      desk.element("span", {}, String(message)),
      ...(where ? [desk.element("q", { class: "ab-quoted" }, String(where))] : []));
  }

  const later = desk.later(ask, PAUSE);
  desk.onChange((field) => {
    if (field.name === "note") return;
    isStale = true;
    later();
  });
  ask();
});
