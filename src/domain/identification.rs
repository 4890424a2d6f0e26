//! Identification: which customer record the answers of a conversation point at (SPEC §12).
//!
//! Owns the look-up and what counts as a hit. Does not know where answers come from, nor whether they may
//! identify anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::{Customer, IdentificationField, IdentificationRule};
use super::context::{Context, Value};
use super::conversation::CustomerRef;
use super::ids::{CustomerId, WorkStreamId};

/// Active customers by the values of their fields, so that no call goes through all of them. Follows the
/// configuration: built from it once, then told of each customer written or deleted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CustomerIndex {
    name: Values,
    email: Values,
    phone: Values,
    case_number: Values,
}

type Values = BTreeMap<String, BTreeSet<CustomerId>>;

impl CustomerIndex {
    /// The index of these customers.
    pub fn of<'a>(customers: impl IntoIterator<Item = (&'a CustomerId, &'a Arc<Customer>)>) -> Self {
        let mut index = Self::default();
        for (id, customer) in customers {
            index.insert(id, customer);
        }
        index
    }

    /// Adds a customer; an inactive one adds nothing. A replaced one is [removed](Self::remove) before.
    pub fn insert(&mut self, id: &CustomerId, customer: &Customer) {
        for (field, value) in fields(customer) {
            self.values_mut(field).entry(value.to_owned()).or_default().insert(id.clone());
        }
    }

    /// Takes a customer out, as it stood when it was added.
    pub fn remove(&mut self, id: &CustomerId, customer: &Customer) {
        for (field, value) in fields(customer) {
            let values = self.values_mut(field);
            if let Some(ids) = values.get_mut(value) {
                ids.remove(id);
                if ids.is_empty() {
                    values.remove(value);
                }
            }
        }
    }

    fn hits(&self, field: IdentificationField, value: &str) -> Option<&BTreeSet<CustomerId>> {
        match field {
            IdentificationField::Name => self.name.get(value),
            IdentificationField::Email => self.email.get(value),
            IdentificationField::Phone => self.phone.get(value),
            IdentificationField::CaseNumber => self.case_number.get(value),
        }
    }

    fn values_mut(&mut self, field: IdentificationField) -> &mut Values {
        match field {
            IdentificationField::Name => &mut self.name,
            IdentificationField::Email => &mut self.email,
            IdentificationField::Phone => &mut self.phone,
            IdentificationField::CaseNumber => &mut self.case_number,
        }
    }
}

/// The values that an active customer is found by.
fn fields(customer: &Customer) -> impl Iterator<Item = (IdentificationField, &str)> {
    let one = [
        (IdentificationField::Name, Some(customer.name.as_str())),
        (IdentificationField::Email, customer.email.as_deref()),
        (IdentificationField::Phone, customer.phone.as_deref()),
    ];
    let one = one.into_iter().filter_map(|(field, value)| value.map(|value| (field, value)));
    let cases = customer.case_numbers.iter().map(|case| (IdentificationField::CaseNumber, case.as_str()));
    one.chain(cases).filter(|(_, value)| customer.active && !value.is_empty())
}

/// The customer record that this conversation belongs to.
///
/// A `customer` who has an id already keeps it. Else every rule of this work stream, and every one for all,
/// is asked: all its pairs must match exactly (case and spaces count; a pair without data matches nobody).
/// Exactly one active record among the hits of all rules links; several or none → `None`.
pub fn identify(
    rules: &BTreeMap<String, Arc<IdentificationRule>>,
    customers: &CustomerIndex,
    work_stream: &WorkStreamId,
    context: &Context,
    record: &BTreeMap<String, Value>,
    customer: &CustomerRef,
) -> Option<CustomerId> {
    if customer.id.is_some() {
        return customer.id.clone();
    }
    let mut found: Option<&CustomerId> = None;
    for rule in rules.values() {
        if rule.work_stream_id.as_ref().is_some_and(|only| only != work_stream) {
            continue;
        }
        for hit in hits(rule, customers, context, record, customer) {
            match found {
                Some(other) if other != hit => return None,
                _ => found = Some(hit),
            }
        }
    }
    found.cloned()
}

/// The records that every pair of `rule` points at, at most as many as its rarest value has.
fn hits<'a>(
    rule: &IdentificationRule,
    customers: &'a CustomerIndex,
    context: &Context,
    record: &BTreeMap<String, Value>,
    customer: &CustomerRef,
) -> impl Iterator<Item = &'a CustomerId> {
    let pairs: Option<Vec<&BTreeSet<CustomerId>>> = rule
        .matches
        .iter()
        .map(|pair| customers.hits(pair.field, &answer(&pair.variable, context, record, customer)?))
        .collect();
    let pairs = pairs.unwrap_or_default();
    let rarest = pairs.iter().copied().min_by_key(|ids| ids.len());
    rarest.into_iter().flatten().filter(move |id| pairs.iter().all(|ids| ids.contains(*id)))
}

/// The answer under `variable`: of the context, a detail of the record under `record.…`, or `customer.name`,
/// `customer.email`, `customer.phone`.
fn answer(
    variable: &str,
    context: &Context,
    record: &BTreeMap<String, Value>,
    customer: &CustomerRef,
) -> Option<String> {
    let given = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
    };
    let text = match variable {
        "customer.name" => customer.name.clone(),
        "customer.email" => customer.email.clone(),
        "customer.phone" => customer.phone.clone(),
        _ => match variable.strip_prefix("record.") {
            Some(detail) => record.get(detail).map(given),
            None => context.get(variable).map(given),
        },
    };
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
