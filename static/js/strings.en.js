/*
 * Owns every English sentence of the pages that run scripts. Plain values and functions of the values they show.
 * (The start page has no script; its words stand in its own markup.)
 */

const plural = (/** @type {number} */ n, /** @type {string} */ one, /** @type {string} */ many) => `${n} ${n === 1 ? one : many}`;

export const t = {
  // Time
  seconds_short: (/** @type {number} */ n) => `${n} s`,
  minutes_short: (/** @type {number} */ n) => `${n} min`,
  hours_short: (/** @type {number} */ h, /** @type {number} */ m) => (m ? `${h} h ${m} min` : `${h} h`),
  days_short: (/** @type {number} */ d, /** @type {number} */ h) => (h ? `${d} d ${h} h` : `${d} d`),
  today: "Today",
  yesterday: "Yesterday",

  // Names
  visitor: "Visitor",
  channel_types: /** @type {Record<string, string>} */ ({
    live_chat: "Live chat", sms: "SMS", facebook: "Facebook", wechat: "WeChat", teams: "Teams", line: "LINE",
    whatsapp: "WhatsApp", twitter: "Twitter", custom: "Custom", entity: "Record",
  }),
  states: { open: "Waiting in queue", active: "Active", waiting: "Waiting", wrap_up: "Wrap-up", closed: "Closed" },
  presences: { available: "Available", busy: "Busy", busy_dnd: "Busy: do not disturb", away: "Away", offline: "Appear offline", inactive: "Inactive" },

  // Sign-in
  agent_title: "Callboard agent desk",
  sign_in: "Sign in",
  sign_in_lead: "Paste the token that your administrator gave you. It stays in this browser tab.",
  token: "Token",
  token_missing: "Enter a token.",
  sign_out: "Sign out",
  token_refused: "This token is not valid, or has expired. Ask your administrator for a new one.",
  role_refused: "This token does not belong to an agent. Ask your administrator for an agent's token.",
  protocol_refused: "This page is older than the server. Reload the page.",

  // Connection
  connected: "Connected",
  connecting: "Connecting…",
  connection_lost: "Connection lost. Trying again…",
  connection_lost_help: "What you write is kept and sent when the connection is back.",
  connection_back: "Connected again",
  try_now: "Try now",
  server_leaves: "The server is restarting. You will be connected again in a moment.",

  // Presence and capacity
  presence: "Presence",
  presence_since: "Time in this status",
  presence_by_system: "Set by the system",
  presence_by_supervisor: "Set by a supervisor",
  capacity: "Capacity",
  capacity_text: (/** @type {number} */ used, /** @type {number} */ total, /** @type {number} */ free) => `${used} of ${total} used, ${free} free`,
  capacity_short: (/** @type {number} */ free) => `${free} free`,
  capacity_over: (/** @type {number} */ over) => `${over} over`,

  // Lists
  lists: "Lists",
  my_work: "My work",
  open_items: "Open work items",
  open_items_short: "Open",
  open_items_rest: " work items",
  closed: "Closed",
  nothing_mine: "Nothing on your desk",
  nothing_mine_help: "New conversations pop up here. You can also take one from Open work items.",
  nothing_open: "Nothing is waiting",
  nothing_found: "No open work item matches your search.",
  nothing_closed: "You closed nothing in the last 24 hours.",
  closed_failed: "The closed conversations could not be loaded.",
  closed_more: "More than this page can show. The newest may be missing.",
  load_again: "Load again",
  loading: "Loading…",
  search_open: "Search open work items",
  search_placeholder: "Customer, queue, context",
  sort_by: "Sort by",
  sorts: { age: "Longest waiting", newest: "Newest", priority: "Priority", queue: "Queue", work_stream: "Work stream", customer: "Customer" },
  shown_of: (/** @type {number} */ shown, /** @type {number} */ total) => (shown === total ? plural(total, "item", "items") : `${shown} of ${plural(total, "item", "items")}`),
  take: "Take",
  take_one: (/** @type {string} */ name) => `Take ${name}`,
  taken_by: (/** @type {string} */ name, /** @type {string} */ agent) => `${name} was already taken by ${agent}.`,
  taken_by_other: (/** @type {string} */ name) => `${name} was already taken by another agent.`,
  on_offer: "on offer",
  priority_value: (/** @type {number} */ n) => `priority ${n > 0 ? "+" : ""}${n}`,
  waits: "waiting",
  groups: { active: "Active", wrap_up: "Wrap-up", waiting: "Waiting for the customer" },
  unread: (/** @type {number} */ n) => plural(n, "unread message", "unread messages"),
  missed: "Missed",
  missed_clear: "Clear the list of missed conversations",
  clear: "Clear",
  ended_at: (/** @type {string} */ why, /** @type {string} */ time) => `${why}, ${time}`,

  // Screen pop
  incoming_region: "Incoming conversations",
  incoming: "Incoming conversation",
  accept: "Accept",
  accepting: "Accepting…",
  decline: "Decline",
  declining: "Declining…",
  pop_collapse: "Make smaller",
  pop_expand: "Show details",
  time_left: "Time left to answer",
  waiting_label: "Waiting",
  pop_started: (/** @type {string} */ name, /** @type {string} */ where, /** @type {number} */ s) => `Incoming conversation from ${name}, ${where}. ${plural(s, "second", "seconds")} to answer.`,
  pop_left: (/** @type {string} */ name, /** @type {number} */ s) => `${name}: ${plural(s, "second", "seconds")} left to answer.`,
  pop_keys: (/** @type {string} */ accept, /** @type {string} */ decline) => `Accept with ${accept}, decline with ${decline}. Escape makes it smaller.`,
  pop_keys_no_decline: (/** @type {string} */ accept) => `Accept with ${accept}. Escape makes it smaller.`,
  pop_over: (/** @type {string} */ name, /** @type {string} */ why) => `${name}: ${why}`,
  why: {
    taken: "taken by another agent",
    taken_by: (/** @type {string} */ agent) => `taken by ${agent}`,
    customer_left: "the customer left",
    timed_out: "timed out",
    declined: "declined",
    declined_elsewhere: "declined in another window",
    accepted_elsewhere: "accepted in another window",
    agent_disconnected: "withdrawn while you were disconnected",
    undelivered: "withdrawn, it did not reach you in time",
    withdrawn: "withdrawn",
    over: "ended while the connection was down",
  },
  title_incoming: (/** @type {number} */ n, /** @type {string} */ name) => `(${n}) Incoming: ${name}`,
  title_unread: (/** @type {number} */ n, /** @type {string} */ title) => `(${n}) ${title}`,

  // Conversation
  sessions: "Open conversations",
  tab: (/** @type {string} */ name, /** @type {number} */ unread) => (unread ? `${name}, ${plural(unread, "unread message", "unread messages")}` : name),
  no_session: "No conversation is open",
  no_session_help: "Choose one from My work, or wait for the next to pop up.",
  back: "Back to the lists",
  close_view: "Close this view",
  messages: "Messages",
  messages_of: (/** @type {string} */ name) => `Messages with ${name}`,
  customer: "Customer",
  you: "You",
  agent: (/** @type {string} */ id) => `Agent ${id}`,
  system: "System",
  internal_note: "Internal note",
  sending: "Sending…",
  not_delivered: "Not delivered",
  not_delivered_why: (/** @type {string} */ why) => `Not delivered: ${why}`,
  not_sent: "Not sent",
  not_sent_why: (/** @type {string} */ why) => `Not sent: ${why}`,
  retry: "Try again",
  discard: "Discard",
  new_messages: "New messages",
  write_to: (/** @type {string} */ name) => `Message to ${name}`,
  write_note: "Internal note, not shown to the customer",
  mode_reply: "Reply",
  mode_note: "Internal note",
  kind_of_message: "Kind of message",
  send: "Send",
  save_note: "Save note",
  end: "End",
  wait: "Wait",
  release: "Release",
  transfer: "Transfer",
  reopen: "Reopen",
  close: "Close conversation",
  wrap_up_heading: "Wrap-up",
  wrap_up_lead: "The conversation has ended. Add a note if it helps, then close.",
  wrap_up_note: "Wrap-up note (optional)",
  waiting_lead: "You set this conversation aside. It comes back when the customer writes.",
  closed_lead: (/** @type {string} */ when, /** @type {string} */ why) => (why ? `Closed ${when}: ${why}.` : `Closed ${when}.`),
  transfer_heading: "Transfer this conversation",
  transfer_to: "Transfer to",
  to_queue: "A queue",
  to_agent: "An agent",
  queue_id: "Queue id",
  agent_id: "Agent id",
  target_missing: "Enter where it should go.",
  cancel: "Cancel",
  left: {
    closed: (/** @type {string} */ name) => `${name}: the conversation is closed.`,
    released: (/** @type {string} */ name) => `${name} went back to the queue.`,
    transferred: (/** @type {string} */ name) => `${name} was transferred.`,
    other: (/** @type {string} */ name) => `${name} is no longer with you.`,
  },
  unsent: (/** @type {string} */ name, /** @type {string} */ text) => `Not sent to ${name}, the conversation left your desk: “${text}”`,

  // Context panel
  details: "Customer and context",
  about_customer: "Customer",
  about_context: "Context",
  about_conversation: "Conversation",
  undeclared: "Also sent",
  no_context: "Nothing was sent along.",
  field: { name: "Name", email: "E-mail", phone: "Phone", customer_id: "Customer id", channel: "Channel", queue: "Queue", work_stream: "Work stream", state: "State", arrived: "Arrived", assigned: "Yours since", units: "Capacity units", transfers: "Transfers", refusals: "Refusals", id: "Id", not_known: "not known" },

  // Alerts and keyboard
  alerts: "Alerts and sound",
  sound: "Sound for incoming conversations",
  sounds: { repeat: "Ring until answered", once: "Ring once", off: "No sound" },
  sound_test: "Play it",
  sound_locked: "Click anywhere once, so that the browser lets this page ring.",
  desktop: "Desktop notifications while this window is hidden",
  desktop_allowed: "Allowed",
  desktop_denied: "Blocked in the browser's settings",
  desktop_missing: "This browser offers none on this address",
  desktop_ask: "Allow",
  desktop_body: (/** @type {string} */ where) => `Incoming conversation, ${where}`,
  question_key: "Open the keyboard sheet with the ? key",
  close_sheet: "Done",
  shortcuts: "Keyboard shortcuts",
  shortcut: {
    accept: "Accept the incoming conversation", decline: "Decline the incoming conversation", collapse: "Make the incoming conversation smaller",
    next: "Next conversation", previous: "Previous conversation", write: "Go to the message box", note: "Switch between reply and internal note",
    send: "Send", line: "New line", finish: "End, close or reopen the conversation", mine: "My work", open: "Open work items, search", closed: "Closed",
    presence: "Go to presence", help: "This sheet",
  },
  dismiss: "Dismiss",
  notices: "Notices",

  // What went wrong
  problem: {
    not_connected: "Not connected. Try again when the connection is back.",
    connection_lost: "The connection was lost before the answer came. Look at the conversation before you try again.",
    no_answer: "The server did not answer in time. Try again.",
    no_capacity: "That agent has no capacity left.",
    not_pickable: "This conversation cannot be taken from the list.",
    not_declinable: "This conversation cannot be declined.",
    unknown: "That did not work.",
  },
  problem_state: (/** @type {string} */ state) => `That is no longer possible: the conversation is ${state}.`,

  // Customer's page
  chat_title: "Chat with us",
  chat_lead: "Tell us what it is about, and the next free agent will answer here.",
  your_name: "Your name",
  topic: "What is it about? (optional)",
  first_message: "Your message",
  more_fields: "More for the demo",
  tier: "Customer tier (optional)",
  amount: "Order amount (optional)",
  amount_wrong: "Enter the amount as a number.",
  start_chat: "Start chat",
  starting: "Starting…",
  name_missing: "Enter your name.",
  message_missing: "Write a message first.",
  start_failed: "The chat could not be started.",
  start_again: "Start a new chat",
  channel_unknown: "This chat does not exist.",
  too_many: "You started several chats in a short time. Please wait a minute and try again.",
  in_line: (/** @type {number} */ n) => (n <= 1 ? "You are next in line." : `You are number ${n} in line.`),
  in_line_wait: (/** @type {number} */ low, /** @type {number} */ high) => (low === high ? `Expected wait: about ${high} min.` : `Expected wait: ${low} to ${high} min.`),
  waiting_for_agent: "Waiting for the next free agent…",
  agent_joined: (/** @type {string} */ name) => `${name} is here to help you.`,
  agent_typing: (/** @type {string} */ name) => `${name} is typing…`,
  an_agent: "An agent",
  your_message: "Write a message",
  end_chat: "End chat",
  chat_ended: "This chat has ended.",
  chat_ended_thanks: "Thank you for writing to us. To write again, start a new chat.",
  chat_ended_unsent: "What you wrote last was not sent. Start a new chat to send it: your text is kept.",
  chat_lost: "Connection lost. Trying again; nothing you write gets lost.",
  chat_back: "Connected again. Nothing was missed.",
  chat_resumed: "Your chat goes on where it was.",
  chat_close: "Close the chat window",
  chat_loading: "Connecting…",
  chat_unreachable: "The chat cannot be reached. Trying again…",
  optional: (/** @type {string} */ label) => `${label} (optional)`,
  choose: "Please choose",
  answer_wrong: {
    missing: "Please answer this.", consent: "Please agree to go on.", line: "Please write one line.",
    long: "This is too long.", option: "Please choose one of these.",
  },
  answers_wrong: "Some answers are missing or not right.",
  message_long: "This message is too long.",
  already_open: "You have an open chat in another window. Go on there, or end it first.",
  not_confirmed: "We could not confirm who you are. Reload the page and try again.",
  sign_in_first: "Sign in on this page first, then you can chat with us.",
  closed_now: "We are closed right now",
  opens_at: (/** @type {string} */ when) => `We are back ${when}.`,
  transcript: "Download the conversation",
  transcript_failed: "The conversation could not be downloaded. Please try again.",
  post_chat_survey: "Tell us how it went (opens a new window)",
};

