// Before anything is drawn: the chosen look, so that a dark page does not flash white.
"use strict";
try {
  const chosen = localStorage.getItem("kgbuild-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch { /* storage is off: the system's look stands */ }
