/* Owns the stories of the administrator's forms: made, refused, changed by two at once, deleted; and that no field of the server lacks one. */

import assert from "node:assert/strict";
import { COLLECTIONS } from "../../../static/js/admin/fields/index.js";
import { PROVIDERS } from "../../../static/js/admin/fields/providers.js";
import { leaves } from "../helpers/fields.mjs";
import { look } from "../helpers/looks.mjs";
import { hasFocus, until } from "../helpers/people.mjs";
import { members } from "../helpers/schema.mjs";
import { story } from "../helpers/story.mjs";
import { adminAt, field, saved, section } from "../helpers/forms.mjs";
import { forms as words } from "../../../static/js/strings.en.js";

/** Several stories, since each look is taken at two sizes and in two schemes. */
const GROUPS = { work: ["work-streams", "queues", "agents", "channels"], desk: ["presences", "skills", "capacity-profiles", "operating-hours"],
  words: ["quick-replies", "notification-templates", "customers", "record-identification-rules"], access: ["intake", "webhooks", "api-keys", "settings"] };

/** What a rule editor or a condition covers with all that is in it. */
const WHOLE = ["rules", "condition", "json"];
/** What holds fields and has no value of its own, or has one that its editor knows. */
const STRUCTURE = ["section", "variant", "part", "group", "condition"];

story("no_field_of_the_server_lacks_a_form_and_none_has_other_bounds", async ({ server, open }) => {
  await open(`${server.base}/docs`);
  const document = await (await fetch(`${server.base}/openapi.json`)).json();
  const written = Object.entries(document.paths).filter(([path, { put }]) => put && /^\/v1\/[a-z-]+\/\{id\}$/.test(path)).map(([path]) => path.split("/")[2]);
  const ids = COLLECTIONS.map(({ id }) => id);
  assert.deepEqual(written.filter((id) => !ids.includes(id)), [], "collections without a form");
  assert.deepEqual(Object.values(GROUPS).flat().sort(), [...ids].sort(), "all of them are opened below");
  const settings = COLLECTIONS.filter(({ schema }) => schema === "Settings").flatMap(({ fields }) => fields);
  for (const { id, schema, fields, readOnly = [] } of COLLECTIONS) {
    const wanted = members(document, schema);
    const all = leaves(schema === "Settings" ? settings : fields);
    const whole = all.filter(({ field }) => WHOLE.includes(field.kind)).map(({ at }) => at);
    const marks = all.flatMap(({ at, field }) => (field.variants ?? []).flatMap(({ mark }) => Object.keys(mark ?? {}).map((name) => `${at}/${name}`)));
    const known = new Set([...all.map(({ at }) => at), ...marks]);
    const free = (path) => known.has(path) || path === "/id" || readOnly.includes(path.split("/")[1]) || whole.some((at) => path.startsWith(`${at}/`));
    assert.deepEqual([...wanted.keys()].filter((path) => path !== "" && !free(path)), [], `${id}: members without a field`);
    const own = new Set(Object.values(PROVIDERS).flatMap(Object.values).flat().map(({ path }) => `/settings${path}`));
    const values = all.filter(({ field }) => !STRUCTURE.includes(field.kind));
    assert.deepEqual(values.map(({ at }) => at).filter((at) => !wanted.has(at) && !own.has(at)), [], `${id}: fields without a member`);
    for (const { at, field } of all) {
      const bound = wanted.get(at);
      if (bound) assert.deepEqual(bounds(field), boundsOf(bound, field), `${id} ${at}`);
    }
  }
});

/** The bounds of a field that the schema can say, too. @param {any} field */
function bounds({ kind, min, max, options, value, suggest }) {
  return { min, max, options: options && suggest === undefined ? [...options].sort() : undefined, value: kind === "list" || typeof value === "object" ? undefined : value };
}

/** @param {any} schema @param {any} field */
function boundsOf(schema, field) {
  const told = {
    min: schema.minimum ?? schema.minLength ?? schema.minItems,
    max: schema.maximum ?? schema.maxLength ?? schema.maxItems,
    options: (schema.enum ?? schema.items?.enum)?.slice().sort(),
    value: schema.default,
  };
  // Where the schema says nothing, the form may know more: a text by language, a value that depends on another.
  const own = bounds(field);
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, value === undefined || typeof value === "object" && name === "value" || own[name] === undefined ? own[name] : value]));
}

