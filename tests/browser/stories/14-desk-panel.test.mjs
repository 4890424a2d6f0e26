/* Owns the stories of the conversation panel: quick replies, transfer and consult by name, drafts, and how a conversation ends. */

import assert from "node:assert/strict";
import { assertAccessible, newPage } from "../helpers/browser.mjs";
import { look } from "../helpers/looks.mjs";
import { deskReady, hasFocus, line, popOf, startChat, until, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

/** A customer whom the desk has accepted. */
async function accepted(desk, open, server, customer) {
  const chat = await open(server.chat);
  await startChat(chat, customer);
  await popOf(desk, customer.name).getByRole("button", { name: "Accept" }).click();
  await line(desk, customer.message).waitFor();
  return chat;
}

const MARIA = { name: "Maria Schneider", topic: "delivery", message: "Where is my order?" };
const writing = (desk) => desk.getByRole("combobox", { name: /^Message to/ }).or(desk.getByRole("textbox", { name: /^Message to/ }));

/** These alone: the demo's own go first. */
async function prepareReplies(server) {
  for (const { id } of (await server.admin("GET", "/v1/quick-replies")).items) await server.admin("DELETE", `/v1/quick-replies/${id}`);
  const put = (id, reply) => server.admin("PUT", `/v1/quick-replies/${id}`, reply);
  await put("greeting", { title: "Greeting", text: "Hello {customer.name}, this is {agent.name}. I look after your {context.topic}.", tags: ["hello"] });
  await put("date", { title: "Delivery date", text: "It will be with you on {context.tier}, at the latest on {context.amount}." });
  await put("gruss", { title: "Gruß", text: "Guten Tag {customer.name}", language: "de" });
}

story("a_quick_reply_is_found_by_a_slash_filled_in_and_sent_by_a_second_enter_alone", async ({ server, open, openDesks }) => {
  await prepareReplies(server);
  const [desk] = await openDesks(1);
  const chat = await accepted(desk, open, server, MARIA);
  const box = writing(desk);
  await box.pressSequentially("/");
  const list = desk.getByRole("listbox", { name: "Quick replies" });
  await until(() => list.getByRole("option").evaluateAll((all) => all.map((one) => one.querySelector(".option-name").textContent)), ["Delivery date", "Greeting", "Gruß"]);
  await look(desk, "desk-quick-replies");
  await box.press("Escape");
  await list.waitFor({ state: "hidden" });
  await until(() => box.inputValue(), "/", "Escape closes the list and nothing else");
  await box.pressSequentially("gree");
  await list.waitFor({ state: "hidden" });
  await box.fill("");
  await box.pressSequentially("/hel");
  await list.getByRole("option", { name: /Greeting/ }).waitFor();
  await box.press("Enter");
  const text = "Hello Maria Schneider, this is Ana. I look after your delivery.";
  await until(() => box.inputValue(), text);
  assert.equal(await desk.getByRole("log").getByText(text).count(), 0, "nothing is sent by the Enter that inserts");
  await box.press("Enter");
  await line(desk, text).waitFor();
  await line(chat, text).waitFor();

  await box.pressSequentially("/date");
  await box.press("ArrowDown");
  await box.press("Enter");
  await until(() => box.inputValue(), "It will be with you on [Tier], at the latest on [Amount].");
  await look(desk, "desk-quick-reply-gap");
  await box.press("Enter");
  assert.equal(await line(chat, "It will be with you on [Tier], at the latest on [Amount].").count(), 0, "a gap is never sent");
  await desk.keyboard.type("Monday");
  await box.press("Enter");
  await desk.keyboard.type("Tuesday");
  await box.press("Enter");
  await line(chat, "It will be with you on Monday, at the latest on Tuesday.").waitFor();
});

story("a_conversation_is_transferred_by_name_to_an_agent_who_is_offered_it_with_a_note", async ({ server, open, openDesks }) => {
  const [ana] = await openDesks(1);
  const chat = await accepted(ana, open, server, MARIA);
  const ben = await open(server.desks[1]);
  await deskReady(ben);
  await ana.getByRole("button", { name: "Transfer", exact: true }).click();
  const target = ana.getByRole("combobox", { name: "Agent or queue" });
  await ana.getByRole("option", { name: "Ben Available" }).waitFor();
  assert.equal(await ana.getByRole("option", { name: "Cleo not connected" }).getAttribute("aria-disabled"), "true");
  await look(ana, "desk-transfer-list");
  await target.press("Escape");
  await ana.getByRole("button", { name: "Transfer", exact: true }).last().click();
  await ana.getByText("Choose an agent or a queue from the list.").waitFor();
  await target.fill("be");
  await target.press("Enter");
  const note = ana.getByLabel("Note for whoever takes over (optional, internal)");
  await note.fill("She wants it before the weekend.");
  await note.press("Escape");
  await ana.getByRole("button", { name: "Transfer", exact: true }).click();
  await ana.getByRole("option", { name: "Ben Available" }).waitFor();
  await target.fill("be");
  await target.press("Enter");
  await until(() => note.inputValue(), "She wants it before the weekend.", "what was typed is kept");
  await look(ana, "desk-transfer-chosen");
  await Promise.all([ana.getByText("Maria Schneider was transferred.").first().waitFor(), ana.getByRole("button", { name: "Transfer to Ben" }).click()]);
  assert.equal(await ana.getByText(/You had typed to/).count(), 0, "what was used is no lost draft");
  await popOf(ben, "Maria Schneider").waitFor();
  await look(ben, "desk-transfer-offered");
  await popOf(ben, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await line(ben, "She wants it before the weekend.").waitFor();
  await ben.getByRole("log").getByText("Ana", { exact: true }).waitFor();
  await write(ben, /^Message to/, "Hello, Ben here.");
  await line(chat, "Hello, Ben here.").waitFor();
  assert.equal(await chat.getByText("She wants it before the weekend.").count(), 0);
});

story("a_transfer_to_somebody_without_room_says_why_not_and_keeps_the_conversation", async ({ server, open, openDesks }) => {
  const [ana] = await openDesks(1);
  await accepted(ana, open, server, MARIA);
  await server.admin("PATCH", "/v1/agents/ben", { capacity: 0 });
  const ben = await open(server.desks[1]);
  await deskReady(ben);
  await ana.keyboard.press("Alt+g");
  await ana.getByRole("option", { name: "Ben Available" }).waitFor();
  await ana.keyboard.press("Enter");
  await ana.keyboard.press("Enter");
  await ana.getByRole("alert").getByText("That agent has no capacity left for it.").waitFor();
  await look(ana, "desk-transfer-refused");
  await ana.keyboard.press("Escape");
  await writing(ana).waitFor();
});

story("a_consulted_agent_advises_internally_and_the_customer_never_sees_a_word_of_it", async ({ server, open, openDesks }) => {
  const [ana] = await openDesks(1);
  const chat = await accepted(ana, open, server, MARIA);
  const ben = await open(server.desks[1]);
  await deskReady(ben);
  await ana.getByRole("button", { name: "Consult", exact: true }).click();
  await ana.getByRole("option", { name: "Ben Available" }).click();
  await ana.getByRole("button", { name: "Invite Ben" }).click();
  await ana.getByRole("list", { name: "Taking part" }).getByText("Ben, invited…").waitFor();
  const invitation = popOf(ben, "Ana asks for your advice Maria Schneider");
  await invitation.waitFor();
  await look(ben, "desk-consult-invited");
  await invitation.getByRole("button", { name: "Join" }).click();
  await ana.getByRole("list", { name: "Taking part" }).getByText("Ben, consulting").waitFor();
  await ben.getByRole("tab", { name: /Maria Schneider.*Consulting/ }).waitFor();
  await ben.getByRole("list", { name: "Taking part" }).getByText("Ana has it").waitFor();
  await line(ben, "Where is my order?").waitFor();
  assert.equal(await ben.getByRole("button", { name: "Reply", exact: true }).count(), 0, "there is nothing but internal to choose");
  assert.equal(await ben.getByRole("button", { name: "End", exact: true }).count(), 0);
  await write(ben, "Internal message to Ana", "Ask for the order number.");
  await line(ana, "Ask for the order number.").waitFor();
  await look(ana, "desk-consult-owner");
  await look(ben, "desk-consult-part");
  await write(ana, /^Message to/, "What is the order number?");
  await line(chat, "What is the order number?").waitFor();
  await line(ben, "What is the order number?").waitFor();
  await write(chat, "Write a message", "4711");
  await line(ben, "4711").waitFor();
  await ben.reload();
  await line(ben, "Ask for the order number.").waitFor();
  await ana.getByRole("button", { name: "End the consult with Ben" }).click();
  await ben.getByText("The consult about Maria Schneider was ended.").first().waitFor();
  await ben.getByRole("tab").first().waitFor({ state: "detached" });
  assert.equal(await chat.getByText("Ask for the order number.").count(), 0);
});

story("an_invitation_answered_in_one_window_ends_in_the_other_and_each_window_keeps_its_own_draft", async ({ server, open, watch, openDesks }) => {
  const [ana] = await openDesks(1);
  await accepted(ana, open, server, MARIA);
  const ben = await open(server.desks[1]);
  const second = await newPage(ben.context(), server.desks[1], watch);
  await deskReady(second);
  const invite = async () => {
    await ana.getByRole("button", { name: "Consult", exact: true }).click();
    await ana.getByRole("option", { name: "Ben Available" }).click();
    await ana.getByRole("button", { name: "Invite Ben" }).click();
    await popOf(second, "Maria Schneider").waitFor();
  };
  await invite();
  await popOf(ben, "Maria Schneider").getByRole("button", { name: "Decline" }).click();
  const ends = second.getByRole("region", { name: "Incoming conversations" });
  await ends.getByText("Maria Schneider: declined in another window").waitFor();
  await ana.getByText("Ben declined the consult.").first().waitFor();
  await invite();
  await popOf(ben, "Maria Schneider").getByRole("button", { name: "Join" }).click();
  await ends.getByText("Maria Schneider: accepted in another window").waitFor();
  const tab = second.getByRole("tab", { name: /Maria Schneider/ });
  await tab.click();
  const field = (page) => page.getByRole("textbox", { name: "Internal message to Ana" });
  await field(ben).fill("from the first");
  assert.equal(await field(second).inputValue(), "");
  await field(second).press("Enter");
  await field(ben).press("Enter");
  await line(second, "from the first").waitFor();
  await ben.getByRole("button", { name: "Leave" }).click();
  await tab.waitFor({ state: "detached" });
  await ana.getByText("Ben takes part no more.").first().waitFor();
});

story("what_was_typed_is_shown_when_its_conversation_leaves_also_after_a_reload", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await accepted(desk, open, server, MARIA);
  await writing(desk).fill("I have found your");
  await desk.reload();
  await until(() => writing(desk).inputValue(), "I have found your");
  const [{ id }] = (await server.admin("GET", "/v1/conversations?state=active")).items;
  await server.admin("POST", `/v1/conversations/${id}/close`, {});
  const notice = desk.getByRole("region", { name: "Notices" }).getByText("You had typed to Maria Schneider, and did not send: “I have found your”");
  await notice.waitFor();
  await desk.reload();
  await notice.waitFor();
  await desk.getByRole("button", { name: "Dismiss" }).click();
  await notice.waitFor({ state: "detached" });
  await desk.reload();
  await deskReady(desk);
  assert.equal(await notice.count(), 0, "what was dismissed is gone");
});

story("the_end_asks_only_where_a_reply_would_be_left_unsent_and_wrap_up_counts_down", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await accepted(desk, open, server, MARIA);
  await writing(desk).fill("One more thing");
  await desk.getByRole("button", { name: "End", exact: true }).click();
  const question = desk.getByRole("alertdialog", { name: "End without sending?" });
  await look(desk, "desk-end-asks");
  await question.getByRole("button", { name: "Go on writing" }).click();
  await until(() => writing(desk).inputValue(), "One more thing");
  await desk.keyboard.press("Alt+r");
  await question.getByRole("button", { name: "End without sending" }).click();
  await desk.getByText("Not sent before the end").waitFor();
  await hasFocus(desk.getByLabel("Wrap-up note (optional)"));
  await desk.getByText(/capacity units? (is|are) free again in 0:\d\d\./).waitFor();
  await look(desk, "desk-wrap-up-held");
  await desk.getByRole("button", { name: "Put it into the note" }).click();
  await until(() => desk.getByLabel("Wrap-up note (optional)").inputValue(), "One more thing");
  await desk.getByText("Its capacity is free again: new work can come.").waitFor();
  await look(desk, "desk-wrap-up-free");
  await desk.getByRole("button", { name: "Close conversation" }).click();
  await desk.getByText("Nothing on your desk").waitFor();
  assert.equal(await desk.getByText(/You had typed to/).count(), 0, "what was used is no lost draft");
}, { work_stream: { wrap_up: { block_capacity: 12 } } });

