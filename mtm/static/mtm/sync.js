// Puts new numbers in place while a pull runs; without it the page is loaded anew instead.
const SOON = 3000, LATER = 30000;

async function refresh() {
  if (!document.hidden) {
    const answer = await fetch(location.href).catch(() => null);
    if (answer && (answer.redirected || answer.status === 403)) return; // signed out
    if (answer && answer.ok) show(await answer.text());
  }
  again();
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (now) old.replaceWith(document.adoptNode(now));
  }
}

function again() {
  setTimeout(refresh, document.querySelector("[data-running]") ? SOON : LATER);
}

again();
