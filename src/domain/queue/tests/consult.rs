//! Consult, and supervisors who join: who may, what it costs, and that nothing of it outlives the agent who invited.

use std::sync::Arc;

use crate::command::{Act, AgentAct, Answer, Caller, Code, Command, ConsultAct, Refusal, Say, Target};
use crate::config::{Change, Key, Role};
use crate::conversation::{By, Happening, LeaveReason, ParticipantKind, Sender, Status, Visibility};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::record::{Audited, Record};

/// Ana has a conversation; ben, cleo and the others are there.
fn active(others: &[&str]) -> (Kit, ConversationId) {
    let mut kit = Kit::new();
    kit.put_agent("ana", 5);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    for other in others {
        kit.put_agent(other, 5);
        if *other == "sue" {
            rank(&mut kit, "sue", Role::Supervisor);
        }
        kit.connect(other);
    }
    (kit, id)
}

/// Gives this agent a role.
fn rank(kit: &mut Kit, agent: &str, role: Role) {
    let mut configured = (*kit.config.agents[&agent.into()]).clone();
    configured.role = role;
    kit.put(Change::PutAgent(agent.into(), Arc::new(configured)));
}

fn consult(kit: &mut Kit, id: ConversationId, by: &str, act: ConsultAct) -> Result<Answer, Refusal> {
    kit.act(id, Act::Consult(act), by_agent(by))
}

/// Invited and accepted.
fn join(kit: &mut Kit, id: ConversationId, agent: &str) {
    consult(kit, id, "ana", ConsultAct::Invite(agent.into())).unwrap();
    consult(kit, id, agent, ConsultAct::Answer(true)).unwrap();
}

fn boss(agent: &str) -> Caller {
    Caller { by: By::Agent(agent.into()), role: Role::Supervisor, agent: Some(agent.into()), session: None }
}

fn say(kit: &mut Kit, id: ConversationId, visibility: Visibility, by: Caller) -> Result<Answer, Refusal> {
    let say = Say { text: "look here".into(), visibility, client_message_id: None, attachments: Vec::new() };
    kit.act(id, Act::Say(say), by)
}

fn parts(kit: &Kit, id: ConversationId) -> Vec<(String, bool)> {
    let all = &kit.conversation(id).participants;
    all.iter().map(|p| (p.agent.to_string(), p.joined())).collect()
}

/// How this agent's parts ended, in order.
fn ends(kit: &Kit, agent: &str) -> Vec<LeaveReason> {
    let end = |record: &Arc<Record>| match &**record {
        Record::Event(event) => match &event.what {
            Happening::Left { agent: who, reason, .. } if who.as_str() == agent => Some(*reason),
            _ => None,
        },
        _ => None,
    };
    kit.log.iter().filter_map(end).collect()
}

#[test]
fn a_consulted_agent_writes_internally_reads_on_and_costs_no_capacity() {
    let (mut kit, id) = active(&["ben"]);
    consult(&mut kit, id, "ana", ConsultAct::Invite("ben".into())).unwrap();
    assert_eq!(parts(&kit, id), [("ben".to_owned(), false)]);
    let early = say(&mut kit, id, Visibility::Internal, by_agent("ben")).unwrap_err();
    assert_eq!(early.code, Code::NotYours, "not before it has accepted");
    consult(&mut kit, id, "ben", ConsultAct::Answer(true)).unwrap();
    assert_eq!(parts(&kit, id), [("ben".to_owned(), true)]);
    assert_eq!(kit.agents[&"ben".into()].used(), 0);
    say(&mut kit, id, Visibility::Internal, by_agent("ben")).unwrap();
    let Record::Event(last) = &**kit.log.last().unwrap() else { panic!("an event") };
    let Happening::Message { message, to, .. } = &last.what else { panic!("{last:?}") };
    assert_eq!((&message.sender, to), (&Sender::Agent("ben".into()), &Some("ana".into())));
    let public = say(&mut kit, id, Visibility::Public, by_agent("ben")).unwrap_err();
    assert_eq!(public.code, Code::InternalOnly);
    kit.say(id, "and the customer", backend()).unwrap();
    assert_eq!(kit.conversation(id).agent, Some("ana".into()));
}

#[test]
fn only_the_agent_who_has_it_ends_transfers_invites_and_ends_a_consult() {
    let (mut kit, id) = active(&["ben", "cleo"]);
    join(&mut kit, id, "ben");
    let acts = [
        Act::End,
        Act::Wait,
        Act::Release,
        Act::Transfer(Target::Agent("cleo".into())),
        Act::Transfer(Target::Queue("q".into())),
        Act::Consult(ConsultAct::Invite("cleo".into())),
        Act::Consult(ConsultAct::End("ben".into())),
    ];
    for act in acts {
        let refused = kit.act(id, act.clone(), by_agent("ben")).unwrap_err();
        assert_eq!(refused.code, Code::NotYours, "{act:?}");
    }
    let invite = Act::Consult(ConsultAct::Invite("cleo".into()));
    assert_eq!(kit.act(id, invite, supervisor()).unwrap_err().code, Code::NotYours);
    consult(&mut kit, id, "ana", ConsultAct::End("ben".into())).unwrap();
    assert_eq!(ends(&kit, "ben"), [LeaveReason::Ended]);
    let again = consult(&mut kit, id, "ana", ConsultAct::End("ben".into())).unwrap_err();
    assert_eq!(again.code, Code::NotAParticipant);
}

