// Measures the rendered report and leaves what it found as JSON in the document.
(function () {
  "use strict";
  function rgb(text) { return (text.match(/[\d.]+/g) || []).map(Number); }
  function luminance(colour) {
    var parts = colour.slice(0, 3).map(function (value) {
      var part = value / 255;
      return part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }
  function ground(element) {
    for (var at = element; at; at = at.parentElement) {
      var colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) { return colour; }
    }
    return [255, 255, 255];
  }
  function contrast(element) {
    var a = luminance(rgb(getComputedStyle(element).color));
    var b = luminance(ground(element));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
  function seen(element) { return element.checkVisibility({ visibilityProperty: true }); }
  function ownText(element) {
    return Array.prototype.some.call(element.childNodes, function (node) {
      return node.nodeType === 3 && node.textContent.trim() !== "";
    });
  }
  function shown(selector) { return Array.prototype.filter.call(document.querySelectorAll(selector), seen).length; }

  document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  var found = { faint: [], small: [], width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth };
  document.querySelectorAll("body *").forEach(function (element) {
    if (!ownText(element) || !seen(element) || element.closest(".vh, svg, script, option, .skip")) { return; }
    if (contrast(element) < 4.5) { found.faint.push(element.outerHTML.slice(0, 90) + " " + contrast(element).toFixed(2)); }
    var size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 12 && !element.closest(".ruler")) { found.small.push(element.outerHTML.slice(0, 90)); }
  });
  found.languages = {};
  ["lang-zh", "lang-en"].forEach(function (id) {
    document.getElementById(id).checked = true;
    found.languages[id] = [shown("h1 [lang=zh-Hans]") > 0, shown("h1 [lang=en]") > 0];
  });
  found.all = shown(".item");
  document.getElementById("show-orange").checked = false;
  found.without_orange = shown(".item");
  found.orange_left = shown(".item.lv-orange");
  document.getElementById("theme-dark").checked = true;
  found.dark = getComputedStyle(document.body).backgroundColor;
  document.getElementById("theme-light").checked = true;
  found.light = getComputedStyle(document.body).backgroundColor;
  var answer = top.document.createElement("pre");
  answer.id = "found";
  answer.textContent = JSON.stringify(found);
  top.document.body.replaceChildren(answer);
}());
