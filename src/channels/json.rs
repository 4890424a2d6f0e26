//! Reading JSON with the place at hand: whatever is not as documented is refused with its JSON Pointer.

use serde_json::Value;

use super::Rejected;
use super::malformed;

/// Most characters of an id or an address.
pub const MAX_ID: usize = 512;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<'a> {
    value: &'a Value,
    path: String,
}

/// The body as JSON.
pub fn parse(body: &[u8]) -> Result<Value, Rejected> {
    serde_json::from_slice(body).map_err(|_| malformed("", "is not JSON"))
}

/// Of an answer, which is read as far as it goes: what is no JSON is null.
pub fn lenient(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

impl<'a> At<'a> {
    /// The whole document, an object.
    pub fn root(value: &'a Value) -> Result<Self, Rejected> {
        let root = Self { value, path: String::new() };
        if value.is_object() { Ok(root) } else { Err(root.wrong("must be an object")) }
    }

    /// That this is not as documented.
    pub fn wrong(&self, problem: &str) -> Rejected {
        malformed(&self.path, problem)
    }

    /// That a member of this is not as documented.
    pub fn wrong_at(&self, name: &str, problem: &str) -> Rejected {
        malformed(&self.pointer(name), problem)
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"))
    }

    /// The bare value.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, path: self.pointer(name) })
    }

    /// A member that is an object, if it is there.
    pub fn object(&self, name: &str) -> Result<Option<Self>, Rejected> {
        match self.member(name) {
            Some(at) if !at.value.is_object() => Err(at.wrong("must be an object")),
            other => Ok(other),
        }
    }

    /// A member that is an object.
    pub fn need_object(&self, name: &str) -> Result<Self, Rejected> {
        self.object(name)?.ok_or_else(|| self.wrong_at(name, "is missing"))
    }

    /// A member that is text, if it is there.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Rejected> {
        let Some(at) = self.member(name) else { return Ok(None) };
        at.value.as_str().map(Some).ok_or_else(|| at.wrong("must be text"))
    }

    /// A member that is text.
    pub fn need_text(&self, name: &str) -> Result<&'a str, Rejected> {
        self.text(name)?.ok_or_else(|| self.wrong_at(name, "is missing"))
    }

    /// A member that is an id or an address: text that is neither empty nor very long.
    pub fn need_id(&self, name: &str) -> Result<&'a str, Rejected> {
        let id = self.need_text(name)?;
        if id.is_empty() || id.chars().count() > MAX_ID {
            return Err(self.wrong_at(name, "must be 1 to 512 characters long"));
        }
        Ok(id)
    }

    /// A member that is a whole number, if it is there; also as text, as some providers write it.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Rejected> {
        let Some(at) = self.member(name) else { return Ok(None) };
        let number = at.value.as_i64().or_else(|| at.value.as_str()?.parse().ok());
        number.map(Some).ok_or_else(|| at.wrong("must be a whole number"))
    }

    /// The objects of a list; none if it is not there.
    pub fn objects(&self, name: &str) -> Result<Vec<Self>, Rejected> {
        let Some(at) = self.member(name) else { return Ok(Vec::new()) };
        let Some(list) = at.value.as_array() else { return Err(at.wrong("must be a list")) };
        let objects =
            list.iter().enumerate().map(|(n, value)| Self { value, path: at.pointer(&n.to_string()) });
        objects
            .map(|at| if at.value.is_object() { Ok(at) } else { Err(at.wrong("must be an object")) })
            .collect()
    }

    /// The objects of a list that must be there.
    pub fn need_objects(&self, name: &str) -> Result<Vec<Self>, Rejected> {
        if self.member(name).is_none() {
            return Err(self.wrong_at(name, "is missing"));
        }
        self.objects(name)
    }

    /// Refuses members of other names than these.
    pub fn only(&self, names: &[&str]) -> Result<(), Rejected> {
        let mut members = self.value.as_object().into_iter().flat_map(|object| object.keys());
        match members.find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(self.wrong_at(name, "is not a field here")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_its_pointer() {
        let value = json!({"a": [{"b/~": 1}, 2], "t": 5, "n": "12", "null": null});
        let root = At::root(&value).unwrap();
        assert_eq!(root.objects("a").unwrap_err(), malformed("/a/1", "must be an object"));
        assert_eq!(root.text("t").unwrap_err(), malformed("/t", "must be text"));
        assert_eq!(root.need_text("null").unwrap_err(), malformed("/null", "is missing"));
        assert_eq!((root.integer("n"), root.integer("x")), (Ok(Some(12)), Ok(None)));
        assert_eq!(root.integer("a").unwrap_err(), malformed("/a", "must be a whole number"));
        assert_eq!(root.need_object("t").unwrap_err(), malformed("/t", "must be an object"));
        assert_eq!(root.only(&["a", "t", "n"]).unwrap_err(), malformed("/null", "is not a field here"));
        let list = json!({"a": [{"b/~": 1}]});
        let first = &At::root(&list).unwrap().objects("a").unwrap()[0];
        assert_eq!(first.text("b/~").unwrap_err(), malformed("/a/0/b~1~0", "must be text"));
        assert!(At::root(&json!([])).is_err() && parse(b"{").is_err());
    }

    #[test]
    fn ids_are_bounded() {
        let long = |n: usize| json!({"id": "é".repeat(n)});
        assert!(At::root(&long(512)).unwrap().need_id("id").is_ok());
        assert!(At::root(&long(513)).unwrap().need_id("id").is_err());
        assert!(At::root(&long(0)).unwrap().need_id("id").is_err());
    }
}
