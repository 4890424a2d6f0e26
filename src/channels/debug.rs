//! How what holds a secret or a customer's words shows itself in a log or a panic: without them.

use std::fmt;

use super::{Access, Call, Outbound};

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl fmt::Debug for Call {
    /// Some providers want their token in the query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Outbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("id", &self.id).field("now", &self.now).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::channels::kit::{outbound, settings};
    use crate::channels::{Access, Adapter, Outbound, wechat};

    #[test]
    fn a_call_and_what_it_is_made_of_show_neither_token_nor_text() {
        let settings = settings(&wechat::Wechat, &[("app_id", "wx1"), ("app_secret", "hidden")]);
        let message = Outbound { access: Some("hidden"), ..outbound("hidden", "hidden") };
        let call = wechat::Wechat.send(&settings, &message).unwrap();
        let asks = wechat::Wechat.access(&settings).unwrap();
        let access = Access { token: "hidden".to_owned(), expires_in: 7200 };
        let shown = format!("{message:?} {call:?} {asks:?} {access:?}");
        assert!(!shown.contains("hidden") && shown.contains("/cgi-bin/message/custom/send"), "{shown}");
    }
}
