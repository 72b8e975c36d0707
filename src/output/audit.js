"use strict";
const sites = [...document.querySelectorAll(".site")];
const decisions = [...document.querySelectorAll(".decision")];
const table = document.querySelector("table");
const form = document.getElementById("filters");
const count = document.getElementById("count");
const risks = [...form.querySelectorAll("button[data-risk]")];
const packages = [...document.querySelectorAll("nav button")];
const texts = new Map([...sites, ...decisions].map((e) => [e, e.textContent.toLowerCase()]));
const names = ["q", "scope", "owner", "package", "run"].filter((name) => form.elements[name]);
let inside = "";

const isIn = (name, outer) => !outer || name === outer || name.startsWith(outer + ".");
const isPressed = (button) => button.ariaPressed === "true";

function show() {
  const wanted = new Set(risks.filter(isPressed).map((b) => b.dataset.risk));
  const { q, scope, owner, run } = form.elements;
  const exact = form.elements["package"].value;
  const words = q.value.toLowerCase().split(/\s+/);
  const fits = (e) =>
    wanted.has(e.dataset.risk) &&
    (!scope.value || e.dataset.scope === scope.value) &&
    words.every((word) => texts.get(e).includes(word));
  const isThere = ({ dataset: data }) =>
    (!owner.value || data.owner === owner.value) &&
    (!run?.value || data.run === run.value) &&
    (!exact || data.package === exact) &&
    isIn(data.package, inside);
  let shown = 0;
  for (const site of sites) {
    site.hidden = !(fits(site) && isThere(site));
    shown += !site.hidden;
  }
  for (const decision of decisions) {
    decision.hidden = !(fits(decision) && [...decision.querySelectorAll(".at")].some(isThere));
  }
  count.textContent = shown === 1 ? "1 site" : `${shown} sites`;
  for (const button of packages) button.ariaCurrent = String(button.dataset.package === inside);
}

// The filters are in the URL behind `#?`; any other fragment names a site or a decision.
function remember() {
  const filters = new URLSearchParams();
  const wanted = risks.filter(isPressed).map((b) => b.dataset.risk);
  if (wanted.length < risks.length) filters.set("risk", wanted.join(" "));
  for (const name of names) if (form.elements[name].value) filters.set(name, form.elements[name].value);
  if (inside) filters.set("in", inside);
  const isSet = filters.size > 0;
  if (isSet || location.hash.startsWith("#?")) history.replaceState(null, "", isSet ? `#?${filters}` : "#");
}

function changed() {
  show();
  remember();
}

function clear() {
  inside = "";
  for (const button of risks) button.ariaPressed = "true";
  for (const name of names) form.elements[name].value = "";
}

function recall() {
  if (location.hash.startsWith("#?")) {
    clear();
    const filters = new URLSearchParams(location.hash.slice(2));
    // What the page does not have is no filter: it would hide everything.
    const risk = filters.get("risk");
    const wanted = risk?.split(" ") ?? [];
    if (risk === "" || risks.some((b) => wanted.includes(b.dataset.risk))) {
      for (const b of risks) b.ariaPressed = String(wanted.includes(b.dataset.risk));
    }
    for (const name of names) {
      const field = form.elements[name];
      field.value = filters.get(name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
    const outer = filters.get("in") ?? "";
    inside = packages.some((b) => b.dataset.package === outer) ? outer : "";
    show();
    return;
  }
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return show();
  if (target.hidden) {
    clear();
    show();
  }
  for (const details of target.querySelectorAll("details")) details.open = true;
  target.scrollIntoView();
}

const keys = {
  risk: (site) => -Number(site.dataset.level),
  site: (site) => Number(site.dataset.number),
};

function sort(button) {
  const head = button.closest("th");
  const down = head.ariaSort === "ascending";
  const key = keys[button.dataset.sort] ?? ((site) => site.querySelector(`.c-${button.dataset.sort}`).textContent);
  for (const other of head.parentNode.children) other.ariaSort = "none";
  head.ariaSort = down ? "descending" : "ascending";
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...sites].sort(
    (a, b) => (down ? -1 : 1) * order(key(a), key(b)) || a.dataset.number - b.dataset.number,
  );
  table.append(...sorted);
}

for (const button of risks) {
  button.addEventListener("click", () => {
    button.ariaPressed = String(!isPressed(button));
    changed();
  });
}
for (const button of packages) {
  button.addEventListener("click", () => {
    inside = inside === button.dataset.package ? "" : button.dataset.package;
    changed();
  });
}
for (const button of table.querySelectorAll("th button")) button.addEventListener("click", () => sort(button));
form.addEventListener("input", changed);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => {
  clear();
  setTimeout(changed);
});
addEventListener("hashchange", recall);
addEventListener("beforeprint", () => {
  document.querySelector(".legend").open = true;
});
recall();
