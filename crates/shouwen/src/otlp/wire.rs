//! What goes over the line: OTLP as JSON, by one small HTTP request each time.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};

use super::Span;

/// How long the collector may take over each step.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where spans go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collector {
    authority: String,
    path: String,
}

impl Collector {
    /// `http://host:port`, with a path where the collector is not asked at `/v1/traces`.
    pub(super) fn at(endpoint: &str) -> Option<Self> {
        let rest = endpoint.strip_prefix("http://")?;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "4318"));
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'?' | b'#'));
        if host.is_empty() || port.parse::<u16>().is_err() || !plain(rest) {
            return None;
        }
        let path = if path.is_empty() { "/v1/traces".to_owned() } else { format!("/{path}") };
        Some(Self { authority: format!("{host}:{port}"), path })
    }

    /// Hands a body over; an answer other than 2xx is an error.
    pub(super) fn post(&self, body: &str) -> io::Result<()> {
        let address = self.authority.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let (path, host, length) = (&self.path, &self.authority, body.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )?;
        let mut first = String::new();
        BufReader::new(stream).read_line(&mut first)?;
        let taken = first.split(' ').nth(1).is_some_and(|status| status.starts_with('2'));
        if taken { Ok(()) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
    }
}

/// Spans as OTLP writes them.
pub(super) fn body(spans: &[Span]) -> String {
    let resource = json!({"attributes": [
        attribute("service.name", "shouwen"),
        attribute("service.version", env!("CARGO_PKG_VERSION")),
    ]});
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "shouwen"}, "spans": spans}]}]})
        .to_string()
}

fn attribute(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn span(span: &Span) -> Value {
    const INTERNAL: u8 = 1;
    const SERVER: u8 = 2;
    let field = |name: &str| span.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let request = span.name == "request";
    let name = match (field("method"), field("door")) {
        (Some(method), Some(door)) if request => format!("{method} {door}"),
        _ => span.name.to_owned(),
    };
    let nanos = |micros: i64| (i128::from(micros) * 1_000).to_string();
    let attributes: Vec<Value> = span
        .fields
        .iter()
        .map(|(name, value)| match *name {
            "status" => json!({"key": "http.response.status_code", "value": {"intValue": value}}),
            name => attribute(called(name), value),
        })
        .collect();
    json!({
        "traceId": span.trace,
        "spanId": span.id,
        "parentSpanId": span.parent.as_deref().unwrap_or(""),
        "name": name,
        "kind": if request { SERVER } else { INTERNAL },
        "startTimeUnixNano": nanos(span.begun),
        "endTimeUnixNano": nanos(span.ended),
        "attributes": attributes,
        "status": if span.failed { json!({"code": 2}) } else { json!({}) },
    })
}

/// By OpenTelemetry's own names where it has some.
fn called(name: &str) -> &str {
    match name {
        "method" => "http.request.method",
        "door" => "http.route",
        "id" => "shouwen.request.id",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_in_clear_is_a_collector() {
        let at = |endpoint: &str| Collector::at(endpoint).map(|to| format!("{}{}", to.authority, to.path));
        assert_eq!(at("http://127.0.0.1:4318").as_deref(), Some("127.0.0.1:4318/v1/traces"));
        assert_eq!(at("http://collector").as_deref(), Some("collector:4318/v1/traces"));
        assert_eq!(at("http://[::1]:9/x/y").as_deref(), Some("[::1]:9/x/y"));
        for wrong in
            ["https://x:1", "x:4318", "http://", "http://x:y", "http://u:p@x:1", "http://x:1/a?b", "http://x 1"]
        {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
