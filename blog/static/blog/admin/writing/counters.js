/* How long the text is, by the server's own rules, and how a search engine would show it. */
WritingDesk.part((desk) => {
  "use strict";
  const WORDS_PER_MINUTE = 230;
  const IDEOGRAPHS_PER_MINUTE = 500;
  const IDEOGRAPH = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g;
  const WORD = /[\p{L}\p{Nl}\p{No}]{2,}/gu;

  /* As blog.rendering.reading_minutes counts. */
  function measure(text) {
    const ideographs = (text.match(IDEOGRAPH) || []).length;
    const words = (text.replace(IDEOGRAPH, " ").match(WORD) || []).length;
    const minutes = Math.ceil(words / WORDS_PER_MINUTE + ideographs / IDEOGRAPHS_PER_MINUTE);
    return { words: words + ideographs, minutes: Math.max(1, minutes), characters: [...text].length };
  }

  const many = (number, one, more) => `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
  const line = desk.element("p", { class: "ab-count", id: "ab-count" });
  const body = desk.field("body");
  if (body) body.parentElement.append(line);

  desk.showLength = ({ words, minutes }) => {
    const { characters } = measure(desk.value("body"));
    line.textContent = [
      many(words, "word", "words"),
      `${many(minutes, "minute", "minutes")} to read`,
      many(characters, "character", "characters"),
    ].join(" · ");
  };

  // Beyond so many characters search engines cut.
  const SHOWN = { seo_title: 60, seo_description: 160, title: 0, summary: 0 };
  const counters = {};
  for (const [name, shown] of Object.entries(SHOWN)) {
    const field = desk.field(name);
    if (!field) continue;
    const most = shown || field.maxLength;
    const counter = desk.element("span", { class: "ab-count", id: `ab-count-${name}` });
    field.after(counter);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${counter.id}`.trim());
    counters[name] = () => {
      const length = [...field.value].length;
      counter.textContent = shown ? `${length} of about ${most} characters` : `${length} of ${most} characters`;
      // Of a limit that is far away nobody needs to read.
      counter.hidden = shown ? !length : length < most * 0.8;
      counter.classList.toggle("ab-count-over", length > most);
    };
  }

  // The snippet: our words only, as text.
  const cut = (text, most) => {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > most ? `${line.slice(0, most - 1).replace(/\s+\S*$/, "")}…` : line;
  };
  const plain = (markdown) =>
    markdown.replace(/^(```[\s\S]*?```|\|.*|\[\^\d+\]:.*|#+ .*)$/gm, " ").replace(/!\[[^\]]*\]\([^)]*\)/g, " ")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\[\^[^\]]*\]/g, "").replace(/[*_`~>]/g, "");
  const snippet = {
    address: desk.element("p", { class: "ab-snippet-address" }),
    title: desk.element("p", { class: "ab-snippet-title" }),
    words: desk.element("p", { class: "ab-snippet-words" }),
  };
  const place = desk.field("seo_title");
  if (place) {
    const figure = desk.element("figure", { class: "ab-snippet", "aria-label": "How a search engine may show it" },
      desk.element("figcaption", { class: "ab-quiet" }, "In search results, more or less"),
      snippet.address, snippet.title, snippet.words);
    place.closest(".form-row").before(figure);
  }

  const slug = (text) => text.toLowerCase().normalize("NFKD").replace(/[^\w\s-]/g, "").trim().replace(/[-\s_]+/g, "-");

  function show() {
    desk.showLength(measure(desk.value("body")));
    for (const count of Object.values(counters)) count();
    const address = desk.data.address.replace("SLUG", desk.value("slug") || slug(desk.value("title")) || "…");
    snippet.address.textContent = address.replace(/^https?:\/\//, "").replace(/\/$/, "").split("/").join(" › ");
    snippet.title.textContent = cut(`${desk.value("seo_title") || desk.value("title") || "Untitled"} · ${desk.data.site}`, 65);
    snippet.words.textContent = cut(
      desk.value("seo_description") || desk.value("summary") || plain(desk.value("body")) || "What the page says.", 160);
  }

  desk.onChange(desk.later(show, 150));
  show();
});
