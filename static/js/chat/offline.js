/* Owns what is shown outside the channel's hours: its own words, and when it opens again by the visitor's clock. */

import { h, setShown, setText } from "../lib/dom.js";
import { locale } from "../lib/language.js";
import { t } from "../strings.en.js";
import { textOf } from "./words.js";

/** @param {import("../types.js").Widget} widget @param {string} language */
export function createOffline(widget, language) {
  const page = widget.offline_page;
  const title = page ? textOf(page.title, language, widget.languages) : t.closed_now;
  const text = page ? textOf(page.text, language, widget.languages) : "";
  const heading = h("h2", { tabindex: -1, text: title });
  const when = h("p", {});
  const el = h("div", { class: "offline", hidden: true }, heading, h("p", { class: "offline-text", text }), when);
  return {
    el,
    focus: () => heading.focus(),
    /** @param {string|null} opens_at */
    update(opens_at) {
      setText(when, opens_at ? t.opens_at(openingText(opens_at)) : "");
      setShown(when, opens_at !== null);
    },
  };
}

/** @param {string} iso */
function openingText(iso) {
  const format = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale(), /** @type {Intl.DateTimeFormatOptions} */ (format)).format(new Date(iso));
}
