/* Owns the words in which a form is described: js/admin/fields has the descriptions, form.js makes forms of them. */

/**
 * Where a field is shown: each pointer (from the part that holds the field) has one of these values.
 * @typedef {Record<string, readonly unknown[]>} When
 */

/**
 * One of several shapes of a value. The first that fits is the one that is there: `mark` stands in it, the member `has` is
 * there, or, with neither, any is.
 * @typedef {object} Variant
 * @property {string} id its words
 * @property {string} [has] a member that only this shape has
 * @property {Record<string, unknown>} [mark] members that it always has
 * @property {boolean} [empty] it is the shape without any member
 * @property {Field[]} [fields]
 */

/** @typedef {"section"|"text"|"area"|"number"|"select"|"switch"|"duration"|"secret"|"color"|"time"|"date"|"zone"|"chips"|"checks"|"pick"|"picks"|"texts"|"list"|"part"|"group"|"variant"|"hold"|"rules"|"condition"|"json"} Kind */

/**
 * @typedef {object} Field
 * @property {string} path JSON Pointer from the part that holds the field; `""` is that part itself
 * @property {Kind} kind
 * @property {string} [id] of a section: its words
 * @property {boolean} [required]
 * @property {boolean} [nullable] nothing is written as null, else left out
 * @property {number} [min] least number, characters or items
 * @property {number} [max] most of them
 * @property {unknown} [value] what a new one starts with: the server's default
 * @property {{path: string, values: Record<string, unknown>}} [follows] what a new one starts with, by another field's value (`*`: any other)
 * @property {readonly string[]} [options] of `select` and `checks`
 * @property {string} [words] where the options' words are, if not under the last name of the path
 * @property {string} [from] of `pick` and `picks`: the collection
 * @property {Record<string, string>} [same] of `pick`: members of the picked one that must equal a field, by pointer
 * @property {string} [suggest] of `text` and `chips`: `variables` are the declared ones
 * @property {RegExp} [pattern]
 * @property {string} [unit] of `number`
 * @property {boolean} [long] of `texts`: several lines
 * @property {boolean} [ordered] of `list`: the order counts
 * @property {boolean} [row] of `list` and `group`: the fields of an item stand side by side
 * @property {readonly Field[]} [fields] of `section`, `list`, `part` and `group`
 * @property {readonly Variant[]} [variants]
 * @property {"routing"|"classification"|"skill"} [rules]
 * @property {When} [when]
 * @property {boolean} [keep] hidden, it is written nevertheless
 */

/**
 * @typedef {object} Collection a resource that the page lists and edits
 * @property {string} id as in `/v1/{id}`
 * @property {string} schema its schema in /openapi.json
 * @property {string} [title] pointer of what people call it; its id, if not given
 * @property {readonly Field[]} fields
 * @property {readonly string[]} columns pointers that the list shows beside name and id
 * @property {readonly string[]} [readOnly] members that the server writes alone
 * @property {readonly string[]} [builtIn] ids that are always there
 * @property {boolean} [locked] those that are built in cannot be changed either
 * @property {{path: string, part: string}} [single] it is a part of one object: where that is, and which part
 */

/** @typedef {{pointer: string, message: string}} Wrong something that is wrong, by JSON Pointer */
/** @typedef {{label: string, message: string, focus: () => void}} Placed something that is wrong and shown at its field */

/**
 * @typedef {object} Control one field of a form, or several
 * @property {HTMLElement} el
 * @property {() => unknown} get undefined: left out
 * @property {(value: unknown) => void} set
 * @property {() => Wrong[]} check what the page itself sees
 * @property {(wrong: readonly Wrong[]) => {placed: Placed[], rest: Wrong[]}} show errors at their fields; what has no field comes back
 * @property {() => void} focus
 * @property {(list: readonly {field: string, code: string, message: string}[]) => void} [warn] what is allowed but hardly meant, by JSON Pointer
 * @property {(holder?: unknown) => void} [refresh] something of the form has changed; with the value of what holds the field
 */

/**
 * @typedef {object} Scope what the fields of a form may ask
 * @property {(pointer: string) => unknown} root a value of the whole form
 * @property {import("./shell-names.js").Names} names
 * @property {Words} words of the collection
 * @property {boolean} isNew
 */

/** Label and help of each field, by its path without the places of lists. @typedef {Record<string, readonly string[]>} Words */

export {};
