//! One HTTP request at a time over one connection: small enough not to weigh on what is measured beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A kept-alive connection.
pub struct Connection {
    reader: BufReader<TcpStream>,
    host: SocketAddr,
}

/// A status and a body.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    /// A header's first value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Connection {
    pub fn open(host: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { reader: BufReader::new(stream), host })
    }

    /// Sends a request and reads its answer. An error means that nobody knows whether it was done.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Response> {
        self.ask(method, path, headers, body)?;
        self.read()
    }

    /// Opens a page's live stream; whatever is told from then on is told of, each line without its `data:`.
    pub fn listen(
        mut self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> std::io::Result<impl Iterator<Item = String> + use<>> {
        self.ask("GET", path, headers, "")?;
        let head = self.head()?;
        assert_eq!(head.header("content-type"), Some("text/event-stream"), "{head:?}");
        let lines = std::iter::from_fn(move || self.line().ok());
        Ok(lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned)))
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> std::io::Result<()> {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n", self.host, body.len());
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        request.push_str("\r\n");
        request.push_str(body);
        self.reader.get_mut().write_all(request.as_bytes())
    }

    /// The answer without its body.
    fn head(&mut self) -> std::io::Result<Response> {
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or_else(cut)?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
                None => break,
            }
        }
        Ok(Response { status, headers, body: String::new() })
    }

    fn read(&mut self) -> std::io::Result<Response> {
        let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let response = self.head()?;
        let mut body = Vec::new();
        if response.header("transfer-encoding").is_some() {
            loop {
                let size = usize::from_str_radix(self.line()?.trim(), 16).map_err(|_| cut())?;
                let begun = body.len();
                body.resize(begun + size, 0);
                self.reader.read_exact(&mut body[begun..])?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(response.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0), 0);
            self.reader.read_exact(&mut body)?;
        }
        Ok(Response { body: String::from_utf8(body).map_err(|_| cut())?, ..response })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(line)
    }
}