story("an_administrator_makes_a_queue_with_overflow_and_hours", async ({ server, open }) => {
  await server.admin("PUT", "/v1/operating-hours/office", { name: "Office hours", time_zone: "Europe/Berlin", weekly: [{ days: ["mon", "tue"], from: "09:00", to: "17:00" }] });
  const page = await adminAt(open, server, "queues");
  await page.getByRole("link", { name: "New queue" }).click();
  await field(page, "Name").fill("Größere Schäden");
  await until(() => field(page, "Id").inputValue(), "grossere-schaden");
  await page.getByRole("combobox", { name: "Operating hours" }).click();
  await page.keyboard.type("office");
  await page.getByRole("option", { name: /Office hours/ }).click();
  await page.getByRole("button", { name: "Add item" }).click();
  const item = page.getByRole("group", { name: "Item 1" });
  await item.getByLabel("When").selectOption({ label: "it has waited so long" });
  await item.getByLabel("Wait", { exact: true }).fill("5");
  await item.getByLabel("Then").selectOption({ label: "move it to another queue" });
  await item.getByRole("combobox", { name: "Queue" }).click();
  await page.keyboard.type("sal");
  await page.getByRole("option", { name: /Sales/ }).click();
  await look(page, "admin-queue-new");
  await saved(page, "Größere Schäden");
  await page.getByRole("heading", { name: "Größere Schäden" }).waitFor();
  const queue = await server.admin("GET", "/v1/queues/grossere-schaden");
  assert.deepEqual([queue.operating_hours_id, queue.overflow], ["office", [{ when: { wait_seconds: 300 }, action: { queue_id: "sales" } }]]);
});

story("a_wrong_value_is_shown_at_its_field_and_nothing_typed_is_lost", async ({ server, open }) => {
  const page = await adminAt(open, server, "work-streams/web-push");
  await field(page, "Name").fill("");
  await field(page, "Most refusals").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "Not saved: 2 values are wrong" });
  await summary.getByRole("link", { name: /^Most refusals: must be at least 1/ }).click();
  await hasFocus(field(page, "Most refusals"));
  assert.equal(await field(page, "Most refusals").getAttribute("aria-invalid"), "true");
  await field(page, "Name").fill("Web chat, better");
  await field(page, "Most refusals").fill("5");
  // What the page cannot see, the server does: a variable of the same name twice.
  const variables = section(page, "Context variables");
  await variables.getByRole("group", { name: "Variable 3" }).getByLabel("Name", { exact: true }).fill("topic");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: "Not saved: " }).getByRole("link", { name: /Variable 3, Name/ }).waitFor();
  await look(page, "admin-wrong-value");
  assert.deepEqual([await field(page, "Name").inputValue(), await field(page, "Most refusals").inputValue()], ["Web chat, better", "5"]);
  assert.equal((await server.admin("GET", "/v1/work-streams/web-push")).distribution.refusal.max_refusals, 3);
  await server.kill();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText(/The server cannot be reached/).waitFor();
  assert.equal(await field(page, "Name").inputValue(), "Web chat, better");
});

