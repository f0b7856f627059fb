// The lobby screen forgets: steps replace each other, and an idle screen goes back to its start.
const IDLE_MS = 60_000;
const WARN_S = 30;
const dialog = document.getElementById("idle");
const left = document.getElementById("idle-left");
let timer = 0;
let ticking = 0;

const startOver = () => location.replace("/");

function rest() {
  clearTimeout(timer);
  clearInterval(ticking);
  if (dialog && dialog.open) dialog.close();
  timer = setTimeout(warn, IDLE_MS);
}

function warn() {
  if (!dialog || location.pathname.split("/").length <= 3) return startOver();
  let seconds = WARN_S;
  left.textContent = seconds;
  dialog.showModal();
  ticking = setInterval(() => {
    seconds -= 1;
    left.textContent = seconds;
    if (seconds <= 0) startOver();
  }, 1000);
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
  if (form.method !== "get") return;
  event.preventDefault();
  const typed = new URLSearchParams(new FormData(form));
  location.replace(`${new URL(form.action).pathname}?${typed}`);
});
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, rest);
addEventListener("pageshow", (event) => event.persisted && startOver());
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.querySelector("[data-print]")?.addEventListener("click", () => print());
rest();
