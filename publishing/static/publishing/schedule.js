/* Shows of a schedule only the fields that its task and rhythm need; without this script all show. */
(function () {
  "use strict";
  const RULES = [
    ["task", "publishing.commission_briefs", ["plan", "count"]],
    ["rhythm", "weekly", ["weekdays", "at", "time_zone"]],
    ["rhythm", "interval", ["every_minutes"]],
  ];
  function arrange() {
    RULES.forEach(([name, value, fields]) => {
      const select = document.getElementById("id_" + name);
      if (!select) return;
      fields.forEach((field) => {
        const row = document.querySelector(".field-" + field);
        if (row) row.hidden = select.value !== value;
      });
    });
  }
  document.addEventListener("DOMContentLoaded", () => {
    arrange();
    document.addEventListener("change", (event) => {
      if (["id_task", "id_rhythm"].includes(event.target.id)) arrange();
    });
  });
})();