#[test]
fn an_invitation_is_declined_times_out_or_is_taken_back_and_may_be_repeated() {
    let (mut kit, id) = active(&["ben"]);
    let invite = |kit: &mut Kit| consult(kit, id, "ana", ConsultAct::Invite("ben".into())).unwrap();
    invite(&mut kit);
    consult(&mut kit, id, "ben", ConsultAct::Answer(false)).unwrap();
    invite(&mut kit);
    kit.pass(119_999);
    assert_eq!(parts(&kit, id).len(), 1, "the stream's notification stands for 120 s");
    kit.pass(1);
    let late = consult(&mut kit, id, "ben", ConsultAct::Answer(true)).unwrap_err();
    assert_eq!(late.code, Code::NotAParticipant);
    invite(&mut kit);
    consult(&mut kit, id, "ana", ConsultAct::End("ben".into())).unwrap();
    join(&mut kit, id, "ben");
    consult(&mut kit, id, "ben", ConsultAct::Leave).unwrap();
    let all = [LeaveReason::Declined, LeaveReason::TimedOut, LeaveReason::Ended, LeaveReason::Left];
    assert_eq!(ends(&kit, "ben"), all);
    assert!(kit.agents[&"ben".into()].parts.is_empty());
}

#[test]
fn who_is_not_there_or_in_it_already_or_one_too_many_cannot_be_invited() {
    let (mut kit, id) = active(&["ben", "c1", "c2", "c3", "c4", "c5"]);
    kit.put_agent("gone", 5);
    let invite = |kit: &mut Kit, agent: &str| {
        let refused = consult(kit, id, "ana", ConsultAct::Invite(agent.into())).unwrap_err();
        (refused.code, refused.status)
    };
    assert_eq!(invite(&mut kit, "gone"), (Code::NotConnected, Some(Status::Active)));
    assert_eq!(invite(&mut kit, "ana"), (Code::AlreadyAParticipant, Some(Status::Active)));
    assert_eq!(invite(&mut kit, "nobody").0, Code::Invalid);
    for agent in ["c1", "c2", "c3", "c4", "c5"] {
        join(&mut kit, id, agent);
    }
    assert_eq!(invite(&mut kit, "c1").0, Code::AlreadyAParticipant);
    assert_eq!(invite(&mut kit, "ben").0, Code::TooManyParticipants);
}

#[test]
fn two_invitations_at_once_make_one_participant() {
    let (mut kit, id) = active(&["ben"]);
    let command = || {
        let act = Act::Consult(ConsultAct::Invite("ben".into()));
        Command::Conversation { id, act, if_match: None }
    };
    let first = kit.post(command(), by_agent("ana"));
    let second = kit.post(command(), by_agent("ana"));
    kit.run();
    assert!(kit.answers[&first].is_ok());
    assert_eq!(kit.answers[&second].clone().unwrap_err().code, Code::AlreadyAParticipant);
    assert_eq!(parts(&kit, id).len(), 1);
}

