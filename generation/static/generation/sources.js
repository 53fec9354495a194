/* Shows of each source only the fields that its kind needs; without this script all of them show. */
(function () {
  "use strict";
  const NEEDS = { feed: ["url"], url: ["url"], note: ["text"], file: ["file"] };
  const rowOf = (form, name) => {
    const input = form.querySelector('[name$="-' + name + '"], [name="' + name + '"]');
    return input && input.closest(".field-" + name + ", .form-row");
  };
  function arrange(select) {
    const form = select.closest(".form-group, form");
    const needed = NEEDS[select.value];
    if (!form || !needed) return;
    ["url", "text", "file"].forEach((name) => {
      const row = rowOf(form, name);
      if (row) row.hidden = !needed.includes(name);
    });
  }
  const isKind = (target) => target.matches && target.matches('select[name="kind"], select[name$="-kind"]');
  const arrangeAll = () => document.querySelectorAll('select[name="kind"], select[name$="-kind"]').forEach(arrange);
  document.addEventListener("change", (event) => { if (isKind(event.target)) arrange(event.target); });
  document.addEventListener("formset:added", arrangeAll);
  document.addEventListener("DOMContentLoaded", arrangeAll);
})();