/** One of each, with something in every part that is not there from the start. */
const RICH = {
  "operating-hours/office": { name: "Office", time_zone: "Europe/Berlin", weekly: [{ days: ["mon", "sat"], from: "09:00", to: "24:00" }], holidays: [{ date: "2026-12-24", from: "09:00", to: "12:00" }, { date: "2026-12-25", name: "Christmas" }] },
  "skills/french": { name: "French", max_level: 5 },
  "capacity-profiles/chats": { name: "Chats", limit: 3, reset: "end_of_day", time_zone: "Europe/Berlin", blocking: true },
  "presences/lunch": { text: "Lunch", base: "away", description: "Back in an hour" },
  "notification-templates/gold": { name: "Gold", title: "{customer.name}", fields: [{ label: "Topic", value: "{context.topic}" }], theme: "urgent", desktop: "never", show_timer: false },
  "notification-templates/plain": { name: "Plain" },
  "agents/dora": { name: "Dora", email: "dora@example.com", role: "supervisor", capacity: 7, queue_ids: ["vip", "sales"], default_presence: "lunch", skills: [{ skill_id: "french", level: 2 }], capacity_profiles: [{ profile_id: "chats", limit: 2 }] },
  "queues/night": { name: "Night", priority: -5, assignment_method: "least_active", operating_hours_id: "office", service_level_seconds: 90, overflow: [
    { when: { waiting: 3 }, action: { fallback: true } }, { when: { wait_seconds: 61 }, action: { queue_id: "sales" } },
    { when: { out_of_hours: true }, action: { end: { message: "We are closed." } } }, { when: { wait_seconds: 9 }, action: { assign_anyway: true } }, { when: { wait_seconds: 900 }, action: { end: {} } }] },
  "work-streams/rich": { name: "Rich", channel_type: "live_chat", capacity: 0, capacity_profile_ids: ["chats"], auto_close_after_inactivity_seconds: null, fallback_queue_id: "night",
    distribution: { mode: "push", select_from_push: true, agent_affinity: true, allowed_presences: ["busy", "away"], max_conversations_per_agent: 4,
      notification: { kind: "screen_pop_timeout", timeout_seconds: 45, template_id: "plain", templates: { transfer: "gold" } }, refusal: { decline_cooldown_seconds: 0, timeout_cooldown_seconds: 90, max_refusals: 7 } },
    wrap_up: { block_capacity: 600 }, context_variables: [{ name: "tier", type: "text" }, { name: "amount", display_name: "Amount", type: "number" }],
    classification: [{ name: "Set", rules: [{ name: "big", when: { variable: "amount", operator: "gt", value: 100 }, set: { priority: 5, variables: { tier: "gold" }, skills: [{ skill_id: "french", min_level: 2 }] } }] }],
    routing_rules: [{ name: "gold", description: "Ours", when: { any: [{ variable: "tier", operator: "equals", value: "gold" }, { not: { variable: "amount", operator: "has_data" } }] }, route_to: { split: [{ queue_id: "vip", percent: 40 }, { queue_id: "sales", percent: 60 }] } }],
    skill_rules: [{ name: "French", when: { variable: "customer.known", operator: "equals", value: true }, skills: [{ skill_id: "french" }] }],
    skill_relaxation: [{ after_seconds: 60, min_level: 1 }, { after_seconds: 120, drop: ["french"] }] },
  "work-streams/cases": { name: "Cases", channel_type: "entity", entity_configurations: [{ entity_logical_name: "incident", entity_set_name: "incidents", relationship_name: "items" }], distribution: { mode: "pick" } },
  "channels/shop": { name: "Shop", type: "live_chat", work_stream_id: "rich", settings: { languages: ["de", "en"], title: { de: "Hallo" }, theme: { color: "#1a7340", position: "left" }, allowed_origins: ["https://shop.example"], page_variables: ["amount"],
    survey: [{ variable: "tier", kind: "options", mandatory: true, label: { de: "Stufe", en: "Tier" }, options: [{ value: "gold", label: { de: "Gold" } }, { value: "none" }] }, { variable: "email", kind: "single_line", label: { de: "E-Mail" } }],
    operating_hours_id: "office", offline_page: { title: { de: "Zu" }, text: { de: "Bis morgen" } }, invitation: { after_seconds: 5, url_pattern: "https://shop.example/*", text: { de: "Fragen?" } }, transcript_minutes: 0, post_chat_survey_url: "https://shop.example/s",
    messages: [{ trigger: "started", text: { de: "Hallo" } }, { trigger: "position", position: 2, text: { de: "Gleich" } }, { trigger: "inactivity", after_seconds: 90, text: { de: "Noch da?" } }] } },
  "customers/maria": { name: "Maria", email: "m@example.com", phone: "+49", case_numbers: ["1", "2"], active: false },
  "record-identification-rules/mail": { work_stream_id: "rich", match: [{ field: "email", variable: "mail" }, { field: "case_number", variable: "tier" }] },
  "quick-replies/hello": { title: "Hello", text: "Hello {customer.name}", language: "en", tags: ["greeting"], work_stream_ids: ["rich"] },
  "webhooks/crm": { name: "CRM", url: "https://example.com/hook", active: false, event_types: ["message"], work_stream_ids: ["rich"], channel_ids: ["shop"] },
  "api-keys/backend": { name: "Backend", role: "backend", channel_ids: ["shop"] },
};

