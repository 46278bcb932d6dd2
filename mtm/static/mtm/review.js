// Adds keys (j next, k previous) and ticks the rows of a page; everything works without it.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const rel = { j: "next", k: "prev" }[event.key];
  const link = rel && document.querySelector(`a[rel=${rel}]`);
  if (link) link.click();
});

document.addEventListener("change", (event) => {
  const name = event.target.dataset.ticks;
  if (!name) return;
  for (const box of document.getElementsByName(name)) box.checked = event.target.checked;
});

for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
