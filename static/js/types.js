/*
 * Owns the types of what goes over the wire (CONTRACT §§4 to 6) and of the pages' own state. Types only, no code runs here.
 * Fields that the contract leaves open are optional, so that the pages stand with and without them.
 */

/** @typedef {"open"|"active"|"waiting"|"wrap_up"|"closed"} ConversationState */
/** @typedef {"public"|"internal"} Visibility */
/** @typedef {"available"|"busy"|"busy_dnd"|"away"|"offline"|"inactive"} BasePresence */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {ConversationState} state
 * @property {string} channel_id
 * @property {string} channel_type
 * @property {string} work_stream_id
 * @property {string|null} queue_id
 * @property {string|null} agent_id
 * @property {{id: string, agent_id: string, expires_at: string}|null} [offer]
 * @property {{id?: string|null, name?: string|null, email?: string|null, phone?: string|null}|null} [customer]
 * @property {Record<string, string|number|boolean>} [context]
 * @property {string[]} [undeclared]
 * @property {number} [priority]
 * @property {string|null} [language] of what the house says by itself
 * @property {number} [capacity_units]
 * @property {boolean} [units_held] the agent's units are held for it, also in wrap-up
 * @property {string|null} [units_held_until] in wrap-up
 * @property {Participant[]} [participants] who takes part beside the agent who has it
 * @property {number} [transfer_count]
 * @property {number} [refusals]
 * @property {string} created_at
 * @property {string|null} [queued_at]
 * @property {string|null} [assigned_at]
 * @property {string|null} [wrap_up_at]
 * @property {string|null} [closed_at]
 * @property {string|null} [close_reason]
 * @property {number} version
 */

/** @typedef {{agent_id: string, kind: "consult"|"supervisor", state: "invited"|"joined", since: string}} Participant */
/** A conversation that another agent has and this one takes part in. @typedef {{kind: "consult"|"supervisor", conversation: Conversation}} Part */

/**
 * What stands elsewhere: `url` is an address, or a provider's own reference. `size` is in bytes.
 * @typedef {{url: string, media_type?: string|null, name?: string|null, size?: number|null}} Attachment
 */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {string} conversation_id
 * @property {number} seq
 * @property {"customer"|"agent"|"system"} sender
 * @property {string|null} [agent_id]
 * @property {string} [agent_name] of the agent who wrote it, where a customer reads it
 * @property {string} text may be empty where there are attachments
 * @property {Attachment[]} [attachments]
 * @property {Visibility} [visibility]
 * @property {string|null} [client_message_id]
 * @property {string} created_at
 * @property {Delivery} [delivery] how far it is on its way to the customer, where a provider brings it
 */

/** @typedef {{state: "pending"|"retrying"|"sent"|"delivered"|"read"|"failed", problem?: string}} Delivery */

/**
 * @typedef {object} Offer
 * @property {string} id
 * @property {string} conversation_id
 * @property {string} kind
 * @property {boolean} can_decline
 * @property {string} created_at
 * @property {string} expires_at
 * @property {number} remaining_ms
 * @property {string} title
 * @property {{label: string, value: string|number|null}[]} fields
 * @property {"standard"|"calm"|"urgent"} [theme]
 * @property {"never"|"background"|"always"} [desktop]
 * @property {boolean} [show_timer]
 * @property {string|null} [by] who asks, where it is an invitation to a consult
 * @property {Conversation} conversation
 */

/** @typedef {import("./lib/client.js").Problem} Problem */
/** @typedef {import("./lib/client.js").Connection} Connection */

/**
 * A frame from the server, or (type `local.…`) something that happened in the page. `at_ms` is the page's monotonic
 * clock when it came in; reducers read no other clock.
 * @typedef {{type: string, seq?: number, at_ms: number} & Record<string, any>} Frame
 */

/** @typedef {{server_ms: number, mono_ms: number}} Clock */
/** @typedef {{id: string, base: BasePresence, since_ms: number, by: string|null, reason: string|null}} Presence */
/** @typedef {{id: string, text: string, base: BasePresence}} PresenceChoice */
/** @typedef {{total: number, used: number, free: number}} Capacity */
/** @typedef {{messages: Message[], loaded: boolean}} Thread */

/**
 * A screen pop. `deadline_ms` is on the monotonic clock.
 * @typedef {object} Pop
 * @property {Offer} offer
 * @property {number} deadline_ms
 * @property {number} total_ms
 * @property {boolean} collapsed
 * @property {null|"accept"|"decline"} answering
 */

/** @typedef {{offer_id: string, conversation_id: string, name: string, why: string, missed: boolean, server_ms: number, shown: boolean}} EndedPop */

/**
 * A message on its way. The same `client_message_id` at every attempt: the server keeps the first.
 * @typedef {object} Outgoing
 * @property {string} client_message_id
 * @property {string} conversation_id
 * @property {string} text
 * @property {Visibility} visibility
 * @property {"pending"|"failed"} state
 * @property {Problem|null} problem
 * @property {string} created_at
 */