story("a_pop_that_times_out_says_that_one_is_inactive_now_and_offers_the_way_back", async ({ server, open, openDesks }) => {
  await server.admin("PATCH", "/v1/settings", { missed_notifications: true });
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  const dock = desk.getByRole("region", { name: "Incoming conversations" });
  // Each of it stands for some seconds alone.
  await Promise.all([startChat(customer, MARIA), popOf(desk, "Maria Schneider").waitFor(), dock.getByText("Maria Schneider: timed out, you are now inactive").waitFor()]);
  await look(desk, "desk-inactive");
  await dock.getByRole("button", { name: "I am back" }).click();
  await dock.getByText("You are inactive", { exact: true }).waitFor({ state: "hidden" });
}, { work_stream: { distribution: { notification: { kind: "screen_pop_decline", timeout_seconds: 2 } } } });

story("a_pop_looks_as_its_template_says_with_and_without_the_time_that_is_left", async ({ server, open, openDesks }) => {
  const template = { title: "{customer.name} about {context.topic}", theme: "urgent", desktop: "never", show_timer: false, fields: [{ label: "Topic", value: "{context.topic}" }] };
  await server.admin("PUT", "/v1/notification-templates/loud", { name: "Loud", ...template });
  await server.admin("PATCH", "/v1/work-streams/web-push", { distribution: { notification: { template_id: "loud" } } });
  const [desk] = await openDesks(1);
  await startChat(await open(server.chat), MARIA);
  const pop = popOf(desk, "Maria Schneider");
  await pop.getByText("Maria Schneider about delivery").waitFor();
  assert.equal(await pop.getByRole("timer").count(), 0);
  await look(desk, "desk-pop-urgent");
});

