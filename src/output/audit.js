"use strict";
const sites = [...document.querySelectorAll(".site")];
const table = document.querySelector("table");
const form = document.getElementById("filters");
const count = document.getElementById("count");
const risks = [...form.querySelectorAll("button[data-risk]")];
const packages = [...document.querySelectorAll("nav button")];
let inside = "";

const isIn = (name, outer) => !outer || name === outer || name.startsWith(outer + ".");

function show() {
  const wanted = new Set(risks.filter((b) => b.ariaPressed === "true").map((b) => b.dataset.risk));
  const { scope, owner } = form.elements;
  const exact = form.elements["package"].value;
  let shown = 0;
  for (const site of sites) {
    const data = site.dataset;
    site.hidden = !(
      wanted.has(data.risk) &&
      (!scope.value || data.scope === scope.value) &&
      (!owner.value || data.owner === owner.value) &&
      (!exact || data.package === exact) &&
      isIn(data.package, inside)
    );
    shown += !site.hidden;
  }
  count.textContent = shown === 1 ? "1 site" : `${shown} sites`;
  for (const button of packages) button.ariaCurrent = String(button.dataset.package === inside);
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
    button.ariaPressed = String(button.ariaPressed !== "true");
    show();
  });
}
for (const button of packages) {
  button.addEventListener("click", () => {
    inside = inside === button.dataset.package ? "" : button.dataset.package;
    show();
  });
}
for (const button of table.querySelectorAll("th button")) button.addEventListener("click", () => sort(button));
form.addEventListener("change", show);
form.addEventListener("reset", () => {
  inside = "";
  for (const button of risks) button.ariaPressed = "true";
  setTimeout(show);
});
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
show();
