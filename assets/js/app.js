// What every page loads: htmx under a strict policy, Alpine's CSP build, and the shell.
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org/dist/htmx.esm.js";
import * as chosen from "./shell/chosen.js";
import * as dialogs from "./shell/dialogs.js";
import * as forms from "./shell/forms.js";
import * as keyboard from "./shell/keyboard.js";
import * as lists from "./shell/lists.js";
import * as marks from "./shell/marks.js";
import * as menus from "./shell/menus.js";
import * as palette from "./shell/palette.js";
import * as preferences from "./shell/preferences.js";
import * as requests from "./shell/requests.js";
import * as says from "./shell/says.js";
import * as searches from "./shell/searches.js";
import * as strips from "./shell/strips.js";
import * as toasts from "./shell/toasts.js";

document.documentElement.classList.add("js");
document.cookie = "scripted=yes; path=/; max-age=31536000; samesite=lax";
window.htmx = htmx;
window.Alpine = Alpine;

for (const part of [requests, toasts, dialogs, menus, palette, keyboard, lists, chosen, marks, forms, preferences, says, searches, strips]) part.start();
Alpine.start();