/** Stands for the browser's notifications. Runs in the page, before it. @param {boolean} works not on a phone, which grants them and makes none for a page */
function stubNotifications(works) {
  globalThis.told = [];
  globalThis.Notification = class {
    static permission = "granted";
    constructor(title, { body }) {
      if (!works) throw new TypeError("Illegal constructor");
      globalThis.told.push(`${title}: ${body}`);
    }
    close() {
      globalThis.told.push("closed");
    }
  };
}

story("a_desktop_notification_says_who_knocks_and_a_browser_that_makes_none_breaks_nothing", async ({ server, open, watch, openDesks }) => {
  await server.admin("PUT", "/v1/notification-templates/always", { name: "Always", title: "{customer.name}", desktop: "always", fields: [] });
  await server.admin("PATCH", "/v1/work-streams/web-push", { distribution: { notification: { template_id: "always" } } });
  const [desk] = await openDesks(1);
  const phone = await newPage(desk.context(), server.desks[0], watch);
  await desk.addInitScript(stubNotifications, true);
  await phone.addInitScript(stubNotifications, false);
  for (const page of [desk, phone]) {
    await page.reload();
    await deskReady(page);
  }
  await startChat(await open(server.chat), MARIA);
  await desk.waitForFunction(() => globalThis.told.length > 0);
  await until(async () => (await desk.title()).startsWith("(1) Incoming: Maria Schneider"), true);
  await popOf(phone, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await line(phone, MARIA.message).waitFor();
  await desk.waitForFunction(() => globalThis.told.includes("closed"));
  assert.deepEqual(await desk.evaluate(() => globalThis.told), ["Maria Schneider: Incoming conversation, Live chat", "closed"]);
});

/** Counts the tones that are played. Runs in the page, before it. */
function countTones() {
  globalThis.tones = 0;
  const { createOscillator } = BaseAudioContext.prototype;
  BaseAudioContext.prototype.createOscillator = function () {
    globalThis.tones += 1;
    return createOscillator.call(this);
  };
}

story("a_pop_rings_until_it_is_answered_or_one_chooses_silence_and_the_choice_is_kept", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const tones = () => desk.evaluate(() => globalThis.tones);
  const more = (before) => desk.waitForFunction((before) => globalThis.tones > before, before);
  await desk.addInitScript(countTones);
  await desk.clock.install();
  await desk.reload();
  await deskReady(desk);
  await startChat(await open(server.chat), MARIA);
  await popOf(desk, "Maria Schneider").waitFor();
  assert.equal(await tones(), 0, "a browser lets nothing ring before the first gesture");
  await desk.getByRole("button", { name: "Alerts and sound" }).click();
  await more(0);
  await desk.getByRole("button", { name: "Play it" }).click();
  let before = await tones();
  await desk.clock.runFor(3_000);
  assert.ok((await tones()) > before, "what was tried out does not silence what rings");
  await desk.getByRole("radio", { name: "No sound" }).check();
  before = await tones();
  await desk.clock.runFor(9_000);
  assert.equal(await tones(), before, "silent at once");
  await desk.getByRole("radio", { name: "Ring until answered" }).check();
  await more(before);
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await line(desk, MARIA.message).waitFor();
  before = await tones();
  await desk.clock.runFor(9_000);
  assert.equal(await tones(), before, "an answer ends it");
  await desk.getByRole("radio", { name: "No sound" }).check();
  await desk.reload();
  await desk.getByRole("button", { name: "Alerts and sound" }).click();
  await until(() => desk.getByRole("radio", { name: "No sound" }).isChecked(), true);
});