/** @typedef {{key: string, level: string, code: string, text: string}} Notice */
/** @typedef {{items: Record<string, Conversation>, total: number, ready: boolean, failed: boolean}} PickList */
/** @typedef {{items: Conversation[], status: "idle"|"loading"|"ready"|"failed", truncated: boolean}} ClosedList */
/** @typedef {"mine"|"open"|"closed"} ListName */

/**
 * @typedef {object} AgentState
 * @property {Connection} connection
 * @property {string|null} session_id
 * @property {boolean} resumed the last welcome took up where the connection was lost
 * @property {Clock} clock
 * @property {{id: string, name: string, queue_ids?: string[]}|null} agent
 * @property {Presence} presence
 * @property {PresenceChoice[]} presences
 * @property {Capacity} capacity
 * @property {Directory} directory
 * @property {Record<string, Conversation>} conversations
 * @property {Record<string, Part>} parts
 * @property {Record<string, Conversation>} viewed closed conversations that are open in a tab
 * @property {Record<string, number>} gone version of each conversation that left this agent
 * @property {Record<string, Thread>} threads
 * @property {Pop[]} pops in the order they came
 * @property {string[]} ended_ids offers known to be over
 * @property {EndedPop[]} ended
 * @property {string|null} follow the conversation to show as soon as it is assigned
 * @property {string[]} tabs
 * @property {string|null} selected
 * @property {boolean} visible the selected conversation is really in front of the agent
 * @property {Record<string, number>} unread
 * @property {Record<string, number>} read the last message that was seen in another window, by its `seq`
 * @property {Record<string, number>} typing until when a customer counts as typing, on the monotonic clock
 * @property {Outgoing[]} outbox
 * @property {PickList} pick
 * @property {ClosedList} closed
 * @property {Notice[]} notices
 * @property {ListName} list
 */

/** @typedef {{id: string, name: string, presence?: string, base_presence?: BasePresence, connected?: boolean, queue_ids?: string[]}} Colleague */
/** @typedef {{name: string, display_name: string, type: string}} Variable */
/** @typedef {{id: string, name: string, channel_type?: string, mode?: "push"|"pick", select_from_push?: boolean, context_variables?: Variable[]}} WorkStreamName */
/** @typedef {{id: string, title: string, text: string, language?: string|null, tags: string[], work_stream_ids: string[]}} QuickReply */

/**
 * What is called how (`GET /v1/desk`). `version` rises with each change.
 * @typedef {object} Directory
 * @property {number} version
 * @property {boolean} loaded
 * @property {Record<string, {id: string, name: string, type?: string}>} queues
 * @property {Record<string, Colleague>} agents
 * @property {Record<string, {id: string, name: string, type?: string}>} channels
 * @property {Record<string, WorkStreamName>} work_streams
 * @property {Record<string, {id: string, text: string, base: BasePresence}>} presences
 * @property {QuickReply[]} quick_replies
 */

/** @typedef {{position: number, ahead?: number, estimated_wait_seconds?: {low: number, high: number}|null}} QueuePosition */

/** A text by language tag. @typedef {Record<string, string>} Texts */
/** @typedef {{variable: string, kind: "single_line"|"multi_line"|"options"|"consent", label: Texts, mandatory: boolean, options: {value: string, label: Texts}[]}} Question */

/**
 * What a live-chat channel shows to its visitors (`GET /v1/widgets/{channel_id}`).
 * @typedef {object} Widget
 * @property {string} channel_id
 * @property {string[]} languages
 * @property {Texts} title
 * @property {{color: string|null, position: "right"|"left"}} theme
 * @property {Question[]} survey
 * @property {boolean} open
 * @property {string|null} changes_at
 * @property {{title: Texts, text: Texts}|null} offline_page
 * @property {"none"|"optional"|"required"} authentication
 * @property {number} transcript_minutes
 * @property {string|null} post_chat_survey_url
 * @property {number} max_message_characters
 * @property {string} server_time
 */

/** What the page around a framed chat says of its visitor. @typedef {{token: string|null, context: Record<string, string|number|boolean>}} Visitor */

/**
 * @typedef {object} CustomerState
 * @property {Connection} connection
 * @property {"start"|"opening"|"waiting"|"talking"|"ended"} stage
 * @property {string|null} problem
 * @property {string|null} conversation_id
 * @property {QueuePosition|null} position
 * @property {string|null} agent_name
 * @property {number} typing_until_ms
 * @property {Message[]} messages
 * @property {Outgoing[]} outbox
 * @property {string|null} ended_reason
 * @property {string} draft what an earlier chat could not send any more
 * @property {Record<string, string>} errors what is wrong with an answer, by variable
 * @property {boolean} visible the chat is really in front of the visitor
 * @property {number} seen_seq the last message that was
 * @property {boolean} closed outside the hours, as the server said at the last try
 * @property {string|null} opens_at
 * @property {Visitor} visitor
 * @property {boolean} resumed this page took up a conversation from before
 */

export {};
