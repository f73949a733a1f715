// What pages do besides: they all work without it.
"use strict";

// A form is sent once: the second click of a double one does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// A slider shows what it is moved to at once: the page as it would be, without its controls.
const follow = async (form, slider) => {
  const wanted = slider.value;
  const query = new URLSearchParams(new FormData(form));
  const answer = await fetch(`${form.action.split("?")[0]}?${query}`, { credentials: "same-origin" });
  if (!answer.ok || slider.value !== wanted) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (slider.value !== wanted) return;
  for (const part of ["header", "#moment", "footer"]) document.querySelector(part).replaceWith(page.querySelector(part));
  history.replaceState(null, "", answer.url);
};
for (const form of document.querySelectorAll("form[data-live]")) {
  const slider = form.elements[form.dataset.live];
  let waiting;
  slider.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 120, form, slider);
  });
}

// In a grid the arrow keys and Enter move from cell to cell; left and right only from the end of what is written.
document.addEventListener("keydown", (event) => {
  const input = event.target, cell = input.closest(".grid td");
  if (!cell || input.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = beside(input, cell, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
});

const beside = (input, cell, key) => {
  const whole = input.selectionEnd - input.selectionStart === input.value.length;
  const within = (found) => found.querySelector("input");
  const below = (row) => within(row.cells[cell.cellIndex]);
  if (key === "ArrowDown" || key === "Enter") return along(cell.parentElement, "nextElementSibling", below);
  if (key === "ArrowUp") return along(cell.parentElement, "previousElementSibling", below);
  if (key === "ArrowRight" && (whole || input.selectionStart === input.value.length)) return along(cell, "nextElementSibling", within);
  if (key === "ArrowLeft" && (whole || input.selectionEnd === 0)) return along(cell, "previousElementSibling", within);
  return null;
};

const along = (from, way, input) => {
  for (let next = from[way]; next; next = next[way]) if (input(next)) return input(next);
  return null;
};

// On paper nothing is folded.
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});

// What is under way is looked at again every two seconds until it has ended.
const look = async (watched) => {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-poll]");
  if (!now) {
    document.querySelector("main").replaceWith(page.querySelector("main"));
    return;
  }
  watched.firstChild.textContent = now.firstChild.textContent;
  setTimeout(look, 2000, watched);
};
for (const watched of document.querySelectorAll("[data-poll]")) setTimeout(look, 2000, watched);
