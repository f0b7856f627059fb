// Keys, the line of what will be saved, and saving without a line.
const one = (what, within = document) => within.querySelector(what);
const all = (what, act) => document.querySelectorAll(what).forEach(act);
const root = document.documentElement;
const drawn = (box) => getComputedStyle(box ?? root).display !== "none";
const asked = (input) => [".tile", "fieldset"].every((box) => drawn(input.closest(box)));
let group, run = "", last = 0, queue = "", pause, sending, timer, retry;

function words(input) {
  if (input.options) return input.value && input.selectedOptions[0].text;
  if (input.type !== "number") return input.checked && asked(input) && input.dataset.say;
  const { say, help } = input.dataset;
  return (one("[value=filing]").checked ? say : help).replace("{n}", input.value);
}

function say() {
  const line = one("#line");
  const parts = [...document.querySelectorAll("[data-say]")].map(words);
  if (!one("#procedure :checked")) parts.unshift(line.dataset.none);
  line.textContent = parts.filter(Boolean).join(" · ");
  const { value, dataset } = one("#quantity");
  one(".if-many").classList.toggle("is-many", value > +dataset.many);
}

// Digits are for one group of tiles.
function aim(id) {
  group = id;
  all("[data-digits]", (each) => each.classList.toggle("aimed", each.id === id));
}

function advance({ name, value }) {
  const then = { procedure: "channel", direct: "direct_reason", not_submitted: "reason" };
  const to = then[name] ?? then[value];
  if (to) aim(to);
  return to;
}

function press(key) {
  const button = { L: ".again", Z: "[data-undo] button", "+": ".more", "-": ".less" }[key];
  if (button) return one(button)?.click();
  const tile = one(`#${key >= 0 ? group : "entry"} [data-key="${key}"]`);
  if (!tile || !asked(tile)) return;
  tile.focus();
  tile.click();
  if (advance(tile)) (one(`#${group} :checked`) ?? one(`#${group} input`)).focus();
}

// A scanner types a code and Enter, faster than anybody.
function scanned() {
  const code = /(?:^|\/)([^\WILOU]{3,8})$/.exec(run)?.[1] ?? "";
  const digits = [...code].map((each) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(each));
  const twice = (n) => (n << 1) ^ (n & 16 ? 37 : 0);
  const check = digits.pop();
  return twice(digits.reduce((sum, n) => twice(sum) ^ n, 0)) === check && code;
}

function flush() {
  clearTimeout(pause);
  const keys = [...queue];
  queue = "";
  if (root.matches(".keys")) keys.forEach(press);
}

addEventListener("keydown", (event) => {
  const { target, key, code, timeStamp } = event;
  if (!one("#entry") || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (timeStamp - last > 100) run = "";
  last = timeStamp;
  if (key === "Enter" && !target.closest("a, button, summary, select")) {
    event.preventDefault();
    const found = scanned();
    if (found) {
      one("#ma").value = found;
      queue = "";
    }
    flush();
    const box = found ? "ma" : target.id;
    one("#entry").requestSubmit(one(`[name=tra][value="${box}"]`) ?? one("#save"));
  }
  if (key.length > 1 || target.matches("select, input:not([type=radio], [type=checkbox])")) return;
  const typed = /^(?:Digit|Numpad|Key)(\w)$/.exec(code)?.[1] ?? ("+-".includes(key) ? key : "/");
  run += typed;
  queue += typed;
  clearTimeout(pause);
  pause = setTimeout(flush, typed === "Z" ? 150 : 40); // a code undoes nothing
});

// Sent however often, its id makes it one entry.
function lock(on, notice) {
  sending = on;
  all("#save, .again", (each) => (each.disabled = on));
  if (!on) all(".save-bar .notice", (each) => (each.hidden = each.id !== notice));
}

async function send(form, button) {
  if (sending) return;
  clearTimeout(timer);
  const body = new URLSearchParams(new FormData(form, button));
  lock(true);
  let answer, page;
  try {
    answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout?.(1e4) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {}
  if (page && (!/50[234]/.test(answer.status) || one("#entry", page))) {
    return show(answer, page, form);
  }
  lock(false, "lost");
  timer = setTimeout((retry = () => send(form, button)), 4000);
}

function show({ url, redirected, status }, page, form) {
  const bare = !one("#entry", page) && { 400: "ended", 500: "failed", 507: "failed" }[status];
  const notice = url.includes("/dang-nhap") ? "ended" : bare;
  const undone = form.dataset.undo && one("#list", page);
  if (redirected && !notice && !undone) return location.assign(url);
  one("#failed strong").textContent = page.body.textContent;
  lock(false, notice);
  if (notice) return;
  if (undone) return all("#said, #list", (each) => each.replaceWith(one("#" + each.id, page)));
  document.title = page.title;
  one("main").replaceWith(one("main", page));
  begin();
  (one(".error-summary") ?? one("[autofocus]") ?? one("#save"))?.focus();
}

addEventListener("submit", (event) => {
  if (!event.target.matches("#entry, #again, [data-undo]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

addEventListener("click", ({ target }) => {
  if (target.closest("[data-retry]")) retry();
  const step = target.matches(".more") - target.matches(".less");
  if (!step) return;
  clearTimeout(timer);
  one("#quantity").stepUp(step);
  say();
});

addEventListener("input", ({ target }) => {
  if (!target.closest("#entry")) return;
  clearTimeout(timer);
  if (target.id === "keys") localStorage.keys = root.classList.toggle("keys");
  advance(target);
  say();
});

addEventListener("focusin", ({ target }) => aim(target.closest("[data-digits]")?.id ?? group));

setInterval(() => {
  const left = one("[data-left]");
  if (left && !--left.textContent) left.closest("form").remove();
}, 1000);

function begin() {
  root.classList.add("js");
  if (!one("#entry")) return;
  root.classList.toggle("keys", (one("#keys").checked = localStorage.keys !== "false"));
  aim("procedure");
  say();
}

begin();
