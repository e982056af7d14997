//! The interfaces 界面 a major complaint comes in by, each with an administrator.

use serde::{Deserialize, Serialize};

use crate::complaint::{Channel, Matter};

/// An interface 界面 by its name; the branch's policy lists which there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interface(String);

/// A text that is no interface's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an interface: {0}")]
pub struct NotAnInterface(String);

impl Interface {
    /// What every branch begins with.
    pub const DEFAULTS: [&'static str; 3] = [Self::GROUP, Self::HALLS, Self::HOTLINE];
    /// Characters of a name at most.
    pub const LONGEST: usize = 40;
    const GROUP: &'static str = "集团";
    const HALLS: &'static str = "渠道服务厅";
    const HOTLINE: &'static str = "热线";

    /// The interface of that name; none where it is blank or too long for one.
    pub fn new(name: &str) -> Option<Self> {
        let name = name.trim();
        let fits = !name.is_empty() && name.chars().count() <= Self::LONGEST && !name.contains(char::is_control);
        fits.then(|| Self(name.to_owned()))
    }

    /// The default interface a complaint most likely belongs to: group customers' business to 集团, what was said across a
    /// counter to 渠道服务厅, the rest to 热线.
    pub fn likely(matter: &Matter) -> Self {
        let group = ["集团业务", "集团客户", "政企"];
        let named = |text: &str| group.iter().any(|word| text.contains(word));
        let name = match matter.channel {
            _ if named(&matter.phenomenon) || named(&matter.level) => Self::GROUP,
            Channel::Counter | Channel::Visit => Self::HALLS,
            Channel::Phone
            | Channel::Mail
            | Channel::Upstream
            | Channel::Spreadsheet
            | Channel::Regulator
            | Channel::Media
            | Channel::Other => Self::HOTLINE,
        };
        Self(name.to_owned())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Interface {
    type Error = NotAnInterface;

    fn try_from(name: String) -> Result<Self, NotAnInterface> {
        Self::new(&name).ok_or(NotAnInterface(name))
    }
}

impl From<Interface> for String {
    fn from(interface: Interface) -> Self {
        interface.0
    }
}
