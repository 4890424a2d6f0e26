use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use super::keys::encode_bytes;
use super::*;
use crate::domain::config::{Agent, ApiKey, Change};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn setup() -> (Auth, Config) {
    let mut config = Config::default();
    config.apply(&Change::PutAgent("ana".into(), Arc::new(Agent::named("Ana"))));
    let key = ApiKey {
        name: "Shop".into(),
        role: Role::Backend,
        channel_ids: vec!["web-chat".into()],
        digest: digest("shop-token"),
    };
    config.apply(&Change::PutApiKey("shop".into(), Arc::new(key)));
    (Auth::new("root", [7; 32]), config)
}

#[test]
fn each_kind_of_token_is_somebody() {
    let (auth, config) = setup();
    assert_eq!(auth.verify("root", &config, NOW).unwrap().caller.role, Role::Admin);
    let shop = auth.verify("shop-token", &config, NOW).unwrap();
    assert_eq!((shop.caller.role, shop.channels), (Role::Backend, vec!["web-chat".into()]));
    let (token, end) = auth.issue(&"ana".into(), 60, &config, NOW);
    let ana = auth.verify(&token, &config, NOW).unwrap();
    assert_eq!((ana.caller.agent, ana.expires_at), (Some("ana".into()), Some(end)));
    assert_eq!(auth.verify("nobody", &config, NOW), Err(AuthError::Unknown));
    assert_eq!(auth.verify("", &config, NOW), Err(AuthError::Missing));
}

#[test]
fn an_agents_token_ends_at_its_time_at_a_revocation_and_with_its_agent() {
    let (auth, mut config) = setup();
    let (token, end) = auth.issue(&"ana".into(), 60, &config, NOW);
    assert_eq!(auth.verify(&token, &config, end), Err(AuthError::Expired));
    config.apply(&Change::VoidTokens("ana".into(), NOW.0 + 1));
    assert_eq!(auth.verify(&token, &config, NOW), Err(AuthError::Revoked));
    let (newer, _) = auth.issue(&"ana".into(), 60, &config, NOW);
    let identity = auth.verify(&newer, &config, NOW).unwrap();
    config.apply(&Change::Delete(crate::domain::config::Key::Agent("ana".into())));
    assert_eq!(still_good(&identity, &config, NOW), Err(AuthError::Revoked));
}

#[test]
fn the_role_is_the_agents_at_each_use() {
    let (auth, mut config) = setup();
    let (token, _) = auth.issue(&"ana".into(), 60, &config, NOW);
    let promoted = Agent { role: Role::Supervisor, ..Agent::named("Ana") };
    config.apply(&Change::PutAgent("ana".into(), Arc::new(promoted)));
    assert_eq!(auth.verify(&token, &config, NOW).unwrap().caller.role, Role::Supervisor);
}

#[test]
fn tokens_of_another_key_or_another_kind_are_nobodys() {
    let (auth, config) = setup();
    let other = Auth::new("root", [8; 32]);
    let (token, _) = other.issue(&"ana".into(), 60, &config, NOW);
    assert_eq!(auth.verify(&token, &config, NOW), Err(AuthError::Unknown));
    let visit = crate::domain::ids::ConversationId(uuid::Uuid::from_u128(9));
    let customer = auth.issue_customer(visit);
    assert_eq!(auth.verify(&customer, &config, NOW), Err(AuthError::Unknown));
    assert_eq!(auth.verify_customer(&customer), Ok(visit));
}

#[test]
fn secrets_are_made_once_and_readable_by_their_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (_, first) = Auth::open(Some(directory.path()), None, || [1; 32]).unwrap();
    let (_, again) = Auth::open(Some(directory.path()), None, || [2; 32]).unwrap();
    assert_eq!(first, again);
    for file in ["admin.token", "token.key"] {
        let mode = std::fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn base64url_has_no_padding() {
    assert_eq!(encode_bytes(b""), "");
    assert_eq!(encode_bytes(b"f"), "Zg");
    assert_eq!(encode_bytes(b"fo"), "Zm8");
    assert_eq!(encode_bytes(&[0xfb, 0xff, 0xfe]), "-__-");
}
