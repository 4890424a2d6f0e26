use proptest::prelude::*;

use super::IdentificationField as F;
use super::*;
use crate::config::Match;

fn customer(name: &str, email: &str, cases: &[&str]) -> Customer {
    Customer {
        name: name.into(),
        email: Some(email.into()),
        phone: None,
        case_numbers: cases.iter().map(|case| (*case).into()).collect(),
        active: true,
    }
}

fn people() -> BTreeMap<CustomerId, Arc<Customer>> {
    let inactive = Customer { active: false, ..customer("Old Ann", "old@shop.example", &[]) };
    [
        ("ann", customer("Ann", "ann@shop.example", &["100", "101"])),
        ("bob", customer("Bob", "bob@shop.example", &["200"])),
        ("bob2", customer("Bob", "bob2@shop.example", &[])),
        ("old", inactive),
    ]
    .into_iter()
    .map(|(id, customer)| (id.into(), Arc::new(customer)))
    .collect()
}

type Rules = BTreeMap<String, Arc<IdentificationRule>>;

fn rules(rules: &[&[(F, &str)]]) -> Rules {
    let rule = |pairs: &[(F, &str)]| {
        let pair = |(field, variable): &(F, &str)| Match { field: *field, variable: (*variable).into() };
        IdentificationRule { work_stream_id: None, matches: pairs.iter().map(pair).collect() }
    };
    rules.iter().enumerate().map(|(i, pairs)| (format!("r{i}"), Arc::new(rule(pairs)))).collect()
}

fn answers(pairs: &[(&str, &str)]) -> Context {
    pairs.iter().map(|(key, text)| (Arc::from(*key), Value::Text((*text).into()))).collect()
}

fn who(rules: &Rules, context: &Context, customer: &CustomerRef) -> Option<String> {
    let index = CustomerIndex::of(&people());
    identify(rules, &index, &"web".into(), context, &BTreeMap::new(), customer).map(|id| id.to_string())
}

fn ask(rules: &Rules, pairs: &[(&str, &str)]) -> Option<String> {
    who(rules, &answers(pairs), &CustomerRef::default())
}

#[test]
fn one_active_hit_links() {
    let rules = rules(&[&[(F::Email, "mail")]]);
    assert_eq!(ask(&rules, &[("mail", "ann@shop.example")]).as_deref(), Some("ann"));
}

#[test]
fn no_hit_several_hits_and_inactive_records_leave_it_unlinked() {
    let rules = rules(&[&[(F::Email, "mail")], &[(F::Name, "name")]]);
    assert_eq!(ask(&rules, &[("mail", "eve@shop.example")]), None);
    assert_eq!(ask(&rules, &[("name", "Bob")]), None);
    assert_eq!(ask(&rules, &[("mail", "old@shop.example")]), None);
    assert_eq!(ask(&rules, &[]), None);
}

#[test]
fn all_pairs_of_a_rule_must_match() {
    let rules = rules(&[&[(F::Name, "name"), (F::CaseNumber, "case")]]);
    assert_eq!(ask(&rules, &[("name", "Bob"), ("case", "200")]).as_deref(), Some("bob"));
    assert_eq!(ask(&rules, &[("name", "Ann"), ("case", "200")]), None);
    assert_eq!(ask(&rules, &[("case", "200")]), None);
    assert_eq!(ask(&rules, &[("name", ""), ("case", "200")]), None);
}

#[test]
fn any_of_a_customers_case_numbers_matches_and_a_number_matches_its_digits() {
    let rules = rules(&[&[(F::CaseNumber, "case")]]);
    assert_eq!(ask(&rules, &[("case", "101")]).as_deref(), Some("ann"));
    let context = Context::from([(Arc::from("case"), Value::Number(101.0))]);
    assert_eq!(who(&rules, &context, &CustomerRef::default()).as_deref(), Some("ann"));
}

#[test]
fn a_match_is_exact() {
    let rules = rules(&[&[(F::Email, "mail")]]);
    for near in ["Ann@shop.example", " ann@shop.example", "ann@shop.example "] {
        assert_eq!(ask(&rules, &[("mail", near)]), None, "{near}");
    }
}

