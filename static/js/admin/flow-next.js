/* Owns the end of a flow: what was made, and what comes next: trying it, a channel, the widget's snippet, a provider's address. */

import { h, icon } from "../lib/dom.js";
import { t, rules } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { newId } from "../ui/id.js";

/** @param {string} id @param {Record<string, any>} value the work stream that was made */
export function streamMade(id, value) {
  const record = value.channel_type === "entity";
  const next = [
    linkItem(hrefOf(["flow", "rules", id]), rules.next_try, rules.next_try_help),
    record ? linkItem("/connectors/entity.swagger.json", rules.next_connector, rules.next_connector_help(id)) : linkItem(hrefOf(["flow", "channel", id]), rules.next_channel, rules.next_channel_help),
    linkItem(hrefOf(["work-streams", id]), rules.next_settings, rules.next_settings_help),
  ];
  return madeNode(rules.made_stream(value.name), next);
}

/** @param {string} id @param {Record<string, any>} channel @param {string} origin */
export function channelMade(id, channel, origin) {
  const chat = channel.type === "live_chat";
  const own = Object.keys(channel.settings ?? {}).length === 0;
  const next = [
    ...(chat ? [codeItem(rules.next_snippet, rules.next_snippet_help, snippetOf(id, origin)), linkItem(`/chat?channel=${encodeURIComponent(id)}`, rules.next_chat, rules.next_chat_help, true)] : []),
    ...(!chat ? [codeItem(rules.next_inbound, own ? rules.next_backend_help : rules.next_inbound_help(t.channel_types[channel.type]), `${origin}/v1/channels/${id}/inbound`)] : []),
    linkItem(hrefOf(["flow", "rules", channel.work_stream_id]), rules.next_try, rules.next_try_help),
    linkItem(hrefOf(["channels", id]), rules.next_settings, chat ? rules.next_chat_settings_help : rules.next_provider_help),
  ];
  return madeNode(rules.made_channel(channel.name), next);
}

/** The line that puts the widget on a page. Pure. @param {string} channel @param {string} origin */
export function snippetOf(channel, origin) {
  return `<script src="${origin}/static/widget.js" data-channel="${channel}" async></script>`;
}

/** @param {string} title @param {HTMLElement[]} next */
function madeNode(title, next) {
  const heading = h("h2", { tabindex: -1, class: "flow-title", text: title });
  const el = h("div", { class: "flow flow-made" }, heading, h("p", { class: "muted", text: rules.what_next }), h("ul", { class: "flow-next" }, ...next));
  return { el, focus: () => heading.focus() };
}

/** @param {string} href @param {string} label @param {string} help @param {boolean} [apart] in a window of its own */
function linkItem(href, label, help, apart = false) {
  return h("li", { class: "flow-next-item" }, h("a", { href, text: label, target: apart ? "_blank" : null, rel: apart ? "noopener" : null }), h("p", { class: "muted", text: help }));
}

/** @param {string} label @param {string} help @param {string} text */
function codeItem(label, help, text) {
  const said = h("span", { class: "muted", role: "status" });
  const title = h("p", { id: newId("next"), class: "flow-next-label", text: label });
  const code = h("code", { class: "flow-code", tabindex: 0, role: "region", "aria-labelledby": title.id, dir: "ltr", text });
  const copy = h("button", { type: "button", class: "button small", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = rules.copied;
    } catch {
      getSelection()?.selectAllChildren(code);
      said.textContent = rules.copy_yourself;
    }
  } }, icon("copy"), rules.copy);
  return h("li", { class: "flow-next-item" }, title, h("p", { class: "muted", text: help }), code, h("div", { class: "flow-next-foot" }, copy, said));
}
