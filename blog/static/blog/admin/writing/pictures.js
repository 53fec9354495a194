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
    desk.askForPicture(wishesFor(cm.setBookmark(at, { insertLeft: true })), file);
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
    const before = line.slice(0, at.ch).trim() ? "\n\n" : "";
    const after = line.slice(at.ch).trim() ? "\n\n" : "";
    cm.replaceRange(`${before}${markdown}${after}`, at, at, "+picture");
    askForNext();
  }

  async function bring(filled, place) {
    const words = desk.element("span", { class: "ab-on-its-way" }, `Uploading ${filled.get("file").name}…`);
    const placeholder = cm.setBookmark(find(place), { widget: words, insertLeft: true });
    place.clear();
    cm.focus();
    const { picture, errors } = await send(filled);
    if (picture) {
      insert(picture.markdown, placeholder);
      return;
    }
    const again = cm.setBookmark(find(placeholder), { insertLeft: true });
    placeholder.clear();
    desk.askAgain(wishesFor(again), filled, errors);
  }

  const wishesFor = (place) => ({
    upload: (filled) => bring(filled, place),
    pick: (picture) => {
      insert(picture.markdown, place);
      cm.focus();
    },
  });

  /* Bring a picture to the library; return {picture} or {errors}. */
  async function send(filled) {
    onTheWay += 1;
    const { status, answer } = await desk.send(desk.data.uploadUrl, filled);
    onTheWay -= 1;
    if (status !== 201) return { errors: answer.errors || { __all__: [reason(status)] } };
    desk.forgetLibrary();
    return { picture: answer };
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

  // The cover is chosen in the same way.
  const cover = desk.field("cover");
  if (cover) {
    const take = (picture) => desk.fill("cover", [[String(picture.id), picture.alt_text || "A decorative picture"]]);
    const wishes = {
      pick: take,
      upload: async (filled) => {
        const { picture, errors } = await send(filled);
        if (picture) take(picture);
        else desk.askAgain(wishes, filled, errors);
      },
    };
    const choose = desk.button("Choose a picture…", () => desk.askForPicture(wishes), "ab-small ab-choose");
    cover.closest(".field-line").lastElementChild.append(choose);
  }

  dialog.addEventListener("close", () => setTimeout(() => {
    // Closed without a picture: the others may still be wanted.
    if (!onTheWay) askForNext();
  }));
});
