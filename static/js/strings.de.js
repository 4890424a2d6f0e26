/* Owns the German sentences of the customer's page, by the names of strings.en.js; what is not here stays English. */

export const t = {
  today: "Heute",
  yesterday: "Gestern",
  connecting: "Verbindung wird aufgebaut …",
  try_now: "Jetzt versuchen",
  messages: "Nachrichten",
  you: "Sie",
  sending: "Wird gesendet …",
  not_sent: "Nicht gesendet",
  not_sent_why: (/** @type {string} */ why) => `Nicht gesendet: ${why}`,
  retry: "Noch einmal",
  discard: "Verwerfen",
  new_messages: "Neue Nachrichten",
  send: "Senden",
  title_unread: (/** @type {number} */ n, /** @type {string} */ title) => `(${n}) ${title}`,
  chat_title: "Chat",
  chat_lead: "Schreiben Sie uns, worum es geht. Der nächste freie Mitarbeiter antwortet Ihnen hier.",
  your_name: "Ihr Name",
  topic: "Worum geht es? (freiwillig)",
  first_message: "Ihre Nachricht",
  tier: "Kundenstufe (freiwillig)",
  amount: "Bestellwert (freiwillig)",
  amount_wrong: "Geben Sie den Bestellwert als Zahl ein.",
  more_fields: "Mehr zum Ausprobieren",
  start_chat: "Chat beginnen",
  starting: "Wird begonnen …",
  name_missing: "Geben Sie Ihren Namen ein.",
  message_missing: "Schreiben Sie zuerst eine Nachricht.",
  start_failed: "Der Chat konnte nicht begonnen werden.",
  start_again: "Neuen Chat beginnen",
  channel_unknown: "Diesen Chat gibt es nicht.",
  too_many: "Sie haben in kurzer Zeit mehrere Chats begonnen. Bitte versuchen Sie es in einer Minute noch einmal.",
  in_line: (/** @type {number} */ n) => (n <= 1 ? "Sie sind als Nächstes an der Reihe." : `Sie sind Nummer ${n} in der Reihe.`),
  in_line_wait: (/** @type {number} */ low, /** @type {number} */ high) => (low === high ? `Wartezeit etwa ${high} min.` : `Wartezeit etwa ${low} bis ${high} min.`),
  waiting_for_agent: "Wir verbinden Sie mit dem nächsten freien Mitarbeiter …",
  agent_joined: (/** @type {string} */ name) => `${name} ist für Sie da.`,
  agent_typing: (/** @type {string} */ name) => `${name} schreibt …`,
  an_agent: "Ein Mitarbeiter",
  your_message: "Nachricht schreiben",
  end_chat: "Chat beenden",
  chat_ended: "Dieser Chat ist beendet.",
  chat_ended_thanks: "Danke für Ihre Nachricht. Wenn Sie uns wieder schreiben möchten, beginnen Sie einen neuen Chat.",
  chat_ended_unsent: "Ihre letzte Nachricht wurde nicht mehr gesendet. Beginnen Sie einen neuen Chat, um sie zu senden; der Text ist noch da.",
  chat_lost: "Verbindung unterbrochen. Wir versuchen es weiter; was Sie schreiben, geht nicht verloren.",
  chat_back: "Wieder verbunden. Sie haben nichts verpasst.",
  chat_resumed: "Ihr Chat geht weiter.",
  chat_close: "Chatfenster schließen",
  chat_loading: "Verbindung wird aufgebaut …",
  chat_unreachable: "Der Chat ist nicht erreichbar. Wir versuchen es weiter …",
  optional: (/** @type {string} */ label) => `${label} (freiwillig)`,
  choose: "Bitte wählen",
  answer_wrong: {
    missing: "Bitte beantworten Sie das.", consent: "Bitte stimmen Sie zu, um fortzufahren.", line: "Bitte schreiben Sie nur eine Zeile.",
    long: "Das ist zu lang.", option: "Bitte wählen Sie eine der Antworten.",
  },
  answers_wrong: "Einige Antworten fehlen oder stimmen nicht.",
  message_long: "Diese Nachricht ist zu lang.",
  already_open: "Sie haben in einem anderen Fenster einen offenen Chat. Schreiben Sie dort weiter, oder beenden Sie ihn zuerst.",
  not_confirmed: "Wir konnten nicht bestätigen, wer Sie sind. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  sign_in_first: "Melden Sie sich zuerst auf dieser Seite an, dann können Sie mit uns chatten.",
  closed_now: "Wir sind gerade nicht da",
  opens_at: (/** @type {string} */ when) => `Wir sind wieder da: ${when}.`,
  transcript: "Gespräch herunterladen",
  transcript_failed: "Das Gespräch konnte nicht heruntergeladen werden. Bitte versuchen Sie es noch einmal.",
  post_chat_survey: "Sagen Sie uns, wie es war (öffnet ein neues Fenster)",
};