story("in_a_low_window_no_box_of_the_desk_scrolls_for_a_mouse_alone", async ({ server, open, openDesks }) => {
  for (let i = 0; i < 12; i++) await server.admin("PUT", `/v1/quick-replies/more-${i}`, { title: `Reply ${i}`, text: "Thank you." });
  const [desk] = await openDesks(1);
  await desk.setViewportSize({ width: 1440, height: 420 });
  /** @type {() => void} */
  let letGo = () => {};
  const held = new Promise((done) => { letGo = () => done(null); });
  await desk.route("**/v1/conversations?*", (route) => held.then(() => route.abort()));
  await desk.keyboard.press("Alt+l");
  await desk.getByText("Loading…").filter({ visible: true }).first().waitFor();
  await assertAccessible(desk, "while the closed ones load");
  letGo();
  await desk.getByRole("button", { name: "Load again" }).waitFor();
  await startChat(await open(server.chat), { ...MARIA, topic: "A long story. ".repeat(30) });
  await popOf(desk, "Maria Schneider").waitFor();
  await assertAccessible(desk, "where the list failed, and a pop has more than fits");
  await desk.keyboard.press("Alt+a");
  await line(desk, MARIA.message).waitFor();
  await writing(desk).pressSequentially("/");
  await desk.getByRole("listbox", { name: "Quick replies" }).waitFor();
  await assertAccessible(desk, "among many quick replies");
  await writing(desk).fill("One more thing. ".repeat(60));
  await desk.keyboard.press("Alt+r");
  await desk.getByRole("button", { name: "End without sending" }).click();
  await desk.getByText("Not sent before the end").waitFor();
  await assertAccessible(desk, "with a long text that was not sent");
});

