//! What the journal costs: encoding a hand-off's records, and a batch of 1, 16 and 256 such units, appended alone and
//! appended and synced, on the disk that the system's temporary directory is on.
//!
//! `append` is the encoding of a batch with its checksum and one write to the page cache; `append and sync` adds the
//! `fdatasync`, so it measures the disk. Repeat: `cargo bench -p loadtest --bench journal`, with `TMPDIR` on the disk in
//! question.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::domain::classification::Written;
use callboard::domain::config::ChannelType;
use callboard::domain::conversation::{Born, By, CustomerRef, Event, Happening};
use callboard::domain::decision::RoutingTrace;
use callboard::domain::ids::{ConversationId, Mint};
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;
use callboard::ports::journal::Units;
use callboard::ports::records;
use callboard::store::files::DiskFiles;
use callboard::store::journal::{Journal, Options};
use criterion::{Criterion, criterion_group, criterion_main};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// What a hand-off writes in one decide: its creation and its routing.
fn hand_off() -> Vec<Record> {
    let id = ConversationId(Mint::new(NOW, 1).uuid());
    let born = Born {
        correspondent: None,
        id,
        channel_id: "bench".into(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "bench".into(),
        queue_id: "bench".into(),
        customer: CustomerRef { name: Some("Kim".into()), ..CustomerRef::default() },
        context: BTreeMap::new(),
        undeclared: Vec::new(),
        misfits: Vec::new(),
        priority: 0,
        asked_priority: None,
        asked_skills: Vec::new(),
        skills: Vec::new(),
        units: 1,
        previous: None,
        first: None,
        record: None,
        party: None,
        language: None,
    };
    let trace = RoutingTrace {
        config_version: 1,
        rules: Vec::new(),
        written: Written::default(),
        queue_id: "bench".into(),
        agent_id: None,
        fallback: true,
        problem: None,
        duration_us: 7,
    };
    let routed = Happening::Routed { trace: Box::new(trace), moved: None, first: None };
    [Happening::Created(Arc::new(born)), routed]
        .into_iter()
        .zip(1..)
        .map(|(what, seq)| Record::Event(Event { conversation: id, seq, at: NOW, by: By::System, what }))
        .collect()
}

fn journal(criterion: &mut Criterion) {
    let records = hand_off();
    let mut bytes = Vec::new();
    criterion.bench_function("encode: one hand-off", |bench| {
        bench.iter(|| {
            bytes.clear();
            records::encode(&mut bytes, &records);
        });
    });
    for count in [1, 16, 256] {
        let mut units = Units::default();
        for _ in 0..count {
            units.push_with(|bytes| records::encode(bytes, &records));
        }
        for synced in [false, true] {
            let place = tempfile::tempdir().expect("a temporary directory");
            let files = Arc::new(DiskFiles::new(place.path()));
            let mut journal = Journal::open(files, Options::default()).expect("an empty log opens").journal;
            let what = if synced { "append and sync" } else { "append" };
            criterion.bench_function(&format!("{what}: {count} units"), |bench| {
                bench.iter(|| {
                    journal.append(&[&units]).expect("the disk has room");
                    if synced {
                        journal.sync().expect("the disk syncs");
                    } else if journal.segments().len() > 8 {
                        let upto = journal.durable();
                        journal.retire(upto).expect("old segments go");
                    }
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = journal
}
criterion_main!(benches);
