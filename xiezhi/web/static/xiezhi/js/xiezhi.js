// Small comforts; every page works without them.
(() => {
  const off = () => document.documentElement.dataset.keys === "off";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("main table tbody tr")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
    next.querySelector("a, button, input")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") { document.querySelector(".search input")?.focus(); event.preventDefault(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    if (event.key === "x") {
      const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
      if (box) { box.click(); event.preventDefault(); }
    }
  });
  // Choosing rows marks them and says how many.
  const chosen = (table) => {
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
    boxes.forEach((box) => box.closest("tr").classList.toggle("chosen", box.checked));
    const told = document.querySelector("[data-chosen]");
    if (told) told.textContent = told.dataset.chosen.replace("{n}", boxes.filter((box) => box.checked).length);
  };
  document.addEventListener("change", (event) => {
    const table = event.target.closest("table");
    if (table && event.target.matches("thead input[type=checkbox]")) {
      table.querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
    }
    if (table) chosen(table);
    const form = event.target.closest("form[data-filters]");
    if (form) form.requestSubmit();
  });
  // A form that is on its way says so, and cannot be sent twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.busy) { setTimeout(() => { button.textContent = button.dataset.busy; button.disabled = true; }); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) { window.print(); event.preventDefault(); }
  });
  // After a fragment was replaced, the focus goes to its heading and the change is told once.
  document.addEventListener("htmx:afterSettle", (event) => {
    const heading = event.target.querySelector("[data-told]");
    const told = document.getElementById("told");
    if (heading && told) told.textContent = heading.dataset.told || heading.textContent;
  });
})();
