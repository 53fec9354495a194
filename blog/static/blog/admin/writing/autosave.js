/* Saves by itself where that takes back no decision, and says in words where the text is now. */
WritingDesk.part((desk) => {
  "use strict";
  const PAUSE = 3000; // after the last key
  const AT_LATEST = 20000; // while somebody types without a pause
  // Not part of the text: readers would see it at once, or only the next Save has a use for it.
  const BY_HAND = ["note", "translation_of", "menu_position"];
  const status = document.getElementById("ab-status");
  const alert = document.getElementById("ab-alert");
  let sending = null; // the promise of the answer to come
  // After a refusal only a person may save: the button means "I have read what was said".
  let isByHand = Boolean(desk.data.refused);
  let isLeaving = false;
  let first = 0;
  let timer = 0;

  function say(words, tone) {
    if (status.textContent !== words) status.textContent = words;
    status.dataset.tone = tone || "";
  }

  function warn(...words) {
    alert.replaceChildren(...words);
    alert.hidden = !words.length;
  }

  const where = () => (desk.hasRoomHere() ? "Your text is kept on this computer." : "This browser has no room to keep your text: copy it before you leave.");
  const unsavedText = () => desk.unsaved().filter((name) => !BY_HAND.includes(name));

  function save() {
    clearTimeout(timer);
    timer = first = 0;
    if (sending || isByHand || isLeaving || !unsavedText().length) return;
    sending = send();
  }

  async function send() {
    const held = desk.read();
    for (const name of BY_HAND) delete held[name];
    const { status: code, answer } = await desk.send(desk.data.autosaveUrl, desk.typed());
    sending = null;
    (OUTCOMES[code] || tryAgain)(answer, held);
    if (OUTCOMES[code] && unsavedText().some((name) => JSON.stringify(desk.read()[name]) !== JSON.stringify(held[name]))) later();
  }

  const OUTCOMES = {
    200: (answer, held) => {
      warn();
      desk.data.kept = answer.saved ? "" : answer.message;
      if (!answer.saved) return say(answer.message, "");
      desk.field("base_revision").value = answer.revision;
      desk.markSaved(held);
      return say(`Saved by itself at ${answer.at}, as revision ${answer.revision}.`, "good");
    },
    401: () => {
      const link = desk.element("a", { href: desk.data.loginUrl, target: "_blank" }, "Log in in another tab");
      warn("You are signed out. ", where(), " ", link, ", come back to this one and go on.");
      say("Not saved: you are signed out.", "bad");
    },
    403: (answer) => {
      warn(answer.message || "Your account may not save this.", " ", where());
      say("Not saved.", "bad");
    },
    409: (answer) => {
      isByHand = true;
      warn(`${answer.by} saved this at ${answer.at}, after you had opened it. ${where()} Press Save to see both texts side by side.`);
      say("Not saved: there is a newer revision.", "bad");
    },
    422: (answer) => {
      const reasons = Object.entries(answer.errors || {}).map(([label, said]) => [label, said.join(" ")].filter(Boolean).join(": "));
      say(`Not saved yet. ${reasons.join(" ")} ${where()}`, "warn");
    },
  };

  function tryAgain() {
    say(`The server can’t be reached just now. ${where()}`, "warn");
    timer = setTimeout(save, 5 * PAUSE);
  }

  function later() {
    const now = Date.now();
    first = first || now;
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, first + AT_LATEST - now)));
  }

  function changed() {
    if (!desk.unsaved().length) return say(desk.data.post ? "Everything is saved." : "", "");
    if (isByHand) return say(desk.data.refused ? `Not saved yet. ${where()}` : status.textContent, status.dataset.tone);
    if (!unsavedText().length) return say("Not saved yet: this is saved with the button.", "");
    if (status.dataset.tone !== "bad") say(desk.data.kept || `Not saved yet. ${where()}`, "");
    return later();
  }

  desk.onChange(desk.later(changed, 100));
  // Back from the log-in in the other tab.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && save());

  desk.form.addEventListener("submit", (event) => {
    if (desk.isUploading && desk.isUploading()) {
      event.preventDefault();
      return warn("A picture is still on its way. Save when it has arrived.");
    }
    if (sending) {
      // Its answer says over which revision this form is.
      event.preventDefault();
      return sending.then(() => desk.form.requestSubmit(event.submitter));
    }
    desk.renewToken();
    clearTimeout(timer);
    isLeaving = true;
    return undefined;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && desk.unsaved().length) event.preventDefault();
  });
  if (desk.unsaved().length) changed();
});