/** Scrolls back over 120 frames; the time that each took, the shortest first. Runs in the page. */
function scrolled(log) {
  return new Promise((done) => {
    const took = [];
    let last = performance.now();
    const step = (now) => {
      took.push(now - last);
      last = now;
      log.scrollTop -= 400;
      if (took.length < 120) requestAnimationFrame(step);
      else done(took.sort((a, b) => a - b));
    };
    requestAnimationFrame(step);
  });
}

story("a_reader_who_looks_back_is_told_of_what_is_new_and_jumps_to_it_among_two_thousand_messages", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const chat = await accepted(desk, open, server, MARIA);
  const [{ id }] = (await server.admin("GET", "/v1/conversations?state=active")).items;
  const log = desk.getByRole("log");
  // Nobody has to look on while they come.
  await chat.goto("about:blank");
  for (let i = 0; i < 2000; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => server.admin("POST", `/v1/conversations/${id}/messages`, { text: `Line ${i + j}` })));
  }
  await desk.reload();
  const now = Date.now();
  const back = chat.goto(server.chat);
  await log.getByText("Line 1999", { exact: true }).or(log.getByText("Line 1950", { exact: true })).first().waitFor();
  console.log(`# 2,000 messages on the page after ${Date.now() - now} ms`);
  const frames_ms = await log.evaluate(scrolled);
  console.log(`# while scrolling: median ${frames_ms[60].toFixed(1)} ms a frame, slowest of 120 ${frames_ms[119].toFixed(1)} ms`);
  await back;
  await log.evaluate((el) => (el.scrollTop = 0));
  const jump = desk.getByRole("button", { name: "Jump to the newest" });
  await jump.waitFor();
  await write(chat, "Write a message", "first news");
  await write(chat, "Write a message", "second news");
  await desk.getByRole("button", { name: "2 new messages below" }).click();
  await desk.getByRole("button", { name: /below|newest/ }).waitFor({ state: "hidden" });
  await until(() => log.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 2), true, "the newest stands at the end");
});

