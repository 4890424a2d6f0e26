//! Bounds of what can be configured, each with its reason.

/// Longest name, in characters: it stands in lists and tabs.
pub const MAX_NAME_CHARS: usize = 100;
/// Longest text of a notification template, in characters: it stands in one line of a pop.
pub const MAX_TEMPLATE_CHARS: usize = 300;
/// Most lines of a notification template: a pop is read within seconds.
pub const MAX_TEMPLATE_FIELDS: usize = 20;
/// Longest description, in characters: a paragraph.
pub const MAX_DESCRIPTION_CHARS: usize = 2000;
/// Longest e-mail address, in characters (RFC 5321).
pub const MAX_EMAIL_CHARS: usize = 254;
/// Longest origin of a page, in characters: a host name has at most 253, a scheme and a port come to it.
pub const MAX_ORIGIN_CHARS: usize = 300;
/// Longest path in a rule, in characters: a prefix and a key.
pub const MAX_PATH_CHARS: usize = 200;
/// Most routing rules, and most skill rules, of a work stream: each arrival may evaluate them all.
pub const MAX_RULES: usize = 100;
/// Most classification rule sets of a work stream; each has at most [`MAX_RULES`].
pub const MAX_RULE_SETS: usize = 10;
/// Most variables that one classification rule writes.
pub const MAX_OUTPUTS: usize = 20;
/// Highest priority of a conversation, and negated the lowest (CONTRACT §4).
pub const MAX_PRIORITY: i32 = 100;
/// Most steps that relax skills: each makes classes of its own in the matcher.
pub const MAX_RELAXATION_STEPS: usize = 10;
/// Longest age at which skills are relaxed, in seconds: a year.
pub const MAX_RELAXATION_SECONDS: u32 = 31_536_000;
/// Most declared variables of a work stream: half of what a conversation's context may hold.
pub const MAX_VARIABLES: usize = 100;
/// Most operands of `in` and `not_in`: they are compared one by one.
pub const MAX_OPERANDS: usize = 100;
/// Most shares of a percentage split: none below one percent.
pub const MAX_SHARES: usize = 100;
/// Most queues, and most skills, of an agent: each change of the agent's is told to every queue.
pub const MAX_PER_AGENT: usize = 1000;
/// Most skills that one rule requires: the matcher looks at each for each agent.
pub const MAX_REQUIRED_SKILLS: usize = 20;
/// Most capacity profiles of a work stream: the matcher looks at each for each agent.
pub const MAX_PROFILES: usize = 20;
/// Most entities of a work stream.
pub const MAX_ENTITIES: usize = 100;
/// Most pairs of an identification rule: there are four fields to match.
pub const MAX_PAIRS: usize = 10;
/// Most case numbers of a customer: each is an entry of the index.
pub const MAX_CASE_NUMBERS: usize = 1000;
/// Most channels that an API key is limited to, and most origins of a channel.
pub const MAX_LISTED: usize = 1000;
/// Most webhooks: each event is looked at for each of them.
pub const MAX_WEBHOOKS: usize = 100;
/// Most quick replies: every agent's page holds those that are for it.
pub const MAX_QUICK_REPLIES: usize = 1000;
/// Most tags of a quick reply.
pub const MAX_TAGS: usize = 20;
/// Shortest secret of a webhook, in bytes (Standard Webhooks).
pub const MIN_SECRET_BYTES: usize = 24;
/// Longest secret of a webhook, in bytes (Standard Webhooks).
pub const MAX_SECRET_BYTES: usize = 64;
/// Most items of a queue's overflow: each arrival may look at them all.
pub const MAX_OVERFLOW_ITEMS: usize = 20;
/// Most conversations that an overflow counts: each arrival counts so far.
pub const MAX_OVERFLOW_WAITING: u32 = 10_000;
/// Longest wait of an overflow, in seconds: a year.
pub const MAX_OVERFLOW_SECONDS: u32 = 31_536_000;
/// Longest text that is said to a customer, in characters.
pub const MAX_MESSAGE_CHARS: usize = 4000;
/// Most weekly spans of operating hours: several a day, and some to spare.
pub const MAX_WEEKLY_SPANS: usize = 50;
/// Most holidays of operating hours: years of them.
pub const MAX_HOLIDAYS: usize = 366;
/// Longest name of a time zone, in characters; the database's longest has 32.
pub const MAX_ZONE_CHARS: usize = 64;
/// Most units of an agent or of a conversation: sums over thousands of grants stay within 32 bits.
pub const MAX_CAPACITY: u32 = 1_000_000;
/// Longest time that a prompt stands, in seconds (CONTRACT §3).
pub const MAX_TIMEOUT_SECONDS: u32 = 3600;
/// Highest level that a skill may have.
pub const MAX_LEVEL: u32 = 1000;
/// Most languages of a live-chat channel.
pub const MAX_LANGUAGES: usize = 20;
/// Most questions before a chat (SPEC §11).
pub const MAX_QUESTIONS: usize = 5;
/// Most options of a question: they are read through.
pub const MAX_CHOICES: usize = 50;
/// Longest label of a question, in characters: it stands above one field of a narrow panel.
pub const MAX_LABEL_CHARS: usize = 300;
/// Most variables that a page may give beside the survey: as many as a work stream declares.
pub const MAX_PAGE_VARIABLES: usize = MAX_VARIABLES;
/// Longest address, in characters: what browsers take everywhere.
pub const MAX_URL_CHARS: usize = 2000;
/// Longest time for which an ended conversation's transcript can be fetched, in minutes: a week.
pub const MAX_TRANSCRIPT_MINUTES: u32 = 10_080;
/// Most automated messages of a channel.
pub const MAX_PROMPTS: usize = 30;
/// Longest wait or silence of an automated message, in seconds: a week.
pub const MAX_PROMPT_SECONDS: u32 = 604_800;
/// Lowest place in line that an automated message is about: a queue looks through so many whenever it moves.
pub const MAX_PLACE: u32 = 20;