story("a_save_without_a_change_changes_nothing", async ({ server, open }) => {
  for (const [path, value] of Object.entries(RICH)) await server.admin("PUT", `/v1/${path}`, value);
  await server.admin("PATCH", "/v1/settings", { age_limits: { sms: { waiting_seconds: 61 } }, intake_rules: [
    { name: "all", work_stream_id: "cases" }, { name: "some", entity_logical_name: "incident", work_stream_id: "cases", when: { variable: "record.priority", operator: "equals", value: "high" } }] });
  const page = await adminAt(open, server, "queues");
  for (const path of [...Object.keys(RICH), "settings", "intake"]) {
    const api = path === "intake" ? "/v1/settings" : `/v1/${path}`;
    const before = await server.admin("GET", api);
    await page.goto(`${server.base}/admin#/${path}`);
    await page.getByRole("heading", { level: 2, name: words.collections[path]?.title ?? before.name ?? before.title ?? before.text ?? before.id, exact: true }).waitFor();
    await page.getByRole("button", { name: "Save" }).waitFor();
    assert.equal(await page.getByText("Not saved yet").count(), 0, path);
    const answered = page.waitForResponse((response) => response.request().method() === (path === "settings" || path === "intake" ? "PATCH" : "PUT"));
    await page.getByRole("button", { name: "Save" }).click();
    assert.equal((await answered).status(), 200, path);
    assert.deepEqual(await server.admin("GET", api), before, path);
  }
});

story("two_administrators_change_the_same_thing_and_the_second_is_told", async ({ server, open }) => {
  const [first, second] = [await adminAt(open, server, "queues/vip"), await adminAt(open, server, "queues/vip")];
  await field(first, "Priority").fill("20");
  await first.getByLabel("Assignment method").selectOption("round_robin");
  await saved(first, "VIP");
  await field(second, "Priority").fill("30");
  await field(second, "Name").fill("Very important");
  await second.getByRole("button", { name: "Save" }).click();
  const dialog = second.getByRole("dialog", { name: "Somebody else saved first" });
  await dialog.getByRole("radio", { name: "Mine: 30" }).waitFor();
  await dialog.getByText(/Round robin/).waitFor();
  await look(second, "admin-conflict");
  await dialog.getByRole("radio", { name: "Theirs: 20" }).check();
  await dialog.getByRole("button", { name: "Go on with this" }).click();
  await second.getByRole("region", { name: "Notices" }).getByText("Both versions are put together. Save to keep them.").first().waitFor();
  await saved(second, "Very important");
  const queue = await server.admin("GET", "/v1/queues/vip");
  assert.deepEqual([queue.name, queue.priority, queue.assignment_method], ["Very important", 20, "round_robin"]);
});

story("deleting_what_is_used_says_by_whom_and_what_is_unused_goes", async ({ server, open }) => {
  const page = await adminAt(open, server, "queues/vip");
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog", { name: "Delete VIP?" }).getByRole("button", { name: "Delete" }).click();
  const told = page.getByRole("dialog", { name: "VIP was not deleted" });
  await told.getByRole("link", { name: "Agent Ana" }).waitFor();
  await look(page, "admin-in-use");
  await told.getByRole("link", { name: "Work stream Web chat, offered" }).click();
  await page.getByRole("heading", { name: "Web chat, offered" }).waitFor();
  await server.admin("PUT", "/v1/skills/french", { name: "French" });
  await page.goto(`${server.base}/admin#/skills/french`);
  await page.getByRole("heading", { name: "French" }).waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No skill yet").waitFor();
  await server.admin("PUT", "/v1/skills/latin", { name: "Latin" });
  await page.goto(`${server.base}/admin#/skills/latin`);
  await field(page, "Name").fill("Latin, spoken");
  await server.admin("DELETE", "/v1/skills/latin");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("Somebody deleted it meanwhile.", { exact: false }).waitFor();
  assert.equal(await field(page, "Name").inputValue(), "Latin, spoken", "what was typed is there to be copied");
});

