/* Pictures come into the text by the toolbar, by paste and by drop; while one is on its way, a
   placeholder stands for it that is no part of the text, so that no save ever keeps it. */
WritingDesk.part((desk) => {
  "use strict";
  if (!desk.editor) return;
  const cm = desk.editor.codemirror;
  const dialog = document.getElementById("ab-pictures");
  const waiting = []; // files that were dropped together, still to be asked about
  let onTheWay = 0;

  desk.isUploading = () => onTheWay > 0;
  desk.choosePicture = () => ask(null, cm.getCursor());

  const isPicture = (file) => file.type.startsWith("image/");

  function ask(file, at) {
    const place = cm.setBookmark(at, { insertLeft: true });
    desk.askForPicture({
      upload: (data) => bring(data, place),
      pick: (picture) => insert(picture.markdown, place),
    }, file);
  }

  function askForNext() {
    if (!dialog.open && waiting.length) ask(waiting.shift(), cm.getCursor());
  }

  /* Where the bookmark is now; the cursor if its surroundings were deleted. */
  const find = (mark) => mark.find() || cm.getCursor();

  function insert(markdown, place) {
    const at = find(place);
    place.clear();
    const line = cm.getLine(at.line);
    const isAlone = !line.trim();
    const before = isAlone ? "" : line.slice(0, at.ch).trim() ? "\n\n" : "";
    const after = line.slice(at.ch).trim() ? "\n\n" : "";
    cm.replaceRange(`${before}${markdown}${after}`, at, at, "+picture");
    cm.focus();
    askForNext();
  }

  async function bring(data, place) {
    const name = data.get("file").name;
    const words = desk.element("span", { class: "ab-on-its-way" }, `Uploading ${name}…`);
    const placeholder = cm.setBookmark(find(place), { widget: words, insertLeft: true });
    place.clear();
    onTheWay += 1;
    cm.focus();
    const { status, answer } = await desk.send(desk.data.uploadUrl, data);
    onTheWay -= 1;
    if (status === 201) {
      desk.emptyPictures();
      desk.forgetLibrary();
      insert(answer.markdown, placeholder);
      return;
    }
    const again = cm.setBookmark(find(placeholder), { insertLeft: true });
    placeholder.clear();
    const wishes = { upload: (more) => bring(more, again), pick: (picture) => insert(picture.markdown, again) };
    desk.reopenPictures(wishes, answer.errors || { __all__: [reason(status)] });
  }

  function reason(status) {
    if (status === 401) return "You are signed out. Log in in another tab, then try again.";
    if (status === 413) return "The file is too large for the server. Make it smaller, then try again.";
    return "The server can’t be reached just now. Your picture is still here: try again in a moment.";
  }

  cm.on("paste", (_cm, event) => {
    const given = event.clipboardData;
    // Word processors add a picture of the words: whoever brings words means the words.
    if (!given || given.getData("text/plain")) return;
    take([...given.files].filter(isPicture), event, cm.getCursor());
  });

  cm.on("drop", (_cm, event) => {
    const files = event.dataTransfer ? [...event.dataTransfer.files] : [];
    const at = cm.coordsChar({ left: event.clientX, top: event.clientY });
    cm.setCursor(at);
    take(files.filter(isPicture), event, at);
  });

  function take(files, event, at) {
    if (!files.length) return;
    event.preventDefault();
    waiting.push(...files.slice(1));
    ask(files[0], at);
  }

  dialog.addEventListener("close", () => setTimeout(() => {
    // Closed without a picture: the others may still be wanted.
    if (!onTheWay) askForNext();
  }));
});
