/* Turns each Markdown field into an editor. Nothing is rendered here: the preview is a page of its own. */
(function () {
  "use strict";
  const word = (name, action, text, title) => ({ name: name, action: action, text: text, title: title, className: "ab-tool" });
  const toolbar = () => [
    word("bold", EasyMDE.toggleBold, "Bold", "Bold (Ctrl-B)"),
    word("italic", EasyMDE.toggleItalic, "Italic", "Italic (Ctrl-I)"),
    "|",
    word("section", EasyMDE.toggleHeading2, "Heading", "Heading"),
    word("subsection", EasyMDE.toggleHeading3, "Subheading", "Subheading"),
    word("quote", EasyMDE.toggleBlockquote, "Quote", "Quote"),
    "|",
    word("unordered-list", EasyMDE.toggleUnorderedList, "List", "Bulleted list"),
    word("ordered-list", EasyMDE.toggleOrderedList, "Numbers", "Numbered list"),
    word("link", EasyMDE.drawLink, "Link", "Link (Ctrl-K)"),
    word("code", EasyMDE.toggleCodeBlock, "Code", "Code"),
    "|",
    word("undo", EasyMDE.undo, "Undo", "Undo (Ctrl-Z)"),
    word("redo", EasyMDE.redo, "Redo", "Redo"),
  ];

  function edit(field) {
    const editor = new EasyMDE({
      element: field,
      toolbar: toolbar(),
      spellChecker: false,
      nativeSpellcheck: true,
      inputStyle: "contenteditable",
      autoDownloadFontAwesome: false,
      forceSync: true,
      minHeight: "28rem",
      status: ["words"],
      shortcuts: { togglePreview: null, toggleSideBySide: null, toggleFullScreen: null },
    });
    const input = editor.codemirror.getInputField();
    input.setAttribute("aria-label", "Text of the post, in Markdown");
    // Tab leaves the editor, as in every other field.
    editor.codemirror.setOption("extraKeys", Object.assign({}, editor.codemirror.getOption("extraKeys"), { Tab: false, "Shift-Tab": false }));
    editor.codemirror.on("change", () => field.dispatchEvent(new Event("change", { bubbles: true })));
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("textarea.ab-markdown").forEach(edit);
  });
})();
