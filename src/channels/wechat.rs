//! `WeChat` Official Accounts: XML in, plain or encrypted, and the customer service API out.
//!
//! In plain mode the signature covers token, time and nonce, and not the message: only the encrypted ("safe") mode proves
//! what was written. Where a key is set, plain messages are refused.
//!
//! Formats: <https://developers.weixin.qq.com/doc/offiaccount/en/Basic_Information/Access_Overview.html>,
//! <https://developers.weixin.qq.com/doc/offiaccount/en/Message_Management/Receiving_standard_messages.html>,
//! <https://developers.weixin.qq.com/doc/offiaccount/en/Message_Management/Service_Center_messages.html>,
//! <https://developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/Message_Encryption/Technical_Plan.html>,
//! <https://developers.weixin.qq.com/doc/offiaccount/en/Getting_Started/Global_Return_Code.html>.

use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
use serde_json::json;

use super::common::{
    attributes, failed, given, is_success, must_post, query, setting, taken_with_text, token, url, words,
};
use super::form::escape;
use super::json::{MAX_ID, lenient};
use super::text::{Unit, fits, within};
use super::{
    Access, Adapter, Attachment, Call, Field, Inbound, InboundMessage, Outbound, Received, Rejected, Reply,
    Request, Sent, Settings, Unsendable, malformed, signature,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most bytes of a text message.
const MOST: usize = 2048;
/// Hours after a customer's message in which the account may write.
const WINDOW_HOURS: u32 = 48;
/// Most milliseconds between a request's time and now.
const TOLERANCE_MS: u64 = 300_000;
/// Most nodes of a message's XML.
const MAX_NODES: u32 = 1000;

const FIELDS: &[Field] = &[
    Field::text("app_id", 64, "AppID, in the account's console under Basic configuration."),
    Field::secret("app_secret", 128, "AppSecret, beside it."),
    Field::secret(
        "token",
        32,
        "A word of your own, 3 to 32 letters and digits; the same is entered with the URL.",
    ),
    Field::secret(
        "encoding_aes_key",
        43,
        "EncodingAESKey of 43 characters, for safe mode: then nothing plain is taken.",
    )
    .optional(),
    Field::url("base_url", "Where WeChat's API is.").or("https://api.weixin.qq.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Wechat;

impl Adapter for Wechat {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Wechat
    }

    fn provider(&self) -> &'static str {
        "wechat"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        if request.method == "GET" {
            if !holds(settings, request, "signature", None)? {
                return Err(Rejected::Refused("signature is not that of the token that is set"));
            }
            let echo = query(request, "echostr").ok_or_else(|| malformed("echostr", "is missing"))?;
            return Ok(taken_with_text(echo));
        }
        if !holds(settings, request, "signature", None)? {
            return Err(Rejected::Unsigned("signature does not hold"));
        }
        fresh(request)?;
        must_post(request)?;
        let text = std::str::from_utf8(request.body).map_err(|_| malformed("", "is not UTF-8"))?;
        let mut received = taken_with_text("success");
        let opened;
        let xml = match given(settings, "encoding_aes_key") {
            None => text,
            Some(key) => {
                opened = open(settings, request, key, text)?;
                &opened
            }
        };
        received.events = read(xml, message)?.into_iter().collect();
        Ok(received)
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        within(message, WINDOW_HOURS)?;
        fits(message.text, MOST, Unit::Bytes)
    }

    fn access(&self, settings: &Settings) -> Option<Call> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": setting(settings, "app_id"), "secret": setting(settings, "app_secret"),
        });
        Some(Call {
            method: "POST",
            url: url(settings, "base_url", "/cgi-bin/stable_token"),
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        })
    }

    fn read_access(&self, reply: &Reply<'_>) -> Result<Access, String> {
        let body = lenient(reply.body);
        match body["errcode"].as_i64() {
            None | Some(0) => token(reply),
            Some(code) => Err(words(&code.to_string(), body["errmsg"].as_str().unwrap_or_default())),
        }
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let access =
            message.access.ok_or_else(|| Unsendable::Other("there is no access token".to_owned()))?;
        let body = json!({"touser": message.to, "msgtype": "text", "text": {"content": message.text}});
        Ok(Call {
            method: "POST",
            url: url(
                settings,
                "base_url",
                &format!("/cgi-bin/message/custom/send?access_token={}", escape(access)),
            ),
            headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body: body.to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        let Some(code) = body["errcode"].as_i64().filter(|_| is_success(reply)) else {
            return failed(reply, "");
        };
        let problem = words(&code.to_string(), body["errmsg"].as_str().unwrap_or_default());
        match code {
            0 => Sent::Accepted(None),
            40001 | 40014 | 42001 => Sent::AccessExpired,
            // -1: busy. 45009, 45011: calls of the day, of the minute.
            -1 | 45009 | 45011 => Sent::Later { problem, after: reply.retry_after },
            _ => Sent::Refused(problem),
        }
    }
}

/// SHA-1 over token, timestamp, nonce and, for `msg_signature`, the encrypted message, sorted.
fn holds(
    settings: &Settings,
    request: &Request<'_>,
    name: &str,
    encrypted: Option<&str>,
) -> Result<bool, Rejected> {
    let [Some(given), Some(time), Some(nonce)] =
        [name, "timestamp", "nonce"].map(|name| query(request, name))
    else {
        return Err(Rejected::Unsigned("signature, timestamp or nonce is missing"));
    };
    let Some(given) = signature::from_hex(given) else { return Ok(false) };
    let token = setting(settings, "token");
    let mut parts: Vec<&str> = [token, time, nonce].into_iter().chain(encrypted).collect();
    parts.sort_unstable();
    Ok(!token.is_empty() && signature::same(&signature::sha1(parts.concat().as_bytes()), &given))
}

fn fresh(request: &Request<'_>) -> Result<(), Rejected> {
    let seconds: Option<i64> = query(request, "timestamp").and_then(|seconds| seconds.parse().ok());
    let seconds = seconds.ok_or(Rejected::Unsigned("timestamp is not a Unix time in seconds"))?;
    if request.now.0.abs_diff(seconds.saturating_mul(1000)) > TOLERANCE_MS {
        return Err(Rejected::Unsigned("timestamp is more than five minutes from now"));
    }
    Ok(())
}

/// The message out of its envelope: AES-256 in CBC mode, the key's first bytes for the vector, padded to 32 bytes, and in
/// it 16 random bytes, the length, the message and the account's id.
fn open(settings: &Settings, request: &Request<'_>, key: &str, text: &str) -> Result<String, Rejected> {
    let encrypted = read(text, |xml| Ok(xml.text("Encrypt").map(str::to_owned)))?;
    let encrypted =
        encrypted.ok_or(Rejected::Unsigned("the message is not encrypted, and the channel has a key"))?;
    if !holds(settings, request, "msg_signature", Some(&encrypted))? {
        return Err(Rejected::Unsigned("msg_signature does not hold"));
    }
    let plain = decrypt(key, &encrypted, setting(settings, "app_id"));
    plain.ok_or_else(|| malformed("/Encrypt", "cannot be decrypted by the channel's key for its account"))
}

fn decrypt(key: &str, encrypted: &str, app_id: &str) -> Option<String> {
    let key = signature::key_from_base64(key)?;
    let vector: [u8; 16] = key.get(..16)?.try_into().ok()?;
    let mut bytes = signature::from_base64(encrypted)?;
    let key = DecryptingKey::cbc(UnboundCipherKey::new(&AES_256, &key).ok()?).ok()?;
    let plain: &[u8] = key.decrypt(&mut bytes, DecryptionContext::Iv128(vector.into())).ok()?;
    let padding = usize::from(*plain.last()?);
    let end = plain.len().checked_sub(padding).filter(|_| (1..=32).contains(&padding))?;
    let plain = &plain[..end];
    let length = u32::from_be_bytes(plain.get(16..20)?.try_into().ok()?);
    let after = 20_usize.checked_add(usize::try_from(length).ok()?)?;
    let (message, owner) = (plain.get(20..after)?, &plain[after..]);
    if owner != app_id.as_bytes() {
        return None;
    }
    String::from_utf8(message.to_vec()).ok()
}

/// The members of a message's XML.
struct Xml<'a>(roxmltree::Node<'a, 'a>);

impl<'a> Xml<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        let mut children = self.0.children();
        children
            .find(|child| child.has_tag_name(name))
            .and_then(|child| child.text())
            .filter(|text| !text.is_empty())
    }

    fn need(&self, name: &str) -> Result<&'a str, Rejected> {
        let value = self.text(name).ok_or_else(|| malformed(&format!("/{name}"), "is missing"))?;
        if value.chars().count() > MAX_ID && name != "Content" {
            return Err(malformed(&format!("/{name}"), "must be at most 512 characters long"));
        }
        Ok(value)
    }
}

