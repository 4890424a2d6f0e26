/*
 * Owns what stands with a message by reference: a link for what is on the web, plain words for any other reference. What the page
 * shows of it comes from a customer's provider, so a link says where it goes and opens apart from this page.
 */

import { h, icon } from "./dom.js";
import { sizeText } from "./format.js";
import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Attachment} Attachment */

/**
 * The words and the address of one; pure. `href` is null for what no browser should follow.
 * @param {Attachment} attachment
 * @returns {{href: string|null, name: string, detail: string}}
 */
export function described({ url, media_type, name, size }) {
  const web = webAddress(url);
  const called = name?.trim() || (web ? fileName(web) : "") || media_type || web?.host || url;
  const where = web ? web.host : url;
  const kind = media_type === called ? "" : kindText(media_type);
  const details = [kind, size === undefined || size === null ? "" : sizeText(size), where === called ? "" : where];
  return { href: web?.href ?? null, name: called, detail: details.filter(Boolean).join(", ") };
}

/** A media type as people say it: image, PDF; nothing for what has no common name. @param {string|null|undefined} media_type */
function kindText(media_type) {
  const [whole, sub = ""] = (media_type ?? "").toLowerCase().split("/");
  const { kinds } = t.panel;
  return (Object.hasOwn(kinds, sub) && kinds[sub]) || (Object.hasOwn(kinds, whole) && kinds[whole]) || "";
}

/** @param {string} url @returns {URL|null} */
function webAddress(url) {
  const address = URL.canParse(url) ? new URL(url) : null;
  return address && ["http:", "https:"].includes(address.protocol) ? address : null;
}

/** The last part of an address's path. @param {URL} address */
function fileName({ pathname }) {
  const last = pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** @param {Attachment[]|undefined} attachments @returns {HTMLElement|null} */
export function attachmentList(attachments) {
  if (!attachments?.length) return null;
  return h("ul", { class: "attachments" }, ...attachments.map((one) => attachmentItem(described(one))));
}

/** @param {{href: string|null, name: string, detail: string}} attachment */
function attachmentItem({ href, name, detail }) {
  // A name may be written from right to left, and must not turn what stands beside it.
  const words = h("bdi", { text: name });
  const what = href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words) : words;
  return h("li", {}, icon("attachment"), h("span", {}, what, detail ? h("span", { class: "muted", text: ` (${detail})` }) : null));
}
