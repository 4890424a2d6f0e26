/* Owns the first steps of the flow "New work stream": general information and distribution, as the administrator's guide has them. */

import { setShown } from "../lib/dom.js";
import { forms, t, rules } from "../strings.en.js";
import { durationField, numberField, selectField, switchField, textField } from "../ui/fields.js";
import { checksField, createFieldStep } from "./flow-fields.js";
import { CHANNEL_TYPES, idOf, isId } from "./flow-state.js";

/** @typedef {import("./flow-state.js").Draft} Draft */
/** @typedef {import("./flow-steps.js").Step} Step */

const PRESENCES = /** @type {const} */ (["available", "busy", "busy_dnd", "away", "offline"]);
const KINDS = /** @type {const} */ (["open_directly", "screen_pop_timeout", "screen_pop_decline"]);
/** What pages offer of the timeout, in seconds (CONTRACT §3). */
const TIMEOUTS = [30, 60, 90, 120, 150, 180, 210, 240, 270, 300];

/** A name, and an id that follows it until it is written by itself. @param {{name: string, id: string, ownId: boolean, label: string, help: string, taken: () => string[]}} options */
export function nameAndId({ name, id, ownId, label, help, taken }) {
  const nameField = textField({ name: "name", label, help, value: name, required: true, max: 100 });
  const idField = textField({ name: "id", label: rules.id, help: rules.id_help, value: id, required: true, max: 64 });
  let own = ownId;
  idField.input.setAttribute("spellcheck", "false");
  nameField.input.addEventListener("input", () => own || idField.set(idOf(nameField.get())));
  idField.input.addEventListener("input", () => (own = idField.get() !== "" && idField.get() !== idOf(nameField.get())));
  const check = (/** @type {string} */ value) => (!isId(value) ? rules.id_wrong : taken().includes(value) ? rules.id_taken : null);
  return {
    nameField, idField, check,
    get own() {
      return own;
    },
  };
}

/**
 * @param {import("./flow.js").FlowContext} context @param {Draft} draft
 * @param {(id: string, ownId: boolean, value: Record<string, any>) => void} onChange
 * @returns {Step & {set: (draft: Draft) => void}}
 */
export function createGeneral({ names }, draft, onChange) {
  const { value } = draft;
  const named = nameAndId({ name: value.name, id: draft.id, ownId: draft.ownId, label: rules.name, help: rules.stream_name_help, taken: () => names.items("work-streams").map(({ id }) => id) });
  const type = selectField({ name: "channel_type", label: rules.channel_type, help: rules.channel_type_help, value: value.channel_type, options: CHANNEL_TYPES.map((one) => ({ value: one, label: t.channel_types[one] })) });
  const capacity = numberField({ name: "capacity", label: rules.capacity, help: rules.capacity_help, value: value.capacity, min: 0, max: 1_000_000, required: true });
  const never = switchField({ name: "never", label: rules.never_close, value: value.auto_close_after_inactivity_seconds === null });
  const close = durationField({ name: "auto_close", label: rules.auto_close, help: rules.auto_close_help, value: value.auto_close_after_inactivity_seconds, min: 1, max: 315_360_000 });
  const show = () => setShown(close.el, !never.get());
  const step = createFieldStep({
    id: "general", label: () => rules.step_general,
    fields: [
      { pointer: "/name", field: named.nameField, required: true }, { pointer: "/id", field: named.idField, required: true, check: named.check }, { pointer: "/channel_type", field: type },
      { pointer: "/capacity", field: capacity, required: true, check: (n) => (n < 0 || !Number.isInteger(n) ? rules.whole_number : null) },
      { pointer: "/auto_close_never", field: never }, { pointer: "/auto_close_after_inactivity_seconds", field: close, required: true, check: (n) => (n < 1 ? rules.at_least_a_second : null) },
    ],
    onInput() {
      show();
      onChange(named.idField.get().trim(), named.own, {
        name: named.nameField.get().trim(), channel_type: type.get(), capacity: capacity.get() ?? 1, auto_close_after_inactivity_seconds: never.get() ? null : close.get(),
      });
    },
  });
  show();
  return { ...step, set(next) {
    const seconds = next.value.auto_close_after_inactivity_seconds;
    never.set(seconds === null);
    close.set(seconds);
    show();
  } };
}

/**
 * @param {Record<string, any>} value @param {(distribution: Record<string, any>) => void} onChange
 * @returns {Step & {set: (value: Record<string, any>) => void}}
 */
export function createDistribution(value, onChange) {
  let { distribution } = value;
  let record = value.channel_type === "entity";
  const { notification } = distribution;
  const mode = selectField({ name: "mode", label: rules.mode, help: rules.mode_help, value: distribution.mode, options: ["push", "pick"].map((one) => ({ value: one, label: rules.modes[/** @type {"push"} */ (one)] })) });
  const kind = selectField({ name: "kind", label: rules.notification, help: rules.notification_help, value: notification.kind, options: KINDS.map((one) => ({ value: one, label: rules.notifications[one] })) });
  const known = TIMEOUTS.includes(notification.timeout_seconds) ? TIMEOUTS : [...TIMEOUTS, notification.timeout_seconds];
  const timeout = selectField({ name: "timeout", label: rules.timeout, help: rules.timeout_help, value: String(notification.timeout_seconds), options: known.map((n) => ({ value: String(n), label: t.seconds_short(n) })) });
  const allowed = checksField({ name: "allowed", label: rules.allowed, help: rules.allowed_help, value: distribution.allowed_presences, options: PRESENCES.map((one) => ({ value: one, label: forms.options.base_presence[one] })) });
  const select = switchField({ name: "select", label: rules.select_from_push, help: rules.select_from_push_help, value: distribution.select_from_push });
  const affinity = switchField({ name: "affinity", label: rules.affinity, help: rules.affinity_help, value: distribution.agent_affinity });
  const show = () => {
    const push = mode.get() === "push";
    setShown(kind.el, push);
    setShown(timeout.el, push && kind.get() !== "open_directly");
    setShown(select.el, push);
    setShown(affinity.el, push && !record);
  };
  const step = createFieldStep({
    id: "distribution", label: () => rules.step_distribution,
    fields: [
      { pointer: "/distribution/mode", field: mode }, { pointer: "/distribution/notification/kind", field: kind }, { pointer: "/distribution/notification/timeout_seconds", field: timeout },
      { pointer: "/distribution/allowed_presences", field: allowed, required: true }, { pointer: "/distribution/select_from_push", field: select }, { pointer: "/distribution/agent_affinity", field: affinity },
    ],
    onInput() {
      show();
      distribution = {
        ...distribution, mode: mode.get(), notification: { ...distribution.notification, kind: kind.get(), timeout_seconds: Number(timeout.get()) },
        allowed_presences: allowed.get(), select_from_push: select.get(), agent_affinity: affinity.get(),
      };
      onChange(distribution);
    },
  });
  show();
  return { ...step, set(next) {
    distribution = next.distribution;
    record = next.channel_type === "entity";
    affinity.set(distribution.agent_affinity);
    show();
  } };
}
