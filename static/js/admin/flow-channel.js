/*
 * Owns the flow "New channel": what it is called, its work stream (one of its type, or one made in place), review; and that both are
 * made in their order, none of them over another.
 */

import { RequestError } from "../lib/client.js";
import { rules } from "../strings.en.js";
import { generalStep, placeStep, reviewStep } from "./flow-channel-steps.js";
import { createHalfMade } from "./flow-half-made.js";
import { refusalOf } from "./flow-refusal.js";
import { defaultsOf, keepDraft, keptDraft, newStream, streamToSend } from "./flow-state.js";
import { createSteps } from "./flow-steps.js";

/** @typedef {import("./flow.js").FlowContext} FlowContext */
/** @typedef {{id: string, ownId: boolean, name: string, type: string, origins: string[], how: "existing"|"new", work_stream_id: string|null, stream: {id: string, name: string, mode: string, capacity: number, fallback_queue_id: string}, made: string|null}} ChannelDraft `made`: the work stream that this flow has made already */

const KEY = "channel";

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
  const half = createHalfMade(api, context.tell, () => {
    change({ made: null });
    steps.focus();
  });
  const steps = createSteps({
    title: rules.new_channel, lead: rules.new_channel_lead, steps: [general, place, reviewStep(() => draft, names)], done: rules.create_channel, onDone: create, notice: half.el,
    onCancel: () => {
      keepDraft(KEY, null);
      onCancel();
    },
  });
  half.show(draft.made);

  async function create() {
    const { id } = draft;
    try {
      // Before its work stream is made: a channel that cannot be made shall leave nothing behind.
      if (await exists(api, `/v1/channels/${id}`)) return steps.errors({ "/id": rules.id_taken });
      await makeStream();
    } catch (problem) {
      const { map, message } = refusalOf(problem, "/stream/id", (field) => `/stream${field.replace("/distribution", "")}`);
      return steps.errors(map, message);
    }
    try {
      const { value } = await api.create(`/v1/channels/${id}`, channelOf(draft));
      keepDraft(KEY, null);
      await names.refresh("channels", "work-streams");
      onMade(id, value);
    } catch (problem) {
      const { map, message } = refusalOf(problem, "/id");
      steps.errors(map, message);
      half.show(draft.made);
    }
  }

  /** Makes the work stream, where one is to be made and is not yet. */
  async function makeStream() {
    const { id, name, mode, capacity, fallback_queue_id } = draft.stream;
    if (draft.how !== "new" || draft.made === id) return;
    const { value } = newStream(draft.type);
    await api.create(`/v1/work-streams/${id}`, streamToSend({ ...value, name, capacity, fallback_queue_id, distribution: { ...value.distribution, mode } }));
    change({ made: id });
  }

  return { el: steps.el, focus: steps.focus, stop() {} };
}

/** What is sent. @param {ChannelDraft} draft */
function channelOf({ name, type, how, stream, work_stream_id, origins }) {
  return { name, type, work_stream_id: how === "new" ? stream.id : work_stream_id, ...(type === "live_chat" && origins.length > 0 ? { settings: { allowed_origins: origins } } : {}) };
}

/** Whether there is such a thing. @param {import("./warnings.js").Api} api @param {string} path */
async function exists(api, path) {
  try {
    await api.get(path);
    return true;
  } catch (problem) {
    if (problem instanceof RequestError && problem.problem.status === 404) return false;
    throw problem;
  }
}
