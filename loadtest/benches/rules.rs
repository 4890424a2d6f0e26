//! What routing rules cost an arrival: 1, 10 and 100 rules of three comparisons each, where the last one matches.
//!
//! Repeat: `cargo bench -p loadtest --bench rules`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use callboard::domain::config::{Comparison, Condition, Operand, Operator, Route, RoutingRule};
use callboard::domain::context::{Context, Value};
use callboard::domain::conversation::CustomerRef;
use callboard::domain::ids::{ConversationId, Mint};
use callboard::domain::rules::{Scope, evaluate};
use callboard::domain::time::Timestamp;
use criterion::{Criterion, criterion_group, criterion_main};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn is(variable: &str, operator: Operator, value: Operand) -> Condition {
    Condition::Is(Comparison { variable: variable.to_owned(), operator, values: vec![value] })
}

/// Holds for tier `n` with an amount above a thousand, from the web.
fn rule(n: usize) -> RoutingRule {
    let when = Condition::All(vec![
        is("channel.id", Operator::Equals, Operand::Text("web".to_owned())),
        is("amount", Operator::Gt, Operand::Number(1_000.0)),
        is("tier", Operator::Equals, Operand::Text(format!("tier {n}"))),
    ]);
    let (name, route_to) = (format!("rule {n}"), Route::Queue("bench".into()));
    RoutingRule { name, description: String::new(), when, route_to }
}

fn rules(criterion: &mut Criterion) {
    for count in [1, 10, 100] {
        let rules: Vec<RoutingRule> = (0..count).map(rule).collect();
        let tier = format!("tier {}", count - 1);
        let context: Context = [
            (Arc::from("amount"), Value::Number(2_500.0)),
            (Arc::from("tier"), Value::Text(tier.as_str().into())),
        ]
        .into();
        let channel: BTreeMap<String, Value> = [("id".to_owned(), Value::Text("web".into()))].into();
        let (customer, record) = (CustomerRef::default(), BTreeMap::new());
        let scope = Scope {
            context: &context,
            channel: &channel,
            customer: &customer,
            record: &record,
            now: NOW,
            conversation: ConversationId(Mint::new(NOW, 1).uuid()),
        };
        assert_eq!(evaluate(&rules, &scope).matched, Some(count - 1), "the last rule decides");
        criterion.bench_function(&format!("evaluate: {count} rules"), |bench| {
            bench.iter(|| evaluate(black_box(&rules), &scope));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = rules
}
criterion_main!(benches);
