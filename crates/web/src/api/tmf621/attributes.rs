//! The attributes of a trouble ticket: TM Forum's v4 class and what we add to it (tmf §1, §3, §7).

use crate::api::class::{Attribute, Class, Kind, Rule};

use super::status::Status;

const fn row(name: &'static str, kind: Kind, rule: Rule, about: &'static str) -> Attribute {
    Attribute { name, kind, rule, about }
}

const fn free(name: &'static str, kind: Kind) -> Attribute {
    row(name, kind, Rule::Free, "")
}

const fn must(name: &'static str, kind: Kind) -> Attribute {
    row(name, kind, Rule::Mandatory, "")
}

const fn class(name: &'static str, attributes: &'static [Attribute]) -> Class {
    Class { name, attributes, refers_to: None }
}

const BASE_TYPE: Attribute = free("@baseType", Kind::Text);
const SCHEMA_LOCATION: Attribute = free("@schemaLocation", Kind::Text);
const TYPE: Attribute = free("@type", Kind::Text);
const REFERRED_TYPE: Attribute = free("@referredType", Kind::Text);

/// A whole ticket as this desk serves it.
#[rustfmt::skip]
pub static TICKET: Class = class("NetworkComplaint", &[
    row("id", Kind::Text, Rule::Server, "服务器给出的标识 · identifier made by the server"),
    row("href", Kind::Text, Rule::Server, "绝对地址 · absolute address of the ticket"),
    row("externalId", Kind::Text, Rule::Free, "上游工单流水号，重复提交得到同一张工单 · upstream number; the same one again is the same complaint"),
    row("name", Kind::Text, Rule::Free, "工单主题 · title"),
    row("description", Kind::Words, Rule::Mandatory, "投诉内容 · what the customer complains about"),
    row("ticketType", Kind::Words, Rule::Mandatory, "投诉现象 · kind of trouble, free text"),
    row("severity", Kind::Words, Rule::Mandatory, "严重程度，原样返回 · severity, free text"),
    row("priority", Kind::Text, Rule::Free, "优先级 1（最高）至 4，未给出时由 severity 与 ticketType 推算 · computed from severity and type unless given"),
    row("status", Kind::OneOf(Status::NAMES), Rule::ByPatch, "状态，新工单总是 acknowledged · a new ticket starts at acknowledged"),
    row("statusChangeReason", Kind::Text, Rule::Free, "状态变更原因 · why the status changed"),
    row("statusChangeDate", Kind::Time, Rule::Server, "最近一次状态变更时间 · when the status last changed"),
    row("statusChange", Kind::List(&STATUS_CHANGE), Rule::Server, "状态历史 · every status it was in"),
    row("creationDate", Kind::Time, Rule::Server, "受理时间 · when it was taken in"),
    row("lastUpdate", Kind::Time, Rule::Server, "最近修改时间 · when it last changed"),
    row("requestedResolutionDate", Kind::Time, Rule::Free, "上游或客户要求的时限 · what upstream or the customer wants"),
    row("expectedResolutionDate", Kind::Time, Rule::Free, "本方处理时限 · our deadline"),
    row("resolutionDate", Kind::Time, Rule::Free, "答复时间 · when it was answered"),
    row("channel", Kind::Object(&CHANNEL), Rule::Free, "投诉渠道 · by which way it came"),
    row("note", Kind::List(&NOTE), Rule::Free, "备注 · notes"),
    row("attachment", Kind::List(&ATTACHMENT), Rule::Free, "附件 · attachments"),
    row("relatedEntity", Kind::List(&RELATED_ENTITY), Rule::Free, "相关对象：服务小区、网络核查等 · servingCell, networkCheck and others"),
    row("relatedParty", Kind::List(&RELATED_PARTY), Rule::Free, "相关方：客户、首问责任人、处理人、部门 · customer, firstOwner, handler, department"),
    row("troubleTicketRelationship", Kind::List(&RELATIONSHIP), Rule::Free, "与其他工单的关系 · repeats, mergedInto, reopens"),
    row("@type", Kind::Text, Rule::Server, "NetworkComplaint"),
    row("@baseType", Kind::Text, Rule::Server, "TroubleTicket"),
    row("@schemaLocation", Kind::Text, Rule::Server, "扩展属性的模式 · schema of the attributes below"),
    row("complaintNumber", Kind::Text, Rule::Server, "本系统投诉编号 · the number people quote"),
    row("contactNumber", Kind::Text, Rule::AtCreation, "客户电话，返回时打码 · the customer's telephone, masked in answers"),
    row("place", Kind::Object(&PLACE), Rule::AtCreation, "投诉地点，地址返回到街道 · where; the address is answered down to the street"),
    row("rat", Kind::Text, Rule::AtCreation, "网络制式，如 LTE、NR · radio access technology"),
    row("troubleTime", Kind::Time, Rule::AtCreation, "故障时间 · when the trouble occurred"),
    row("servingCell", Kind::Text, Rule::AtCreation, "上游给出的服务小区 · the serving cell as upstream names it"),
    row("flow", Kind::Text, Rule::Server, "流程 · ordinary, work_order"),
    row("grade", Kind::Text, Rule::Server, "等级 · ordinary, significant, major, critical"),
    row("verdict", Kind::Object(&VERDICT), Rule::Server, "网络核查结论 · conclusion of the network check"),
]);