story("what_is_not_saved_is_asked_about_before_one_leaves", async ({ server, open }) => {
  const page = await adminAt(open, server, "agents/ana");
  await field(page, "Name").fill("Ana Maria");
  await page.getByText("Not saved yet").waitFor();
  await page.getByRole("link", { name: "Presences" }).click();
  await page.getByRole("alertdialog", { name: "Leave without saving?" }).getByRole("button", { name: "Cancel" }).click();
  await until(() => field(page, "Name").inputValue(), "Ana Maria");
  assert.match(page.url(), /#\/agents\/ana$/);
  await page.getByRole("link", { name: "Presences" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "Presences" }).waitFor();
});

story("a_token_that_ends_while_something_is_typed_is_replaced_over_the_form_which_is_then_saved", async ({ server, open }) => {
  const { token } = await server.admin("PUT", "/v1/api-keys/guest", { name: "Guest", role: "admin" });
  const { token: looks } = await server.admin("PUT", "/v1/api-keys/eyes", { name: "Eyes", role: "supervisor" });
  const page = await open(`${server.base}/admin#token=${token}`);
  await page.goto(`${server.base}/admin#/agents/ana`);
  await field(page, "Name").fill("Ana Maria");
  await server.admin("DELETE", "/v1/api-keys/guest");
  await page.getByRole("button", { name: "Save" }).click();
  const again = page.getByRole("dialog", { name: "You are signed out" });
  const given = again.getByLabel("Token");
  await given.press("Enter");
  await again.getByText("Enter a token.").waitFor();
  await given.fill("nonsense");
  await given.press("Enter");
  await again.getByText(/This token is not valid/).waitFor();
  await given.fill(looks);
  await given.press("Enter");
  await again.getByText(/another role/).waitFor();
  await look(page, "admin-signed-out");
  await given.fill(server.token);
  await given.press("Enter");
  await page.getByRole("region", { name: "Notices" }).getByText("Signed in again.", { exact: false }).first().waitFor();
  await until(() => field(page, "Name").inputValue(), "Ana Maria");
  await saved(page, "Ana Maria");
  assert.equal((await server.admin("GET", "/v1/agents/ana")).name, "Ana Maria");
  await page.reload();
  await page.getByRole("heading", { level: 2, name: "Ana Maria" }).waitFor();
});

story("a_copy_a_secret_shown_once_and_a_provider_with_stars", async ({ server, open }) => {
  const page = await adminAt(open, server, "queues/vip");
  await page.getByRole("button", { name: "Copy" }).click();
  await until(() => field(page, "Name").inputValue(), "VIP (copy)");
  await saved(page, "VIP (copy)");
  assert.equal((await server.admin("GET", "/v1/queues/vip-copy")).priority, 10);

  await page.waitForURL(/vip-copy$/);
  await page.goto(`${server.base}/admin#/webhooks/+`);
  await field(page, "Address").waitFor();
  await field(page, "Name").fill("CRM");
  await field(page, "Address").fill("https://example.com/hook");
  await page.getByRole("button", { name: "Save" }).click();
  const once = page.getByRole("dialog", { name: "Keep this secret now" });
  assert.match(await once.getByLabel("Secret").inputValue(), /^whsec_/);
  await look(page, "admin-secret");
  await once.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("Nothing waits").waitFor();
  await look(page, "admin-webhook");

  await server.admin("PUT", "/v1/work-streams/sms", { name: "SMS", channel_type: "sms" });
  await page.goto(`${server.base}/admin#/`);
  await page.reload();
  await page.goto(`${server.base}/admin#/channels/+`);
  await page.getByLabel("Type", { exact: true }).waitFor();
  await field(page, "Name").fill("Hotline");
  await page.getByLabel("Type", { exact: true }).selectOption("sms");
  await page.getByRole("combobox", { name: "Work stream" }).click();
  await page.getByRole("option", { name: "SMS sms" }).click();
  await page.getByRole("combobox", { name: "Provider", exact: true }).selectOption("twilio");
  for (const [name, value] of [["Account SID", "AC1"], ["Auth token", "s3cret"], ["Number", "+4930"]]) await field(page, name).fill(value);
  await saved(page, "Hotline");
  await page.waitForURL(/hotline$/);
  await until(() => field(page, "Auth token").inputValue(), "********");
  await field(page, "Number").fill("+4931");
  await saved(page, "Hotline");
  const { settings } = await server.admin("GET", "/v1/channels/hotline");
  assert.deepEqual([settings.from, settings.auth_token, settings.provider], ["+4931", "********", "twilio"]);
});

for (const [group, ids] of Object.entries(GROUPS)) {
  story(`every_list_and_every_editor_opens_${group}`, async ({ server, open }) => {
    const page = await adminAt(open, server, "queues");
    for (const id of ids) await openAll(page, server.base, id);
  });
}

/** The list and a new one with something in each of its lists. @param {import("playwright-core").Page} page @param {string} base @param {string} id */
async function openAll(page, base, id) {
  await page.goto(`${base}/admin#/${id}`);
  await page.getByRole("heading", { level: 2, name: words.collections[id].title }).waitFor();
  await page.getByRole("link", { name: words.collections[id].title, exact: true }).first().waitFor();
  const { single } = COLLECTIONS.find((each) => each.id === id);
  await (single ? page.getByRole("button", { name: "Save" }) : page.getByText(/^\d+ (entry|entries)$/)).waitFor();
  await look(page, `admin-${id}`);
  if (single) return;
  await page.goto(`${base}/admin#/${id}/+`);
  await page.getByRole("button", { name: "Save" }).waitFor();
  await field(page, "Id").fill("new-one");
  for (const add of await page.getByRole("form").getByRole("button", { name: /^Add / }).all()) await add.click();
  await look(page, `admin-${id}-new`);
  await until(() => page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), true, `${id}: the frame of the page does not scroll`);
  await page.goto(`${base}/admin#/queues`);
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { level: 2, name: "Queues" }).waitFor();
}

