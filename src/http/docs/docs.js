// Draws /openapi.json. Text only ever becomes text nodes.

/** @typedef {Record<string, any>} Json */

const METHODS = ["get", "put", "post", "patch", "delete"];

/** @param {string} name @param {Json} attributes @param {...(Node|string)} children */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const code = (/** @type {string} */ text) => element("code", {}, text);
const nameOf = (/** @type {string} */ ref) => ref.split("/").at(-1) ?? "";

/** A schema in a few words. @param {Json} schema @returns {(Node|string)[]} */
function brief(schema) {
  if (!schema) return [];
  if (schema.$ref) return [element("a", { href: `#schema-${nameOf(schema.$ref)}` }, nameOf(schema.$ref))];
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return choice.flatMap((/** @type {Json} */ one, /** @type {number} */ i) => (i ? [" | ", ...brief(one)] : brief(one)));
  if (schema.enum) return [schema.enum.map((/** @type {unknown} */ one) => JSON.stringify(one)).join(" | ")];
  const type = [schema.type ?? "any"].flat().join(" | ");
  if (schema.items) return [`${type} of `, ...brief(schema.items)];
  if (schema.additionalProperties?.$ref) return [`${type}, each `, ...brief(schema.additionalProperties)];
  return [type];
}

/** @param {Json} schema */
function limits(schema) {
  const words = { minimum: "≥", maximum: "≤", minLength: "length ≥", maxLength: "length ≤", minItems: "items ≥", maxItems: "items ≤", pattern: "pattern" };
  const found = Object.entries(words).filter(([key]) => key in schema).map(([key, word]) => `${word} ${schema[key]}`);
  if ("default" in schema) found.push(`default ${JSON.stringify(schema.default)}`);
  if (schema.readOnly) found.push("read-only");
  return found.join(", ");
}

/** @param {string[]} heads @param {(Node|string)[][][]} rows */
function table(heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, ...cell))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** @param {Json} schema */
function members(schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, one]) => [
    [code(name), required.has(name) ? " (must be given)" : ""],
    brief(one),
    [limits(one)],
    [one.description ?? ""],
  ]);
  return rows.length ? table(["Member", "Type", "Limits", "Meaning"], rows) : element("p", {}, ...brief(schema));
}

/** @param {string} path @param {string} method @param {Json} operation @param {Json[]} shared */
function operation(path, method, operation, shared) {
  const parts = [element("summary", {}, element("span", { class: "method" }, method), code(path), ` ${operation.summary ?? ""}`)];
  if (operation.description) parts.push(element("p", {}, operation.description));
  const parameters = [...shared, ...(operation.parameters ?? [])];
  if (parameters.length) {
    const rows = parameters.map((one) => [[code(one.name)], [one.in], brief(one.schema), [one.description ?? ""]]);
    parts.push(table(["Parameter", "In", "Type", "Meaning"], rows));
  }
  for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) {
    parts.push(element("p", {}, "Body ", code(type), ": ", ...brief(media.schema)));
  }
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    const shown = answer.$ref ? [element("a", { href: "#schema-Problem" }, "Problem")] : [answer.description ?? "", schema ? ": " : "", ...brief(schema)];
    return [[code(status)], shown];
  });
  parts.push(table(["Status", "Answer"], answers));
  return element("details", { id: `operation-${operation.operationId ?? `${method}${path}`}` }, ...parts);
}

/** @param {Json} document_ */
function draw(document_) {
  /** @type {Map<string, Node[]>} */
  const tags = new Map();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of METHODS.filter((one) => item[one])) {
      const tag = item[method].tags?.[0] ?? "other";
      tags.set(tag, [...(tags.get(tag) ?? []), operation(path, method, item[method], item.parameters ?? [])]);
    }
  }
  const sections = [...tags].map(([tag, operations]) => element("section", { id: `tag-${tag}` }, element("h2", {}, tag), ...operations));
  const codes = (document_["x-problem-codes"] ?? []).map((/** @type {Json} */ one) => {
    const name = code(one.code);
    name.id = `problem-${one.code}`;
    return [[name], [String(one.status)], [one.title]];
  });
  const problems = element("section", { id: "problems" }, element("h2", {}, "Problem codes"), table(["Code", "Status", "Meaning"], codes));
  const schemas = Object.entries(document_.components.schemas).map(([name, schema]) =>
    element("details", { id: `schema-${name}` }, element("summary", {}, code(name)), element("p", {}, schema.description ?? ""), members(schema)));
  const types = element("section", { id: "schemas" }, element("h2", {}, "Schemas"), ...schemas);
  const intro = (document_.info.description ?? "").split("\n\n").map((/** @type {string} */ text) => element("p", {}, text));
  document.getElementById("reference")?.replaceChildren(...intro, ...sections, problems, types);
  const entry = (/** @type {string} */ id, /** @type {string} */ text) => element("li", {}, element("a", { href: `#${id}` }, text));
  const entries = [...tags.keys()].map((tag) => entry(`tag-${tag}`, tag));
  document.getElementById("contents")?.replaceChildren(element("ul", {}, ...entries, entry("problems", "Problem codes"), entry("schemas", "Schemas")));
}

/** Opens and shows what the address names. */
function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
}

try {
  const response = await fetch("/openapi.json");
  draw(await response.json());
  show();
  addEventListener("hashchange", show);
} catch {
  document.getElementById("reference")?.replaceChildren(element("p", { role: "alert" }, "The document could not be read. Reload to try again."));
}