/// Reads XML without document types, so without entities of its own, and of a bounded size.
fn read<T>(text: &str, reader: impl FnOnce(&Xml<'_>) -> Result<T, Rejected>) -> Result<T, Rejected> {
    let options =
        roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
    let tree = roxmltree::Document::parse_with_options(text, options);
    let tree = tree.map_err(|_| malformed("", "is not plain XML"))?;
    if !tree.root_element().has_tag_name("xml") {
        return Err(malformed("", "must be an element of the name xml"));
    }
    reader(&Xml(tree.root_element()))
}

fn message(xml: &Xml<'_>) -> Result<Option<Inbound>, Rejected> {
    let kind = xml.need("MsgType")?;
    let Some((text, attachments)) = content(xml, kind)? else { return Ok(None) };
    let seconds = xml.text("CreateTime").map(str::parse::<i64>).transpose();
    let seconds = seconds.map_err(|_| malformed("/CreateTime", "must be a Unix time in seconds"))?;
    Ok(Some(Inbound::Message(InboundMessage {
        id: xml.need("MsgId")?.to_owned(),
        from: xml.need("FromUserName")?.to_owned(),
        reply_to: None,
        name: None,
        phone: None,
        text,
        attachments,
        at: seconds.map(|seconds| Timestamp(seconds.saturating_mul(1000))),
        attributes: attributes([("kind", Some(kind)), ("to", xml.text("ToUserName"))]),
    })))
}

type Content = (String, Vec<Attachment>);

/// Text and attachments; `None` for events and what is not known.
fn content(xml: &Xml<'_>, kind: &str) -> Result<Option<Content>, Rejected> {
    let media = |media_type: &str| {
        let id = xml.need("MediaId")?;
        let url = xml.text("PicUrl").map_or_else(|| format!("wechat:media/{id}"), str::to_owned);
        let media_type = Some(media_type.to_owned());
        Ok::<_, Rejected>(vec![Attachment { url, media_type, name: None, size: None }])
    };
    let joined = |names: &[&str]| {
        let texts: Vec<&str> = names.iter().filter_map(|name| xml.text(name)).collect();
        texts.join(" ")
    };
    Ok(match kind {
        "text" => Some((xml.need("Content")?.to_owned(), Vec::new())),
        "image" => Some((String::new(), media("image/*")?)),
        "voice" => Some((joined(&["Recognition"]), media("audio/*")?)),
        "video" | "shortvideo" => Some((String::new(), media("video/*")?)),
        "location" => {
            let place = format!("{},{}", xml.need("Location_X")?, xml.need("Location_Y")?);
            Some((format!("{} {place}", joined(&["Label"])).trim().to_owned(), Vec::new()))
        }
        "link" => {
            xml.need("Url")?;
            Some((joined(&["Title", "Description", "Url"]), Vec::new()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
