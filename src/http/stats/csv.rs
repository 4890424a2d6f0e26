//! Intervals as CSV (RFC 4180): a line an item and interval, nested members joined with an underscore, lists left out.
//! The first columns are the id, `from` and `to`; the others follow by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

/// The text of these items, each of which has `intervals`.
pub fn write<T: Serialize>(items: &[T]) -> String {
    let mut lines: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut id_column = "id".to_owned();
    for item in items.iter().filter_map(|item| serde_json::to_value(item).ok()) {
        let id = item.as_object().and_then(|item| item.iter().find(|(name, _)| name.ends_with("_id")));
        let Some((name, Value::String(id))) = id else { continue };
        id_column.clone_from(name);
        for interval in item["intervals"].as_array().into_iter().flatten() {
            let mut cells = BTreeMap::new();
            flatten("", interval, &mut cells);
            lines.push((id.clone(), cells));
        }
    }
    let first = [id_column.as_str(), "from", "to"];
    let names: BTreeSet<&str> =
        lines.iter().flat_map(|(_, cells)| cells.keys().map(String::as_str)).collect();
    let rest: Vec<&str> = names.into_iter().filter(|name| !first.contains(name)).collect();
    let header: Vec<&str> = first.iter().chain(&rest).copied().collect();
    let mut text = line(header.iter().copied());
    for (id, cells) in &lines {
        let cell = |name: &&str| cells.get(*name).map_or("", String::as_str);
        text += &line(std::iter::once(id.as_str()).chain(header[1..].iter().map(cell)));
    }
    text
}

fn flatten(prefix: &str, value: &Value, cells: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}_{name}") };
                flatten(&name, member, cells);
            }
        }
        Value::Array(_) => {}
        Value::Null => drop(cells.insert(prefix.to_owned(), String::new())),
        Value::String(text) => drop(cells.insert(prefix.to_owned(), text.clone())),
        other => drop(cells.insert(prefix.to_owned(), other.to_string())),
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(quoted).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_interval_is_a_line_and_nested_members_are_columns() {
        let interval = |n: u32, by: Value| json!({"from": "a", "to": "b", "wait": {"count": n, "mean": null}, "closed": by, "list": [1]});
        let items = [
            json!({"queue_id": "q,1", "intervals": [interval(1, json!({"age_limit": 2})), interval(3, json!({}))]}),
            json!({"queue_id": "r", "intervals": []}),
        ];
        assert_eq!(
            write(&items),
            "queue_id,from,to,closed_age_limit,wait_count,wait_mean\r\n\"q,1\",a,b,2,1,\r\n\"q,1\",a,b,,3,\r\n"
        );
    }
}