/// How a conversation leaves its agent, by name.
type Way = (&'static str, fn(&mut Kit, ConversationId));

#[test]
fn no_consult_outlives_the_grant_of_who_invited() {
    let ways: [Way; 7] = [
        ("end", |kit, id| drop(kit.act(id, Act::End, by_agent("ana")).unwrap())),
        ("customer", |kit, id| drop(kit.act(id, Act::End, backend()).unwrap())),
        ("wait", |kit, id| drop(kit.act(id, Act::Wait, by_agent("ana")).unwrap())),
        ("release", |kit, id| drop(kit.act(id, Act::Release, by_agent("ana")).unwrap())),
        ("close", |kit, id| drop(kit.act(id, Act::Close(None), supervisor()).unwrap())),
        ("transfer", |kit, id| {
            let to = Act::Transfer(Target::Agent("ben".into()));
            drop(kit.act(id, to, by_agent("ana")).unwrap());
        }),
        ("move", |kit, id| {
            let to = Act::Transfer(Target::Queue("default-messaging".into()));
            drop(kit.act(id, to, by_agent("ana")).unwrap());
        }),
    ];
    for (way, leave) in ways {
        let (mut kit, id) = active(&["ben", "cleo"]);
        join(&mut kit, id, "ben");
        consult(&mut kit, id, "ana", ConsultAct::Invite("cleo".into())).unwrap();
        leave(&mut kit, id);
        assert!(parts(&kit, id).is_empty(), "{way}");
        for agent in ["ben", "cleo"] {
            assert_eq!(ends(&kit, agent), [LeaveReason::PrimaryLeft], "{way}: {agent}");
            assert!(kit.agents[&agent.into()].parts.is_empty(), "{way}: {agent}");
        }
    }
}

#[test]
fn an_agent_lost_beyond_the_grace_takes_its_consults_along_and_leaves_those_of_others() {
    let (mut kit, id) = active(&["ben"]);
    join(&mut kit, id, "ben");
    kit.disconnect("ben");
    kit.pass(149_999);
    assert_eq!(parts(&kit, id).len(), 1, "within the grace");
    kit.pass(1);
    assert_eq!(ends(&kit, "ben"), [LeaveReason::AgentLost]);
    kit.connect("ben");
    join(&mut kit, id, "ben");
    kit.disconnect("ana");
    kit.pass(150_000);
    assert_ne!(kit.conversation(id).agent, Some("ana".into()));
    assert_eq!(ends(&kit, "ben"), [LeaveReason::AgentLost, LeaveReason::PrimaryLeft]);
}

#[test]
fn an_agent_that_is_deleted_takes_part_no_more() {
    let (mut kit, id) = active(&["ben"]);
    join(&mut kit, id, "ben");
    kit.put(Change::Delete(Key::Agent("ben".into())));
    assert!(parts(&kit, id).is_empty());
    assert_eq!(ends(&kit, "ben"), [LeaveReason::AgentLost]);
}

#[test]
fn a_supervisor_who_is_not_configured_joins_nothing() {
    let (mut kit, id) = active(&["sue"]);
    kit.put(Change::Delete(Key::Agent("sue".into())));
    for who in ["sue", "nobody"] {
        let refused = kit.act(id, Act::Consult(ConsultAct::Join), boss(who)).unwrap_err();
        assert_eq!(refused.code, Code::NotYours, "{who}");
    }
    assert!(parts(&kit, id).is_empty());
}

#[test]
fn a_supervisor_joins_writes_to_the_customer_too_and_leaves() {
    let (mut kit, id) = active(&["sue", "ben"]);
    let agent = kit.act(id, Act::Consult(ConsultAct::Join), by_agent("ben")).unwrap_err();
    assert_eq!(agent.code, Code::NotYours, "an agent is invited");
    kit.act(id, Act::Consult(ConsultAct::Join), boss("sue")).unwrap();
    assert_eq!(kit.conversation(id).participants[0].kind, ParticipantKind::Supervisor);
    say(&mut kit, id, Visibility::Public, boss("sue")).unwrap();
    say(&mut kit, id, Visibility::Internal, boss("sue")).unwrap();
    let end = consult(&mut kit, id, "ana", ConsultAct::End("sue".into())).unwrap_err();
    assert_eq!(end.code, Code::NotAParticipant, "a supervisor is not the agent's to send away");
    kit.act(id, Act::Consult(ConsultAct::Leave), boss("sue")).unwrap();
    assert_eq!(ends(&kit, "sue"), [LeaveReason::Left]);
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    let late = kit.act(id, Act::Consult(ConsultAct::Join), boss("sue")).unwrap_err();
    assert_eq!((late.code, late.status), (Code::IllegalTransition, Some(Status::WrapUp)));
}

#[test]
fn a_supervisor_whose_role_is_taken_away_is_in_no_conversation_any_more_wherever_it_joined() {
    let (mut kit, id) = active(&["sue", "ben"]);
    let put = |kit: &mut Kit, role| {
        let sue = crate::config::Agent { role, ..crate::config::Agent::named("Sue") };
        kit.put(Change::PutAgent("sue".into(), Arc::new(sue)));
    };
    put(&mut kit, Role::Supervisor);
    kit.act(id, Act::Consult(ConsultAct::Join), boss("sue")).unwrap();
    join(&mut kit, id, "ben");
    put(&mut kit, Role::Admin);
    assert_eq!(parts(&kit, id).len(), 2, "an administrator supervises too");
    put(&mut kit, Role::Agent);
    assert_eq!(parts(&kit, id), [("ben".to_owned(), true)]);
    assert_eq!(ends(&kit, "sue"), [LeaveReason::RoleLost]);
}

#[test]
fn the_configuration_says_who_supervises_not_the_role_that_came_with_the_frame() {
    let (mut kit, id) = active(&["sue", "ben"]);
    let refused = kit.act(id, Act::Consult(ConsultAct::Join), boss("ben")).unwrap_err();
    assert_eq!(refused.code, Code::NotYours, "an agent by now, whatever it was when it asked");
    assert!(parts(&kit, id).is_empty());
    let mut watch = |agent: &str| {
        let act = AgentAct::Audit(Audited::Watched(id));
        kit.ask(Command::Agent { id: agent.into(), act }, boss(agent)).map_err(|refusal| refusal.code)
    };
    assert_eq!(watch("ben"), Err(Code::NotYours), "so the edge ends the watch");
    assert_eq!(watch("sue"), Ok(Answer::Done));
}
