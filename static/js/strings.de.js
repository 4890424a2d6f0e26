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

  // Panel
  panel: {
    // Names and who is there
    not_connected: "nicht verbunden",
    yourself: "Sie selbst",
    takes_part: "ist schon dabei",
    has_it: "hat das Gespräch",
    is_inactive: "inaktiv",
    there_now: "dort ist es schon",
    group_agents: "Agenten",
    group_queues: "Warteschlangen",
    no_match: "Nichts passt.",
    options: (/** @type {number} */ n) => (n === 1 ? "1 Auswahl" : `${n} zur Auswahl`),

    // Quick replies
    quick_replies: "Schnellantworten",
    quick_reply_hint: "/ für Schnellantworten",
    no_quick_reply: "Keine Schnellantwort passt.",
    quick_reply_keys: "Eingabe fügt ein, Escape schließt",
    inserted: (/** @type {string} */ title) => `${title} eingefügt. Die Eingabetaste sendet.`,
    fill_in: (/** @type {string} */ gap) => `Füllen Sie zuerst ${gap} aus, dann senden Sie.`,
    gap_customer: "Name des Kunden",

    // Transfer and consult
    transfer_to: "Weitergeben an",
    transfer_search: "Agent oder Warteschlange",
    transfer_note: "Notiz für den Nächsten (freiwillig, intern)",
    transfer_does: (/** @type {string} */ name) => `An ${name} weitergeben`,
    transfer_choose: "Wählen Sie einen Agenten oder eine Warteschlange aus der Liste.",
    transferring: "Wird weitergegeben …",
    note_stays: "Ihre Notiz steht schon im Gespräch.",
    consult: "Beraten",
    consult_heading: "Einen anderen Agenten um Rat fragen",
    consult_search: "Agent",
    consult_does: (/** @type {string} */ name) => `${name} einladen`,
    consult_choose: "Wählen Sie einen Agenten aus der Liste.",
    consult_lead: "Er liest mit und schreibt intern. Der Kunde sieht davon nichts.",
    inviting: "Wird eingeladen …",
    invited: (/** @type {string} */ name) => `${name} ist eingeladen.`,
    participants: "Dabei",
    offered_to: (/** @type {string} */ name) => `${name} angeboten`,
    owner: (/** @type {string} */ name) => `${name} hat das Gespräch`,
    part_states: { invited: "eingeladen …", joined: "berät", supervisor: "Supervisor" },
    consulting: "Beratung",
    supervising: "Aufsicht",
    end_part: (/** @type {string} */ name) => `Die Beratung mit ${name} beenden`,
    end_invitation: (/** @type {string} */ name) => `Die Einladung an ${name} zurücknehmen`,
    leave: "Verlassen",
    part_lead: (/** @type {string} */ name) => `${name} hat dieses Gespräch. Was Sie hier schreiben, sehen nur Agenten.`,
    internal_only: "Intern",
    write_internal: (/** @type {string} */ name) => `Interne Nachricht an ${name}`,
    joined: (/** @type {string} */ name, /** @type {string} */ customer) => `${name} nimmt am Gespräch mit ${customer} teil.`,
    declined: (/** @type {string} */ name) => `${name} hat die Beratung abgelehnt.`,
    no_answer: (/** @type {string} */ name) => `${name} hat auf die Einladung nicht geantwortet.`,
    part_left: (/** @type {string} */ name) => `${name} nimmt nicht mehr teil.`,
    invitation: (/** @type {string} */ name) => `${name} bittet Sie um Rat`,
    invitation_started: (/** @type {string} */ by, /** @type {string} */ name, /** @type {number} */ s) => `${by} bittet Sie um Rat zu ${name}. Noch ${s} s für die Antwort.`,
    join: "Teilnehmen",
    joining: "Einen Moment …",
    invitation_over: {
      taken_back: (/** @type {string} */ name) => `${name} hat die Einladung zurückgenommen`,
      primary_left: (/** @type {string} */ name) => `das Gespräch ist nicht mehr bei ${name}`,
    },
    part_over: {
      left: (/** @type {string} */ name) => `Sie nehmen am Gespräch mit ${name} nicht mehr teil.`,
      ended: (/** @type {string} */ name) => `Die Beratung zu ${name} wurde beendet.`,
      primary_left: (/** @type {string} */ name) => `Die Beratung zu ${name} ist vorbei: Das Gespräch ging weiter oder endete.`,
      agent_lost: (/** @type {string} */ name) => `Die Beratung zu ${name} ist vorbei: Sie waren zu lange weg.`,
      role_lost: (/** @type {string} */ name) => `Sie dürfen am Gespräch mit ${name} nicht mehr teilnehmen.`,
    },

    // Messages
    delivery: { pending: "Noch nicht gesendet", retrying: "Noch nicht zugestellt, neuer Versuch läuft", sent: "Gesendet", delivered: "Zugestellt", read: "Gelesen" },
    delivery_why: (/** @type {string} */ state, /** @type {string} */ why) => `${state}: ${why}`,
    undelivered: (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ why) => `Ihre Nachricht an ${name} wurde nicht zugestellt${why ? ` (${why})` : ""}: „${text}“`,
    news: (/** @type {number} */ n) => (n === 1 ? "1 neue Nachricht unten" : `${n} neue Nachrichten unten`),
    to_newest: "Zur neuesten springen",
    show_all: "Alles zeigen",
    show_less: "Weniger zeigen",
    loading: "Frühere Nachrichten werden geladen …",
    kinds: /** @type {Record<string, string>} */ ({ image: "Bild", video: "Video", audio: "Ton", text: "Text", pdf: "PDF", zip: "Archiv" }),
    draft_left: (/** @type {string} */ name, /** @type {string} */ text) => `Sie hatten an ${name} geschrieben und nicht gesendet: „${text}“`,

    // Ends
    ending: "Wird beendet …",
    end_asks: "Beenden, ohne zu senden?",
    end_asks_text: (/** @type {string} */ name) => `Sie haben an ${name} etwas geschrieben und noch nicht gesendet. Nach dem Ende lässt es sich nicht mehr senden.`,
    end_anyway: "Ohne Senden beenden",
    keep_writing: "Weiterschreiben",
    releasing: "Wird zurückgegeben …",
    setting_aside: "Wird beiseitegelegt …",
    reopening: "Wird wieder geöffnet …",
    closing: "Wird geschlossen …",
    leaving: "Einen Moment …",
    wrap_up_since: "In Nacharbeit seit",
    held: (/** @type {number} */ n) => (n === 1 ? "1 Kapazitätseinheit bleibt belegt, bis Sie schließen." : `${n} Kapazitätseinheiten bleiben belegt, bis Sie schließen.`),
    held_for: (/** @type {number} */ n, /** @type {string} */ time) => (n === 1 ? `1 Kapazitätseinheit wird in ${time} frei.` : `${n} Kapazitätseinheiten werden in ${time} frei.`),
    held_no_more: "Die Kapazität ist wieder frei: Neue Arbeit kann kommen.",
    unsent_heading: "Vor dem Ende nicht gesendet",
    unsent_to_note: "In die Notiz übernehmen",
    why: {
      supervisor: "ein Supervisor hat es zurückgenommen", rerouted: "es wurde anders geleitet", membership: "Sie bedienen diese Warteschlange nicht mehr", age_limit: "es war zu alt und wurde geschlossen",
      overflowed: "es kam in eine andere Warteschlange", record_ended: "der Datensatz ist erledigt", timed_out_inactive: "Zeit abgelaufen, Sie sind jetzt inaktiv",
    },
    inactive: "Sie sind inaktiv",
    inactive_help: "Ein eingehendes Gespräch wurde nicht rechtzeitig beantwortet, deshalb kommt nichts Neues zu Ihnen.",
    back_again: "Ich bin wieder da",
    problem: {
      agent_not_connected: "Dieser Agent ist nicht verbunden.",
      no_capacity: "Dieser Agent hat keine Kapazität mehr dafür.",
      inactive: "Dieser Agent ist inaktiv.",
      too_many_offers: "Diesem Agenten wird gerade so viel angeboten, wie er haben darf. Versuchen Sie es gleich noch einmal.",
      already_a_participant: "Dieser Agent ist schon dabei.",
      too_many_participants: "Es nehmen schon so viele teil, wie dürfen.",
      not_a_participant: "Dieser Agent nimmt nicht teil.",
      queue_type_mismatch: "Diese Warteschlange nimmt andere Arbeit an.",
      internal_only: "Während der Beratung können Sie nur intern schreiben.",
      not_yours: "Dieses Gespräch hat jetzt ein anderer Agent.",
      taken: "Ein anderer Agent hat es schon.",
      conversation_ended: "Das Gespräch ist beendet.",
      conversation_full: "Das Gespräch ist voll. Beenden Sie es, und fahren Sie in einem neuen fort.",
      too_large: "Dieser Text ist zu lang. Kürzen Sie ihn.",
    },
  },
};

/* The parts of the design system and its page. */
export const ui = {
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
