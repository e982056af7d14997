//! The OpenAPI description, made from the very table requests are checked with: it cannot say anything else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::class::{Attribute, Class, Kind, Rule};
use super::gate;
use super::tmf621::attributes::{ADDED, TICKET};
use super::tmf621::intake::LONGEST_NUMBER;
use super::tmf621::{BASE, SCHEMA};
use crate::Web;

/// `GET /api/openapi.json`.
pub async fn openapi(State(web): State<Web>) -> Response {
    gate::answer(StatusCode::OK, &document(web.public_url()))
}

/// `GET …/schema/NetworkComplaint.schema.json`: what `@schemaLocation` points to.
pub async fn schema(State(web): State<Web>) -> Response {
    gate::answer(StatusCode::OK, &added_schema(web.public_url()))
}

/// The whole description.
pub fn document(base: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "首问 · TMF621 Trouble Ticket",
            "version": "4.0.0",
            "description": "上游系统以 TMF621 v4 工单递交网络投诉。 Upstream systems deliver network complaints as TMF621 v4 trouble tickets.",
        },
        "servers": [{"url": format!("{base}{BASE}")}],
        "security": [{"bearer": []}],
        "paths": {"/troubleTicket": collection(), "/troubleTicket/{id}": item()},
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(),
        },
    })
}

/// The JSON Schema of the attributes we add to a trouble ticket.
pub fn added_schema(base: &str) -> Value {
    let properties: Map<_, _> = ADDED
        .iter()
        .filter_map(|name| TICKET.attribute(name))
        .map(|attribute| {
            let mut property = property(attribute, Use::Read);
            if let Kind::Object(class) = attribute.kind {
                property = object(class, Use::Read);
            }
            (attribute.name.to_owned(), property)
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{base}{SCHEMA}"),
        "title": "NetworkComplaint",
        "description": "TroubleTicket 之外的属性。 What a network complaint has besides the attributes of a TroubleTicket.",
        "type": "object",
        "properties": properties,
    })
}

/// For what a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Create,
    Update,
}

fn schemas() -> Value {
    let mut schemas = Map::new();
    schemas.insert("NetworkComplaint".into(), object(&TICKET, Use::Read));
    schemas.insert("NetworkComplaint_Create".into(), object(&TICKET, Use::Create));
    schemas.insert("NetworkComplaint_Update".into(), object(&TICKET, Use::Update));
    inner(&TICKET, &mut schemas);
    schemas.insert(
        "Error".into(),
        json!({
            "type": "object",
            "required": ["code", "reason"],
            "properties": {
                "code": {"type": "string"}, "reason": {"type": "string"}, "message": {"type": "string"},
                "status": {"type": "string"}, "referenceError": {"type": "string", "format": "uri"}, "@type": {"type": "string"},
            },
        }),
    );
    Value::Object(schemas)
}

/// The classes a class speaks of.
fn inner(class: &'static Class, schemas: &mut Map<String, Value>) {
    for attribute in class.attributes {
        if let Kind::Object(class) | Kind::List(class) = attribute.kind {
            schemas.insert(class.name.to_owned(), object(class, Use::Create));
            inner(class, schemas);
        }
    }
}

fn object(class: &'static Class, used: Use) -> Value {
    let takes = |attribute: &&Attribute| match used {
        Use::Read => true,
        Use::Create => !matches!(attribute.rule, Rule::Server | Rule::ByPatch) || class.name != TICKET.name,
        Use::Update => matches!(attribute.rule, Rule::Mandatory | Rule::Free | Rule::ByPatch),
    };
    let attributes: Vec<_> = class.attributes.iter().filter(takes).collect();
    let properties: Map<_, _> = attributes.iter().map(|it| (it.name.to_owned(), property(it, used))).collect();
    let mandatory = attributes.iter().filter(|it| used == Use::Create && it.rule == Rule::Mandatory);
    let mandatory: Vec<_> = mandatory.map(|it| it.name).collect();
    let mut object = json!({"type": "object", "properties": properties});
    if !mandatory.is_empty() {
        object["required"] = mandatory.into();
    }
    if class.name == "Place" {
        object["dependentRequired"] = json!({"longitude": ["latitude"], "latitude": ["longitude"]});
    }
    object
}