/* The parts of the design system and its page. */
export const ui = {
  // Lists and what goes on
  loading: "Loading…",
  not_loaded: "This could not be loaded.",
  not_connected: "Not connected. Trying again…",
  stale: (/** @type {string} */ time) => `Connection lost, data as of ${time}. Trying again…`,
  unreachable: "The server cannot be reached.",
  try_again: "Try again",
  notices: "Notices",
  dismiss: "Dismiss",

  // Dialogs, fields
  close: "Close",
  cancel: "Cancel",
  required: "required",
  unit: "Unit",
  units: { ms: "milliseconds", s: "seconds", min: "minutes", h: "hours", d: "days" },
  out_of_range: (/** @type {number} */ min, /** @type {number|null} */ max, /** @type {string} */ unit) => (max === null ? `At least ${min} ${unit}.` : `From ${min} to ${max} ${unit}.`),
  not_json: (/** @type {string} */ why) => `This is not JSON: ${why}`,
  remove_one: (/** @type {string} */ name) => `Remove ${name}`,
  no_option: "Nothing matches.",
  more_options: (/** @type {number} */ n) => `${n} more: write on to find them.`,

  // Frame of a page
  skip: "Skip to the content",
  places: "Sections",
  pages: "Pages",
  page_agent: "Agent desk",
  page_supervisor: "Supervisor",
  page_admin: "Administration",
  all_pages: "All pages of this server",
  sign_in: "Sign in",
  sign_in_lead: "Paste the token that your administrator gave you. It stays in this browser tab.",
  sign_out: "Sign out",
  token: "Token",
  token_missing: "Enter a token.",
  token_refused: "This token is not valid, or has expired. Ask your administrator for a new one.",
  role_refused: {
    agent: "This token does not belong to an agent. Ask your administrator for an agent's token.",
    supervisor: "This token does not belong to a supervisor. Ask your administrator for a supervisor's token.",
    admin: "This token does not belong to an administrator. Ask for an administrator's token or key.",
  },

  // Display
  display: "Display",
  display_choices: { theme: "Theme", density: "Density", language: "Language", direction: "Direction" },
  display_values: {
    theme: { system: "As the system", light: "Light", dark: "Dark" },
    density: { roomy: "Roomy", compact: "Compact" },
    language: { system: "As the browser", en: "English", de: "Deutsch" },
    direction: { auto: "By language", rtl: "Right to left (to try)" },
  },
  design_page: "Design system",
};

/* The supervisor's page. */
export const supervisor = {
};

/* A conversation's story, decisions, what-if. */
export const story = {
};

/* The administrator's page: frame, lists, history, keys, import. */
export const admin = {
};

/* The administrator's forms: every field with its help. */
export const forms = {
};

/* The rule builder, work stream flow and try-it pane. */
export const rules = {
};
