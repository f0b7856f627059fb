// Calls from the lobby: asked for by themselves, on an open page and, less often, on a hidden one.
const POLL_MS = 1_500;
const HIDDEN_MS = 5_000;
const PATIENCE_MS = 5_000;
const SLACK_MS = 100;
const MISSES = 2; // so many in a row are a lost connection
const area = document.getElementById("calls");
const list = area.querySelector("[role=alert]");
const taken = new Set();
let asked = performance.now();
let asking = false;
let missed = 0;
let written = false;

const made = (kind) =>
  area.querySelector(`template[data-kind="${kind}"]`)?.content.firstElementChild.cloneNode(true);
const shown = (id) => list.querySelector(`[data-call="${id}"]`);

function since(seconds) {
  if (seconds < 60) return area.dataset.now;
  const [words, one] = seconds < 3600 ? [area.dataset.minutes, 60] : [area.dataset.hours, 3600];
  return words.replace("{n}", Math.floor(seconds / one));
}

function raise(call) {
  const form = made(call.kind);
  if (!form) return;
  form.dataset.call = call.id;
  form.setAttribute("action", form.getAttribute("action").replace(area.dataset.nobody, call.id));
  list.append(form);
}

// What an officer aims at stays where it is: the page is scrolled by as much as it grew.
function steadily(change) {
  const main = document.querySelector("main");
  const before = main.getBoundingClientRect().top;
  change();
  scrollBy(0, main.getBoundingClientRect().top - before);
}

function show(calls) {
  const open = calls.filter((call) => !taken.has(call.id));
  for (const form of list.querySelectorAll("[data-call]")) {
    if (!open.some((call) => call.id === form.dataset.call)) form.remove();
  }
  for (const call of open) {
    if (!shown(call.id)) raise(call);
    // The text itself is changed: an added node would be read out again.
    const words = shown(call.id)?.querySelector(".call__since").firstChild;
    if (words && words.data !== since(call.seconds)) words.data = since(call.seconds);
  }
  count();
}

function count() {
  const open = list.querySelectorAll("[data-call]").length;
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = open ? `(${open}) ${title}` : title;
}

// One notice at a time stands below the calls, and is said once.
function notice(kind) {
  const there = list.querySelector("[data-notice]");
  if ((there?.dataset.notice ?? "") === kind) return;
  steadily(() => {
    there?.remove();
    if (!kind) return;
    const next = made(kind);
    next.dataset.notice = kind;
    list.append(next);
  });
}

function lost() {
  missed += 1;
  if (missed === MISSES) notice("lost");
}

// Locked, or signed out: the page gives way, unless something on it is only half written.
function shut() {
  missed = 0;
  if (written) notice("shut");
  else location.replace(area.dataset.here);
}

async function ask() {
  if (asking) return;
  asking = true;
  asked = performance.now();
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(area.dataset.poll, { cache: "no-store", redirect: "manual", signal });
    if (answer.status === 401) {
      shut();
    } else if (answer.ok) {
      const { calls } = await answer.json();
      missed = 0;
      notice("");
      steadily(() => show(calls));
    } else {
      lost();
    }
  } catch {
    lost();
  } finally {
    asking = false;
  }
}

function beat() {
  const pause = document.hidden ? HIDDEN_MS : POLL_MS;
  if (performance.now() - asked >= pause - SLACK_MS) ask();
}

async function take(form) {
  const kept = form.querySelector(".call__kept");
  kept.hidden = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(`${answer.status}`);
    taken.add(form.dataset.call);
    steadily(() => form.remove());
    count();
  } catch {
    kept.hidden = false;
  }
}

list.addEventListener("submit", (event) => {
  event.preventDefault(); // what is half written on the page stays
  take(event.target);
});
document.addEventListener("input", ({ target }) => {
  written ||= target.form?.method === "post" && target.type !== "password";
});
document.addEventListener("visibilitychange", () => document.hidden || ask());
const clock = new Worker(area.dataset.beat);
clock.onmessage = beat;
clock.onerror = () => setInterval(beat, POLL_MS);
count();
