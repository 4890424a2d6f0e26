/*
 * Owns the settings of the providers that speak for a channel, as docs/channels has them: a unit test compares the two. A channel type
 * that no provider is chosen for is spoken for by a backend of one's own.
 */

/** @typedef {import("../form-types.js").Field} Field */
/** @typedef {import("../form-types.js").Variant} Variant */

/** @param {string} name @param {Partial<Field>} [more] @returns {Field} */
const text = (name, more) => ({ path: `/${name}`, kind: "text", required: true, ...more });
/** @param {string} name @param {Partial<Field>} [more] @returns {Field} */
const secret = (name, more) => ({ path: `/${name}`, kind: "secret", required: true, ...more });
/** What has a default, or need not be given. @param {string} name @param {string} [value] @returns {Field} */
const spare = (name, value) => ({ path: `/${name}`, kind: "text", value });

/** Providers by channel type, the default one first. @type {Record<string, Record<string, Field[]>>} */
export const PROVIDERS = {
  sms: {
    twilio: [
      text("account_sid", { max: 64 }), secret("auth_token", { max: 128 }), spare("from"), spare("messaging_service_sid"), spare("status_callback_url"),
      spare("base_url", "https://api.twilio.com"),
    ],
    telesign: [
      text("customer_id", { max: 64 }), secret("api_key", { max: 200 }), spare("sender_id"),
      { path: "/message_type", kind: "select", options: ["ARN", "MKT", "OTP"], value: "ARN" }, spare("base_url", "https://rest-ww.telesign.com"),
    ],
  },
  facebook: {
    messenger: [
      text("page_id", { max: 64 }), secret("page_access_token", { max: 1000 }), secret("app_secret", { max: 128 }), secret("verify_token", { max: 200 }),
      { path: "/human_agent", kind: "select", options: ["no", "yes"], value: "no" }, spare("api_version", "v23.0"), spare("base_url", "https://graph.facebook.com"),
    ],
  },
  whatsapp: {
    whatsapp: [
      text("phone_number_id", { max: 64 }), secret("access_token", { max: 1000 }), secret("app_secret", { max: 128 }), secret("verify_token", { max: 200 }),
      spare("api_version", "v23.0"), spare("base_url", "https://graph.facebook.com"),
    ],
  },
  line: {
    line: [
      secret("channel_secret", { max: 128 }), secret("channel_access_token", { max: 1000 }), spare("base_url", "https://api.line.me"),
      spare("data_base_url", "https://api-data.line.me"),
    ],
  },
  wechat: {
    wechat: [
      text("app_id", { max: 64 }), secret("app_secret", { max: 128 }), secret("token", { max: 32 }), secret("encoding_aes_key", { max: 43, required: false }),
      spare("base_url", "https://api.weixin.qq.com"),
    ],
  },
  teams: {
    teams: [
      text("app_id", { max: 64 }), secret("app_password", { max: 200 }), spare("tenant_id", "botframework.com"),
      spare("keys_url", "https://login.botframework.com/v1/.well-known/keys"), spare("login_url", "https://login.microsoftonline.com"), spare("base_url"),
    ],
  },
  twitter: {
    twitter: [
      text("user_id", { max: 32 }), secret("consumer_key", { max: 200 }), secret("consumer_secret", { max: 200 }), secret("access_token", { max: 200 }),
      secret("access_token_secret", { max: 200 }), spare("base_url", "https://api.x.com"),
    ],
  },
  custom: {
    custom: [
      text("url", { max: 2000 }), secret("secret", { max: 200 }), { path: "/max_length", kind: "number", min: 1, max: 4000, value: 4000 },
      { path: "/reply_window_hours", kind: "number", min: 0, max: 8760, value: 0 },
    ],
  },
};

/** A field for each of those types: which provider, with its settings. @returns {Field[]} */
export function providerFields() {
  return Object.entries(PROVIDERS).map(([type, providers]) => {
    const several = Object.keys(providers).length > 1;
    /** @type {Variant[]} */
    const variants = Object.entries(providers).map(([id, fields]) => ({ id, fields, ...(several ? { mark: { provider: id } } : {}) }));
    return { path: "/settings", kind: "variant", words: "provider", when: { "/type": [type] }, variants: [{ id: "backend", empty: true }, ...variants] };
  });
}
