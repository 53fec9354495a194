/* What the toolbar writes beyond EasyMDE's own: whole blocks, with the part to be typed over selected. */
WritingDesk.part((desk) => {
  "use strict";
  /* Put `text` where the cursor is, as a block of its own; `pick` selects a part of it. */
  function insertBlock(editor, text, pick) {
    const cm = editor.codemirror;
    const at = cm.getCursor("from");
    const before = at.ch === 0 ? (at.line && cm.getLine(at.line - 1).trim() ? "\n" : "") : "\n\n";
    cm.replaceSelection(`${before}${text}\n`);
    if (!pick) return cm.focus();
    const start = cm.indexFromPos(at) + before.length + text.indexOf(pick);
    cm.setSelection(cm.posFromIndex(start), cm.posFromIndex(start + pick.length));
    cm.focus();
  }

  function insertTable(editor) {
    insertBlock(editor, "| Column | Column |\n|---|---|\n| Text | Text |", "Column");
  }

  function insertCode(editor) {
    const code = editor.codemirror.getSelection() || "code";
    insertBlock(editor, `\`\`\`text\n${code}\n\`\`\``, code);
  }

  function insertRule(editor) {
    insertBlock(editor, "\n---\n");
  }

  /* A mark where the cursor is, and its note at the end of the text. */
  function insertFootnote(editor) {
    const cm = editor.codemirror;
    const used = [...cm.getValue().matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
    const number = Math.max(0, ...used) + 1;
    cm.operation(() => {
      cm.replaceRange(`[^${number}]`, cm.getCursor("to"));
      const end = { line: cm.lastLine(), ch: cm.getLine(cm.lastLine()).length };
      const text = cm.getValue().replace(/\s+$/, "");
      const gap = /\n\[\^\d+\]:[^\n]*$/.test(text) ? "\n" : "\n\n";
      cm.replaceRange(`${gap}[^${number}]: Note`, cm.posFromIndex(text.length), end);
      const last = cm.lastLine();
      const length = cm.getLine(last).length;
      cm.setSelection({ line: last, ch: length - 4 }, { line: last, ch: length });
    });
    cm.focus();
  }

  function insertLink(editor) {
    const cm = editor.codemirror;
    const words = cm.getSelection() || "words";
    const at = cm.indexFromPos(cm.getCursor("from"));
    cm.replaceSelection(`[${words}](https://)`);
    const address = at + words.length + 3;
    cm.setSelection(cm.posFromIndex(address), cm.posFromIndex(address + "https://".length));
    cm.focus();
  }

  desk.tools = { insertLink, insertTable, insertCode, insertFootnote, insertRule };
});
