/* Turns the Markdown field into an editor with a toolbar that keyboards and screen readers can use.
   Nothing is rendered here: the preview is a page of its own. */
WritingDesk.part((desk) => {
  "use strict";
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const area = desk.field("body");
  if (!area) return;

  // Ctrl+Alt is AltGr, by which whole countries type # and @: no shortcut has both.
  const key = (shift, letter) => `${shift ? "Shift-" : ""}${isMac ? "Cmd" : "Ctrl"}-${letter}`;
  const spoken = (keys) => keys.replace(/^Shift-(Ctrl|Cmd)/, "$1-Shift").split("-").map((k) => (k === "Cmd" ? "⌘" : k)).join("+");

  // name, icon, what it says, what it does, its keys
  const TOOLS = [
    ["bold", "format_bold", "Bold", EasyMDE.toggleBold, key(false, "B")],
    ["italic", "format_italic", "Italic", EasyMDE.toggleItalic, key(false, "I")],
    ["strikethrough", "format_strikethrough", "Strike out", EasyMDE.toggleStrikethrough, key(true, "X")],
    null,
    ["heading-2", "format_h2", "Heading", EasyMDE.toggleHeading2, isMac ? "Cmd-Alt-2" : key(true, "2")],
    ["heading-3", "format_h3", "Subheading", EasyMDE.toggleHeading3, isMac ? "Cmd-Alt-3" : key(true, "3")],
    ["quote", "format_quote", "Quote", EasyMDE.toggleBlockquote, key(true, "9")],
    null,
    ["unordered-list", "format_list_bulleted", "Bulleted list", EasyMDE.toggleUnorderedList, key(true, "8")],
    ["ordered-list", "format_list_numbered", "Numbered list", EasyMDE.toggleOrderedList, key(true, "7")],
    ["check-list", "checklist", "Task list", EasyMDE.toggleCheckList, key(true, "6")],
    null,
    ["link", "link", "Link", desk.tools.insertLink, key(false, "K")],
    ["picture", "add_photo_alternate", "Picture", () => desk.choosePicture(), key(true, "G")],
    ["table", "table", "Table", desk.tools.insertTable],
    ["code", "code_blocks", "Code block", desk.tools.insertCode, key(true, "E")],
    ["footnote", "superscript", "Footnote", desk.tools.insertFootnote, key(true, "F")],
    ["rule", "horizontal_rule", "Rule", desk.tools.insertRule],
    ["undo", "undo", "Undo", EasyMDE.undo, key(false, "Z")],
    ["redo", "redo", "Redo", EasyMDE.redo, isMac ? "Shift-Cmd-Z" : "Ctrl-Y"],
    ["look", "preview", "Preview", () => desk.toggleLook()],
  ];

  function tool(entry) {
    if (!entry) return "|";
    const [name, icon, words, action, keys] = entry;
    return {
      name,
      action,
      title: keys ? `${words} (${spoken(keys)})` : words,
      className: "ab-tool",
      icon: `<span class="material-symbols-outlined" aria-hidden="true">${icon}</span>`,
    };
  }

  const editor = new EasyMDE({
    element: area,
    toolbar: TOOLS.map(tool),
    spellChecker: false,
    nativeSpellcheck: true,
    inputStyle: "contenteditable",
    autoDownloadFontAwesome: false,
    forceSync: true,
    minHeight: "26rem",
    status: false,
  });
  const cm = editor.codemirror;
  desk.editor = editor;

  // In place of EasyMDE's own. Tab leaves the editor, as in every other field.
  const keys = { Enter: "newlineAndIndentContinueMarkdownList", Tab: false, "Shift-Tab": false };
  for (const entry of TOOLS) if (entry && entry[4]) keys[entry[4]] = () => entry[3](editor);
  cm.setOption("extraKeys", keys);
  const input = cm.getInputField();
  input.setAttribute("aria-label", "Text, in Markdown");
  input.setAttribute("role", "textbox");
  input.setAttribute("aria-multiline", "true");
  if (area.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  const label = document.querySelector(`label[for="${area.id}"]`);
  if (label) label.addEventListener("click", () => cm.focus());
  cm.on("change", () => area.dispatchEvent(new Event("input", { bubbles: true })));

  // Arabic is written from right to left, here as on the page.
  const language = desk.field("language");
  const turn = () => {
    const isRightToLeft = desk.data.rightToLeft.split(" ").includes(language.value);
    cm.setOption("direction", isRightToLeft ? "rtl" : "ltr");
    for (const name of ["title", "summary", "seo_title", "seo_description"]) desk.field(name).dir = isRightToLeft ? "rtl" : "auto";
  };
  desk.onChange((field) => field === language && turn());
  turn();

  // One stop of the Tab key for the whole toolbar; the arrows go from tool to tool.
  const bar = editor.gui.toolbar;
  const buttons = [...bar.querySelectorAll("button")];
  bar.setAttribute("aria-label", "Formatting");
  const stop = (chosen) => buttons.forEach((b) => { b.tabIndex = b === chosen ? 0 : -1; });
  stop(buttons[0]);
  buttons.forEach((button) => {
    button.setAttribute("aria-label", button.title);
    button.addEventListener("focus", () => stop(button));
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const place = buttons.indexOf(document.activeElement);
    let next = null;
    if (step) next = buttons[(place + step + buttons.length) % buttons.length];
    if (event.key === "Home") next = buttons[0];
    if (event.key === "End") next = buttons[buttons.length - 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  const toggles = buttons.filter((b) => !/\b(undo|redo|picture|table|code|footnote|rule|link|look)\b/.test(b.className));
  cm.on("cursorActivity", () => {
    for (const button of toggles) button.setAttribute("aria-pressed", button.classList.contains("active"));
  });

  // An address pasted over words makes them a link.
  cm.on("paste", (_cm, event) => {
    const address = event.clipboardData ? event.clipboardData.getData("text/plain").trim() : "";
    const words = cm.getSelection();
    if (!/^https?:\/\/\S+$/.test(address) || !words || /[\n[\]]/.test(words)) return;
    event.preventDefault();
    cm.replaceSelection(`[${words}](${address})`);
  });

  // Ctrl+S saves and stays, wherever in the form the cursor is.
  document.addEventListener("keydown", (event) => {
    if (!(isMac ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "s") return;
    const save = document.querySelector("button[name=_continue]");
    if (!save) return;
    event.preventDefault();
    save.click();
  });
});