story("long_texts_attachments_and_notes_stand_apart_and_a_failed_delivery_is_loud", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const chat = await accepted(desk, open, server, MARIA);
  await write(chat, "Write a message", "A long story. ".repeat(200).trim());
  await desk.getByRole("button", { name: "Show all" }).click();
  await desk.getByRole("button", { name: "Show less" }).click();
  const said = ["It was sent.", "It was delivered.", "It was read.", "It is tried again.", "It failed."];
  for (const text of said) await write(desk, /^Message to/, text);
  await desk.getByRole("button", { name: "Internal note" }).click();
  await write(desk, /^Internal note/, "Third complaint this month.");
  await line(desk, "Third complaint this month.").waitFor();

  const [{ id }] = (await server.admin("GET", "/v1/conversations?state=active")).items;
  let items = [];
  await until(async () => {
    ({ items } = await server.admin("GET", `/v1/conversations/${id}/messages`));
    return said.every((text) => items.some((item) => item.text === text));
  }, true, "all is sent");

  // No provider is called from here: what one brings back is put between the server and the page, in the server's words.
  let tell = (/** @type {object} */ _frame) => {};
  await desk.routeWebSocket(/agent-session/, (socket) => {
    socket.connectToServer();
    tell = (frame) => socket.send(JSON.stringify(frame));
  });
  await desk.reload();
  await line(desk, "It failed.").waitFor();
  const idOf = (text) => items.find((item) => item.text === text).id;
  const brings = [{ state: "sent" }, { state: "delivered" }, { state: "read" }, { state: "retrying", problem: "the provider is busy" }, { state: "failed", problem: "the number does not exist" }];
  brings.forEach((delivery, i) => tell({ type: "message.delivery", conversation_id: id, message_id: idOf(said[i]), ...delivery }));
  const attachments = [{ url: "https://files.example/a/invoice.pdf", name: "Invoice.pdf", media_type: "application/pdf", size: 48_213 }, { url: "media-771", media_type: "image/jpeg", name: "photo.jpg" }];
  tell({ type: "message.received", conversation_id: id, message: { id: "x1", conversation_id: id, seq: 99, sender: "customer", text: "", visibility: "public", created_at: new Date().toISOString(), attachments } });
  const log = desk.getByRole("log");
  for (const words of ["Sent", "Delivered", "Read", "Not delivered so far, trying again: the provider is busy", "Not delivered: the number does not exist"]) await log.getByText(words, { exact: true }).waitFor();
  await desk.getByRole("region", { name: "Notices" }).getByText("Your message to Maria Schneider was not delivered (the number does not exist): “It failed.”").waitFor();
  await log.getByRole("link", { name: "Invoice.pdf" }).waitFor();
  await log.getByText("(PDF, 48 KB, files.example)").waitFor();
  await look(desk, "desk-messages");
});
