/* Owns the steps of the flow "New channel": what it is called, which work stream it gets or has made for it, and all of it in words. */

import { h, setShown } from "../lib/dom.js";
import { t, rules } from "../strings.en.js";
import { chipsField, comboField, numberField, selectField, textField } from "../ui/fields.js";
import { createFieldStep } from "./flow-fields.js";
import { nameAndId } from "./flow-general.js";
import { part } from "./flow-review.js";
import { CHANNEL_TYPES, idOf, isId } from "./flow-state.js";

/** @typedef {import("./flow.js").FlowContext} FlowContext */
/** @typedef {import("./flow-steps.js").Step} Step */
/** @typedef {import("./flow-channel.js").ChannelDraft} ChannelDraft */

/** Records come over a channel that is made with their work stream. */
const TYPES = CHANNEL_TYPES.filter((type) => type !== "entity");

/** @param {FlowContext["names"]} names @param {ChannelDraft} draft @param {(some: Partial<ChannelDraft> & {type: string}) => void} onChange @returns {Step} */
export function generalStep(names, draft, onChange) {
  const named = nameAndId({ name: draft.name, id: draft.id, ownId: draft.ownId, label: rules.name, help: rules.channel_name_help, taken: () => names.items("channels").map(({ id }) => id) });
  const type = selectField({ name: "type", label: rules.channel_type, help: rules.channel_kind_help, value: draft.type, options: TYPES.map((one) => ({ value: one, label: t.channel_types[one] })) });
  const origins = chipsField({ name: "origins", label: rules.origins, help: rules.origins_help, value: draft.origins, max: 1000, placeholder: "https://shop.example" });
  const show = () => setShown(origins.el, type.get() === "live_chat");
  show();
  return createFieldStep({
    id: "channel", label: () => rules.step_general,
    fields: [
      { pointer: "/name", field: named.nameField, required: true }, { pointer: "/id", field: named.idField, required: true, check: named.check }, { pointer: "/type", field: type },
      { pointer: "/settings/allowed_origins", field: origins },
    ],
    onInput() {
      show();
      onChange({ id: named.idField.get().trim(), ownId: named.own, name: named.nameField.get().trim(), type: type.get(), origins: origins.get() });
    },
  });
}

/** @param {FlowContext["names"]} names @param {() => ChannelDraft} draft @param {(some: Partial<ChannelDraft>) => void} onChange @returns {Step & {refresh: () => void}} */
export function placeStep(names, draft, onChange) {
  const { how, work_stream_id, stream } = draft();
  const options = () => names.options("work-streams").filter(({ value }) => names.get("work-streams", value)?.channel_type === draft().type);
  const choice = selectField({ name: "how", label: rules.stream_how, help: rules.stream_how_help, value: how, options: [{ value: "existing", label: rules.stream_existing }, { value: "new", label: rules.stream_in_place }] });
  const existing = comboField({ name: "work_stream_id", label: rules.stream, help: rules.stream_help, value: work_stream_id, required: true, options: options() });
  const name = textField({ name: "stream-name", label: rules.stream_name, help: rules.stream_name_help, value: stream.name, required: true, max: 100 });
  const id = textField({ name: "stream-id", label: rules.stream_id, help: rules.id_help, value: stream.id, required: true, max: 64 });
  const mode = selectField({ name: "stream-mode", label: rules.mode, help: rules.mode_help, value: stream.mode, options: ["push", "pick"].map((one) => ({ value: one, label: rules.modes[/** @type {"push"} */ (one)] })) });
  const capacity = numberField({ name: "stream-capacity", label: rules.capacity, help: rules.capacity_help, value: stream.capacity, min: 0, max: 1_000_000, required: true });
  const queue = comboField({ name: "stream-queue", label: rules.fallback, help: rules.stream_queue_help, value: stream.fallback_queue_id, required: true, options: names.options("queues") });
  let own = stream.id !== "" && stream.id !== idOf(stream.name);
  name.input.addEventListener("input", () => own || id.set(idOf(name.get())));
  id.input.addEventListener("input", () => (own = id.get() !== "" && id.get() !== idOf(name.get())));
  const show = () => {
    const fresh = choice.get() === "new";
    setShown(existing.el, !fresh);
    for (const field of [name, id, mode, capacity, queue]) setShown(field.el, fresh);
  };
  const free = (/** @type {string} */ text) => (!isId(text) ? rules.id_wrong : draft().made !== text && names.get("work-streams", text) ? rules.id_taken : null);
  const step = createFieldStep({
    id: "work-stream", label: () => rules.step_stream,
    fields: [
      { pointer: "/how", field: choice }, { pointer: "/work_stream_id", field: existing, required: true }, { pointer: "/stream/name", field: name, required: true },
      { pointer: "/stream/id", field: id, required: true, check: free }, { pointer: "/stream/mode", field: mode }, { pointer: "/stream/capacity", field: capacity, required: true },
      { pointer: "/stream/fallback_queue_id", field: queue, required: true },
    ],
    onInput() {
      show();
      onChange({ how: /** @type {"new"} */ (choice.get()), work_stream_id: existing.get(), stream: { name: name.get().trim(), id: id.get().trim(), mode: mode.get(), capacity: capacity.get() ?? 1, fallback_queue_id: queue.get() ?? "" } });
    },
  });
  show();
  const refresh = () => {
    existing.update(options());
    existing.set(draft().work_stream_id);
  };
  return { ...step, enter: refresh, refresh };
}

/** @param {() => ChannelDraft} draft @param {FlowContext["names"]} names @returns {Step} */
export function reviewStep(draft, names) {
  const parts = h("div", { class: "flow-review" });
  return {
    id: "review", label: () => rules.step_review, el: parts,
    enter() {
      const { name, id, type, origins, how, work_stream_id, stream } = draft();
      const chat = type === "live_chat" ? [[rules.origins, origins.join(", ") || rules.only_here]] : [];
      const own = how === "new"
        ? [[rules.stream_name, stream.name], [rules.stream_id, stream.id], [rules.mode, rules.modes[/** @type {"push"} */ (stream.mode)]], [rules.capacity, String(stream.capacity)], [rules.fallback, names.label("queues", stream.fallback_queue_id)]]
        : [[rules.stream, names.label("work-streams", work_stream_id ?? "")]];
      parts.replaceChildren(part(rules.step_general, [[rules.name, name], [rules.id, id], [rules.channel_type, t.channel_types[type]], ...chat]), part(how === "new" ? rules.new_stream : rules.step_stream, own));
    },
    check: () => [],
    place: () => [],
  };
}
