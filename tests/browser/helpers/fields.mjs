/* Owns the walk through the descriptions of forms: every field with the path at which it stands. */

/**
 * Every field, sections and lists too, by its path without the places of lists.
 * @param {readonly any[]} fields
 * @param {string} [at]
 * @returns {{at: string, field: any}[]}
 */
export function leaves(fields, at = "") {
  return fields.flatMap((field) => {
    const here = at + field.path;
    const inner = [...(field.fields ?? []), ...(field.variants ?? []).flatMap((variant) => variant.fields ?? [])];
    return [{ at: here, field }, ...leaves(inner, here)];
  });
}
