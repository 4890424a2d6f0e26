//! Findings: what is wrong, and at which field.

use std::fmt;
use std::sync::Arc;

/// One step from a resource to a part of it, by the wire's names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A member of an object.
    Field(&'static str),
    /// An element of a list, from 0.
    Index(usize),
    /// A member whose name the caller chose.
    Key(Arc<str>),
}

/// The path as a JSON pointer (RFC 6901), `/routing_rules/0/when/all/1/operator`. No name of ours needs escaping.
pub fn pointer(path: &[Step]) -> String {
    let mut pointer = String::new();
    for step in path {
        pointer.push('/');
        match step {
            Step::Field(name) => pointer.push_str(name),
            Step::Index(index) => pointer.push_str(&index.to_string()),
            Step::Key(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
        }
    }
    pointer
}

/// Something wrong at a field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// Where, from the resource's root.
    pub path: Vec<Step>,
    /// What.
    pub problem: Problem,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)] // each variant says what its numbers are
pub enum Problem {
    /// The id is not `[a-z0-9][a-z0-9._-]{0,63}`.
    BadId,
    /// The id is a base presence's, which is locked.
    BuiltIn,
    /// Empty, or nothing but spaces.
    Blank,
    /// More than `max` characters.
    TooLong { max: usize },
    /// A control character where one line is asked for; a line break is one.
    NotOneLine,
    /// A control character other than line breaks and tabs.
    ControlCharacter,
    /// More than `max` elements.
    TooMany { max: usize },
    /// A list that needs an element has none.
    EmptyList,
    /// The element stands in the list already.
    Duplicate,
    /// A variable of this name is declared already.
    DuplicateName,
    /// A variable's name has something other than letters, digits and underscores.
    BadName,
    /// Not `*`, and not a scheme and a host as a browser sends them.
    BadOrigin,
    /// No event is of this type.
    UnknownEventType,
    /// The number is below `min` or above `max`.
    OutOfRange { min: i64, max: i64 },
    /// The channel type has no age limits.
    MissingAgeLimits,
    /// No such queue.
    UnknownQueue,
    /// No such agent.
    UnknownAgent,
    /// No such work stream.
    UnknownWorkStream,
    /// No such channel.
    UnknownChannel,
    /// No such skill.
    UnknownSkill,
    /// No such capacity profile.
    UnknownCapacityProfile,
    /// No such time zone.
    UnknownTimeZone,
    /// No such notification template.
    UnknownTemplate,
    /// A slug in braces that does not exist, or a brace without its other half.
    BadSlug,
    /// No such presence, base or custom.
    UnknownPresence,
    /// The skill has no such level; they run from 1 to `max`.
    LevelOutOfRange { max: u32 },
    /// `inactive` is set by the system alone.
    InactiveNotAllowed,
    /// The role is not one that this resource can have.
    RoleNotAllowed,
    /// A channel's type is not its work stream's.
    TypeMismatch,
    /// A channel for records is made with its work stream, and its id is `entity-` and the work stream's.
    EntityChannel,
    /// The work stream is not of type entity.
    NotEntity,
    /// Agent affinity takes mode push.
    AffinityWithPick,
    /// Records have no agent affinity.
    AffinityWithEntity,
    /// Select-from-push takes mode push.
    SelectFromPushWithPick,
    /// The work stream declares no variable of this name.
    UndeclaredVariable,
    /// No such path.
    UnknownPath,
    /// The steps do not ascend.
    NotAscending,
    /// The operator takes a text, and the variable is a number.
    OperatorNeedsText,
    /// The operator takes a number, and the variable is a text.
    OperatorNeedsNumber,
    /// The operand is of a type that the operator or the variable does not take.
    WrongOperandType,
    /// The operator takes this many operands.
    WrongOperandCount { expected: usize },
    /// The lower bound is above the upper one.
    LowAboveHigh,
    /// The condition is nested deeper than `max`.
    TooDeep { max: usize },
    /// No such operating hours.
    UnknownOperatingHours,
    /// No such date, or a year before 1970.
    BadDate,
    /// Messages and records do not share a queue.
    QueueTypeMismatch,
    /// A queue does not overflow to itself.
    OverflowsToItself,
    /// The span overlaps one that stands before it.
    Overlap,
    /// Not a language tag.
    BadLanguage,
    /// The channel's languages do not name it.
    UnknownLanguage,
    /// The channel's first language is missing.
    MissingLanguage,
    /// Not a colour.
    BadColor,
    /// Not an address of `https`.
    BadUrl,
    /// Not an address of `https`, or of `http` on this machine or by its number.
    BadKeyUrl,
    /// Visitors cannot be known without a key.
    MissingKey,
    /// Only a question of kind options has some.
    NotOptions,
    /// A channel's survey, or its page, gives a variable that would not be declared any more.
    AskedBySurvey,
    /// The shares do not sum to 100.
    SplitSum { sum: u64 },
}

