// What pages do besides: they all work without it.
"use strict";

// A form is sent once: the second click of a double one does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
