//! Where a request comes from: the peer, or what a proxy the operator trusts says of it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::Web;

/// The address a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin(pub IpAddr);

impl FromRequestParts<Web> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(socket)| socket.ip());
        Ok(Self(of(peer, &parts.headers, web.proxies())))
    }
}

/// The last hop that is no trusted proxy. Whoever is not trusted may write into `X-Forwarded-For` what they like.
pub fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| proxies.iter().any(|proxy| proxy.to_canonical() == *address);
    if !trusted(&peer) {
        return peer;
    }
    let lists = headers.get_all("x-forwarded-for").into_iter().rev().map(|value| value.to_str().unwrap_or(""));
    let mut last = peer;
    for hop in lists.flat_map(|list| list.rsplit(',')) {
        let Some(address) = address(hop) else { break };
        last = address;
        if !trusted(&address) {
            break;
        }
    }
    last
}

/// An address, also with a port behind it.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let plain = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    plain.or_else(|_| hop.trim_matches(['[', ']']).parse()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(value));
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| proxy.parse().expect("an address")).collect();
        of(peer.parse().expect("an address"), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_trusted_peer_says_where_a_request_comes_from_and_only_its_last_hop_counts() {
        let proxy = ["127.0.0.1"];
        assert_eq!(seen("192.0.2.7", &["10.0.0.1"], &proxy), "192.0.2.7", "nobody trusts this one");
        assert_eq!(seen("127.0.0.1", &["10.0.0.1"], &[]), "127.0.0.1", "nobody is trusted");
        assert_eq!(seen("127.0.0.1", &["203.0.113.1, 10.0.0.1"], &proxy), "10.0.0.1", "the first was made up");
        assert_eq!(seen("127.0.0.1", &["203.0.113.1", "10.0.0.1"], &proxy), "10.0.0.1", "in lines of their own");
        assert_eq!(seen("::ffff:127.0.0.1", &["10.0.0.1:4711"], &proxy), "10.0.0.1");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:4711"], &proxy), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["unknown"], &proxy), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &[], &proxy), "127.0.0.1");
        let chain = ["127.0.0.1", "10.9.9.9"];
        assert_eq!(seen("127.0.0.1", &["203.0.113.1, 10.0.0.1, 10.9.9.9"], &chain), "10.0.0.1", "two proxies in a row");
    }
}
