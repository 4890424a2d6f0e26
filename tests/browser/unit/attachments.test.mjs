/* Owns the proof of how a message's attachments are named, and of which of them become links. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { described } from "../../../static/js/lib/attachments.js";
import { sizeText } from "../../../static/js/lib/format.js";
import { createThread } from "../../../static/js/lib/thread.js";
import { message } from "../helpers/frames.mjs";
import { withDocument } from "../helpers/document.mjs";

const ports = { label: "Messages", senderName: () => "Maria", isOwn: () => false, onRetry: () => {}, onDiscard: () => {} };

test("an_attachment_on_the_web_is_a_link_that_says_its_name_size_and_where_it_goes", () => {
  const invoice = { url: "https://files.example/a/in%20voice.pdf?k=1", media_type: "application/pdf", size: 12_345 };
  assert.deepEqual(described({ ...invoice, name: "Invoice.pdf" }), { href: invoice.url, name: "Invoice.pdf", detail: "PDF, 12 KB, files.example" });
  assert.deepEqual(described(invoice), { href: invoice.url, name: "in voice.pdf", detail: "PDF, 12 KB, files.example" });
  assert.deepEqual(described({ url: "http://files.example/%E0%A4%A" }).name, "%E0%A4%A");
  assert.deepEqual(described({ url: "https://files.example/" }), { href: "https://files.example/", name: "files.example", detail: "" });
});

test("a_reference_that_is_no_web_address_is_no_link", () => {
  for (const url of ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,<b>", "file:///etc/passwd", "blob:https://a.example/1", "//files.example/a", "/v1/agents", "media-771", ""]) {
    assert.equal(described({ url, name: "x" }).href, null, url);
  }
  assert.deepEqual(described({ url: "media-771", name: "photo.jpg" }), { href: null, name: "photo.jpg", detail: "media-771" });
  assert.deepEqual(described({ url: "media-771", media_type: "image/jpeg", size: 0 }), { href: null, name: "image/jpeg", detail: "0 B, media-771" });
  assert.deepEqual(described({ url: "media-771" }), { href: null, name: "media-771", detail: "" });
});

test("sizes_are_written_in_the_unit_that_reads_best", () => {
  assert.deepEqual([0, 999, 1000, 12_345, 999_499, 999_500, 1_500_000, 2_000_000_000].map(sizeText), ["0 B", "999 B", "1 KB", "12 KB", "999 KB", "1 MB", `${new Intl.NumberFormat().format(1.5)} MB`, "2 GB"]);
});

test("a_message_of_attachments_alone_shows_them_and_no_empty_line", () => {
  withDocument(() => {
    const thread = createThread(ports);
    const attachments = [{ url: "https://files.example/a.pdf" }, { url: "javascript:alert(1)", name: "<b>x</b>" }];
    thread.update("c1", "Messages", [message({ text: "", attachments })], []);
    assert.equal(thread.el.all(".message-text").length, 0);
    const [link, ...more] = thread.el.all("a");
    assert.deepEqual([link.getAttribute("href"), link.getAttribute("target"), link.getAttribute("rel"), more.length], ["https://files.example/a.pdf", "_blank", "noopener noreferrer", 0]);
    assert.deepEqual(thread.el.all("li").filter((el) => el.parent?.className === "attachments").map((el) => el.text()), ["a.pdf (files.example)", "<b>x</b> (javascript:alert(1))"]);
  });
});