const BAD_ID: &str = "an id is 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit";
const BAD_KEY_URL: &str =
    "must be an address that begins with https:// (http:// for localhost and numeric addresses alone)";

impl fmt::Display for Problem {
    /// A sentence for people, without the field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong { max } => return write!(f, "has at most {max} characters"),
            Self::TooMany { max } => return write!(f, "has at most {max} elements"),
            Self::OutOfRange { min, max } => return write!(f, "must be from {min} to {max}"),
            Self::LevelOutOfRange { max } => return write!(f, "the skill's levels run from 1 to {max}"),
            Self::WrongOperandCount { expected: 0 } => "this operator takes no value",
            Self::WrongOperandCount { expected: 1 } => "this operator takes one value",
            Self::WrongOperandCount { expected } => return write!(f, "takes a list of {expected} values"),
            Self::TooDeep { max } => return write!(f, "conditions nest at most {max} deep"),
            Self::SplitSum { sum } => return write!(f, "the percentages sum to {sum}, not to 100"),
            Self::BadId => BAD_ID,
            Self::BuiltIn => "this is built in and locked",
            Self::Blank => "must not be blank",
            Self::NotOneLine => "must have no line breaks nor other control characters",
            Self::ControlCharacter => "must have no control characters but line breaks and tabs",
            Self::EmptyList => "needs at least one element",
            Self::Duplicate => "stands in the list already",
            Self::DuplicateName => "a variable of this name is declared already",
            Self::BadName => "has letters, digits and underscores only",
            Self::UnknownEventType => "no event is of this type",
            Self::BadOrigin => "must be an origin such as https://shop.example, or *",
            Self::MissingAgeLimits => "this channel type has no age limits",
            Self::UnknownQueue => "no such queue",
            Self::UnknownAgent => "no such agent",
            Self::UnknownWorkStream => "no such work stream",
            Self::UnknownChannel => "no such channel",
            Self::UnknownSkill => "no such skill",
            Self::UnknownCapacityProfile => "no such capacity profile",
            Self::UnknownTimeZone => "must be the IANA name of a time zone, such as Europe/Berlin",
            Self::UnknownTemplate => "no such notification template",
            Self::BadSlug => {
                "has a slug in braces that is not known or not closed; {{ and }} stand for braces"
            }
            Self::UnknownPresence => "no such presence",
            Self::InactiveNotAllowed => "inactive is set by the system alone",
            Self::RoleNotAllowed => "this role is not possible here",
            Self::TypeMismatch => "a channel and its work stream must be of one type",
            Self::EntityChannel => {
                "channels of type entity are made with their work stream, as entity-{work_stream_id}"
            }
            Self::NotEntity => "must be a work stream of type entity",
            Self::AffinityWithPick => "agent affinity takes mode push",
            Self::AffinityWithEntity => "records have no agent affinity",
            Self::SelectFromPushWithPick => "select_from_push takes mode push",
            Self::UndeclaredVariable => "the work stream declares no such context variable",
            Self::UnknownPath => "no such path",
            Self::NotAscending => "each step comes later than the one before it",
            Self::UnknownOperatingHours => "no such operating hours",
            Self::BadDate => "no such date",
            Self::QueueTypeMismatch => "messages and records do not share a queue",
            Self::OverflowsToItself => "a queue does not overflow to itself",
            Self::Overlap => "overlaps a span that stands before it",
            Self::BadLanguage => "must be a language tag such as en or pt-BR",
            Self::UnknownLanguage => "is not among the channel's languages",
            Self::MissingLanguage => "needs a text in the channel's first language",
            Self::BadColor => "must be a colour such as #1f6feb",
            Self::BadUrl => "must be an address that begins with https://",
            Self::BadKeyUrl => BAD_KEY_URL,
            Self::MissingKey => "needs public_key or key_url",
            Self::NotOptions => "only a question of kind options has options",
            Self::AskedBySurvey => {
                "a live-chat channel's survey or page gives a variable that is not declared here"
            }
            Self::OperatorNeedsText => "this operator takes a text, and the variable is a number",
            Self::OperatorNeedsNumber => "this operator takes a number, and the variable is a text",
            Self::WrongOperandType => "the value is of the wrong type",
            Self::LowAboveHigh => "the lower bound is above the upper one",
        })
    }
}
