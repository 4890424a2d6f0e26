/* Owns the proof of the forms' pure parts: pointers, what two administrators changed, ids from names, words in both languages. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COLLECTIONS } from "../../../static/js/admin/fields/index.js";
import { PROVIDERS } from "../../../static/js/admin/fields/providers.js";
import { EVENT_TYPES } from "../../../static/js/admin/fields/settings.js";
import { meet, merge } from "../../../static/js/admin/form-merge.js";
import { read, write } from "../../../static/js/admin/form-pointer.js";
import { body, copyOf, idFrom } from "../../../static/js/admin/editor-save.js";
import { usersIn } from "../../../static/js/admin/editor-users.js";
import { startValue } from "../../../static/js/admin/form-start.js";
import { forms as german } from "../../../static/js/strings.de.js";
import { forms as english } from "../../../static/js/strings.en.js";
import { leaves } from "../helpers/fields.mjs";

const doc = (name) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), "utf8");

test("parts_of_one_object_that_stand_in_several_sections_come_together", () => {
  const value = {};
  write(value, "", { distribution: { mode: "push", notification: { kind: "open_directly" } } });
  write(value, "", { distribution: { notification: { timeout_seconds: 60 } }, list: [{ a: 1 }] });
  write(value, "", { list: [{ b: 2 }] });
  assert.deepEqual(value, { distribution: { mode: "push", notification: { kind: "open_directly", timeout_seconds: 60 } }, list: [{ b: 2 }] });
});

test("a_pointer_reads_and_writes_names_with_slashes_and_tildes", () => {
  const value = {};
  write(value, "/a~1b/c~0d", 1);
  assert.deepEqual([value, read(value, "/a~1b/c~0d"), read(value, "/a/b")], [{ "a/b": { "c~d": 1 } }, 1, undefined]);
  write(value, "/a~1b/c~0d", undefined);
  write(value, "/x/y", undefined);
  assert.deepEqual(value, { "a/b": {} });
});

test("what_one_did_not_touch_takes_the_others_value_and_what_both_changed_is_chosen", () => {
  const base = { name: "VIP", priority: 10, hours: null, overflow: [] };
  const mine = { ...base, priority: 5, overflow: [1] };
  const theirs = { ...base, priority: 7, hours: "office", overflow: [1] };
  assert.deepEqual(meet(base, mine, theirs).map(({ pointer, contested }) => [pointer, contested]), [["/priority", true], ["/hours", false], ["/overflow", false]]);
  assert.deepEqual(merge(base, mine, theirs, new Set(["/priority"])), { name: "VIP", priority: 5, hours: "office", overflow: [1] });
  assert.equal(merge(base, mine, theirs, new Set()).priority, 7);
});

test("a_member_that_the_other_took_away_is_gone_unless_one_changed_it", () => {
  const base = { theme: { color: "#111111", position: "right" } };
  const theirs = { theme: { position: "right" } };
  assert.deepEqual(merge(base, base, theirs, new Set()), theirs);
  const mine = { theme: { color: "#222222", position: "left" } };
  assert.deepEqual(merge(base, mine, theirs, new Set(["/theme/color"])), mine);
});

test("an_id_is_made_of_the_name_and_is_nobody_elses", () => {
  assert.equal(idFrom("Größe & Maß, 2. Stock", new Set()), "grosse-mass-2.-stock");
  assert.equal(idFrom("VIP", new Set(["vip", "vip-2"])), "vip-3");
  assert.equal(idFrom("微信", new Set()), "");
  assert.match(idFrom("x".repeat(200), new Set(["x".repeat(60)])), /^[a-z0-9][a-z0-9._-]{0,63}$/);
});

test("a_copy_has_no_stars_for_secrets_and_a_save_keeps_what_no_form_knows", () => {
  assert.deepEqual(copyOf({ a: "********", b: [{ c: "********" }], d: null }), { a: "", b: [{ c: "" }], d: null });
  const queues = COLLECTIONS.find(({ id }) => id === "queues");
  assert.deepEqual(body(queues, { id: "vip", members: ["ana"], name: "old", later: 1 }, { name: "new" }), { later: 1, name: "new" });
});

test("who_uses_a_thing_is_read_from_the_refusal", () => {
  const users = usersIn("queue vip is referred to by work stream web-push, agent ana, a thing of tomorrow");
  assert.deepEqual(users.map(({ collection, id, text }) => (collection ? [collection, id] : text)), [["work-streams", "web-push"], ["agents", "ana"], "a thing of tomorrow"]);
});

test("a_new_one_starts_with_the_defaults_of_its_type", () => {
  const stream = startValue(COLLECTIONS.find(({ id }) => id === "work-streams").fields);
  assert.deepEqual([stream.channel_type, stream.auto_close_after_inactivity_seconds, stream.fallback_queue_id], ["live_chat", 1800, "default-messaging"]);
});

test("every_field_option_and_collection_has_words_in_both_languages", () => {
  for (const forms of [english, german]) {
    for (const { id, fields, columns } of COLLECTIONS) {
      const words = forms.fields[id];
      assert.ok(forms.collections[id]?.title, id);
      for (const { at, field } of leaves(fields)) {
        const generic = at.startsWith("/age_limits/") ? at.replace(/^\/age_limits\/[a-z_]+/, "/age_limits") : at;
        if (field.kind === "group") assert.ok(forms.options.channel_type[at.split("/").at(-1)], `${id} ${at}`);
        else assert.ok(words[field.kind === "section" ? `${at}#${field.id}` : field.kind === "variant" ? `${at}?` : generic], `${id} ${at}`);
        for (const option of field.options ?? []) assert.ok(forms.options[field.words ?? at.split("/").at(-1)]?.[option], `${id} ${at} ${option}`);
        for (const variant of field.variants ?? []) assert.ok(forms.options[field.words]?.[variant.id], `${id} ${at} ${variant.id}`);
        if (field.kind === "list") assert.ok(words[`${at}*`], `${id} ${at}*`);
      }
      for (const pointer of columns) assert.ok(words[pointer], `${id} column ${pointer}`);
    }
  }
});

test("the_providers_settings_are_those_of_their_documents", () => {
  const documents = { "sms/twilio": "sms-twilio", "sms/telesign": "sms-telesign", "facebook/messenger": "messenger", "whatsapp/whatsapp": "whatsapp", "line/line": "line", "wechat/wechat": "wechat", "teams/teams": "teams", "twitter/twitter": "twitter", "custom/custom": "custom" };
  for (const [type, providers] of Object.entries(PROVIDERS)) {
    for (const [provider, fields] of Object.entries(providers)) {
      const rows = [...doc(`channels/${documents[`${type}/${provider}`]}`).matchAll(/^\| `([a-z_]+)` \| (yes)? ?\| (.*?) ?\|/gm)];
      const told = rows.map(([, name, secret, value]) => [name, Boolean(secret), /^`[^`]+`$/.test(value) ? value.slice(1, -1) : null]);
      assert.deepEqual(fields.map(({ path, kind, value }) => [path.slice(1), kind === "secret", value === undefined ? null : String(value)]), told, provider);
    }
  }
});

test("a_webhook_is_offered_every_type_of_event", () => {
  const [, types] = doc("webhooks").match(/^Types: `([^`]+)`/m);
  assert.deepEqual([...EVENT_TYPES], types.split(/\s+/));
});