fn property(attribute: &Attribute, used: Use) -> Value {
    let mut property = match attribute.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Words => json!({"type": "string", "minLength": 1, "pattern": "\\S"}),
        Kind::OneOf(set) => json!({"type": "string", "enum": set}),
        Kind::Time => json!({"type": "string", "format": "date-time"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Object(class) => json!({"$ref": format!("#/components/schemas/{}", class.name)}),
        Kind::List(class) => {
            json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{}", class.name)}})
        }
    };
    for (name, value) in bounds(attribute.name, used) {
        property[name] = value;
    }
    if !attribute.about.is_empty() {
        property["description"] = attribute.about.into();
    }
    if used == Use::Read && attribute.rule == Rule::Server {
        property["readOnly"] = true.into();
    }
    property
}

/// What a type alone does not say.
fn bounds(name: &str, used: Use) -> Vec<(&'static str, Value)> {
    match (name, used) {
        ("externalId", Use::Create | Use::Update) => vec![("maxLength", LONGEST_NUMBER.into())],
        ("contactNumber", Use::Create) => vec![("pattern", "^1[0-9]{10}$|^0[0-9]{9,11}$".into())],
        ("longitude", _) => vec![("minimum", (-180).into()), ("maximum", 180.into())],
        ("latitude", _) => vec![("minimum", (-90).into()), ("maximum", 90.into())],
        ("crs", Use::Create) => vec![("enum", json!(["WGS84", "GCJ02", "BD09"]))],
        _ => Vec::new(),
    }
}

fn collection() -> Value {
    let query = |name: &str, schema: Value, about: &str| json!({"name": name, "in": "query", "schema": schema, "description": about});
    let text = || json!({"type": "string"});
    json!({
        "get": {
            "operationId": "listTroubleTicket",
            "summary": "列出工单 · list tickets",
            "description": "任何属性都可作条件，见说明页。 Every attribute can be filtered on; the reference page tells how.",
            "parameters": [
                query("fields", text(), "只要这些属性 · only these attributes"),
                query("offset", json!({"type": "integer", "minimum": 0}), "跳过多少 · how many to skip"),
                query("limit", json!({"type": "integer", "minimum": 0}), "最多多少，默认 100，上限 1000 · how many at most"),
                query("after", text(), "紧接其后的一页，照 Link 原样使用 · the page right behind, as a Link gives it"),
                query("before", text(), "紧接其前的一页，照 Link 原样使用 · the page right before, as a Link gives it"),
                query("sort", json!({"type": "string", "enum": ["creationDate", "-creationDate", "lastUpdate", "-lastUpdate", "priority"]}), "排序 · order"),
                query("status", text(), "状态 · status"),
                query("externalId", text(), "上游工单流水号 · upstream number"),
                query("creationDate.gte", json!({"type": "string", "format": "date-time"}), "此时起 · from then on"),
                query("creationDate.lt", json!({"type": "string", "format": "date-time"}), "此时前 · before then"),
            ],
            "responses": responses("200", &json!({
                "description": "一页工单 · a page of tickets",
                "headers": {
                    "X-Total-Count": {"schema": {"type": "integer"}},
                    "X-Result-Count": {"schema": {"type": "integer"}},
                    "Link": {"schema": {"type": "string"}},
                },
                "content": content(&json!({"type": "array", "items": {"$ref": "#/components/schemas/NetworkComplaint"}})),
            })),
        },
        "post": {
            "operationId": "createTroubleTicket",
            "summary": "递交投诉 · deliver a complaint",
            "description": "同一客户端同一 externalId 再次递交，得到第一张工单。 The same externalId again answers with the first ticket.",
            "requestBody": {"required": true, "content": content(&json!({"$ref": "#/components/schemas/NetworkComplaint_Create"}))},
            "responses": responses("201", &json!({
                "description": "已受理 · taken in",
                "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
                "content": content(&whole()),
            })),
        },
    })
}

fn item() -> Value {
    let one = |about: &str| json!({"description": about, "content": content(&json!({"$ref": "#/components/schemas/NetworkComplaint"}))});
    let patch = json!({"$ref": "#/components/schemas/NetworkComplaint_Update"});
    json!({
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "get": {
            "operationId": "retrieveTroubleTicket",
            "summary": "读取工单 · read a ticket",
            "parameters": [{"name": "fields", "in": "query", "schema": {"type": "string"}, "description": "只要这些属性 · only these attributes"}],
            "responses": responses("200", &one("工单 · the ticket")),
        },
        "patch": {
            "operationId": "patchTroubleTicket",
            "summary": "修改工单（合并补丁）· change a ticket by merge patch",
            "requestBody": {"required": true, "content": {
                "application/merge-patch+json": {"schema": patch}, "application/json": {"schema": patch},
            }},
            "responses": responses("200", &one("修改后的工单 · the ticket as it now reads")),
        },
        "delete": {
            "operationId": "deleteTroubleTicket",
            "summary": "删除工单（需管理员授权）· delete, with an administrator's grant",
            "responses": responses("204", &json!({"description": "已删除 · deleted"})),
        },
    })
}

/// A whole ticket, with what every one has.
fn whole() -> Value {
    let always =
        ["id", "href", "description", "severity", "ticketType", "status", "creationDate", "lastUpdate", "@type"];
    json!({"allOf": [{"$ref": "#/components/schemas/NetworkComplaint"}, {"required": always}]})
}

fn content(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

fn responses(success: &str, answer: &Value) -> Value {
    let error =
        json!({"description": "拒绝 · refused", "content": content(&json!({"$ref": "#/components/schemas/Error"}))});
    let mut responses = Map::new();
    responses.insert(success.to_owned(), answer.clone());
    for status in ["400", "401", "403", "404", "405", "409", "413", "415", "500"] {
        responses.insert(status.to_owned(), error.clone());
    }
    Value::Object(responses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document("http://desk.example");
        let text = document.to_string();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().expect("a name");
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }

    #[test]
    fn s1_the_mandatory_attributes_are_those_of_the_standard() {
        let document = document("http://desk.example");
        let required = &document["components"]["schemas"]["NetworkComplaint_Create"]["required"];
        let mut required: Vec<_> =
            required.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name")).collect();
        required.sort_unstable();
        assert_eq!(required, ["description", "severity", "ticketType"]);
    }

    #[test]
    fn s7_the_schema_names_exactly_what_we_add() {
        let schema = added_schema("http://desk.example");
        let mut names: Vec<_> = schema["properties"].as_object().expect("properties").keys().cloned().collect();
        names.sort();
        let expected = "complaintNumber contactNumber flow grade place rat servingCell troubleTime verdict";
        assert_eq!(names.join(" "), expected);
        assert_eq!(schema["$id"], format!("http://desk.example{SCHEMA}"));
    }

    #[test]
    fn a_hub_is_not_promised() {
        assert!(
            !document("http://desk.example")["paths"]
                .as_object()
                .expect("paths")
                .keys()
                .any(|path| path.contains("hub"))
        );
    }
}
