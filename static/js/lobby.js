// The lobby screen forgets: steps replace each other, and an idle screen goes back to its start.
const IDLE_MS = 60_000;
const WARN_S = 30;
const HEARD_MS = 15_000;
const dialog = document.getElementById("idle");
const left = document.getElementById("idle-left");
let timer = 0;
let ticking = 0;
let calling = false;

const startOver = () => location.replace("/");
const nothingToLose = () => location.pathname.split("/").length <= 3 && !location.search;

function rest() {
  clearTimeout(timer);
  clearInterval(ticking);
  if (dialog && dialog.open) dialog.close();
  timer = setTimeout(warn, IDLE_MS);
}

function warn() {
  if (!dialog || nothingToLose()) return startOver();
  let seconds = WARN_S;
  left.textContent = seconds;
  dialog.showModal();
  ticking = setInterval(() => {
    seconds -= 1;
    left.textContent = seconds;
    if (seconds <= 0) startOver();
  }, 1000);
}

// A form that is sent would be a step back leads to: it is asked for, and its answer replaces.
async function send(form) {
  if (calling) return;
  calling = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const signal = AbortSignal.timeout(HEARD_MS);
    const answer = await fetch(form.action, { method: "POST", body, signal });
    if (answer.redirected) location.replace(answer.url);
    else show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    document.getElementById("unheard").showPopover();
  }
  calling = false;
}

function show(page) {
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && link.origin === location.origin && !event.defaultPrevented) {
    event.preventDefault();
    location.replace(link.href);
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.method === "post") {
    send(form);
    return;
  }
  const typed = new URLSearchParams(new FormData(form));
  location.replace(`${new URL(form.action).pathname}?${typed}`);
});
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, rest);
addEventListener("pageshow", (event) => event.persisted && startOver());
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.querySelector("[data-print]")?.addEventListener("click", () => print());
rest();