#[test]
fn rules_that_point_at_different_people_link_nobody() {
    let rules = rules(&[&[(F::Email, "mail")], &[(F::CaseNumber, "case")]]);
    assert_eq!(ask(&rules, &[("mail", "ann@shop.example"), ("case", "200")]), None);
    assert_eq!(ask(&rules, &[("mail", "ann@shop.example"), ("case", "100")]).as_deref(), Some("ann"));
    assert_eq!(ask(&rules, &[("mail", "ann@shop.example"), ("case", "999")]).as_deref(), Some("ann"));
}

#[test]
fn a_rule_for_another_work_stream_is_not_asked() {
    let mut rules = rules(&[&[(F::Email, "mail")]]);
    let mut only = |stream: &str| {
        Arc::make_mut(rules.get_mut("r0").unwrap()).work_stream_id = Some(stream.into());
        ask(&rules, &[("mail", "ann@shop.example")])
    };
    assert_eq!(only("sms"), None);
    assert_eq!(only("web").as_deref(), Some("ann"));
}

#[test]
fn a_known_customer_stays_who_it_is() {
    let rules = rules(&[&[(F::Email, "mail")]]);
    let known = CustomerRef { id: Some("somebody".into()), ..CustomerRef::default() };
    let context = answers(&[("mail", "ann@shop.example")]);
    assert_eq!(who(&rules, &context, &known).as_deref(), Some("somebody"));
}

#[test]
fn a_pair_may_read_what_the_channel_knows_of_the_customer() {
    let rules = rules(&[&[(F::Email, "customer.email")]]);
    let sender = CustomerRef { email: Some("ann@shop.example".into()), ..CustomerRef::default() };
    assert_eq!(who(&rules, &Context::new(), &sender).as_deref(), Some("ann"));
}

#[test]
fn a_rule_without_pairs_points_at_nobody() {
    assert_eq!(ask(&rules(&[&[]]), &[("mail", "ann@shop.example")]), None);
}

fn some_customer() -> impl Strategy<Value = Customer> {
    let small = || prop::sample::select(vec!["", "a", "b"]);
    let opt = move || prop::option::of(small().prop_map(str::to_owned));
    let cases = prop::collection::vec(small().prop_map(str::to_owned), 0..3);
    (small(), opt(), opt(), cases, any::<bool>()).prop_map(|(name, email, phone, case_numbers, active)| {
        Customer { name: name.into(), email, phone, case_numbers, active }
    })
}

proptest! {
    #[test]
    fn an_index_that_follows_changes_is_the_index_of_the_result(
        changes in prop::collection::vec((0_u8..4, prop::option::of(some_customer())), 0..20),
    ) {
        let mut customers: BTreeMap<CustomerId, Arc<Customer>> = BTreeMap::new();
        let mut index = CustomerIndex::default();
        for (id, customer) in changes {
            let id = CustomerId::from(id.to_string());
            if let Some(old) = customers.remove(&id) {
                index.remove(&id, &old);
            }
            if let Some(customer) = customer {
                index.insert(&id, &customer);
                customers.insert(id, Arc::new(customer));
            }
        }
        prop_assert_eq!(index, CustomerIndex::of(&customers));
    }

    #[test]
    fn the_index_finds_what_looking_at_everybody_finds(
        everybody in prop::collection::vec(some_customer(), 0..6),
        name in prop::sample::select(vec!["", "a", "b"]),
        case in prop::sample::select(vec!["", "a", "b"]),
    ) {
        let number = |(i, customer): (usize, Customer)| (CustomerId::from(i.to_string()), Arc::new(customer));
        let customers: BTreeMap<_, _> = everybody.into_iter().enumerate().map(number).collect();
        let rules = rules(&[&[(F::Name, "name"), (F::CaseNumber, "case")]]);
        let hits: Vec<_> = customers
            .iter()
            .filter(|(_, c)| c.active && !name.is_empty() && !case.is_empty())
            .filter(|(_, c)| c.name == name && c.case_numbers.iter().any(|n| n == case))
            .map(|(id, _)| id.clone())
            .collect();
        let expected = if hits.len() == 1 { hits.first().cloned() } else { None };
        let context = answers(&[("name", name), ("case", case)]);
        let index = CustomerIndex::of(&customers);
        let got = identify(&rules, &index, &"web".into(), &context, &BTreeMap::new(), &CustomerRef::default());
        prop_assert_eq!(got, expected);
    }
}
