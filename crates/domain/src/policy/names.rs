//! The stable names a policy text may use, each set with what it is called.

use crate::calendar::HalfDay;
use crate::clock::{ClockKind, Holder, Rung};
use crate::complaint::{Attribution, Channel, Resolution};
use crate::flow::{Flow, State};
use crate::grade::Grade;
use crate::person::Role;

/// A closed set whose members have stable names.
pub(super) trait Named: Copy + PartialEq + 'static {
    /// What one of them is, in Chinese and English.
    const WHAT: (&'static str, &'static str);
    /// Every member with its name.
    fn all() -> Vec<(&'static str, Self)>;
}

macro_rules! named {
    ($kind:ty, $zh:literal, $en:literal) => {
        impl Named for $kind {
            const WHAT: (&'static str, &'static str) = ($zh, $en);
            fn all() -> Vec<(&'static str, Self)> {
                <$kind>::ALL.into_iter().map(|one| (one.as_str(), one)).collect()
            }
        }
    };
}

named!(ClockKind, "时限", "clock");
named!(Rung, "阶梯", "rung");
named!(Channel, "渠道", "channel");
named!(Flow, "流程", "flow");
named!(State, "状态", "state");
named!(Grade, "等级", "grade");
named!(Role, "角色", "role");
named!(Attribution, "归因", "cause");
named!(Resolution, "解决状态", "resolution");

impl Named for HalfDay {
    const WHAT: (&'static str, &'static str) = ("半天的算法", "half day");
    fn all() -> Vec<(&'static str, Self)> {
        vec![("hours", Self::Hours), ("session", Self::Session)]
    }
}

impl Named for Holder {
    const WHAT: (&'static str, &'static str) = ("告知对象", "holder or role");
    fn all() -> Vec<(&'static str, Self)> {
        let roles = Role::ALL.into_iter().map(|role| {
            // `handler` is whoever works on this complaint.
            let name = if role == Role::Handler { "every_handler" } else { role.as_str() };
            (name, Self::Role(role))
        });
        [("handler", Self::Handler), ("owner", Self::Owner)].into_iter().chain(roles).collect()
    }
}