/* The parts of the design system and its page. */
export const ui = {
  loading: "Wird geladen …",
  not_loaded: "Das konnte nicht geladen werden.",
  not_connected: "Nicht verbunden. Wir versuchen es weiter …",
  stale: (/** @type {string} */ time) => `Verbindung unterbrochen, Stand ${time}. Wir versuchen es weiter …`,
  unreachable: "Der Server ist nicht erreichbar.",
  try_again: "Noch einmal",
  notices: "Hinweise",
  dismiss: "Ausblenden",

  close: "Schließen",
  cancel: "Abbrechen",
  required: "Pflichtfeld",
  unit: "Einheit",
  units: { ms: "Millisekunden", s: "Sekunden", min: "Minuten", h: "Stunden", d: "Tage" },
  out_of_range: (/** @type {number} */ min, /** @type {number|null} */ max, /** @type {string} */ unit) => (max === null ? `Mindestens ${min} ${unit}.` : `Von ${min} bis ${max} ${unit}.`),
  not_json: (/** @type {string} */ why) => `Das ist kein JSON: ${why}`,
  remove_one: (/** @type {string} */ name) => `${name} entfernen`,
  no_option: "Nichts gefunden.",
  more_options: (/** @type {number} */ n) => `${n} weitere: schreiben Sie weiter, um sie zu finden.`,

  skip: "Zum Inhalt springen",
  places: "Bereiche",
  pages: "Seiten",
  page_agent: "Arbeitsplatz",
  page_supervisor: "Supervisor",
  page_admin: "Verwaltung",
  all_pages: "Alle Seiten dieses Servers",
  sign_in: "Anmelden",
  sign_in_lead: "Fügen Sie das Token ein, das Sie von der Verwaltung bekommen haben. Es bleibt in diesem Browser-Tab.",
  sign_out: "Abmelden",
  token: "Token",
  token_missing: "Geben Sie ein Token ein.",
  token_refused: "Dieses Token ist ungültig oder abgelaufen. Bitten Sie die Verwaltung um ein neues.",
  role_refused: {
    agent: "Dieses Token gehört keinem Agenten. Bitten Sie die Verwaltung um das Token eines Agenten.",
    supervisor: "Dieses Token gehört keinem Supervisor. Bitten Sie die Verwaltung um das Token eines Supervisors.",
    admin: "Dieses Token gehört nicht zur Verwaltung. Bitten Sie um ein Token der Verwaltung.",
  },

  display: "Darstellung",
  display_choices: { theme: "Farben", density: "Dichte", language: "Sprache", direction: "Schreibrichtung" },
  display_values: {
    theme: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    density: { roomy: "Geräumig", compact: "Kompakt" },
    language: { system: "Wie der Browser", en: "English", de: "Deutsch" },
    direction: { auto: "Nach der Sprache", rtl: "Von rechts nach links (zum Ausprobieren)" },
  },
  design_page: "Designsystem",
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