story("a_supervisor_looks_and_changes_nothing_and_five_hundred_entries_are_searched", async ({ server, open }) => {
  for (let i = 0; i < 500; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => server.admin("PUT", `/v1/customers/c${i + j}`, { name: `Customer ${i + j}`, email: `c${i + j}@example.com` })));
  }
  const { token } = await server.admin("PUT", "/v1/api-keys/eyes", { name: "Eyes", role: "supervisor" });
  const page = await open(`${server.base}/admin#token=${token}`);
  await page.goto(`${server.base}/admin#/customers`);
  await page.getByText("500 entries", { exact: true }).waitFor();
  await page.getByRole("searchbox").fill("c499@");
  await page.getByText("1 of 500 entries").waitFor();
  await look(page, "admin-search");
  await page.getByRole("link", { name: "Customer 499" }).click();
  await page.getByText("You may look at this, but only an administrator changes it.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
  assert.ok(await field(page, "Full name").isDisabled());
  await page.goto(`${server.base}/admin#/flow/work-stream`);
  await page.getByText("This takes an administrator's token.", { exact: false }).waitFor();
  assert.equal(await page.getByRole("textbox").count(), 0, "nothing to fill in that could not be saved");
  await page.getByRole("link", { name: "To the list" }).click();
  await page.getByRole("heading", { level: 2, name: "Work streams" }).waitFor();
});

story("the_page_speaks_german_too", async ({ server, open }) => {
  const page = await adminAt(open, server, "work-streams/web-push", { locale: "de-DE" });
  // What only the server sees to be wrong is said in the page's language, too.
  await section(page, "Kontextvariablen").getByRole("group", { name: "Variable 3" }).getByLabel("Name", { exact: true }).fill("topic");
  await page.getByRole("button", { name: "Speichern" }).click();
  await page.getByRole("alert").getByText(/eine Variable dieses Namens gibt es schon/).waitFor();
  await look(page, "admin-german");
});