/// Where the trouble is.
#[rustfmt::skip]
pub static PLACE: Class = class("Place", &[
    row("longitude", Kind::Number, Rule::Free, "经度 · degrees east"),
    row("latitude", Kind::Number, Rule::Free, "纬度 · degrees north"),
    row("crs", Kind::Text, Rule::Free, "坐标系 WGS84（默认）、GCJ02、BD09 · datum, WGS84 unless given"),
    row("address", Kind::Text, Rule::Free, "地址 · address in words"),
    row("indoor", Kind::Flag, Rule::Free, "是否室内 · indoors"),
]);

/// What the network check concludes.
#[rustfmt::skip]
static VERDICT: Class = class("Verdict", &[
    row("cause", Kind::Text, Rule::Server, "原因 · fault, outage, relocation, interference, weak_coverage, planned_work, nothing_found, unknown"),
    row("confidence", Kind::Text, Rule::Server, "把握 · low, medium, high"),
    row("checkedAt", Kind::Time, Rule::Server, "核查时间 · when the check was made"),
]);

static STATUS_CHANGE: Class = class(
    "StatusChange",
    &[
        free("status", Kind::OneOf(Status::NAMES)),
        free("changeDate", Kind::Time),
        free("changeReason", Kind::Text),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
    ],
);

static CHANNEL: Class = Class {
    name: "ChannelRef",
    attributes: &[
        must("id", Kind::Words),
        free("href", Kind::Text),
        free("name", Kind::Text),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
        REFERRED_TYPE,
    ],
    refers_to: Some("Channel"),
};

static NOTE: Class = class(
    "Note",
    &[
        free("id", Kind::Text),
        free("author", Kind::Text),
        free("date", Kind::Time),
        must("text", Kind::Words),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
    ],
);

static ATTACHMENT: Class = class(
    "AttachmentRefOrValue",
    &[
        free("id", Kind::Text),
        free("href", Kind::Text),
        free("attachmentType", Kind::Text),
        free("content", Kind::Text),
        free("description", Kind::Text),
        free("mimeType", Kind::Text),
        free("name", Kind::Text),
        free("url", Kind::Text),
        free("size", Kind::Object(&QUANTITY)),
        free("validFor", Kind::Object(&TIME_PERIOD)),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
        REFERRED_TYPE,
    ],
);

static QUANTITY: Class = class("Quantity", &[free("amount", Kind::Number), free("units", Kind::Text)]);

static TIME_PERIOD: Class = class("TimePeriod", &[free("startDateTime", Kind::Time), free("endDateTime", Kind::Time)]);

static RELATED_ENTITY: Class = Class {
    name: "RelatedEntity",
    attributes: &[
        must("id", Kind::Words),
        free("href", Kind::Text),
        free("name", Kind::Text),
        must("role", Kind::Words),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
        REFERRED_TYPE,
    ],
    refers_to: Some("Entity"),
};

static RELATED_PARTY: Class = Class {
    name: "RelatedParty",
    attributes: &[
        must("id", Kind::Words),
        free("href", Kind::Text),
        free("name", Kind::Text),
        free("role", Kind::Text),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
        REFERRED_TYPE,
    ],
    refers_to: Some("Party"),
};

static RELATIONSHIP: Class = class(
    "TroubleTicketRelationship",
    &[
        free("id", Kind::Text),
        free("href", Kind::Text),
        free("name", Kind::Text),
        free("relationshipType", Kind::Text),
        BASE_TYPE,
        SCHEMA_LOCATION,
        TYPE,
    ],
);

/// What we add to TM Forum's class; the schema at `@schemaLocation` describes these.
pub const ADDED: [&str; 9] =
    ["complaintNumber", "contactNumber", "place", "rat", "troubleTime", "servingCell", "flow", "grade", "verdict"];
