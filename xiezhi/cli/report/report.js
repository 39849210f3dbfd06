// Progressive enhancement only: without this script the page is complete, its levels and languages still switch.
(function () {
  "use strict";
  var root = document.documentElement;
  var items = Array.prototype.slice.call(document.querySelectorAll(".item"));
  var groups = Array.prototype.slice.call(document.querySelectorAll(".group"));
  var shown = document.getElementById("shown");
  var byId = function (id) { return document.getElementById(id); };
  var texts = new Map();
  var language = function () { return byId("lang-en").checked ? "en" : "zh"; };

  function speak() {
    var now = language();
    root.lang = now === "en" ? "en" : "zh-Hans";
    document.title = root.getAttribute("data-tab-" + now);
    document.querySelectorAll("option[data-zh]").forEach(function (option) {
      option.textContent = option.getAttribute("data-" + now);
    });
    if (shown) { filter(); }
  }

  function textOf(item) {
    if (!texts.has(item)) {
      texts.set(item, (item.querySelector("summary") || item).textContent.toLowerCase());
    }
    return texts.get(item);
  }

  function filter() {
    var indicator = byId("filter-indicator").value;
    var chosen = byId("filter-organisation");
    var organisation = chosen ? chosen.value : "";
    var words = byId("filter-text").value.toLowerCase().trim();
    var levels = {};
    ["red", "orange", "notice"].forEach(function (level) { levels["lv-" + level] = byId("show-" + level).checked; });
    var count = 0;
    groups.forEach(function (group) {
      var inGroup = 0;
      group.querySelectorAll(".item").forEach(function (item) {
        var fits = (!indicator || group.id === indicator)
          && (!organisation || item.getAttribute("data-organisation") === organisation)
          && (!words || textOf(item).indexOf(words) !== -1);
        item.hidden = !fits;
        var level = Object.keys(levels).find(function (name) { return item.classList.contains(name); });
        if (fits && (!level || levels[level])) { inGroup += 1; }
      });
      group.hidden = inGroup === 0;
      count += inGroup;
    });
    shown.textContent = shown.getAttribute("data-" + language())
      .replace("{shown}", count.toLocaleString("en")).replace("{all}", items.length.toLocaleString("en"));
    byId("no-match").hidden = count !== 0;
  }

  function open(element) {
    for (var at = element; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; }
    }
    var inside = element && element.classList.contains("finding") && element.querySelector("details");
    if (inside) { inside.open = true; }
  }

  function follow() {
    var target = location.hash && byId(location.hash.slice(1));
    if (target) { open(target); target.scrollIntoView(); }
  }

  if (shown) {
    document.querySelectorAll(".scripted").forEach(function (part) { part.hidden = false; });
    document.querySelectorAll(".filter select, .filter input").forEach(function (field) {
      field.addEventListener("input", filter);
    });
    byId("filter-clear").addEventListener("click", function () {
      document.querySelectorAll(".filter select, .filter input[type=search]").forEach(function (field) {
        field.value = "";
      });
      document.querySelectorAll(".filter input[type=checkbox]").forEach(function (box) { box.checked = true; });
      filter();
    });
    byId("open-all").addEventListener("click", function () {
      document.querySelectorAll(".finding:not([hidden]) > details").forEach(function (one) { one.open = true; });
    });
    byId("close-all").addEventListener("click", function () {
      document.querySelectorAll(".finding > details").forEach(function (one) { one.open = false; });
    });
  }
  document.querySelectorAll("input[name=language]").forEach(function (field) {
    field.addEventListener("change", speak);
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
  speak();
  follow();
}());
