/*
 * Owns the flow "New channel": what it is called, its work stream (one of its type, or one made in place), review. A work stream that
 * was made while the channel was refused is said, and can be taken back or gone on with.
 */

import { RequestError } from "../lib/client.js";
import { h, setShown } from "../lib/dom.js";
import { t, rules } from "../strings.en.js";
import { chipsField, comboField, numberField, selectField, textField } from "../ui/fields.js";
import { createFieldStep } from "./flow-fields.js";
import { nameAndId } from "./flow-general.js";
import { part } from "./flow-review.js";
import { CHANNEL_TYPES, defaultsOf, idOf, isId, keepDraft, keptDraft, newStream, streamToSend } from "./flow-state.js";
import { createSteps } from "./flow-steps.js";
import { exists } from "./flow-work-stream.js";
import { errorsOf } from "./warnings.js";

/** @typedef {import("./flow.js").FlowContext} FlowContext */
/** @typedef {import("./flow-steps.js").Step} Step */
/** @typedef {{id: string, ownId: boolean, name: string, type: string, origins: string[], how: "existing"|"new", work_stream_id: string|null, stream: {id: string, name: string, mode: string, capacity: number, fallback_queue_id: string}, made: string|null}} ChannelDraft `made`: the work stream that this flow has made already */

const KEY = "channel";
/** Records come over a channel that is made with their work stream. */
const TYPES = CHANNEL_TYPES.filter((type) => type !== "entity");

/** @returns {ChannelDraft} */
function fresh() {
  return { id: "", ownId: false, name: "", type: "live_chat", origins: [], how: "existing", work_stream_id: null, stream: { id: "", name: "", mode: "push", capacity: 1, fallback_queue_id: defaultsOf("live_chat").queue }, made: null };
}

/**
 * @param {import("./warnings.js").Api} api @param {FlowContext} context
 * @param {{stream?: string, onMade: (id: string, channel: Record<string, any>) => void, onCancel: () => void}} options `stream`: the work stream to begin with
 */
export function createChannelFlow(api, context, { stream, onMade, onCancel }) {
  const { names } = context;
  /** @type {ChannelDraft} */
  let draft = { ...(keptDraft(KEY) ?? fresh()) };
  const given = stream ? names.get("work-streams", stream) : undefined;
  if (given) draft = { ...draft, type: given.channel_type, how: "existing", work_stream_id: given.id };
  const change = (/** @type {Partial<ChannelDraft>} */ some) => {
    draft = { ...draft, ...some };
    keepDraft(KEY, draft);
  };
  const general = generalStep(names, draft, (some) => {
    const other = some.type !== draft.type;
    change(other ? { ...some, work_stream_id: null } : some);
    if (other) place.refresh();
  });
  const place = placeStep(names, () => draft, change);
  const partial = h("div", { class: "flow-partial", role: "alert", hidden: true });
  const review = reviewStep(() => draft, names);
  const steps = createSteps({
    title: rules.new_channel, lead: rules.new_channel_lead, steps: [general, place, review], done: rules.create_channel, onDone: create, notice: partial,
    onCancel: () => {
      keepDraft(KEY, null);
      onCancel();
    },
  });
  showPartial();

  const channel = () => ({
    name: draft.name, type: draft.type, work_stream_id: draft.how === "new" ? draft.stream.id : draft.work_stream_id,
    ...(draft.type === "live_chat" && draft.origins.length > 0 ? { settings: { allowed_origins: draft.origins } } : {}),
  });

  async function create() {
    const { id, how, stream: made } = draft;
    try {
      if (await exists(api, `/v1/channels/${id}`)) return steps.errors({ "/id": rules.id_taken });
      if (how === "new" && draft.made !== made.id) {
        if (await exists(api, `/v1/work-streams/${made.id}`)) return steps.errors({ "/stream/id": rules.id_taken });
        const error = await putStream();
        if (error) return steps.errors(error.map, error.message);
      }
      const { value } = await api.put(`/v1/channels/${id}`, channel(), null);
      keepDraft(KEY, null);
      await Promise.all([names.reload("channels"), names.reload("work-streams")]);
      onMade(id, value);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      steps.errors(errorsOf((problem.problem.errors ?? []).map(({ field, message }) => ({ field, message }))), problem.message);
      showPartial();
    }
  }

  /** Makes the work stream; gives what is wrong with it. */
  async function putStream() {
    const { id, name, mode, capacity, fallback_queue_id } = draft.stream;
    const { value } = newStream(draft.type);
    const wanted = streamToSend({ ...value, name, capacity, fallback_queue_id, distribution: { ...value.distribution, mode } });
    try {
      await api.put(`/v1/work-streams/${id}`, wanted, null);
      change({ made: id });
      return null;
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      return { map: errorsOf((problem.problem.errors ?? []).map(({ field, message }) => ({ field: `/stream${field.replace("/distribution", "")}`, message }))), message: problem.message };
    }
  }

  function showPartial() {
    setShown(partial, draft.made !== null);
    if (draft.made === null) return;
    const { made } = draft;
    partial.replaceChildren(h("p", { text: rules.half_made(made) }), h("div", { class: "form-actions" },
      h("button", { type: "button", class: "button", text: rules.undo_stream(made), onclick: () => void undo(made) })));
  }

  /** @param {string} made */
  async function undo(made) {
    try {
      await api.remove(`/v1/work-streams/${made}`, null);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      if (problem.problem.status !== 404) return context.tell(problem.message, "assertive");
    }
    change({ made: null });
    showPartial();
    context.tell(rules.undone(made));
    steps.focus();
  }

  return { el: steps.el, focus: steps.focus, stop() {} };
}

/** @param {FlowContext["names"]} names @param {ChannelDraft} draft @param {(some: Partial<ChannelDraft> & {type: string}) => void} onChange @returns {Step} */
function generalStep(names, draft, onChange) {
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
function placeStep(names, draft, onChange) {
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
function reviewStep(draft, names) {
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
